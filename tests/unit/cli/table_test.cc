#include "cli/table.h"

#include <catch2/catch.hpp>

#include "cli/terminal.h"

using namespace sandbox::cli;

TEST_CASE("Columns are as wide as their widest cell, counted in characters") {
  Table table({{"NAME"}, {"PHASE"}});
  table.Row({"größer", "RUNNING"});
  table.Row({"x", ""});
  CHECK(table.Render(0) ==
        "NAME     PHASE\n"
        "größer   RUNNING\n"
        "x\n");
}

TEST_CASE("A narrow terminal moves the columns together, then cuts those that may be cut") {
  Table table({{"NAME"}, {"WHAT", Table::Cut::kStart}, {"VERSION", Table::Cut::kEnd}});
  table.Row({"f4b8c2d6e0a1", "core.flyte_basics.task.run_batch", "v1234567890123456789"});
  table.Note("a line that is longer than the terminal is wide, by far and without doubt");
  table.Note("a command to copy is never cut: sandbox set f4b8c2d6e0a1 amount VALUE", true);
  CHECK(table.Render(70).starts_with("NAME           WHAT"));
  CHECK(table.Render(68) ==
        "NAME          WHAT                              VERSION\n"
        "f4b8c2d6e0a1  core.flyte_basics.task.run_batch  v1234567890123456789\n"
        "a line that is longer than the terminal is wide, by far and withou..\n"
        "a command to copy is never cut: sandbox set f4b8c2d6e0a1 amount VALUE\n");
  CHECK(table.Render(50) ==
        "NAME          WHAT               VERSION\n"
        "f4b8c2d6e0a1  ...task.run_batch  v12345678901234..\n"
        "a line that is longer than the terminal is wide,..\n"
        "a command to copy is never cut: sandbox set f4b8c2d6e0a1 amount VALUE\n");
}

TEST_CASE("Cuts count characters") {
  CHECK(CutEnd("größer", 6) == "größer");
  CHECK(CutEnd("größer", 5) == "grö..");
  CHECK(CutStart("größer", 5) == "..ßer");
}

TEST_CASE("Output that is no terminal has no colours") { CHECK(Painted("FAILED") == "FAILED"); }

TEST_CASE("A wide table has every column and is not cut") {
  Table table({{"NAME"}, {.title = "TASK", .wide = true}, {"PHASE"}});
  table.Row({"f1", "core.basics.step", "RUNNING"});
  table.Note("a note");
  CHECK(table.Render(0) ==
        "NAME   PHASE\n"
        "f1     RUNNING\n"
        "a note\n");
  CHECK(table.Render(0, true) ==
        "NAME   TASK               PHASE\n"
        "f1     core.basics.step   RUNNING\n"
        "a note\n");
}

TEST_CASE("A spare column is left out where the others need its place") {
  Table table({{"NAME"}, {.title = "VERSION", .cut = Table::Cut::kEnd, .spare = true}, {"STARTED"}});
  table.Row({"f4b8c2d6e0a1", "v1234567890123456789", "2026-11-29T08:00:58"});
  CHECK(table.Render(0).find("v1234567890123456789") != std::string::npos);
  CHECK(table.Render(48).find(" v1234567890.. ") != std::string::npos);
  CHECK(table.Render(46) ==
        "NAME           STARTED\n"
        "f4b8c2d6e0a1   2026-11-29T08:00:58\n");
}

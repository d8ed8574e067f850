#include "cli/child.h"

#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "cli/shell_clients.h"

using namespace sandbox;
using namespace sandbox::cli;

TEST_CASE("A command's end is its exit code, or the signal that ended it") {
  CHECK(RunInForeground({"true"}).value() == 0);
  CHECK(RunInForeground({"sh", "-c", "exit 37"}).value() == 37);
  CHECK(RunInForeground({"/bin/sh", "-c", "kill -KILL $$"}).value() == 128 + SIGKILL);
}

TEST_CASE("Arguments arrive as they are") {
  CHECK(RunInForeground({"sh", "-c", "test \"$1\" = 'a b' && test \"$2\" = ''", "sh", "a b", ""}).value() == 0);
}

TEST_CASE("Open files are the command's, too, and not a background process's") {
  const int given = dup2(STDERR_FILENO, 77), high = dup2(STDERR_FILENO, 777);
  REQUIRE((given == 77 && high == 777));
  const std::filesystem::path log = std::filesystem::temp_directory_path() / "sandbox-child-files.log";
  CHECK(RunInForeground({"sh", "-c", "test -e /proc/self/fd/77 && test -e /proc/self/fd/777"}).value() == 0);
  const std::string look = "test ! -e /proc/self/fd/77 && test ! -e /proc/self/fd/777 && echo none";
  CHECK(StartInBackground({"/bin/sh", "-c", look}, log).value() == "none");
  std::filesystem::remove(log);
  close(given);
  close(high);
}

TEST_CASE("This executable can be started again") {
  CHECK(RunInForeground({ThisExecutable().string(), "--list-tags", "-o", "/dev/null"}).value() == 0);
}

TEST_CASE("A program that is not there is named") {
  for (const char* program : {"no-such-program-at-all", "/nowhere/program"}) {
    const auto none = RunInForeground({program});
    REQUIRE(!none);
    CHECK(none.error().message == std::string("cannot run ") + program + ": No such file or directory");
  }
}

TEST_CASE("A signal that asks to end goes on to the command") {
  // The command ends its parent's wait only when the signal has reached it.
  const auto ended =
      RunInForeground({"sh", "-c", "trap 'exit 5' TERM; kill -TERM $PPID; while :; do sleep 0.01; done"});
  CHECK(ended.value() == 5);
}

TEST_CASE("A background process answers with its first line, and writes its errors to the log") {
  const std::filesystem::path log = std::filesystem::temp_directory_path() / "sandbox-child-test.log";
  std::filesystem::remove(log);
  CHECK(StartInBackground({"/bin/sh", "-c", "echo to the log >&2; echo ready; echo more"}, log).value() == "ready");
  CHECK(StartInBackground({"/bin/sh", "-c", "exit 3"}, log).value().empty());
  std::ifstream in(log);
  std::string logged;
  std::getline(in, logged);
  CHECK(logged == "to the log");
  CHECK(!StartInBackground({"/nowhere/program"}, log));
  std::filesystem::remove(log);
}

TEST_CASE("What a command prints is had with variables of its own, and for a limited time") {
  using namespace std::chrono_literals;
  CHECK(OutputOf({"sh", "-c", "echo one; echo two >&2; cat; echo $OWN"}, 10s, {{"OWN", "three"}}).value() ==
        "one\nthree\n");
  CHECK(OutputOf({"sh", "-c", "exit 3"}, 10s).value().empty());
  const auto late = OutputOf({"sh", "-c", "echo one; cat /dev/zero >/dev/null"}, 50ms);
  REQUIRE(!late);
  CHECK(late.error().reason == "TIMEOUT");
  CHECK(OutputOf({"cat", "/dev/zero"}, 10s).value().size() == 64 << 10);
  CHECK(OutputOf({"no-such-program-at-all"}, 10s).error().code == Code::kNotFound);
}

TEST_CASE("A script of Python's says what runs it") {
  using Words = std::vector<std::string>;
  CHECK(InterpreterOf("#!/usr/bin/python3\nimport re\n") == Words{"/usr/bin/python3"});
  CHECK(InterpreterOf("#!/usr/bin/env python3\n") == Words{"/usr/bin/env", "python3"});
  CHECK(InterpreterOf("#!/bin/sh\n'''exec' \"/a/long/bin/python3\" \"$0\" \"$@\"\n' '''\n") ==
        Words{"/a/long/bin/python3"});
  CHECK(InterpreterOf("#!/bin/sh\necho hello\n").empty());
  CHECK(InterpreterOf("\x7f"
                      "ELF")
            .empty());
}

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/feed.h"
#include "cli/inputs.h"
#include "cli/redact.h"

using namespace sandbox::cli;
using nlohmann::json;

namespace {

json Parameter(const char* type, json usual) {
  json out = {{"var", {{"type", {{"simple", type}}}}}};
  if (usual.is_null()) {
    out["required"] = true;
  } else {
    out["default"] = {{"scalar", {{"primitive", {{"integer", usual}}}}}};
  }
  return out;
}

const json kExpected = InputsOfLaunchPlan(
    {{"closure",
      {{"expected_inputs",
        {{"parameters", {{"x", Parameter("INTEGER", nullptr)}, {"y", Parameter("INTEGER", "7")}}}}}}}});

std::string Refused(const std::vector<std::string>& words, const json& file = json::object()) {
  const auto inputs = ParseInputs(kExpected, words, file);
  REQUIRE_FALSE(inputs);
  CHECK(inputs.error().reason == "BAD_VALUE");
  return inputs.error().message;
}

}  // namespace

TEST_CASE("Inputs are literals of their types; words take the place of the file's") {
  const auto inputs = ParseInputs(kExpected, {"x=-5"}, {{"x", 1}, {"y", 2}});
  REQUIRE(inputs);
  CHECK((*inputs)["x"]["scalar"]["primitive"]["integer"] == "-5");
  CHECK((*inputs)["y"]["scalar"]["primitive"]["integer"] == "2");
  CHECK(ParseInputs(kExpected, {"x=1"}, json::object())->size() == 1);  // y has a default
}

TEST_CASE("A mistake in the inputs names the input, its type, and what there is") {
  CHECK(Refused({}) == "inputs that are missing: x (integer); give each as INPUT=VALUE");
  CHECK(Refused({"x=much"}).starts_with("input x: 'much' is not a value of type integer"));
  CHECK(Refused({"xx=1"}) ==
        "there is no input xx; did you mean x?\nit takes:\n  x (integer)\n  y (integer, 7 when it is left out)");
  CHECK(Refused({"1"}).starts_with("an input is INPUT=VALUE, not 1"));
}

TEST_CASE("A task's inputs are all required") {
  const json task = {
      {"closure",
       {{"compiled_task",
         {{"template",
           {{"interface", {{"inputs", {{"variables", {{"a", {{"type", {{"simple", "STRING"}}}}}}}}}}}}}}}}}};
  CHECK(InputsOfTask(task)["a"]["required"] == true);
  CHECK(InputsOfTask(json::object()).empty());
}

TEST_CASE("Server-sent events are read as they come, in any pieces") {
  const std::string wire =
      ": a comment\n\nid: 1-2\nevent: node\ndata: {\"id\": \"n0\"}\n\nid: 1-3\nevent: story\ndata: {}\n\n";
  for (const size_t piece : {size_t{1}, size_t{7}, wire.size()}) {
    EventParser parser;
    std::vector<FeedEvent> events;
    for (size_t at = 0; at < wire.size(); at += piece)
      parser.Add(std::string_view(wire).substr(at, piece),
                 [&](FeedEvent event) { events.push_back(std::move(event)); });
    REQUIRE(events.size() == 2);
    CHECK(events[0].id == "1-2");
    CHECK(events[0].name == "node");
    CHECK(events[0].data["id"] == "n0");
    CHECK(events[1].name == "story");
  }
}

TEST_CASE("What is given away holds no secret in any of the forms it may have") {
  const std::vector<std::string> values = {"hunter2&co", "abc"};
  const auto redacted = [&values](const std::string& text) { return Redact(text, values); };
  CHECK(redacted("it is hunter2&co, twice hunter2&co") == "it is [redacted], twice [redacted]");
  CHECK(redacted("aHVudGVyMiZjbw==").find("aHVudGVy") == std::string::npos);
  CHECK(redacted("?x=hunter2%26co").find("hunter2") == std::string::npos);
  CHECK(redacted("abc stays: it is too short to be looked for") == "abc stays: it is too short to be looked for");
  for (const char* line : {"password: swordfish", "PASSWORD=swordfish", "{\"client_secret\": \"swordfish\"}",
                           "smtp_password: 'swordfish'", "Authorization: Bearer swordfish", "api_key=swordfish&x=1",
                           "https://me:swordfish@host/x", "X-Amz-Signature=swordfish"}) {
    INFO(redacted(line));
    CHECK(redacted(line).find("swordfish") == std::string::npos);
  }
  CHECK(redacted("two\nlines\n") == "two\nlines\n");
  CHECK(redacted("https://host:443/path stays") == "https://host:443/path stays");
}

#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/follow.h"
#include "cli/inputs.h"
#include "cli/launchable.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct RunValues {
  Place place;
  std::string what, version, name, inputs_file;
  std::vector<std::string> inputs;
  bool watch = false;
};

void RunOptions(Options& options, RunValues& values) {
  options.Argument("NAME", values.what, "of a task, workflow or launch plan; its last part does when it is unique");
  options.MoreArguments("INPUT=VALUE", values.inputs, "lists, maps and structures as JSON");
  options.Text("--version", "VERSION", values.version, "without it the active launch plan, else the newest");
  options.Text("--inputs-file", "FILE", values.inputs_file, "inputs as a JSON object; - is standard input");
  options.Text("--name", "NAME", values.name, "of the execution; one is made when there is none");
  options.Flag("-w,--watch", values.watch, "follow it to its end: exit code 7 when it fails, 8 when it is aborted");
  options.InPlace(values.place);
}

Result<json> ReadInputs(const std::string& path) {
  if (path.empty()) return json::object();
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return Fail(Code::kInvalidArgument, "BAD_VALUE", Cat("cannot read --inputs-file ", path));
  }
  std::istream& in = path == "-" ? std::cin : file;
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  json inputs = json::parse(text, nullptr, false);
  if (!inputs.is_object())
    return Fail(Code::kInvalidArgument, "BAD_VALUE",
                Cat("--inputs-file ", path, R"( has to be a JSON object, such as {"x": 1, "names": ["a"]})"));
  return inputs;
}

int RunRun(const Context& context, const RunValues& values) {
  const auto file = ReadInputs(values.inputs_file);
  if (!file) return Complain(file.error());
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  const auto what = FindLaunchable(*client, values.place, values.what, values.version);
  if (!what) return Complain(what.error());
  const auto inputs = ParseInputs(what->inputs, values.inputs, *file);
  if (!inputs) return Complain(inputs.error());
  const auto launched = client->Launch({{"project", values.place.project},
                                        {"domain", values.place.domain},
                                        {"name", values.name},
                                        {"spec", {{"launch_plan", what->id}}},
                                        {"inputs", {{"literals", *inputs}}}});
  if (!launched && launched.error().code == Code::kAlreadyExists && !values.name.empty())
    return Complain(kExitOther, NameTaken(values.place, values.name));
  if (!launched) return Complain(launched.error());
  const Target target{.execution = *launched, .node = "", .place = values.place};
  if (values.watch && context.printer.IsData()) return Follow(context, *client, target);
  PrintLaunched(context, client->Info(), values.place, *launched);
  return values.watch ? Follow(context, *client, target) : kExitOk;
}

}  // namespace

Verb RunVerb() {
  return {"run",
          kLooking,
          "launch a registered task, workflow or launch plan by its name",
          "sandbox run example.wf x=3 names='[\"a\", \"b\"]' --watch\nsandbox run wf --inputs-file inputs.json",
          "/id",
          With(RunOptions, RunRun),
          "execute create submit launch"};
}

}  // namespace sandbox::cli

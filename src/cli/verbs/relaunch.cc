#include "cli/follow.h"
#include "cli/target.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

struct AgainValues {
  Target target;
  std::string name;
  bool watch = false;
};

void AgainOptions(Options& options, AgainValues& values) {
  ExecutionArgument(options, values.target);
  options.Text("--name", "NAME", values.name, "of the new execution; one is made when there is none");
  options.Flag("-w,--watch", values.watch, "follow the new one to its end, as `sandbox watch` does");
  options.InPlace(values.target.place);
}

int RunAgain(const Context& context, const AgainValues& values, Client::Again how) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  Target target = values.target;
  if (const auto tree = FindTree(*client, target); !tree) return Complain(tree.error());
  const Place& place = target.place;
  const auto launched = client->LaunchAgain(how, place, target.execution, values.name);
  if (!launched && launched.error().code == Code::kAlreadyExists && !values.name.empty())
    return Complain(kExitOther, NameTaken(place, values.name));
  if (!launched) return Complain(launched.error());
  const bool only_end = values.watch && context.printer.IsData();
  if (!only_end) PrintLaunched(context, client->Info(), place, *launched);
  if (!values.watch) return kExitOk;
  target.execution = *launched;
  return Follow(context, *client, target);
}

int RunRelaunch(const Context& context, const AgainValues& values) {
  return RunAgain(context, values, Client::Again::kRelaunch);
}
int RunRecover(const Context& context, const AgainValues& values) {
  return RunAgain(context, values, Client::Again::kRecover);
}

}  // namespace

Verb RelaunchVerb() {
  return {"relaunch",
          kLooking,
          "launch the same version with the same inputs again",
          "sandbox relaunch f4b8c2d6e0a1",
          "/id",
          With(AgainOptions, RunRelaunch),
          "rerun again repeat"};
}

Verb RecoverVerb() {
  return {"recover",
          kLooking,
          "launch a failed one again, and take over what succeeded",
          "sandbox recover f4b8c2d6e0a1",
          "/id",
          With(AgainOptions, RunRecover),
          "retry"};
}

}  // namespace sandbox::cli

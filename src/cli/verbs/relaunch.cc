#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/place.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct AgainValues {
  Place place;
  std::string execution, name;
};

void AgainOptions(Options& options, AgainValues& values) {
  options.Argument("EXECUTION", values.execution, "its name, as `sandbox executions` lists it");
  options.Text("--name", "NAME", values.name, "of the new execution; one is made when there is none");
  options.InPlace(values.place);
}

int RunAgain(const Context& context, const AgainValues& values, Client::Again how) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  Place place = values.place;
  // Finds the place, and says what there is when the name is unknown.
  if (const auto tree = FindTree(*client, place, values.execution); !tree) return Complain(tree.error());
  const auto launched = client->LaunchAgain(how, place, values.execution, values.name);
  if (!launched && launched.error().code == Code::kAlreadyExists && !values.name.empty())
    return Complain(kExitOther, Cat("there is an execution ", values.name, " in ", place.project, "/", place.domain,
                                    " already; choose another --name, or leave it out"));
  if (!launched) return Complain(launched.error());
  if (context.printer.IsData()) {
    context.printer.Data(json{{"project", place.project}, {"domain", place.domain}, {"id", *launched}});
  } else {
    std::printf("%s\n  %s\n  http://localhost:%u/console/projects/%s/domains/%s/executions/%s\n", launched->c_str(),
                CommandLine(context, place, "get " + *launched).c_str(), client->Info().port,
                UrlEncode(place.project).c_str(), UrlEncode(place.domain).c_str(), UrlEncode(*launched).c_str());
  }
  return kExitOk;
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
          kData,
          With(AgainOptions, RunRelaunch),
          "rerun again repeat"};
}

Verb RecoverVerb() {
  return {"recover",
          kLooking,
          "launch a failed one again, and take over what succeeded",
          "sandbox recover f4b8c2d6e0a1",
          kData,
          With(AgainOptions, RunRecover),
          "retry"};
}

}  // namespace sandbox::cli

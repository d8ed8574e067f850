#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/place.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct TerminateValues {
  Place place;
  std::string execution, cause;
};

void TerminateOptions(Options& options, TerminateValues& values) {
  options.Argument("EXECUTION", values.execution, "its name, as `sandbox executions` lists it");
  options.Text("--cause", "TEXT", values.cause, "why; it is shown with the execution");
  options.InPlace(values.place);
}

int RunTerminate(const Context& context, const TerminateValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  Place place = values.place;
  // Finds the place, and says what there is when the name is unknown.
  const auto tree = FindTree(*client, place, values.execution);
  if (!tree) return Complain(tree.error());
  const std::string phase = tree->value("phase", "");
  if (phase == "SUCCEEDED" || phase == "FAILED" || phase == "ABORTED" || phase == "TIMED_OUT")
    return Complain(kExitOther, Cat("execution ", values.execution, " has ended as ", phase, " already"));
  if (const Status done = client->Terminate(place, values.execution, values.cause); !done)
    return Complain(done.error());
  if (context.printer.IsData()) {
    context.printer.Data(json{{"id", values.execution}, {"terminated", true}});
  } else {
    std::printf("%s ends; %s shows how far it came\n", values.execution.c_str(),
                CommandLine(context, place, "get " + values.execution).c_str());
  }
  return kExitOk;
}

}  // namespace

Verb TerminateVerb() {
  return {"terminate",
          kLooking,
          "end an execution that runs, with its pods",
          "sandbox terminate f4b8c2d6e0a1 --cause 'wrong input'",
          kData,
          With(TerminateOptions, RunTerminate),
          "abort cancel"};
}

}  // namespace sandbox::cli

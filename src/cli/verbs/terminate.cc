#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/target.h"
#include "cli/tree.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct TerminateValues {
  Target target;
  std::string cause;
};

void TerminateOptions(Options& options, TerminateValues& values) {
  ExecutionArgument(options, values.target);
  options.Text("--cause", "TEXT", values.cause, "why; it is shown with the execution");
  options.InPlace(values.target.place);
}

int RunTerminate(const Context& context, const TerminateValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  Target target = values.target;
  const auto tree = FindTree(*client, target);
  if (!tree) return Complain(tree.error());
  const std::string phase = tree->value("phase", "");
  if (IsEnded(phase))
    return Complain(kExitOther, Cat("execution ", target.execution, " has ended as ", phase, " already"));
  if (const Status done = client->Terminate(target.place, target.execution, values.cause); !done)
    return Complain(done.error());
  if (context.printer.IsData()) {
    context.printer.Data(json{{"id", target.execution}, {"terminated", true}});
  } else {
    std::printf("%s ends; %s shows how far it came\n", target.execution.c_str(),
                CommandLine(context, target.place, "get " + target.execution).c_str());
  }
  return kExitOk;
}

}  // namespace

Verb TerminateVerb() {
  return {"terminate",
          kLooking,
          "end an execution that runs, with its pods",
          "sandbox terminate f4b8c2d6e0a1 --cause 'wrong input'",
          "/id",
          With(TerminateOptions, RunTerminate),
          "abort cancel"};
}

}  // namespace sandbox::cli

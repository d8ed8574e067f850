#include <nlohmann/json.hpp>

#include "cli/gates.h"
#include "cli/literals.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

struct ApprovalValues {
  Target target;
  std::string signal;
};

void ApprovalOptions(Options& options, ApprovalValues& values) {
  ExecutionArgument(options, values.target);
  options.OptionalArgument("SIGNAL", values.signal, "which one, when it waits for several");
  options.InPlace(values.target.place);
}

int Answer(const Context& context, const ApprovalValues& values, bool approved) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  const auto gate = FindGate(*client, values.target, values.signal, true);
  if (!gate) return Complain(gate.error());
  if (!gate->approval)
    return Complain(kExitUsage, Cat("signal ", gate->id, " takes a value of type ", TypeText(gate->type), ": ",
                                    CommandLine(context, {gate->project, gate->domain, true},
                                                Cat("set ", gate->execution, " ", gate->id, " VALUE"))));
  return SetGate(context, *client, *gate, *ParseValue(gate->type, approved ? "true" : "false"));
}

int RunApprove(const Context& context, const ApprovalValues& values) { return Answer(context, values, true); }
int RunReject(const Context& context, const ApprovalValues& values) { return Answer(context, values, false); }

}  // namespace

Verb ApproveVerb() {
  return {"approve",
          kGates,
          "approve what an execution waits for",
          "sandbox approve f4b8c2d6e0a1",
          "/signal",
          With(ApprovalOptions, RunApprove),
          "accept ok yes"};
}

Verb RejectVerb() {
  return {"reject",
          kGates,
          "reject what an execution waits for; it fails there",
          "sandbox reject f4b8c2d6e0a1",
          "/signal",
          With(ApprovalOptions, RunReject),
          "deny refuse no"};
}

}  // namespace sandbox::cli

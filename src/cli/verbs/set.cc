#include <nlohmann/json.hpp>

#include "cli/gates.h"
#include "cli/literals.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

struct SetValues {
  Target target;
  std::string signal, value;
};

void SetOptions(Options& options, SetValues& values) {
  ExecutionArgument(options, values.target);
  options.Argument("SIGNAL", values.signal, "name of the signal, as `sandbox get` prints it");
  options.Argument("VALUE", values.value, "the value; lists, maps and structures as JSON");
  options.InPlace(values.target.place);
}

int RunSet(const Context& context, const SetValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  const auto gate = FindGate(*client, values.target, values.signal, false);
  if (!gate) return Complain(gate.error());
  const auto literal = ParseValue(gate->type, values.value);
  if (!literal) return Complain(kExitUsage, Cat("signal ", gate->id, ": ", literal.error().message));
  return SetGate(context, *client, *gate, *literal);
}

}  // namespace

Verb SetVerb() {
  return {"set",
          kGates,
          "set a signal that an execution waits for",
          "sandbox set f4b8c2d6e0a1 amount 42\nsandbox set f4b8c2d6e0a1 sizes '[1, 2]'",
          "/signal",
          With(SetOptions, RunSet),
          "signal resume continue"};
}

}  // namespace sandbox::cli

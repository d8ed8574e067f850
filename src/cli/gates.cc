#include "cli/gates.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/exit_code.h"
#include "cli/literals.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

std::string Listed(const std::vector<OpenSignal>& signals) {
  std::string out;
  for (const OpenSignal& signal : signals) out += Cat(out.empty() ? "" : ", ", SignalText(signal));
  return out;
}

}  // namespace

Result<OpenSignal> FindGate(Client& client, Target target, const std::string& name, bool approval) {
  auto tree = FindTree(client, target);
  if (!tree) return std::unexpected(std::move(tree.error()));
  const std::string& execution = target.execution;
  const std::vector<OpenSignal> open = OpenSignals(*tree);
  const OpenSignal* found = nullptr;
  size_t count = 0;
  for (const OpenSignal& signal : open) {
    if (name.empty() ? signal.approval != approval : signal.id != name) continue;
    found = &signal;
    ++count;
  }
  if (count == 1) return *found;
  if (open.empty())
    return NotFound(Cat("execution ", execution, " (", tree->value("phase", ""), ") waits for no signal",
                        name.empty() ? "" : " " + name, " now; `sandbox get ", execution, "` shows what it waits for"));
  if (count > 1) return InvalidArgument(Cat("which one? execution ", execution, " waits for ", Listed(open)));
  return NotFound(Cat("execution ", execution, " waits for no ", approval ? "approval" : "signal",
                      name.empty() ? "" : " " + name, "; it waits for ", Listed(open)));
}

std::string HowToSet(const Context& context, const OpenSignal& signal) {
  const Place place{signal.project, signal.domain, true};
  const std::string what = Cat(ShellQuote(signal.execution), " ", ShellQuote(signal.id));
  return CommandLine(context, place, signal.approval ? "approve " + what : Cat("set ", what, " VALUE"));
}

int SetGate(const Context& context, Client& client, const OpenSignal& gate, const json& literal) {
  if (Status sent = client.SetSignal(gate, literal); !sent) return Complain(sent.error());
  const json value = BriefValue(literal);
  if (context.printer.IsData()) {
    context.printer.Data(json{{"execution", gate.execution}, {"signal", gate.id}, {"value", value}});
  } else {
    std::printf("%s = %s in execution %s\n", gate.id.c_str(), value.dump().c_str(), gate.execution.c_str());
  }
  return kExitOk;
}

}  // namespace sandbox::cli

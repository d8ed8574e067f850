#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/http_client.h"
#include "cli/literals.h"
#include "cli/place.h"
#include "cli/tree.h"
#include "cli/verbs.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

std::string Listed(const std::vector<OpenSignal>& signals) {
  std::string out;
  for (const OpenSignal& signal : signals) out += Cat(out.empty() ? "" : ", ", SignalText(signal));
  return out;
}

// The open gate of that name, in the execution or one that it launched. An empty name: the only one.
Result<OpenSignal> FindGate(const RuntimeInfo& info, Place place, const std::string& execution, const std::string& name,
                            bool approval) {
  auto tree = FetchTree(info, place, execution);
  if (!tree) return std::unexpected(std::move(tree.error()));
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

int Send(const Common& common, const RuntimeInfo& info, const OpenSignal& gate, const json& literal) {
  const json request = {
      {"id",
       {{"signal_id", gate.id},
        {"execution_id", {{"project", gate.project}, {"domain", gate.domain}, {"name", gate.execution}}}}},
      {"value", literal}};
  if (auto sent = PostJson(info, "/api/v1/signals", request); !sent) return Complain(kExitOther, sent.error().message);
  const json value = BriefValue(literal);
  if (common.json) {
    std::printf("%s\n", json{{"execution", gate.execution}, {"signal", gate.id}, {"value", value}}.dump(2).c_str());
  } else {
    std::printf("%s = %s in execution %s\n", gate.id.c_str(), value.dump().c_str(), gate.execution.c_str());
  }
  return kExitOk;
}

}  // namespace

int SetVerb(const Common& common, const Place& place, const std::string& execution, const std::string& signal,
            const std::string& value) {
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  const auto gate = FindGate(*info, place, execution, signal, false);
  if (!gate) return Complain(kExitOther, gate.error().message);
  const auto literal = ParseValue(gate->type, value);
  if (!literal) return Complain(kExitUsage, Cat("signal ", gate->id, ": ", literal.error().message));
  return Send(common, *info, *gate, *literal);
}

int ApproveVerb(const Common& common, const Place& place, const std::string& execution, const std::string& signal,
                bool approved) {
  const auto info = ReadRuntime(common.home);
  if (!info) return NotRunning(common);
  const auto gate = FindGate(*info, place, execution, signal, true);
  if (!gate) return Complain(kExitOther, gate.error().message);
  if (!gate->approval)
    return Complain(kExitUsage, Cat("signal ", gate->id, " takes a value of type ", TypeText(gate->type), ": ",
                                    CommandLine(common, place, Cat("set ", execution, " ", gate->id, " VALUE"))));
  return Send(common, *info, *gate, *ParseValue(gate->type, approved ? "true" : "false"));
}

}  // namespace sandbox::cli

#include "api/local/node_waits.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/local/pod_json.h"
#include "api/local/row_json.h"
#include "flyteidl/core/workflow.pb.h"
#include "sandbox/base/names.h"

namespace sandbox::api {
namespace {

using engine::GraphNode;
using engine::NodeKind;
using model::NodeWait;
using nlohmann::json;

constexpr size_t kUpstreamShown = 8;

json TypeOf(const flyteidl::core::LiteralType& type) {
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(type, &text).ok()) return nullptr;
  return json::parse(text, nullptr, false);
}

bool Succeeded(model::NodePhase phase) {
  return phase == model::NodePhase::kSucceeded || phase == model::NodePhase::kSkipped ||
         phase == model::NodePhase::kRecovered;
}

json Plain(NodeWait wait, Instant since) {
  return {{"code", WaitCode(wait)}, {"text", Sentence(wait)}, {"since", TimeRow(since)}};
}

json GateWait(const model::NodeRecord& record, const NodePlace& place) {
  json out = Plain(record.wait, record.started_at);
  out["code"] = "GATE";
  json gate = GateOf(place);
  if (gate.is_null()) return out;
  if (gate["gate"] == "sleep") {
    const auto& duration = place.node->node->gate_node().sleep().duration();
    const Instant until = record.attempt_started_at + DelayOf(duration.seconds(), duration.nanos());
    out["until"] = TimeRow(until);
    out["text"] = Cat("sleeps until ", FormatRfc3339(std::chrono::floor<std::chrono::seconds>(until)));
  } else {
    const std::string id = gate["signal_id"].get<std::string>();
    out["text"] = Cat(gate["gate"] == "approve" ? "waits for an approval: " : "waits for a value: ", id);
  }
  out.update(gate);
  return out;
}

json ChildWait(RunLookup& run, const model::NodeRecord& record) {
  json out = Plain(record.wait, record.started_at);
  out["code"] = "CHILD";
  if (!record.child_execution) return out;
  const auto child = run.Reader().FindExecution(*record.child_execution);
  const std::string phase(child ? PhaseName(child->phase) : "QUEUED");
  out.update({{"project", record.child_execution->project},
              {"domain", record.child_execution->domain},
              {"execution", record.child_execution->name},
              {"phase", phase},
              {"text", Cat("waits for execution ", record.child_execution->name, ", which is ", phase)}});
  return out;
}

// Only while its job is not made: then the connector works.
json ConnectorWait(const model::NodeRecord& record, const model::TaskRecord* attempt) {
  if (attempt == nullptr || attempt->job || attempt->phase == model::TaskPhase::kRunning) return nullptr;
  json out = Plain(record.wait, attempt->created_at);
  out["text"] = "waits for its connector";
  if (attempt->reasons.empty()) return out;
  out["error"] = attempt->reasons.back().message;
  out["text"] = Cat("waits for its connector: ", attempt->reasons.back().message);
  return out;
}

json Described(json wait, const std::string& id, const std::string& display) {
  if (wait.is_null()) return wait;
  wait["node"] = id;
  wait["display"] = display;
  return WithoutNulls(wait);
}

bool CountsForParallelism(const GraphNode& node) {
  return node.kind == NodeKind::kTask || node.kind == NodeKind::kLaunchPlan || node.kind == NodeKind::kArray;
}

}  // namespace

json GateOf(const NodePlace& place) {
  if (place.node == nullptr || place.node->kind != NodeKind::kGate) return nullptr;
  const flyteidl::core::GateNode& gate = place.node->node->gate_node();
  if (gate.has_sleep()) return {{"gate", "sleep"}};
  if (gate.has_approve())
    return {{"gate", "approve"}, {"signal_id", gate.approve().signal_id()}, {"type", {{"simple", "BOOLEAN"}}}};
  return {{"gate", "signal"}, {"signal_id", gate.signal().signal_id()}, {"type", TypeOf(gate.signal().type())}};
}

json WaitOfPod(const model::TaskRecord& attempt) {
  if (IsTerminal(attempt.phase)) return nullptr;
  json out = WaitJson(attempt.pod.wait);
  if (out.is_null()) return out;
  const auto rounded = [&out](const char* name, Instant at) {
    if (out.contains(name)) out[name] = TimeRow(at);
  };
  rounded("since", attempt.pod.wait.since);
  rounded("next_try_at", attempt.pod.wait.next_try_at);
  return WithoutNulls(out);
}

json WaitOf(RunLookup& run, const model::NodeRecord& record, const NodePlace& place) {
  if (IsTerminal(record.phase)) return nullptr;
  const std::string display = DisplayName(record, place);
  const auto described = [&](json wait) { return Described(std::move(wait), record.id.node, display); };
  switch (record.wait) {
    case NodeWait::kNothing:
    case NodeWait::kInside: return nullptr;
    case NodeWait::kPod: {
      const model::TaskRecord* attempt = run.FindAttempt(record.id.node, record.attempts);
      return attempt == nullptr ? json() : described(WaitOfPod(*attempt));
    }
    case NodeWait::kConnector:
      return described(ConnectorWait(record, run.FindAttempt(record.id.node, record.attempts)));
    case NodeWait::kChild: return described(ChildWait(run, record));
    case NodeWait::kSignal:
    case NodeWait::kApproval:
    case NodeWait::kSleep: return described(GateWait(record, place));
    case NodeWait::kParallelism: {
      json out = Plain(record.wait, record.updated_at);
      out["limit"] = run.Execution().settings.max_parallelism;
      return described(out);
    }
    default: return described(Plain(record.wait, record.updated_at));
  }
}

json WaitToBegin(RunLookup& run, const std::string& id, const NodePlace& place, uint64_t running) {
  if (place.node == nullptr || place.node->role != GraphNode::Role::kPlain || IsTerminal(run.Execution().phase))
    return nullptr;
  if (place.node->kind == NodeKind::kEnd) return nullptr;
  json nodes = json::array();
  size_t waits = 0;
  for (const uint32_t up : place.node->upstream) {
    const std::string before = place.IdOf(up);
    const model::NodeRecord* record = run.FindNode(before);
    if (record != nullptr && Succeeded(record->phase)) continue;
    if (++waits <= kUpstreamShown) nodes.push_back(before);
  }
  if (waits > 0) return {{"code", "UPSTREAM"}, {"text", Sentence(NodeWait::kUpstream)}, {"nodes", nodes}};
  const uint64_t limit = run.Execution().settings.max_parallelism;
  if (limit == 0 || running < limit || !CountsForParallelism(*place.node)) return nullptr;
  const json wait = {{"code", "PARALLELISM"},
                     {"text", Cat("waits for its turn: at most ", limit, " run at once in this execution")},
                     {"limit", limit},
                     {"running", running}};
  model::NodeRecord record;
  record.spec_node_id = place.node->node->id();
  return Described(wait, id, DisplayName(record, place));
}

std::string DisplayName(const model::NodeRecord& record, const NodePlace& place) {
  constexpr size_t kHash = 32;
  std::string name = record.name;
  if (name.empty() && place.node != nullptr && place.node->node != nullptr) name = place.node->node->metadata().name();
  // The node of a single task's execution is called by its task's name without what an id may not have.
  if (const auto* task = place.Task(); task && (name.empty() || name == SingleTaskNodeId(task->id().name())))
    name = task->id().name();
  if (name.empty()) return record.spec_node_id;
  name = name.substr(0, name.find("-arraynode"));
  name = name.substr(name.rfind('.') + 1);  // npos + 1 is 0
  // What flytekit calls a map task ends with a hash.
  if (name.size() <= kHash + 1 || name[name.size() - kHash - 1] != '_') return name;
  const bool hash = name.find_first_not_of("0123456789abcdef", name.size() - kHash) == std::string::npos;
  return hash ? name.substr(0, name.size() - kHash - 1) : name;
}

}  // namespace sandbox::api

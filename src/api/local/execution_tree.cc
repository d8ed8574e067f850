#include "api/local/execution_tree.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "api/local/node_kinds.h"
#include "flyteidl/core/catalog.pb.h"
#include "flyteidl/core/workflow.pb.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr int kDepthMax = 64;  // executions that start each other end at this limit

int64_t UnixSeconds(Instant instant) {
  return std::chrono::duration_cast<std::chrono::seconds>(instant.time_since_epoch()).count();
}

json TimeJson(Instant instant) { return instant == Instant{} ? json() : json(FormatRfc3339(instant)); }

json SecondsJson(const std::optional<Duration>& duration) {
  return duration ? json(std::chrono::duration<double>(*duration).count()) : json();
}

json ErrorJson(const std::optional<model::ExecutionError>& error) {
  if (!error) return nullptr;
  static constexpr const char* kKinds[] = {"UNKNOWN", "USER", "SYSTEM"};
  return {{"code", error->code}, {"kind", kKinds[static_cast<int>(error->kind)]}, {"message", error->message}};
}

// The type as the public API writes it.
json TypeJson(const std::string& bytes) {
  flyteidl::core::LiteralType type;
  type.ParseFromString(bytes);
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(type, &text, options).ok()) return nullptr;
  return json::parse(text, nullptr, false);
}

// The number at the end of the text, and what is before it.
std::pair<std::string, uint64_t> SplitNumber(const std::string& text) {
  const size_t end = text.find_last_not_of("0123456789") + 1;  // npos + 1 is 0
  uint64_t number = 0;
  std::from_chars(text.data() + end, text.data() + text.size(), number);
  return {text.substr(0, end), number};
}

// Items by their index, other nodes as their author wrote them: n2 before n10, the failure node (fn0) last.
bool ComesBefore(const model::NodeRecord& one, const model::NodeRecord& other) {
  const auto key = [](const model::NodeRecord& node) {
    return std::tuple(node.item, node.spec_node_id.starts_with("fn"), SplitNumber(node.spec_node_id));
  };
  return key(one) < key(other);
}

// Builds the tree of one execution; the trees of its children are other builders'.
class Builder {
 public:
  Builder(MetadataReader& reader, const model::ExecutionRecord& execution, int depth)
      : reader_(reader), execution_(execution), depth_(depth), signals_(reader.SignalsOf(execution.id)) {
    for (auto& task : reader.TasksOf(execution.id)) attempts_[task.id.node.node].push_back(std::move(task));
    for (auto& [node, attempts] : attempts_)
      std::ranges::sort(attempts, {}, [](const auto& t) { return t.id.attempt; });
    for (auto& node : reader.NodesOf(execution.id)) {
      if (!IsMarker(node)) children_[node.parent].push_back(std::move(node));
    }
    for (auto& [parent, nodes] : children_) std::ranges::sort(nodes, ComesBefore);
  }

  json Build() {
    json out = {
        {"project", execution_.id.project},
        {"domain", execution_.id.domain},
        {"name", execution_.id.name},
        {"phase", PhaseName(execution_.phase)},
        {"launch_plan", execution_.launch_plan.name},
        {"version", execution_.launch_plan.version},
        {"created_at", TimeJson(execution_.created_at)},
        {"started_at", TimeJson(execution_.started_at)},
        {"duration_s", SecondsJson(execution_.duration)},
        {"error", ErrorJson(execution_.error)},
        {"nodes", Nodes("", ScopeOf(reader_, execution_))},
    };
    return out;
  }

 private:
  json Nodes(const std::string& parent, const WorkflowScope& scope) {
    json out = json::array();
    const auto found = children_.find(parent);
    if (found == children_.end()) return out;
    for (const model::NodeRecord& node : found->second) out.push_back(Node(node, scope));
    return out;
  }

  json Node(const model::NodeRecord& record, const WorkflowScope& scope) {
    static const std::vector<model::TaskRecord> kNone;
    const auto found = attempts_.find(record.id.node);
    const auto& attempts = found == attempts_.end() ? kNone : found->second;
    const bool item = record.item >= 0;
    const auto* node = item ? nullptr : FindNodeTemplate(scope, record.spec_node_id);
    const std::string kind = item ? "item" : KindOf(node, record, !attempts.empty());
    json out = {
        {"id", record.id.node},
        {"node", record.spec_node_id},
        {"name", node != nullptr ? node->metadata().name() : record.name},
        {"kind", kind},
        {"phase", PhaseName(record.phase)},
        {"attempts", attempts.size()},
        {"started_at", TimeJson(record.started_at)},
        {"duration_s", SecondsJson(record.duration)},
        {"error", ErrorJson(record.error)},
        {"cache", flyteidl::core::CatalogCacheStatus_Name(record.cache_status)},
        {"task", attempts.empty() ? "" : attempts.back().task.name},
        {"waits_for", Waiting(record, attempts)},
        {"reason", Reason(attempts)},
        {"signal", node != nullptr && node->has_gate_node() ? SignalJson(node->gate_node(), record) : json()},
        {"pods", Pods(attempts)},
        {"children", Nodes(record.id.node, ScopeBelow(scope, node, record))},
        {"execution", Child(record)},
    };
    if (item) out["index"] = record.item;
    return out;
  }

  // What a node that has begun waits for before its task runs, such as memory, an image or another execution.
  static std::string Waiting(const model::NodeRecord& node, const std::vector<model::TaskRecord>& attempts) {
    if (IsTerminal(node.phase) || attempts.empty()) return "";
    const model::TaskRecord& newest = attempts.back();
    if (IsTerminal(newest.phase) || newest.phase == model::TaskPhase::kRunning) return "";
    if (!newest.pod_reason.empty()) return newest.pod_reason;
    return newest.reasons.empty() ? "" : newest.reasons.back().message;
  }

  // What the newest attempt said last.
  static std::string Reason(const std::vector<model::TaskRecord>& attempts) {
    return attempts.empty() || attempts.back().reasons.empty() ? "" : attempts.back().reasons.back().message;
  }

  // What an open gate waits for; nothing for a gate that is closed or sleeps.
  json SignalJson(const flyteidl::core::GateNode& gate, const model::NodeRecord& record) {
    if (IsTerminal(record.phase) || gate.has_sleep()) return nullptr;
    const std::string& id = gate.has_approve() ? gate.approve().signal_id() : gate.signal().signal_id();
    for (const model::SignalRecord& signal : signals_) {
      if (signal.signal_id == id && signal.value.empty()) return {{"id", id}, {"type", TypeJson(signal.type)}};
    }
    return nullptr;
  }

  static json Pods(const std::vector<model::TaskRecord>& attempts) {
    json out = json::array();
    for (const model::TaskRecord& task : attempts) {
      if (!task.pod_status.empty()) out.push_back(PodJson(task));
    }
    return out;
  }

  json Child(const model::NodeRecord& record) {
    if (!record.child_execution || depth_ >= kDepthMax) return nullptr;
    const auto child = reader_.FindExecution(*record.child_execution);
    return child ? Builder(reader_, *child, depth_ + 1).Build() : json();
  }

  MetadataReader& reader_;
  const model::ExecutionRecord& execution_;
  const int depth_;
  std::vector<model::SignalRecord> signals_;
  std::map<std::string, std::vector<model::TaskRecord>> attempts_;  // by unique node id
  std::map<std::string, std::vector<model::NodeRecord>> children_;  // by the parent's unique node id
};

}  // namespace

json TreeOf(MetadataReader& reader, const model::ExecutionRecord& execution) {
  return Builder(reader, execution, 0).Build();
}

json PodJson(const model::TaskRecord& task) {
  json out = {
      {"name", task.generated_name},
      {"namespace", task.id.node.execution.Namespace()},
      {"ready", Cat(task.containers_ready, "/", task.containers_total)},
      {"status", task.pod_status},
      {"reason", task.pod_reason},
      {"created_at", UnixSeconds(task.created_at)},
      {"execution", task.id.node.execution.name},
      {"node", task.id.node.node},
      {"attempt", task.id.attempt},
      {"task", task.task.name},
      {"exit_code", nullptr},
  };
  if (task.exit_code) out["exit_code"] = *task.exit_code;
  return out;
}

}  // namespace sandbox::api

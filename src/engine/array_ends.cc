// How an array ends: its items' outputs as lists, or their errors as one.

#include <map>
#include <set>

#include "flyteidl/core/errors.pb.h"
#include "sandbox/base/check.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::ExecutionError;
using model::NodePhase;

namespace {

constexpr size_t kSummaryBytesMax = 100 * 1024;
constexpr size_t kMapSummaryBytesMax = 1000;

void AddAsked(const core::BindingData& data, const std::set<std::string>& nodes, std::set<std::string>& out) {
  const std::string& var = data.promise().var();
  if (nodes.contains(data.promise().node_id())) out.insert(var.starts_with('[') ? var.substr(var.find('.') + 1) : var);
  for (const core::BindingData& member : data.collection().bindings()) AddAsked(member, nodes, out);
  for (const auto& [key, member] : data.map().bindings()) AddAsked(member, nodes, out);
}

// The outputs of the node, or of the branch node that chose it, that bindings refer to.
std::set<std::string> AskedOutputs(const Graph& graph, const GraphNode& array) {
  std::set<std::string> out;
  std::set<std::string> names{array.node->id()};
  for (const GraphNode* asked = &array; asked->role == GraphNode::Role::kChoice;) {
    asked = &graph.nodes[asked->branch];
    names.insert(asked->node->id());
  }
  for (const GraphNode& node : graph.nodes) {
    for (const core::Binding& binding : node.node->inputs()) AddAsked(binding.binding(), names, out);
  }
  return out;
}

// As Go prints a message.
std::string GoText(const ExecutionError& error) {
  std::string out;
  const auto field = [&out](std::string_view name, const std::string& value, bool quoted) {
    if (value.empty()) return;
    out += Cat(out.empty() ? "" : "  ", name, ":");
    if (!quoted) {
      out += value;
      return;
    }
    out += '"';
    for (const char c : value) {
      switch (c) {
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        default: out += c;
      }
    }
    out += '"';
  };
  field("code", error.code, true);
  field("message", error.message, true);
  field("error_uri", error.error_uri, true);
  field("kind", error.kind == ErrorKind::kUser ? "USER" : error.kind == ErrorKind::kSystem ? "SYSTEM" : "", false);
  if (error.timestamp != Instant{}) {
    const auto since = error.timestamp.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
    const auto nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds).count();
    field("timestamp", Cat("{seconds:", seconds.count(), nanos == 0 ? "" : Cat("  nanos:", nanos), "}"), false);
  }
  field("worker", error.worker, true);
  return out;
}

// "[0-1][3]": places in ascending order.
std::string Ranges(const std::vector<uint32_t>& places) {
  std::string out;
  for (size_t i = 0; i < places.size();) {
    size_t last = i;
    while (last + 1 < places.size() && places[last + 1] == places[last] + 1) ++last;
    out += last == i ? Cat("[", places[i], "]") : Cat("[", places[i], "-", places[last], "]");
    i = last + 1;
  }
  return out;
}

}  // namespace

// One list for each output, in the order of the items; a failed item that is tolerated has nothing in it.
void Stepper::SucceedArray(uint32_t index) {
  NodeRun& node = Node(index);
  Scope& scope = run_.scopes[*node.inside];
  SANDBOX_CHECK(scope.ended == scope.count, Cat("array ", node.record.id.node, " succeeds and has items that run"));
  scope.state = Scope::State::kOver;
  core::LiteralMap outputs;
  auto& lists = *outputs.mutable_literals();
  if (node.attempt) {
    const core::TaskTemplate* task = scope.plan->FindTask(Array(index).node().task_node().reference_id());
    for (const auto& [name, variable] : task->interface().outputs().variables()) lists[name].mutable_collection();
  } else if (const Graph* graph = run_.scopes[node.scope].graph) {
    // The workflow does not hold a launch plan's interface: without any item its outputs are what others ask for.
    for (const std::string& name : AskedOutputs(*graph, *node.graph)) lists[name].mutable_collection();
  }
  for (uint32_t i = scope.first; i < scope.first + scope.count; ++i) {
    if (!Node(i).outputs) continue;
    for (const auto& [name, literal] : Node(i).outputs->literals()) lists[name].mutable_collection();
  }
  for (uint32_t i = scope.first; i < scope.first + scope.count; ++i) {
    const Literals item = std::move(Node(i).outputs);
    for (auto& [name, list] : lists) {
      core::Literal* literal = list.mutable_collection()->add_literals();
      const auto found = item ? item->literals().find(name) : decltype(item->literals().end()){};
      if (item && found != item->literals().end()) {
        *literal = found->second;
      } else {
        literal->mutable_scalar()->mutable_none_type();
      }
    }
  }
  const auto refused = OffloadOutputs(index, outputs);
  if (node.attempt) CloseAttempt(index, refused ? Outcome{Outcome::Kind::kPermanent, *refused} : Outcome{}, false);
  if (refused) return FailNode(index, *refused);
  SucceedWith(index, std::make_shared<const core::LiteralMap>(std::move(outputs)));
}

// Too many items failed: their messages are the node's, each once with the places where it was seen.
void Stepper::FailArray(uint32_t index) {
  NodeRun& node = Node(index);
  const Scope& scope = run_.scopes[*node.inside];
  const bool map_task = node.graph->subtasks != nullptr;
  std::map<std::string, std::vector<uint32_t>> messages;
  for (uint32_t i = 0; i < scope.count; ++i) {
    const NodePhase phase = Node(scope.first + i).record.phase;
    if (phase == NodePhase::kFailed || phase == NodePhase::kTimedOut)
      messages[map_task ? GoText(FailureOf(scope.first + i)) : FailureOf(scope.first + i).message].push_back(i);
  }
  ExecutionError error;
  for (const auto& [message, places] : messages) {
    const std::string line = Cat(Ranges(places), ": ", message, "\n");
    if (map_task) {
      error.message += line;
      if (error.message.size() < kMapSummaryBytesMax) continue;
      error.message += "... and many more.";
      break;
    }
    if (error.message.size() + line.size() > kSummaryBytesMax) {
      error.message += "... and many more.";
      break;
    }
    error.message += line;
  }
  AbortScope(*node.inside, std::string(kAutoAbort));
  if (map_task) {
    core::ErrorDocument document;
    document.mutable_error()->set_message(error.message);
    out_.objects.push_back({OutputPrefix(index) + "/error.pb", document.SerializeAsString()});
  }
  if (node.attempt) CloseAttempt(index, {Outcome::Kind::kPermanent, error}, false);
  FailNode(index, std::move(error));
}

}  // namespace sandbox::engine

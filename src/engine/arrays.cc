#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "flyteidl/core/errors.pb.h"
#include "handlers.h"
#include "sandbox/base/check.h"
#include "sandbox/base/names.h"
#include "scopes.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::ExecutionError;
using model::NodePhase;
using model::TaskPhase;

namespace {

constexpr size_t kSummaryBytesMax = 100 * 1024;
constexpr size_t kMapSummaryBytesMax = 1000;
constexpr int kMapItemsMax = 5000;

// How many items there are: the common length of the lists that are not bound whole.
Result<uint32_t> CountItems(const core::ArrayNode& array, const core::LiteralMap& inputs) {
  const std::map<std::string, const core::Literal*> sorted = [&] {
    std::map<std::string, const core::Literal*> out;
    for (const auto& [name, literal] : inputs.literals()) out.emplace(name, &literal);
    return out;
  }();
  std::optional<uint32_t> size;
  for (const auto& [name, literal] : sorted) {
    if (!literal->has_collection() || IsBound(array, name)) continue;
    const auto length = static_cast<uint32_t>(literal->collection().literals_size());
    if (size && *size != length)
      return InvalidArgument(Cat("input arrays have different lengths: expecting '", *size, "' found '", length, "'"));
    size = length;
  }
  if (!size && array.bound_inputs().empty()) return InvalidArgument("no input array provided");
  return size.value_or(1);
}

// What a map task cannot be run with.
std::optional<ExecutionError> CheckMapTask(const core::LiteralMap& inputs) {
  int size = -1;
  for (const auto& [name, literal] : inputs.literals()) {
    if (!literal.has_collection()) continue;
    const int length = literal.collection().literals_size();
    if (size >= 0 && size != length)
      return ExecutionError{
          "TaskFailedUnknownError", "all maptask input lists must be the same length", "", ErrorKind::kUser, {}, ""};
    size = length;
  }
  if (size < 0)
    return ExecutionError{
        "BadTaskSpecification", "Unable to determine array size from inputs", "", ErrorKind::kUser, {}, ""};
  if (size <= kMapItemsMax) return std::nullopt;
  return ExecutionError{"TaskFailedUnknownError",
                        Cat("array size > max allowed. requested [", size, "]. allowed [", kMapItemsMax, "]"),
                        "",
                        ErrorKind::kUser,
                        {},
                        ""};
}

uint32_t SuccessesNeeded(const core::ArrayNode& array, uint32_t count) {
  if (array.success_criteria_case() == core::ArrayNode::kMinSuccesses) return std::min(array.min_successes(), count);
  if (array.success_criteria_case() != core::ArrayNode::kMinSuccessRatio) return count;
  return std::min(count, static_cast<uint32_t>(std::ceil(static_cast<double>(array.min_success_ratio()) * count)));
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

}  // namespace

namespace {

void StartArray(Stepper& step, uint32_t index) {
  if (!step.Begin(index, true)) return;
  step.Node(index).record.is_array = !step.Node(index).graph->subtasks;
  step.WriteInputs(index);
  step.OpenArray(index);
}

void RetryArray(Stepper& step, uint32_t index) { step.OpenArray(index); }

void ReopenArray(Run& run, uint32_t index, const StoredRun&) {
  const auto* state = std::get_if<model::ArrayState>(&run.nodes[index].record.state);
  OpenItems(run, index, state == nullptr ? 0 : state->items);
}

void ResumeArray(Stepper& step, uint32_t index) {
  if (!step.ResolveNodeInputs(index)) return;
  step.StartItems(index);
  if (!model::IsTerminal(step.Node(index).record.phase)) step.ArmDeadline(index);
}

void EndArray(Stepper& step, uint32_t, uint32_t item) {
  const NodePhase phase = step.Node(item).record.phase;
  step.OnItemEnded(step.Node(item).scope, phase == NodePhase::kFailed || phase == NodePhase::kTimedOut);
}

}  // namespace

constinit const NodeHandler kArrayNodes{
    .start = StartArray,
    .start_item = common::RefuseItem,
    .retry = RetryArray,
    .reopen = ReopenArray,
    .resume = ResumeArray,
    .wake_at = common::NeverWakes,
    .wake = common::Wake,
    .abort = common::AbortInside,
    .end = EndArray,
    .counts = common::Counts,
    .waits = common::WaitsForInside,
};

void Stepper::OpenArray(uint32_t index) {
  NodeRun& node = Node(index);
  SANDBOX_CHECK(!node.inside, Cat("the items of array ", node.record.id.node, " begin twice"));
  const core::ArrayNode& array = Array(index);
  const bool map_task = Node(index).graph->subtasks != nullptr;
  EnterRunning(index);
  // One row stands for all items; it has no pod.
  if (array.node().has_task_node()) {
    model::TaskRecord& record = node.attempt.emplace();
    record.id = CurrentAttempt(index);
    record.task = ToEntityId(array.node().task_node().reference_id());
    record.task_type = kMapTaskType;
    record.plugin_identifier = "k8s-array";
    record.created_at = now_;
    record.input_uri = node.record.input_uri;
    record.containers_total = 0;
    if (map_task) record.generated_name = GeneratedName(record.id);
    SetPhase(record, TaskPhase::kQueued, 0, now_);
    TouchAttempt(index);
  }
  if (map_task) {
    if (const auto error = CheckMapTask(*Seen(index))) {
      CloseAttempt(index, {Outcome::Kind::kPermanent, *error}, false);
      return FailNode(index, *error);
    }
  }
  const auto count = CountItems(array, *Seen(index));
  if (!count) {
    const ExecutionError error{"InvalidArrayLength", count.error().message, "", ErrorKind::kUser, {}, ""};
    if (node.attempt) CloseAttempt(index, {Outcome::Kind::kPermanent, error}, false);
    return FailNode(index, error);
  }
  node.record.state = model::ArrayState{*count};
  if (*count == 0 && map_task) SetPhase(*node.attempt, TaskPhase::kRunning, 1, now_);
  if (*count == 0 && node.attempt && !map_task)
    node.attempt->input_uri.clear();  // as the reference: there is nothing to tell
  OpenItems(run_, index, *count);
  *count == 0 ? SucceedArray(index) : StartItems(index);
}

// As many as may run at once.
void Stepper::StartItems(uint32_t index) {
  SANDBOX_CHECK(Node(index).inside, Cat("array ", Node(index).record.id.node, " has no items"));
  Scope& scope = run_.scopes[*Node(index).inside];
  const uint32_t parallelism = Array(index).parallelism();
  const uint32_t limit = parallelism == 0 ? run_.config->array_parallelism : parallelism;
  while (scope.running < limit && scope.next < scope.count) {
    // After a restart, items that were taken from the cache may be ahead of those that only asked.
    const uint32_t item = scope.first + scope.next++;
    if (Node(item).record.phase != NodePhase::kUndefined) continue;
    ready_.push_back(item);
    ++scope.running;
  }
}

// The item's element of every list that is not bound whole.
core::LiteralMap Stepper::ItemInputs(uint32_t index) const {
  const int item = Node(index).record.item;
  const uint32_t array = *ParentOf(index);
  core::LiteralMap inputs;
  for (const auto& [name, literal] : Seen(array)->literals()) {
    const bool list =
        literal.has_collection() && !IsBound(Array(array), name) && item < literal.collection().literals_size();
    // What every item gets whole it gets as the array did.
    (*inputs.mutable_literals())[name] =
        list ? literal.collection().literals(item) : Node(array).inputs->literals().at(name);
  }
  return inputs;
}

bool Stepper::ResolveItemInputs(uint32_t index) {
  NodeRun& node = Node(index);
  const uint32_t array = *ParentOf(index);
  if (!Node(array).inputs && !ResolveNodeInputs(array)) return false;
  node.record.input_uri = DataDir(IsSubtask(index) ? array : index) + "/inputs.pb";
  node.inputs = std::make_shared<const core::LiteralMap>(ItemInputs(index));
  return LookIntoInputs(index);
}

void Stepper::OnItemRunning(uint32_t index, Instant at) {
  const uint32_t array = *ParentOf(index);
  NodeRun& node = Node(array);
  if (!node.attempt || node.attempt->phase == TaskPhase::kRunning) return;
  SetPhase(*node.attempt, TaskPhase::kRunning, 1, at);
  TouchAttempt(array);
}

void Stepper::OnItemEnded(uint32_t scope_index, bool failed) {
  Scope& scope = run_.scopes[scope_index];
  if (scope.state != Scope::State::kRunning) return;
  const uint32_t array = *scope.parent;
  SANDBOX_CHECK(scope.running > 0 && scope.ended < scope.count,
                Cat("more items of array ", Node(array).record.id.node, " end than it has"));
  --scope.running;
  ++scope.ended;
  scope.items_failed += failed;
  if (scope.count - scope.items_failed < SuccessesNeeded(Array(array), scope.count)) return FailArray(array);
  scope.ended == scope.count ? SucceedArray(array) : StartItems(array);
}

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

#include <algorithm>
#include <cmath>
#include <map>

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

}  // namespace sandbox::engine

// Offloaded literals that the engine looks into, and those that it makes: protocol/execution-engine 4.4.

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <map>

#include "bindings.h"
#include "branch_condition.h"
#include "stepper.h"

namespace sandbox::engine {

namespace core = flyteidl::core;
using model::ErrorKind;
using model::ExecutionError;
using model::NodePhase;

namespace {

constexpr uint64_t kMegabyte = 1024 * 1024;

// As the reference writes the id of a task.
std::string IdText(const core::Identifier& id) {
  return Cat("resource_type:TASK project:\"", id.project(), "\" domain:\"", id.domain(), "\" name:\"", id.name(),
             "\" version:\"", id.version(), "\"");
}

// The type of a list of what the task declares; a task that is mapped declares the list itself, unless it is `plain`.
core::LiteralType ListType(const core::LiteralType& declared, bool plain) {
  if (declared.has_collection_type() && !plain) return declared;
  core::LiteralType out;
  *out.mutable_collection_type() = declared;
  return out;
}

// Equal values have equal bytes.
std::string Serialize(const core::Literal& literal) {
  std::string out;
  google::protobuf::io::StringOutputStream stream(&out);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  literal.SerializeToCodedStream(&coded);
  coded.Trim();
  return out;
}

// The same decision for the same values: maps have no order of their own.
template <typename Map>
auto Sorted(Map& map) {
  std::map<std::string, decltype(&map.begin()->second)> out;
  for (auto& [name, value] : map) out.emplace(name, &value);
  return out;
}

}  // namespace

bool IsBound(const core::ArrayNode& array, const std::string& name) {
  return std::ranges::find(array.bound_inputs(), name) != array.bound_inputs().end();
}

// What the node's bindings are worth.
Result<core::LiteralMap> Stepper::MakeInputs(uint32_t index, ValueLookup& values) const {
  const Scope& scope = run_.scopes[Node(index).scope];
  const auto outputs_of = [&](const std::string& id) -> const core::LiteralMap* {
    const auto found = scope.graph->by_id.find(id.empty() ? kStartNode : std::string_view(id));
    return found == scope.graph->by_id.end() ? nullptr : Node(scope.first + found->second).outputs.get();
  };
  return ResolveInputs(Spec(index).inputs(), outputs_of, values);
}

// Whether the engine itself needs the value of an input of the node.
Stepper::Look Stepper::LooksInto(uint32_t index, const std::string& name, const core::Literal& literal) const {
  const core::Node& spec = Spec(index);
  if (spec.has_branch_node())
    return ComparedInputs(spec.branch_node().if_else()).contains(name) ? Look::kTop : Look::kNot;
  // Placeholders of subtasks are their task's.
  const core::TaskTemplate* task = spec.has_task_node() && !IsSubtask(index) ? Task(index) : nullptr;
  if (task != nullptr && MentionsInput(spec, *task, name)) return Look::kInside;
  if (!IsArray(index) || IsBound(Array(index), name)) return Look::kNot;
  const core::LiteralOffloadedMetadata& offloaded = literal.offloaded_metadata();
  return !offloaded.has_inferred_type() || offloaded.inferred_type().has_collection_type() ? Look::kTop : Look::kNot;
}

// The inputs with values in the place of offloaded literals where that is needed; null when it is nowhere.
Result<Literals> Stepper::OpenInputs(uint32_t index, ValueLookup& values) const {
  std::map<std::string, core::Literal> opened;
  std::optional<Error> failure;
  for (const auto& [name, literal] : Sorted(Node(index).inputs->literals())) {
    const Look look = HasOffloaded(*literal) ? LooksInto(index, name, *literal) : Look::kNot;
    if (look == Look::kNot) continue;
    Result<core::Literal> value = InvalidArgument("");
    if (look == Look::kInside) {
      value = values.FindAll(*literal);
    } else if (const auto top = values.Find(*literal)) {
      value = **top;
    } else {
      value = std::unexpected(top.error());
    }
    if (value) {
      opened[name] = std::move(*value);
    } else {
      failure = std::move(value.error());
      failure->message = Cat("couldn't read the offloaded literal of input [", name, "]: ", failure->message);
    }
  }
  if (failure) return std::unexpected(std::move(*failure));
  if (opened.empty()) return Literals();
  auto out = std::make_shared<core::LiteralMap>();
  for (const auto& [name, literal] : Node(index).inputs->literals()) {
    const auto found = opened.find(name);
    (*out->mutable_literals())[name] = found == opened.end() ? literal : found->second;
  }
  return Literals(std::move(out));
}

// False when the node failed for it, or begins again when what is missing was read.
bool Stepper::LookIntoInputs(uint32_t index) {
  NodeRun& node = Node(index);
  ValueLookup values(node.values);
  auto opened = OpenInputs(index, values);
  if (!values.Complete()) {
    ReadFirst(index, values);
    return false;
  }
  if (!opened) {
    FailNode(index, {"RuntimeExecutionError", opened.error().message, "", ErrorKind::kSystem, {}, ""});
    return false;
  }
  node.opened = std::move(*opened);
  return true;
}

// The answer is ValuesRead. Until then the node has no row: after a restart it begins as if for the first time.
void Stepper::ReadFirst(uint32_t index, const ValueLookup& values) {
  Node(index).asked = NodeRun::Asked::kValues;
  out_.values.push_back({Node(index).record.id, values.Missing()});
}

void Stepper::On(const ValuesRead& event) {
  const auto found = run_.by_id.find(event.id.node);
  if (found == run_.by_id.end() || Node(found->second).asked != NodeRun::Asked::kValues) return;
  NodeRun& node = Node(found->second);
  node.asked = NodeRun::Asked::kNothing;
  if (Stopping() || node.record.phase != NodePhase::kUndefined) return;
  for (const auto& [uri, value] : event.values) node.values[uri] = value;
  ready_.push_back(found->second);
}

// Nodes that run had their values once: they are read again before anything is done.
std::vector<ReadValues> Stepper::ProbeValues() {
  for (uint32_t i = 0; i < run_.nodes.size(); ++i) {
    NodeRun& node = Node(i);
    if (node.record.phase == NodePhase::kUndefined || model::IsTerminal(node.record.phase)) continue;
    ValueLookup values(node.values);
    if (IsItem(i)) {
      if (!Node(*ParentOf(i)).inputs) continue;
      node.inputs = std::make_shared<const core::LiteralMap>(ItemInputs(i));
    } else if (auto inputs = MakeInputs(i, values); inputs && values.Complete()) {
      node.inputs = std::make_shared<const core::LiteralMap>(std::move(*inputs));
    }
    if (values.Complete() && node.inputs) {
      if (auto opened = OpenInputs(i, values); opened && values.Complete()) node.opened = std::move(*opened);
    }
    if (!values.Complete()) out_.values.push_back({node.record.id, values.Missing()});
  }
  return std::move(out_.values);
}

std::vector<ReadValues> NeedsValues(Run& run) { return Stepper(run, {}).ProbeValues(); }

// A container whose SDK is too old must not get what it cannot read. Raw containers get files, which have the values.
std::optional<ExecutionError> Stepper::RefuseOffloaded(uint32_t index) const {
  const core::Node& runs = IsArray(index) ? Array(index).node() : Spec(index);
  const core::TaskTemplate* task =
      runs.has_task_node() ? run_.scopes[Node(index).scope].plan->FindTask(runs.task_node().reference_id()) : nullptr;
  if (task == nullptr || KnowsOffloading(*task)) return std::nullopt;
  if (task->container().data_config().enabled() || task->k8s_pod().data_config().enabled()) return std::nullopt;
  if (std::ranges::none_of(Node(index).inputs->literals(),
                           [](const auto& entry) { return HasOffloaded(entry.second); }))
    return std::nullopt;
  if (!run_.config->offloading.enabled) {
    return ExecutionError{
        "LiteralOffloadingDisabled",
        Cat("task [", IdText(task->id()), "] is trying to consume offloaded literals but feature is not enabled"),
        "",
        ErrorKind::kUser,
        {},
        ""};
  }
  return ExecutionError{"LiteralOffloadingNotSupported",
                        Cat("Literal offloading is not supported for this task as its registered with SDK version [",
                            task->metadata().runtime().version(), "] which is less than the least supported version [",
                            kOffloadingSince, "] for this feature"),
                        "",
                        ErrorKind::kUser,
                        {},
                        ""};
}

// Large lists of an array node become objects of their own. Fails for one that is too large for that.
std::optional<ExecutionError> Stepper::OffloadOutputs(uint32_t index, core::LiteralMap& outputs) {
  const Offloading& limits = run_.config->offloading;
  if (!limits.enabled || Node(index).graph->subtasks) return std::nullopt;
  const core::TaskTemplate* task =
      run_.scopes[Node(index).scope].plan->FindTask(Array(index).node().task_node().reference_id());
  if (task == nullptr) return std::nullopt;
  const bool plain = Array(index).is_original_sub_node_interface().value();
  const auto declared = Sorted(task->interface().outputs().variables());
  for (auto& [name, literal] : Sorted(*outputs.mutable_literals())) {
    const auto found = declared.find(name);
    if (found == declared.end()) continue;
    const uint64_t size = literal->ByteSizeLong();
    if (size / kMegabyte >= limits.max_mb) {
      return ExecutionError{"OutputSizeExceeded",
                            Cat("output [", name, "]: Literal size [", size / kMegabyte,
                                "] MB is larger than the max size [", limits.max_mb, "] MB for offloading"),
                            "",
                            ErrorKind::kUnknown,
                            {},
                            ""};
    }
    if (size / kMegabyte < limits.min_mb) continue;
    std::string bytes = Serialize(*literal);
    core::Literal stands;
    if (run_.config->content_hash) stands.set_hash(run_.config->content_hash(bytes));
    stands.mutable_offloaded_metadata()->set_uri(Cat(OutputPrefix(index), "/", name, "_offloaded_metadata.pb"));
    stands.mutable_offloaded_metadata()->set_size_bytes(size);
    *stands.mutable_offloaded_metadata()->mutable_inferred_type() = ListType(found->second->type(), plain);
    out_.objects.push_back({stands.offloaded_metadata().uri(), std::move(bytes)});
    *literal = std::move(stands);
  }
  return std::nullopt;
}

}  // namespace sandbox::engine

#include "api/local/run_lookup.h"

#include <cstdlib>

#include "api/local/node_kinds.h"
#include "flyteidl/admin/node_execution.pb.h"
#include "flyteidl/core/compiler.pb.h"
#include "sandbox/base/names.h"

namespace sandbox::api {

namespace core = flyteidl::core;
using engine::NodeKind;

std::shared_ptr<const engine::Plan> RunPlans::Find(MetadataReader& reader, const EntityId& workflow) {
  auto found = registered_->Find(reader, workflow);
  return found ? *found : nullptr;
}

std::shared_ptr<const engine::Plan> RunPlans::FindMade(const model::NodeRecord& node) {
  if (node.dynamic_workflow.empty()) return nullptr;
  const ExecutionId& id = node.id.execution;
  const std::string key = Cat(id.project, "/", id.domain, "/", id.name, "/", node.id.node, "/", node.attempts);
  if (auto kept = made_.Find(key)) return kept;
  flyteidl::admin::DynamicWorkflowNodeMetadata made;
  if (!made.ParseFromString(node.dynamic_workflow)) return nullptr;
  auto plan = engine::Plan::Build(
      std::make_shared<core::CompiledWorkflowClosure>(std::move(*made.mutable_compiled_workflow())));
  if (!plan) return nullptr;
  made_.Add(key, *plan, node.dynamic_workflow.size());
  return *plan;
}

std::string NodePlace::IdOf(uint32_t place) const {
  const engine::GraphNode& other = graph->nodes[place];
  // A choice is inside of its branch node, which ran once.
  if (other.role == engine::GraphNode::Role::kChoice) return UniqueNodeId(IdOf(other.branch), 0, other.node->id());
  return UniqueNodeId(outer, outer_attempt, other.node->id());
}

const core::TaskTemplate* NodePlace::Task() const {
  if (node == nullptr || plan == nullptr) return nullptr;
  const core::Node& runs =
      node->kind == NodeKind::kArray && node->item && node->item->node ? *node->item->node : *node->node;
  return runs.has_task_node() ? plan->FindTask(runs.task_node().reference_id()) : nullptr;
}

void RunLookup::LoadAll() {
  if (std::exchange(all_, true)) return;
  for (model::NodeRecord& node : reader_.NodesOf(execution_.id)) {
    ids_.push_back(node.id.node);
    if (!IsMarker(node)) ++counts_[node.parent][node.phase];
    nodes_[ids_.back()] = std::move(node);
  }
  attempts_ = reader_.TasksOf(execution_.id);
  for (size_t i = 0; i < attempts_.size(); ++i) attempts_of_[attempts_[i].id.node.node].push_back(i);
}

const model::NodeRecord* RunLookup::FindNode(const std::string& id) {
  const auto known = nodes_.find(id);
  if (known != nodes_.end()) return known->second ? &*known->second : nullptr;
  if (all_) return nullptr;
  auto& kept = nodes_[id];
  kept = reader_.FindNode({execution_.id, id});
  return kept ? &*kept : nullptr;
}

const model::TaskRecord* RunLookup::FindAttempt(const std::string& node, uint32_t attempt) {
  if (all_) {
    const auto of = attempts_of_.find(node);
    if (of == attempts_of_.end()) return nullptr;
    for (const size_t i : of->second) {
      if (attempts_[i].id.attempt == attempt) return &attempts_[i];
    }
    return nullptr;
  }
  const auto [known, is_new] = found_attempts_.try_emplace({node, attempt});
  if (is_new) known->second = reader_.FindTask({{execution_.id, node}, attempt});
  return known->second ? &*known->second : nullptr;
}

std::map<model::NodePhase, uint64_t> RunLookup::Counts(const std::string& node) {
  if (!all_) return reader_.CountNodes({execution_.id, node});
  const auto found = counts_.find(node);
  return found == counts_.end() ? std::map<model::NodePhase, uint64_t>() : found->second;
}

NodePlace RunLookup::Root() {
  NodePlace out;
  out.plan = plans_.Find(reader_, execution_.workflow);
  if (out.plan == nullptr) return out;
  out.graph = &out.plan->Primary();
  out.index = out.graph->start;
  out.node = &out.graph->nodes[out.index];
  return out;
}

NodePlace RunLookup::Inside(const NodePlace& place, const model::NodeRecord& record) {
  NodePlace out;
  out.outer = record.id.node;
  out.outer_attempt = record.attempts;
  if (auto made = plans_.FindMade(record)) {
    out.graph = &made->Primary();
    out.plan = std::move(made);
  } else if (place.node != nullptr && place.node->kind == NodeKind::kSubWorkflow) {
    out.graph = place.plan->FindWorkflow(place.node->node->workflow_node().sub_workflow_ref());
    out.plan = place.plan;
  }
  if (out.graph == nullptr) return {};
  out.index = out.graph->start;
  out.node = &out.graph->nodes[out.index];
  return out;
}

NodePlace RunLookup::PlaceOf(const model::NodeRecord& record) {
  NodePlace out;
  if (record.parent.empty()) {
    out = Root();
  } else {
    const model::NodeRecord* outer = FindNode(record.parent);
    if (outer == nullptr) return {};
    const NodePlace around = PlaceOf(*outer);
    if (record.item >= 0) {
      out.plan = around.plan;
      out.node = around.node == nullptr ? nullptr : around.node->item.get();
      return out;
    }
    const bool choice = around.node != nullptr && around.node->kind == NodeKind::kBranch;
    out = choice ? around : Inside(around, *outer);
    if (!choice) out.outer_attempt = static_cast<uint32_t>(std::strtoul(record.retry_group.c_str(), nullptr, 10));
  }
  if (out.graph == nullptr) return {};
  const auto found = out.graph->by_id.find(record.spec_node_id);
  out.node = found == out.graph->by_id.end() ? nullptr : &out.graph->nodes[found->second];
  if (out.node != nullptr) out.index = found->second;
  return out.node == nullptr ? NodePlace{} : out;
}

std::string ArrayOf(MetadataReader& reader, const model::TaskRecord& attempt) {
  if (attempt.item < 0) return "";
  const auto node = reader.FindNode(attempt.id.node);
  return node ? node->parent : "";
}

}  // namespace sandbox::api

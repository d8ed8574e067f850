#include "sandbox/engine/plan.h"

#include <algorithm>
#include <cstdlib>

#include "flyteidl/core/compiler.pb.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

std::string Key(const core::Identifier& id) {
  return Cat(id.project(), ":", id.domain(), ":", id.name(), ":", id.version());
}

NodeKind KindOf(const core::Node& node) {
  if (node.id() == kStartNode) return NodeKind::kStart;
  if (node.id() == kEndNode) return NodeKind::kEnd;
  switch (node.target_case()) {
    case core::Node::kTaskNode: return NodeKind::kTask;
    case core::Node::kWorkflowNode:
      return node.workflow_node().has_sub_workflow_ref() ? NodeKind::kSubWorkflow : NodeKind::kLaunchPlan;
    case core::Node::kBranchNode: return NodeKind::kBranch;
    case core::Node::kGateNode: return NodeKind::kGate;
    case core::Node::kArrayNode: return NodeKind::kArray;
    case core::Node::TARGET_NOT_SET: return NodeKind::kUnknown;
  }
  return NodeKind::kUnknown;
}

std::unique_ptr<const GraphNode> MakeItem(const core::Node& node) {
  auto item = std::make_unique<GraphNode>();
  item->node = &node;
  item->kind = KindOf(node);
  return item;
}

// Nothing for an id that is there already.
std::optional<uint32_t> AddNode(Graph& graph, const core::Node& node, GraphNode::Role role) {
  const auto place = static_cast<uint32_t>(graph.nodes.size());
  if (!graph.by_id.emplace(node.id(), place).second) return std::nullopt;
  GraphNode& added = graph.nodes.emplace_back();
  added.node = &node;
  added.role = role;
  added.kind = KindOf(node);
  if (added.kind == NodeKind::kArray) added.item = MakeItem(node.array_node().node());
  return place;
}

// The nodes inside a branch node; those inside of them come when the caller's walk gets there.
void AddChoices(Graph& graph, uint32_t branch) {
  if (graph.nodes[branch].kind != NodeKind::kBranch) return;
  const core::IfElseBlock& blocks = graph.nodes[branch].node->branch_node().if_else();
  const auto add = [&](const core::Node& node) {
    const auto place = AddNode(graph, node, GraphNode::Role::kChoice);
    if (!place) return;
    graph.nodes[*place].branch = branch;
    graph.nodes[branch].choices.push_back(*place);
  };
  if (blocks.has_case_()) add(blocks.case_().then_node());
  for (const core::IfBlock& block : blocks.other()) add(block.then_node());
  if (blocks.has_else_node()) add(blocks.else_node());
}

Status AddEdges(const core::CompiledWorkflow& workflow, Graph& graph) {
  for (const auto& [id, upstream] : workflow.connections().upstream()) {
    const auto to = graph.by_id.find(id);
    if (to == graph.by_id.end() || graph.nodes[to->second].role == GraphNode::Role::kFailure) continue;
    for (const std::string& name : upstream.ids()) {
      const auto from = graph.by_id.find(name);
      if (from == graph.by_id.end()) return InvalidArgument(Cat("node ", id, " depends on unknown node ", name));
      graph.nodes[to->second].upstream.push_back(from->second);
      graph.nodes[from->second].downstream.push_back(to->second);
    }
  }
  for (GraphNode& node : graph.nodes) {
    std::ranges::sort(node.downstream, {},
                      [&graph](uint32_t i) -> const std::string& { return graph.nodes[i].node->id(); });
  }
  return {};
}

Status SortTopologically(Graph& graph) {
  std::vector<uint32_t> missing(graph.nodes.size());
  for (uint32_t i = 0; i < graph.nodes.size(); ++i) {
    missing[i] = static_cast<uint32_t>(graph.nodes[i].upstream.size());
    if (missing[i] == 0) graph.order.push_back(i);
  }
  for (size_t next = 0; next < graph.order.size(); ++next) {
    for (uint32_t to : graph.nodes[graph.order[next]].downstream) {
      if (--missing[to] == 0) graph.order.push_back(to);
    }
  }
  if (graph.order.size() != graph.nodes.size())
    return InvalidArgument(Cat("workflow ", graph.workflow->id().name(), " has a cycle"));
  return {};
}

Result<Graph> BuildGraph(const core::CompiledWorkflow& workflow) {
  Graph graph;
  graph.workflow = &workflow.template_();
  graph.nodes.reserve(workflow.template_().nodes_size());
  for (const core::Node& node : workflow.template_().nodes()) AddNode(graph, node, GraphNode::Role::kPlain);
  if (workflow.template_().has_failure_node())
    graph.failure = AddNode(graph, workflow.template_().failure_node(), GraphNode::Role::kFailure);
  for (uint32_t i = 0; i < graph.nodes.size(); ++i) AddChoices(graph, i);
  const auto start = graph.by_id.find(kStartNode);
  const auto end = graph.by_id.find(kEndNode);
  if (start == graph.by_id.end() || end == graph.by_id.end()) {
    return InvalidArgument(Cat("workflow ", workflow.template_().id().name(), " has no start-node or no end-node"));
  }
  graph.start = start->second;
  graph.end = end->second;
  if (auto edges = AddEdges(workflow, graph); !edges) return std::unexpected(std::move(edges.error()));
  if (auto sorted = SortTopologically(graph); !sorted) return std::unexpected(std::move(sorted.error()));
  return graph;
}

double NumberOf(const google::protobuf::Struct& custom, const char* name, const char* other) {
  auto found = custom.fields().find(name);
  if (found == custom.fields().end()) found = custom.fields().find(other);
  if (found == custom.fields().end()) return 0;
  // 64-bit numbers are strings in JSON.
  return found->second.has_string_value() ? std::strtod(found->second.string_value().c_str(), nullptr)
                                          : found->second.number_value();
}

// A map task (plugins.ArrayJob in its `custom`) is walked as an array node whose items run the same task.
void MakeSubtasks(GraphNode& node, const core::TaskTemplate& task) {
  auto array = std::make_shared<core::ArrayNode>();
  const auto parallelism =
      static_cast<uint32_t>(std::clamp(NumberOf(task.custom(), "parallelism", "concurrency"), 0.0, 1e9));
  array->set_parallelism(parallelism == 0 ? UINT32_MAX : parallelism);
  const double successes = NumberOf(task.custom(), "minSuccesses", "min_successes");
  const double ratio = NumberOf(task.custom(), "minSuccessRatio", "min_success_ratio");
  if (successes > 0) {
    array->set_min_successes(static_cast<uint32_t>(successes));
  } else if (ratio > 0) {
    array->set_min_success_ratio(static_cast<float>(ratio));
  }
  *array->mutable_node() = *node.node;
  array->mutable_node()->clear_inputs();
  // The whole task has the timeout.
  array->mutable_node()->mutable_metadata()->clear_timeout();
  node.kind = NodeKind::kArray;
  node.item = MakeItem(array->node());
  node.subtasks = std::move(array);
}

}  // namespace

Result<std::shared_ptr<const Plan>> Plan::Build(std::shared_ptr<const core::CompiledWorkflowClosure> closure) {
  auto plan = std::make_shared<Plan>();
  auto primary = BuildGraph(closure->primary());
  if (!primary) return std::unexpected(std::move(primary.error()));
  plan->primary_ = std::move(*primary);
  for (const core::CompiledWorkflow& workflow : closure->sub_workflows()) {
    auto graph = BuildGraph(workflow);
    if (!graph) return std::unexpected(std::move(graph.error()));
    plan->workflows_.emplace(Key(workflow.template_().id()), std::move(*graph));
  }
  for (const core::CompiledTask& task : closure->tasks())
    plan->tasks_.emplace(Key(task.template_().id()), &task.template_());
  const auto map = [&plan](Graph& graph) {
    for (GraphNode& node : graph.nodes) {
      const core::TaskTemplate* task =
          node.node->has_task_node() ? plan->FindTask(node.node->task_node().reference_id()) : nullptr;
      if (task != nullptr && task->type() == kMapTaskType) MakeSubtasks(node, *task);
    }
  };
  map(plan->primary_);
  for (auto& [key, graph] : plan->workflows_) map(graph);
  plan->closure_ = std::move(closure);
  return plan;
}

const Graph* Plan::FindWorkflow(const core::Identifier& id) const {
  const auto found = workflows_.find(Key(id));
  return found == workflows_.end() ? nullptr : &found->second;
}

const core::TaskTemplate* Plan::FindTask(const core::Identifier& id) const {
  const auto found = tasks_.find(Key(id));
  return found == tasks_.end() ? nullptr : found->second;
}

}  // namespace sandbox::engine

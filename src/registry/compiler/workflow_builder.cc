#include "registry/compiler/workflow_builder.h"

#include <algorithm>
#include <utility>

#include "registry/compiler/bindings.h"
#include "registry/compiler/nodes.h"
#include "sandbox/base/error.h"

namespace sandbox::registry::compiler {
namespace {

using flyteidl::core::Node;

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) out += Cat(i > 0 ? separator : std::string_view(), parts[i]);
  return out;
}

// Depth first over the downstream edges; each node is entered once. A stack of our own: a chain may be long.
class Walk {
 public:
  explicit Walk(const std::map<std::string, std::set<std::string>>& downstream) : downstream_(downstream) {}

  // False when a cycle was met: `path` is the way from `start` to the node that is met again.
  bool Run(const std::string& start) {
    Enter(start);
    while (!stack_.empty()) {
      Frame& frame = stack_.back();
      if (frame.next == frame.end) {
        open_.erase(path_.back());
        path_.pop_back();
        stack_.pop_back();
        continue;
      }
      const std::string& to = *frame.next++;
      if (open_.contains(to)) {
        path_.push_back(to);
        return false;
      }
      if (!visited_.contains(to)) Enter(to);
    }
    return true;
  }

  const std::set<std::string>& visited() const { return visited_; }
  const std::vector<std::string>& path() const { return path_; }

 private:
  struct Frame {
    std::set<std::string>::const_iterator next;
    std::set<std::string>::const_iterator end;
  };

  void Enter(const std::string& node) {
    static const std::set<std::string> kNone;
    const auto found = downstream_.find(node);
    const std::set<std::string>& followers = found != downstream_.end() ? found->second : kNone;
    stack_.push_back({followers.begin(), followers.end()});
    path_.push_back(node);
    visited_.insert(node);
    open_.insert(node);
  }

  const std::map<std::string, std::set<std::string>>& downstream_;
  std::set<std::string> visited_;
  std::set<std::string> open_;
  std::vector<std::string> path_;
  std::vector<Frame> stack_;
};

}  // namespace

NodeBuilder& WorkflowBuilder::BuilderOf(Node& node) {
  std::unique_ptr<NodeBuilder>& builder = builders_[&node];
  if (builder == nullptr) builder = std::make_unique<NodeBuilder>(NodeBuilder{&node, std::nullopt});
  return *builder;
}

NodeBuilder* WorkflowBuilder::FindNode(const std::string& id) {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : found->second;
}

void WorkflowBuilder::AddEdge(const std::string& from, const std::string& to, Edges edges) {
  const std::string producer = from.empty() ? kStartNode : from;
  if (edges == Edges::kBoth) downstream_[producer].insert(to);
  upstream_[to].insert(producer);
}

void WorkflowBuilder::BuildSubWorkflow(const std::string& id, flyteidl::core::CompiledWorkflow& sub_workflow) {
  if (compiled_sub_workflows_.contains(id)) return;
  if (++shared_.sub_workflow_builds > kSubWorkflowBuildsMax) {
    errors().Collect("WorkflowBuildError", id,
                     Cat("Sub-workflows are referenced more than ", kSubWorkflowBuildsMax, " times."));
    return;
  }
  if (WorkflowBuilder(shared_, sub_workflow).Build()) compiled_sub_workflows_.insert(id);
}

// The first node of an id stays in the template; later ones only get checked.
NodeBuilder& WorkflowBuilder::AddNode(std::unique_ptr<Node> node) {
  NodeBuilder& builder = BuilderOf(*node);
  if (nodes_.emplace(node->id(), &builder).second) {
    workflow_template().mutable_nodes()->AddAllocated(node.release());
  } else {
    shared_.dropped_nodes.push_back(std::move(node));
  }
  return builder;
}

// The workflow's inputs are outputs of the start node, its outputs are inputs of the end node.
void WorkflowBuilder::AddGlobalNodes() {
  static const flyteidl::core::VariableMap kNone;
  auto start = std::make_unique<Node>();
  start->set_id(kStartNode);
  AddNode(std::move(start)).interface = NodeInterface{&kNone, &workflow_template().interface().inputs()};

  auto end = std::make_unique<Node>();
  end->set_id(kEndNode);
  *end->mutable_inputs() = workflow_template().outputs();
  AddNode(std::move(end)).interface = NodeInterface{&workflow_template().interface().outputs(), &kNone};
}

void WorkflowBuilder::AddAllNodeEdges() {
  for (const auto& [id, node] : nodes_) {
    if (id != kStartNode) AddNodeEdges(*this, *node, Edges::kBoth);
  }
  // Both hold the same bindings.
  *workflow_template().mutable_outputs() = nodes_.at(kEndNode)->node->inputs();
}

void WorkflowBuilder::CheckFailureNode() {
  if (!workflow_template().has_failure_node()) return;
  NodeBuilder& builder = BuilderOf(*workflow_template().mutable_failure_node());
  CheckNode(*this, builder);
  AddNodeEdges(*this, builder, Edges::kUpstream);
}

// Nothing starts before the start node and the end node waits for everything.
void WorkflowBuilder::ConnectLooseNodes(const std::set<std::string>& top_level) {
  for (const std::string& id : top_level) {
    if (id == kStartNode || id == kEndNode) continue;
    if (!upstream_.contains(id)) AddEdge(kStartNode, id, Edges::kBoth);
    if (!downstream_.contains(id)) AddEdge(id, kEndNode, Edges::kBoth);
  }
}

void WorkflowBuilder::CheckReachable() {
  Walk walk(downstream_);
  if (!walk.Run(kStartNode)) {
    errors().Collect("CycleDetected", kStartNode,
                     Cat("A cycle has been detected while traversing the Workflow [", Join(walk.path(), ">"), "]."));
    return;
  }
  std::vector<std::string> unreachable;
  for (const auto& [id, node] : nodes_) {
    if (!walk.visited().contains(id) && id != kEndNode) unreachable.push_back(id);
  }
  if (unreachable.empty()) return;
  errors().Collect("UnreachableNodes", kStartNode,
                   Cat("The Workflow contain unreachable nodes [", Join(unreachable, ","), "]."));
}

void WorkflowBuilder::WriteConnections() {
  auto& connections = *workflow_.mutable_connections();
  connections.Clear();
  for (const auto& [id, ids] : upstream_)
    (*connections.mutable_upstream())[id].mutable_ids()->Add(ids.begin(), ids.end());
  for (const auto& [id, ids] : downstream_)
    (*connections.mutable_downstream())[id].mutable_ids()->Add(ids.begin(), ids.end());
}

bool WorkflowBuilder::Build() {
  const Scope scope(errors());
  auto& workflow = workflow_template();
  if (workflow.nodes().empty()) {
    const std::string id = IdText(workflow.has_id(), workflow.id());
    errors().Collect("NoNodesFound", id, Cat("Can't find any nodes in workflow [", id, "]."));
    return false;
  }
  CheckInterface(kStartNode, *workflow.mutable_interface(), errors());
  if (!scope.Clean()) return false;

  std::vector<std::unique_ptr<Node>> given(static_cast<size_t>(workflow.nodes_size()));
  for (size_t i = given.size(); i-- > 0;) given[i].reset(workflow.mutable_nodes()->ReleaseLast());
  AddGlobalNodes();
  std::set<std::string> top_level;
  for (std::unique_ptr<Node>& node : given) {
    top_level.insert(node->id());
    CheckNode(*this, AddNode(std::move(node)));
  }
  AddAllNodeEdges();
  CheckFailureNode();
  ConnectLooseNodes(top_level);
  CheckReachable();
  WriteConnections();
  return scope.Clean();
}

}  // namespace sandbox::registry::compiler

#pragma once

// One workflow while it is compiled. Templates are changed in place: nodes get their final ids and order, promises
// their node, upstream ids are sorted, connections are filled.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "flyteidl/admin/launch_plan.pb.h"
#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/interface.pb.h"
#include "flyteidl/core/workflow.pb.h"
#include "registry/compiler/errors.h"

namespace sandbox::registry::compiler {

inline constexpr const char* kStartNode = "start-node";
inline constexpr const char* kEndNode = "end-node";

// A sub-workflow is compiled again by each workflow that refers to it, as in the reference: a few lines of input could
// ask for any amount of work.
inline constexpr size_t kSubWorkflowBuildsMax = 10'000;

// Borrowed from a template, from a launch plan or from the compilation's own maps.
struct NodeInterface {
  const flyteidl::core::VariableMap* inputs = nullptr;
  const flyteidl::core::VariableMap* outputs = nullptr;
};

// A node with what is known about it so far. Without an interface its errors have been collected.
struct NodeBuilder {
  flyteidl::core::Node* node = nullptr;
  std::optional<NodeInterface> interface;
};

// What all workflows of one compilation share. Ids are indexed by their texts, as the reference does: an id with
// another resource type is another id.
struct Compilation {
  Errors errors;
  std::map<std::string, flyteidl::core::TaskTemplate*> tasks;
  std::map<std::string, flyteidl::core::CompiledWorkflow*> sub_workflows;
  std::map<std::string, flyteidl::admin::LaunchPlan> launch_plans;
  // Interfaces that no template has, and nodes that left their template because their id was taken: others point to
  // them.
  std::deque<flyteidl::core::VariableMap> variable_maps;
  std::vector<std::unique_ptr<flyteidl::core::Node>> dropped_nodes;
  size_t sub_workflow_builds = 0;
};

// The directions in which an edge that comes from a binding is entered. Nodes inside branches wait for the nodes that
// they read from, but no node waits for them.
enum class Edges { kBoth, kUpstream };

class WorkflowBuilder {
 public:
  // References outlive the builder.
  WorkflowBuilder(Compilation& shared, flyteidl::core::CompiledWorkflow& workflow)
      : shared_(shared), workflow_(workflow) {}

  // Everything that is wrong goes into the compilation's errors; true when there was nothing.
  bool Build();

  Compilation& shared() { return shared_; }
  Errors& errors() { return shared_.errors; }
  flyteidl::core::WorkflowTemplate& workflow_template() { return *workflow_.mutable_template_(); }

  // The builder of a node, made at the first call.
  NodeBuilder& BuilderOf(flyteidl::core::Node& node);
  // A top-level node by id; nullptr when there is none (yet).
  NodeBuilder* FindNode(const std::string& id);

  void AddEdge(const std::string& from, const std::string& to, Edges edges);
  // Compiles the sub-workflow in place unless this workflow already did without errors.
  void BuildSubWorkflow(const std::string& id, flyteidl::core::CompiledWorkflow& sub_workflow);

 private:
  NodeBuilder& AddNode(std::unique_ptr<flyteidl::core::Node> node);
  void AddGlobalNodes();
  void AddAllNodeEdges();
  void CheckFailureNode();
  void ConnectLooseNodes(const std::set<std::string>& top_level);
  void CheckReachable();
  void WriteConnections();

  Compilation& shared_;
  flyteidl::core::CompiledWorkflow& workflow_;
  std::unordered_map<const flyteidl::core::Node*, std::unique_ptr<NodeBuilder>> builders_;
  std::map<std::string, NodeBuilder*> nodes_;
  std::map<std::string, std::set<std::string>> upstream_;
  std::map<std::string, std::set<std::string>> downstream_;
  std::set<std::string> compiled_sub_workflows_;
};

}  // namespace sandbox::registry::compiler

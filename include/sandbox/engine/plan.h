#pragma once

// A compiled closure as graphs that can be walked: what a run executes. Immutable once built; shared between threads.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sandbox/base/error.h"

namespace flyteidl::core {
class ArrayNode;
class CompiledWorkflowClosure;
class CompiledWorkflow;
class Identifier;
class Node;
class TaskTemplate;
class WorkflowTemplate;
}  // namespace flyteidl::core

namespace sandbox::engine {

// What the engine does with a node: each kind has a NodeHandler (src/engine/handlers.h).
enum class NodeKind {
  kUnknown,  // of a later version of the IDL
  kStart,    // the start-node of a workflow
  kEnd,      // its end-node
  kTask,     // one that makes a workflow (a dynamic task) included
  kSubWorkflow,
  kLaunchPlan,
  kBranch,
  kGate,
  kArray,  // an array node or a map task
};

struct GraphNode {
  enum class Role {
    kPlain,
    kChoice,   // inside a branch node: waits until it is chosen
    kFailure,  // the workflow's failure node: waits until the workflow fails
  };
  const flyteidl::core::Node* node = nullptr;
  NodeKind kind = NodeKind::kUnknown;
  Role role = Role::kPlain;
  std::vector<uint32_t> upstream;    // places in Graph::nodes
  std::vector<uint32_t> downstream;  // sorted by node id, the order in which the reference visits them
  uint32_t branch = 0;               // of a choice: the branch node that it is inside of
  std::vector<uint32_t> choices;     // of a branch node: the then-nodes in the order of the blocks, then the else-node
  std::unique_ptr<const GraphNode> item;  // of an array node or a map task: what each of its items runs
  std::shared_ptr<const flyteidl::core::ArrayNode>
      subtasks;  // of a map task (container_array): its rules as an array node
};

// One workflow. Nodes are the template's top-level nodes, then the failure node, then the choices of branch nodes.
struct Graph {
  const flyteidl::core::WorkflowTemplate* workflow = nullptr;
  std::vector<GraphNode> nodes;
  std::unordered_map<std::string_view, uint32_t> by_id;
  std::vector<uint32_t> order;  // every node after its upstream nodes
  uint32_t start = 0;           // the start-node
  uint32_t end = 0;             // the end-node
  std::optional<uint32_t> failure;
};

class Plan {
 public:
  // INVALID_ARGUMENT for a closure without start-node or end-node, with an unknown node in its connections, or with a
  // cycle.
  static Result<std::shared_ptr<const Plan>> Build(
      std::shared_ptr<const flyteidl::core::CompiledWorkflowClosure> closure);

  const flyteidl::core::CompiledWorkflowClosure& Closure() const { return *closure_; }
  const Graph& Primary() const { return primary_; }
  const Graph* FindWorkflow(const flyteidl::core::Identifier& id) const;
  const flyteidl::core::TaskTemplate* FindTask(const flyteidl::core::Identifier& id) const;

 private:
  std::shared_ptr<const flyteidl::core::CompiledWorkflowClosure> closure_;
  Graph primary_;
  std::map<std::string, Graph, std::less<>> workflows_;
  std::unordered_map<std::string, const flyteidl::core::TaskTemplate*> tasks_;
};

inline constexpr std::string_view kMapTaskType = "container_array";
inline constexpr std::string_view kStartNode = "start-node";
inline constexpr std::string_view kEndNode = "end-node";

}  // namespace sandbox::engine

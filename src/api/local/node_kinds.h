#pragma once

// What kind of node a row is: the compiled workflow says, and where there is none, the row itself.
//
// Thread: any; one object on one thread.

#include <map>
#include <memory>
#include <string>

#include "sandbox/model/records.h"
#include "sandbox/ports/metadata_store.h"

namespace flyteidl::core {
class CompiledWorkflowClosure;
class Node;
}  // namespace flyteidl::core

namespace sandbox::api {

// The nodes of a workflow by their ids, those inside of branch nodes and the failure node, too, and the closure that
// has its sub-workflows. Pointers are into the closure. Empty: the workflow is not known.
struct WorkflowScope {
  std::shared_ptr<const flyteidl::core::CompiledWorkflowClosure> closure;
  std::map<std::string, const flyteidl::core::Node*> nodes;
};

// The scope of an execution's root nodes; empty when its workflow is not stored.
WorkflowScope ScopeOf(MetadataReader& reader, const model::ExecutionRecord& execution);

// Null: there is none of that id.
const flyteidl::core::Node* FindNodeTemplate(const WorkflowScope& scope, const std::string& spec_node_id);

// The scope of a node's children: its sub-workflow, what a dynamic node made, else that of the node.
WorkflowScope ScopeBelow(const WorkflowScope& scope, const flyteidl::core::Node* node, const model::NodeRecord& record);

// "task", "map", "dynamic", "branch", "workflow", "launch plan", "signal", "approval", "sleep"; "node" when nothing
// tells.
std::string KindOf(const flyteidl::core::Node* node, const model::NodeRecord& record, bool has_attempts);

// The start or the end of a workflow.
inline bool IsMarker(const model::NodeRecord& node) {
  return node.spec_node_id == "start-node" || node.spec_node_id == "end-node";
}

}  // namespace sandbox::api

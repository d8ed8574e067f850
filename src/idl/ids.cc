#include "idl/ids.h"

namespace sandbox::idl {

namespace core = flyteidl::core;

ExecutionId FromIdl(const core::WorkflowExecutionIdentifier& id) { return {id.project(), id.domain(), id.name()}; }

NodeExecutionId FromIdl(const core::NodeExecutionIdentifier& id) { return {FromIdl(id.execution_id()), id.node_id()}; }

AttemptId FromIdl(const core::TaskExecutionIdentifier& id) {
  return {FromIdl(id.node_execution_id()), id.retry_attempt()};
}

core::WorkflowExecutionIdentifier ToIdl(const ExecutionId& id) {
  core::WorkflowExecutionIdentifier out;
  out.set_project(id.project);
  out.set_domain(id.domain);
  out.set_name(id.name);
  return out;
}

core::NodeExecutionIdentifier ToIdl(const NodeExecutionId& id) {
  core::NodeExecutionIdentifier out;
  out.set_node_id(id.node);
  *out.mutable_execution_id() = ToIdl(id.execution);
  return out;
}

}  // namespace sandbox::idl

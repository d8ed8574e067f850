#include "api/v1/fields.h"

namespace sandbox::api {

namespace core = flyteidl::core;

std::unexpected<Error> Missing(std::string_view field) { return InvalidArgument(Cat("missing ", field)); }

Status RequireText(const std::string& text, std::string_view field) {
  if (text.empty()) return Missing(field);
  return {};
}

Status CheckFields(const core::WorkflowExecutionIdentifier& id) {
  if (auto ok = RequireText(id.project(), "project"); !ok) return ok;
  if (auto ok = RequireText(id.domain(), "domain"); !ok) return ok;
  return RequireText(id.name(), "name");
}

Status CheckFields(const core::NodeExecutionIdentifier& id) {
  if (!id.has_execution_id()) return Missing("execution_id");
  if (auto ok = RequireText(id.node_id(), "node_id"); !ok) return ok;
  return CheckFields(id.execution_id());
}

Status CheckFields(const core::TaskExecutionIdentifier& id) {
  if (!id.has_node_execution_id()) return Missing("node_execution_id");
  if (auto ok = CheckFields(id.node_execution_id()); !ok) return ok;
  if (!id.has_task_id()) return Missing("task_id");
  const auto& task = id.task_id();
  if (auto ok = RequireText(task.project(), "project"); !ok) return ok;
  if (auto ok = RequireText(task.domain(), "domain"); !ok) return ok;
  if (auto ok = RequireText(task.name(), "name"); !ok) return ok;
  return RequireText(task.version(), "version");
}

std::unexpected<Error> DuplicateKey(std::string_view constraint) {
  return Fail(
      Code::kAlreadyExists, "ROW_EXISTS",
      Cat("value with matching already exists (duplicate key value violates unique constraint \"", constraint, "\")"));
}

}  // namespace sandbox::api

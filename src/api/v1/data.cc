// Inputs and outputs of executions, nodes and attempts, inline.

#include "api/v1/execution_service.h"
#include "api/v1/fields.h"
#include "api/v1/projection.h"
#include "idl/ids.h"
#include "sandbox/base/check.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;

namespace {

std::string NodeUrl(const NodeExecutionId& id, std::string_view tail) {
  return Cat("flyte://v1/", id.execution.project, "/", id.execution.domain, "/", id.execution.name, "/", id.node, "/",
             tail);
}

// What flytekit receives at most is 20 MiB; other fields get the rest.
constexpr uint64_t kInlineBytesMax = 20 * 1024 * 1024 - 64 * 1024;

// A link is the object's s3:// address: flytekit follows it with the keys it has, and takes the question mark of a
// signed one for a pattern.
void Fill(control::Values values, admin::UrlBlob* link, flyteidl::core::LiteralMap* map) {
  if (values.linked) {
    link->set_url(values.uri);
    link->set_bytes(static_cast<int64_t>(values.size));
  } else {
    *map = std::move(values.literals);
  }
}

// Links are for large maps only: otherwise the messages are there and empty, the maps are whole.
template <typename Response>
void SetMaps(control::InputsAndOutputs values, Response* out) {
  Fill(std::move(values.inputs), out->mutable_inputs(), out->mutable_full_inputs());
  Fill(std::move(values.outputs), out->mutable_outputs(), out->mutable_full_outputs());
}

}  // namespace

Result<admin::WorkflowExecutionGetDataResponse> ExecutionService::GetExecutionData(
    const admin::WorkflowExecutionGetDataRequest& request) {
  if (!request.has_id()) return Missing("id");
  const auto record = deps_.requests.FindExecution(idl::FromIdl(request.id()));
  if (!record) return std::unexpected(record.error());
  admin::WorkflowExecutionGetDataResponse out;
  SetMaps(deps_.requests.ValuesOf(*record, kInlineBytesMax), &out);
  return out;
}

Result<admin::NodeExecutionGetDataResponse> ExecutionService::GetNodeExecutionData(
    const admin::NodeExecutionGetDataRequest& request) {
  if (!request.has_id()) return Missing("id");
  const auto record = deps_.requests.FindNode(idl::FromIdl(request.id()));
  if (!record) return std::unexpected(record.error());
  admin::NodeExecutionGetDataResponse out;
  SetMaps(deps_.requests.ValuesOf(*record, kInlineBytesMax), &out);
  SANDBOX_REQUEST_CHECK(
      record->dynamic_workflow.empty() || out.mutable_dynamic_workflow()->ParseFromString(record->dynamic_workflow),
      Cat("the stored workflow of dynamic node ", record->id.node, " cannot be read"));
  auto* urls = out.mutable_flyte_urls();
  urls->set_inputs(NodeUrl(record->id, "i"));
  urls->set_outputs(NodeUrl(record->id, "o"));
  if (!record->deck_uri.empty()) urls->set_deck(NodeUrl(record->id, "d"));
  return out;
}

Result<admin::TaskExecutionGetDataResponse> ExecutionService::GetTaskExecutionData(
    const admin::TaskExecutionGetDataRequest& request) {
  if (!request.has_id()) return Missing("id");
  if (auto ok = CheckFields(request.id()); !ok) return std::unexpected(std::move(ok.error()));
  const auto attempt =
      deps_.requests.FindAttempt(idl::FromIdl(request.id()), registry::FromIdl(request.id().task_id()));
  if (!attempt) return std::unexpected(attempt.error());
  admin::TaskExecutionGetDataResponse out;
  SetMaps(deps_.requests.ValuesOf(attempt->record, kInlineBytesMax), &out);
  const AttemptId& id = attempt->record.id;
  out.mutable_flyte_urls()->set_inputs(NodeUrl(id.node, Cat(id.attempt, "/i")));
  out.mutable_flyte_urls()->set_outputs(NodeUrl(id.node, Cat(id.attempt, "/o")));
  return out;
}

}  // namespace sandbox::api

// Inputs and outputs of executions, nodes and attempts, inline.

#include "core/requests/ids.h"
#include "core/requests/literals.h"
#include "sandbox/core/requests.h"

namespace sandbox::core {

namespace admin = flyteidl::admin;

namespace {

std::string NodeUrl(const NodeExecutionId& id, std::string_view tail) {
  return Cat("flyte://v1/", id.execution.project, "/", id.execution.domain, "/", id.execution.name, "/", id.node, "/", tail);
}

// Links are not signed here: the messages are there and empty, the maps are whole.
template <typename Response>
void SetMaps(ObjectStore& objects, const std::string& input_uri, const std::string& output_uri, Response* out) {
  out->mutable_inputs();
  out->mutable_outputs();
  *out->mutable_full_inputs() = ReadLiterals(objects, input_uri);
  *out->mutable_full_outputs() = ReadLiterals(objects, output_uri);
}

}  // namespace

Result<admin::WorkflowExecutionGetDataResponse> Requests::GetExecutionData(const admin::WorkflowExecutionGetDataRequest& request) {
  if (!request.has_id()) return Missing("id");
  auto record = deps_.store.Query([&](MetadataReader& reader) { return reader.FindExecution(FromIdl(request.id())); });
  if (!record) return MissingExecution(FromIdl(request.id()));
  admin::WorkflowExecutionGetDataResponse out;
  SetMaps(deps_.objects, "", record->error ? "" : record->output_uri, &out);
  out.mutable_full_inputs()->ParseFromString(record->inputs);
  return out;
}

Result<admin::NodeExecutionGetDataResponse> Requests::GetNodeExecutionData(const admin::NodeExecutionGetDataRequest& request) {
  if (!request.has_id()) return Missing("id");
  const NodeExecutionId id = FromIdl(request.id());
  auto record = deps_.store.Query([&](MetadataReader& reader) { return reader.FindNode(id); });
  if (!record) return MissingNode(id);
  admin::NodeExecutionGetDataResponse out;
  SetMaps(deps_.objects, record->input_uri, record->error ? "" : record->output_uri, &out);
  if (!record->dynamic_workflow.empty()) out.mutable_dynamic_workflow()->ParseFromString(record->dynamic_workflow);
  auto* urls = out.mutable_flyte_urls();
  urls->set_inputs(NodeUrl(id, "i"));
  urls->set_outputs(NodeUrl(id, "o"));
  if (!record->deck_uri.empty()) urls->set_deck(NodeUrl(id, "d"));
  return out;
}

Result<admin::TaskExecutionGetDataResponse> Requests::GetTaskExecutionData(const admin::TaskExecutionGetDataRequest& request) {
  admin::TaskExecutionGetRequest get;
  if (request.has_id()) *get.mutable_id() = request.id();
  auto attempt = GetTaskExecution(get);
  if (!attempt) return std::unexpected(std::move(attempt.error()));
  admin::TaskExecutionGetDataResponse out;
  SetMaps(deps_.objects, attempt->input_uri(), attempt->closure().output_uri(), &out);
  const AttemptId id = FromIdl(request.id());
  out.mutable_flyte_urls()->set_inputs(NodeUrl(id.node, Cat(id.attempt, "/i")));
  out.mutable_flyte_urls()->set_outputs(NodeUrl(id.node, Cat(id.attempt, "/o")));
  return out;
}

}  // namespace sandbox::core

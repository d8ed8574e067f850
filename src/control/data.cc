// Inputs and outputs of executions, nodes and attempts, inline.

#include "control/ids.h"
#include "control/literals.h"
#include "idl/ids.h"
#include "sandbox/base/check.h"
#include "sandbox/control/requests.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;

namespace {

std::string NodeUrl(const NodeExecutionId& id, std::string_view tail) {
  return Cat("flyte://v1/", id.execution.project, "/", id.execution.domain, "/", id.execution.name, "/", id.node, "/",
             tail);
}

// What flytekit receives at most is 20 MiB; other fields get the rest.
constexpr uint64_t kInlineBytesMax = 20 * 1024 * 1024 - 64 * 1024;

// The inputs or the outputs of something.
struct Side {
  std::string uri;
  std::optional<std::string> bytes{};  // when they are at hand
  uint64_t size = 0;
  bool linked = false;
};

// What would make the reply too large for clients is a link: of two, the larger one first.
void Divide(Side& inputs, Side& outputs) {
  uint64_t all = inputs.size + outputs.size;
  Side* larger = inputs.size > outputs.size ? &inputs : &outputs;
  Side* smaller = larger == &inputs ? &outputs : &inputs;
  for (Side* side : {larger, smaller}) {
    if (all <= kInlineBytesMax) return;
    side->linked = true;
    all -= side->size;
  }
}

// A link is the object's s3:// address: flytekit follows it with the keys it has, and takes the question mark of a
// signed one for a pattern.
void Fill(ObjectStore& objects, const Side& side, admin::UrlBlob* link, flyteidl::core::LiteralMap* map) {
  if (side.linked) {
    link->set_url(side.uri);
    link->set_bytes(static_cast<int64_t>(side.size));
  } else if (side.bytes) {
    map->ParseFromString(*side.bytes);
  } else {
    *map = ReadLiterals(objects, side.uri);
  }
}

// Links are for large maps only: otherwise the messages are there and empty, the maps are whole.
template <typename Response>
void SetMaps(ObjectStore& objects, Side inputs, Side outputs, Response* out) {
  inputs.size = LiteralsSize(objects, inputs.uri);
  outputs.size = LiteralsSize(objects, outputs.uri);
  Divide(inputs, outputs);
  Fill(objects, inputs, out->mutable_inputs(), out->mutable_full_inputs());
  Fill(objects, outputs, out->mutable_outputs(), out->mutable_full_outputs());
}

}  // namespace

Result<admin::WorkflowExecutionGetDataResponse> Requests::GetExecutionData(
    const admin::WorkflowExecutionGetDataRequest& request) {
  if (!request.has_id()) return Missing("id");
  auto record =
      deps_.store.Query([&](MetadataReader& reader) { return reader.FindExecution(idl::FromIdl(request.id())); });
  if (!record) return MissingExecution(idl::FromIdl(request.id()));
  admin::WorkflowExecutionGetDataResponse out;
  const ObjectLayout& layout = deps_.config.layout;
  Side inputs{layout.Uri(layout.ExecutionKey(record->id)) + "/inputs"};
  inputs.bytes = std::move(record->inputs);
  SetMaps(deps_.objects, std::move(inputs), {record->error ? "" : record->output_uri}, &out);
  return out;
}

Result<admin::NodeExecutionGetDataResponse> Requests::GetNodeExecutionData(
    const admin::NodeExecutionGetDataRequest& request) {
  if (!request.has_id()) return Missing("id");
  const NodeExecutionId id = idl::FromIdl(request.id());
  auto record = deps_.store.Query([&](MetadataReader& reader) { return reader.FindNode(id); });
  if (!record) return MissingNode(id);
  admin::NodeExecutionGetDataResponse out;
  SetMaps(deps_.objects, {record->input_uri}, {record->error ? "" : record->output_uri}, &out);
  SANDBOX_REQUEST_CHECK(
      record->dynamic_workflow.empty() || out.mutable_dynamic_workflow()->ParseFromString(record->dynamic_workflow),
      Cat("the stored workflow of dynamic node ", record->id.node, " cannot be read"));
  auto* urls = out.mutable_flyte_urls();
  urls->set_inputs(NodeUrl(id, "i"));
  urls->set_outputs(NodeUrl(id, "o"));
  if (!record->deck_uri.empty()) urls->set_deck(NodeUrl(id, "d"));
  return out;
}

Result<admin::TaskExecutionGetDataResponse> Requests::GetTaskExecutionData(
    const admin::TaskExecutionGetDataRequest& request) {
  admin::TaskExecutionGetRequest get;
  if (request.has_id()) *get.mutable_id() = request.id();
  auto attempt = GetTaskExecution(get);
  if (!attempt) return std::unexpected(std::move(attempt.error()));
  admin::TaskExecutionGetDataResponse out;
  SetMaps(deps_.objects, {attempt->input_uri()}, {attempt->closure().output_uri()}, &out);
  const AttemptId id = idl::FromIdl(request.id());
  out.mutable_flyte_urls()->set_inputs(NodeUrl(id.node, Cat(id.attempt, "/i")));
  out.mutable_flyte_urls()->set_outputs(NodeUrl(id.node, Cat(id.attempt, "/o")));
  return out;
}

}  // namespace sandbox::control

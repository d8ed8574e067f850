// Ways of starting an execution: protocol/control-plane 5.1, 5.6, 5.7.

#include "api/v1/execution_service.h"
#include "api/v1/fields.h"
#include "idl/ids.h"
#include "idl/times.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

// What a message can lack that a LaunchSpec cannot.
Status CheckForm(const admin::ExecutionCreateRequest& request) {
  if (!request.has_spec()) return Missing("spec");
  if (!request.spec().has_launch_plan()) return Missing("id");
  const auto& id = request.spec().launch_plan();
  if (auto ok = RequireText(id.project(), "project"); !ok) return ok;
  if (auto ok = RequireText(id.domain(), "domain"); !ok) return ok;
  if (auto ok = RequireText(id.name(), "name"); !ok) return ok;
  if (auto ok = RequireText(id.version(), "version"); !ok) return ok;
  if (id.resource_type() == core::TASK || id.resource_type() == core::LAUNCH_PLAN) return {};
  return InvalidArgument(Cat("Invalid reference entity resource type [", core::ResourceType_Name(id.resource_type()),
                             "], only [map[TASK:<nil> LAUNCH_PLAN:<nil>]] allowed"));
}

control::LaunchSpec SpecOf(const admin::ExecutionCreateRequest& request) {
  const admin::ExecutionSpec& spec = request.spec();
  control::LaunchSpec out;
  out.id = {request.project(), request.domain(), request.name()};
  out.target = registry::FromIdl(spec.launch_plan());
  // Very old clients give them in the spec.
  out.inputs = request.inputs().literals().empty() && spec.has_inputs() ? spec.inputs() : request.inputs();
  const auto& metadata = spec.metadata();
  out.origin.mode = metadata.mode();
  if (metadata.has_parent_node_execution()) out.origin.parent = idl::FromIdl(metadata.parent_node_execution());
  if (metadata.has_reference_execution()) out.origin.reference = idl::FromIdl(metadata.reference_execution());
  out.settings = spec;
  return out;
}

// What the database of the reference says of a name that is taken.
Error InTheirWords(Error error) {
  const bool by_tag = error.reason == "EXECUTION_TAG_EXISTS";
  if (!by_tag && error.reason != "EXECUTION_EXISTS") return error;
  return DuplicateKey(by_tag ? "execution_tags_pkey" : "executions_pkey").error();
}

Reply<ExecutionId> Created(Reply<admin::ExecutionCreateResponse> reply) {
  return [reply = std::move(reply)](Result<ExecutionId> launched) {
    if (!launched) return reply(std::unexpected(InTheirWords(std::move(launched.error()))));
    admin::ExecutionCreateResponse response;
    *response.mutable_id() = idl::ToIdl(*launched);
    reply(std::move(response));
  };
}

bool IsEmpty(const core::WorkflowExecutionIdentifier& id) {
  return id.project().empty() && id.domain().empty() && id.name().empty();
}

}  // namespace

void ExecutionService::CreateExecution(const admin::ExecutionCreateRequest& request,
                                       Reply<admin::ExecutionCreateResponse> reply) {
  control::LaunchSpec spec = SpecOf(request);
  if (auto form = CheckForm(request); !form) {
    // What the use case says before it looks at the target comes before the form.
    auto before = deps_.requests.CheckLaunch(spec);
    return reply(std::unexpected(std::move(before ? form.error() : before.error())));
  }
  deps_.requests.Launch(std::move(spec), Created(std::move(reply)));
}

void ExecutionService::RelaunchExecution(const admin::ExecutionRelaunchRequest& request,
                                         Reply<admin::ExecutionCreateResponse> reply) {
  if (IsEmpty(request.id())) return reply(Missing("project"));
  deps_.requests.Relaunch({idl::FromIdl(request.id()), request.name(), request.overwrite_cache()},
                          Created(std::move(reply)));
}

void ExecutionService::RecoverExecution(const admin::ExecutionRecoverRequest& request,
                                        Reply<admin::ExecutionCreateResponse> reply) {
  if (IsEmpty(request.id())) return reply(Missing("project"));
  control::RecoverSpec spec{idl::FromIdl(request.id()), request.name(), {}};
  if (request.metadata().has_parent_node_execution())
    spec.parent = idl::FromIdl(request.metadata().parent_node_execution());
  deps_.requests.Recover(spec, Created(std::move(reply)));
}

}  // namespace sandbox::api

// Workflows: protocol/control-plane 3.

#include "api/v1/definition_service.h"
#include "api/v1/fields.h"
#include "api/v1/listing.h"
#include "api/v1/lists.h"
#include "idl/times.h"
#include "registry/entities/validation.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

namespace {

// What lists return: the interface is all of the closure.
admin::Workflow ToListed(const model::EntityRecord& record) {
  admin::Workflow out;
  *out.mutable_id() = registry::ToIdl(record.id);
  *out.mutable_closure()->mutable_created_at() = idl::ToIdl(record.created_at);
  core::TypedInterface interface;
  if (interface.ParseFromString(record.typed_interface)) {
    *out.mutable_closure()->mutable_compiled_workflow()->mutable_primary()->mutable_template_()->mutable_interface() =
        std::move(interface);
  }
  out.set_short_description(record.short_description);
  return out;
}

// What a version that exists already comes with.
Error WithReason(Error error, const EntityId& id) {
  admin::CreateWorkflowFailureReason reason;
  if (error.reason == "IDENTICAL_STRUCTURE") {
    *reason.mutable_exists_identical_structure()->mutable_id() = registry::ToIdl(id);
  } else if (error.reason == "DIFFERENT_STRUCTURE") {
    *reason.mutable_exists_different_structure()->mutable_id() = registry::ToIdl(id);
  } else {
    return error;
  }
  error.details.push_back(
      {"type.googleapis.com/flyteidl.admin.CreateWorkflowFailureReason", reason.SerializeAsString()});
  return error;
}

}  // namespace

void DefinitionService::CreateWorkflow(const admin::WorkflowCreateRequest& request,
                                       Reply<admin::WorkflowCreateResponse> reply) {
  if (auto form = CheckKind(request.has_id(), request.id(), core::WORKFLOW); !form)
    return reply(std::unexpected(std::move(form.error())));
  const EntityId id = registry::FromIdl(request.id());
  registry_.RegisterWorkflow({id, request.spec()}, [id, reply = std::move(reply)](Status done) {
    if (!done) return reply(std::unexpected(WithReason(std::move(done.error()), id)));
    reply(admin::WorkflowCreateResponse());
  });
}

Result<admin::Workflow> DefinitionService::GetWorkflow(const admin::ObjectGetRequest& request) {
  if (auto checked = registry::CheckIdForRead(request.has_id(), request.id(), core::WORKFLOW); !checked)
    return std::unexpected(std::move(checked.error()));
  const auto record = registry_.Find(IdOf(EntityKind::kWorkflow, request.id()));
  if (!record) return std::unexpected(record.error());
  admin::Workflow out;
  if (!out.mutable_closure()->mutable_compiled_workflow()->ParseFromString(record->closure))
    return Internal("stored workflow cannot be read");
  *out.mutable_id() = registry::ToIdl(record->id);
  *out.mutable_closure()->mutable_created_at() = idl::ToIdl(record->created_at);
  out.set_short_description(record->short_description);
  return out;
}

Result<admin::WorkflowList> DefinitionService::ListWorkflows(const admin::ResourceListRequest& request) {
  const auto query = EntityQuery(ListEntity::kWorkflow, request, "ListWorkflows");
  if (!query) return std::unexpected(query.error());
  const auto records = registry_.List(EntityKind::kWorkflow, *query);
  if (!records) return std::unexpected(records.error());
  admin::WorkflowList out;
  for (const auto& record : *records) *out.add_workflows() = ToListed(record);
  out.set_token(registry::NextToken(query->offset, records->size(), query->limit));
  return out;
}

Result<admin::NamedEntityIdentifierList> DefinitionService::ListWorkflowIds(
    const admin::NamedEntityIdentifierListRequest& request) {
  return ListNames(EntityKind::kWorkflow, request);
}

}  // namespace sandbox::api

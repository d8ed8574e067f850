#include "registry/entities/description.h"
#include "registry/entities/lists.h"
#include "registry/entities/store_entity.h"
#include "registry/entities/validation.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

Status CheckRequest(const admin::WorkflowCreateRequest& request, MetadataReader& reader) {
  if (auto checked = CheckId(request.has_id(), request.id(), core::WORKFLOW); !checked) return checked;
  if (auto checked = CheckProjectAndDomain(reader, request.id().project(), request.id().domain()); !checked)
    return checked;
  if (!request.spec().has_template_()) return Missing("spec");
  return {};
}

EntityId As(EntityKind kind, const core::Identifier& id) {
  EntityId out = FromIdl(id);
  out.kind = kind;
  return out;
}

ErrorDetail FailureDetail(const model::EntityRecord& stored, bool identical) {
  admin::CreateWorkflowFailureReason reason;
  if (identical) {
    *reason.mutable_exists_identical_structure()->mutable_id() = ToIdl(stored.id);
  } else {
    *reason.mutable_exists_different_structure()->mutable_id() = ToIdl(stored.id);
  }
  return {"type.googleapis.com/flyteidl.admin.CreateWorkflowFailureReason", reason.SerializeAsString()};
}

// The reference compares with a row that holds the interface only, so the difference shows everything else as new.
Error WorkflowConflict(const model::EntityRecord& stored, const model::EntityRecord& added) {
  Error error = StructureConflict("workflow", stored, added, [&] {
    core::CompiledWorkflowClosure before, after;
    before.mutable_primary()->mutable_template_()->mutable_interface()->ParseFromString(stored.typed_interface);
    after.ParseFromString(added.closure);
    return StructureDiff(before, after);
  });
  error.details.push_back(FailureDetail(stored, stored.digest == added.digest));
  return error;
}

std::shared_ptr<const NewEntity> ToEntity(const admin::WorkflowCreateRequest& request,
                                          const core::CompiledWorkflowClosure& compiled, Instant now) {
  auto out = std::make_shared<NewEntity>();
  model::EntityRecord& entity = out->entity;
  entity.id = FromIdl(request.id());
  entity.digest = ObjectHash(compiled);
  entity.closure = compiled.SerializeAsString();
  entity.typed_interface = compiled.primary().template_().interface().SerializeAsString();
  entity.short_description = request.spec().description().short_description();
  entity.created_at = entity.updated_at = now;
  if (request.spec().has_description()) out->description = ToDescription(entity.id, request.spec().description(), now);
  return out;
}

// Written for tools that look into the bucket, as the reference does; the row is what we read.
Status WriteClosureObject(ObjectStore& objects, const ObjectLayout& layout, const EntityId& id,
                          const core::CompiledWorkflowClosure& compiled, Instant now) {
  admin::WorkflowClosure closure;
  *closure.mutable_compiled_workflow() = compiled;
  *closure.mutable_created_at() = ToTimestamp(now);
  auto put = objects.Put(layout.bucket, layout.WorkflowKey(id), closure.SerializeAsString(), Durability::kCached);
  if (!put) return std::unexpected(std::move(put.error()).While("writing the workflow closure"));
  return {};
}

// What lists return: the interface is all of the closure.
admin::Workflow ToListed(const model::EntityRecord& record) {
  admin::Workflow out;
  *out.mutable_id() = ToIdl(record.id);
  *out.mutable_closure()->mutable_created_at() = ToTimestamp(record.created_at);
  core::TypedInterface interface;
  if (interface.ParseFromString(record.typed_interface)) {
    *out.mutable_closure()->mutable_compiled_workflow()->mutable_primary()->mutable_template_()->mutable_interface() =
        std::move(interface);
  }
  out.set_short_description(record.short_description);
  return out;
}

}  // namespace

CompilerEnvironment StoredEntities(MetadataReader& reader, uint32_t nodes_max) {
  CompilerEnvironment out;
  out.nodes_max = nodes_max;
  out.task = [&reader](const core::Identifier& id) -> Result<core::CompiledTask> {
    const EntityId wanted = As(EntityKind::kTask, id);
    const auto record = reader.FindEntity(wanted);
    if (!record) return std::unexpected(MissingEntity("TASK", wanted));
    return ParseStored<core::CompiledTask>(record->closure, "task");
  };
  out.launch_plan = [&reader](const core::Identifier& id) -> Result<admin::LaunchPlan> {
    const EntityId wanted = As(EntityKind::kLaunchPlan, id);
    const auto record = reader.FindEntity(wanted);
    if (!record) return std::unexpected(MissingEntity("LAUNCH_PLAN", wanted));
    admin::LaunchPlan plan;
    *plan.mutable_id() = ToIdl(record->id);
    if (!plan.mutable_spec()->ParseFromString(record->spec) ||
        !plan.mutable_closure()->ParseFromString(record->closure)) {
      return Internal("stored launch plan cannot be read");
    }
    return plan;
  };
  return out;
}

void Registry::CreateWorkflow(const admin::WorkflowCreateRequest& request, Reply<admin::WorkflowCreateResponse> reply) {
  std::optional<model::EntityRecord> stored;
  auto compiled = store_.Query([&](MetadataReader& reader) -> Result<core::CompiledWorkflowClosure> {
    if (auto checked = CheckRequest(request, reader); !checked) return std::unexpected(std::move(checked.error()));
    auto closure = CompileWorkflow(request.id(), request.spec(), StoredEntities(reader, config_.workflow_nodes_max));
    if (closure) stored = reader.FindEntity(FromIdl(request.id()));
    return closure;
  });
  if (!compiled) return reply(std::unexpected(std::move(compiled.error())));
  const Instant now = clock_.Now();
  auto added = ToEntity(request, *compiled, now);
  if (stored) return reply(std::unexpected(WorkflowConflict(*stored, added->entity)));
  if (auto written = WriteClosureObject(objects_, config_.layout, added->entity.id, *compiled, now); !written)
    return reply(std::unexpected(std::move(written.error())));
  InsertOrCompare(
      store_, added, [added](const model::EntityRecord& other) { return WorkflowConflict(other, added->entity); },
      [reply = std::move(reply)](Status inserted) {
        if (!inserted) return reply(std::unexpected(std::move(inserted.error())));
        reply(admin::WorkflowCreateResponse());
      });
}

Result<admin::Workflow> Registry::GetWorkflow(const admin::ObjectGetRequest& request) {
  if (auto checked = CheckIdForRead(request.has_id(), request.id(), core::WORKFLOW); !checked)
    return std::unexpected(std::move(checked.error()));
  const EntityId id = As(EntityKind::kWorkflow, request.id());
  const auto record = store_.Query([&](MetadataReader& reader) { return reader.FindEntity(id); });
  if (!record) return std::unexpected(MissingEntity("WORKFLOW", id));
  admin::Workflow out;
  if (!out.mutable_closure()->mutable_compiled_workflow()->ParseFromString(record->closure))
    return Internal("stored workflow cannot be read");
  *out.mutable_id() = ToIdl(record->id);
  *out.mutable_closure()->mutable_created_at() = ToTimestamp(record->created_at);
  out.set_short_description(record->short_description);
  return out;
}

Result<admin::WorkflowList> Registry::ListWorkflows(const admin::ResourceListRequest& request) {
  const auto query = EntityQuery(ListEntity::kWorkflow, request, "ListWorkflows");
  if (!query) return std::unexpected(query.error());
  const auto records =
      store_.Query([&](MetadataReader& reader) { return reader.ListEntities(EntityKind::kWorkflow, *query); });
  if (!records) return std::unexpected(records.error());
  admin::WorkflowList out;
  for (const auto& record : *records) *out.add_workflows() = ToListed(record);
  out.set_token(NextToken(query->offset, records->size(), query->limit));
  return out;
}

Result<admin::NamedEntityIdentifierList> Registry::ListWorkflowIds(
    const admin::NamedEntityIdentifierListRequest& request) {
  return ListNames(store_, EntityKind::kWorkflow, request);
}

}  // namespace sandbox::registry

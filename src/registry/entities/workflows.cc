#include "registry/entities/description.h"
#include "registry/entities/store_entity.h"
#include "registry/entities/validation.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

Status CheckWorkflow(const WorkflowRegistration& given, MetadataReader& reader, const RegistryConfig& config) {
  if (auto checked = CheckIdFields(given.id); !checked) return checked;
  if (auto checked = CheckProjectAndDomain(reader, config, given.id.project, given.id.domain); !checked) return checked;
  if (!given.spec.has_template_()) return Missing("spec");
  return {};
}

EntityId As(EntityKind kind, const core::Identifier& id) {
  EntityId out = FromIdl(id);
  out.kind = kind;
  return out;
}

// The reference compares with a row that holds the interface only, so the difference shows everything else as new.
Error WorkflowConflict(const model::EntityRecord& stored, const model::EntityRecord& added) {
  return StructureConflict("workflow", stored, added, [&] {
    core::CompiledWorkflowClosure before, after;
    before.mutable_primary()->mutable_template_()->mutable_interface()->ParseFromString(stored.typed_interface);
    after.ParseFromString(added.closure);
    return StructureDiff(before, after);
  });
}

std::shared_ptr<const NewEntity> ToEntity(const WorkflowRegistration& given,
                                          const core::CompiledWorkflowClosure& compiled, Instant now) {
  auto out = std::make_shared<NewEntity>();
  model::EntityRecord& entity = out->entity;
  entity.id = given.id;
  entity.digest = ObjectHash(compiled);
  entity.closure = compiled.SerializeAsString();
  entity.typed_interface = compiled.primary().template_().interface().SerializeAsString();
  entity.short_description = given.spec.description().short_description();
  entity.created_at = entity.updated_at = now;
  if (given.spec.has_description()) out->description = ToDescription(entity.id, given.spec.description(), now);
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

void Registry::RegisterWorkflow(const WorkflowRegistration& given, Done done) {
  std::optional<model::EntityRecord> stored;
  auto compiled = store_.Query([&](MetadataReader& reader) -> Result<core::CompiledWorkflowClosure> {
    if (auto checked = CheckWorkflow(given, reader, config_); !checked)
      return std::unexpected(std::move(checked.error()));
    auto closure = CompileWorkflow(ToIdl(given.id), given.spec, StoredEntities(reader, config_.workflow_nodes_max));
    if (closure) stored = reader.FindEntity(given.id);
    return closure;
  });
  if (!compiled) return done(std::unexpected(std::move(compiled.error())));
  const Instant now = clock_.Now();
  auto added = ToEntity(given, *compiled, now);
  if (stored) return done(std::unexpected(WorkflowConflict(*stored, added->entity)));
  if (auto written = WriteClosureObject(objects_, config_.layout, added->entity.id, *compiled, now); !written)
    return done(std::move(written));
  InsertOrCompare(
      store_, added, [added](const model::EntityRecord& other) { return WorkflowConflict(other, added->entity); },
      std::move(done));
}

}  // namespace sandbox::registry

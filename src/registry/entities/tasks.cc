#include "registry/entities/description.h"
#include "registry/entities/lists.h"
#include "registry/entities/store_entity.h"
#include "registry/entities/task_resources.h"
#include "registry/entities/validation.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;

Status CheckTemplate(const core::TaskTemplate& task) {
  if (task.type().empty()) return Missing("type");
  if (!task.has_metadata()) return Missing("metadata");
  if (task.metadata().has_runtime() && task.metadata().runtime().version().empty()) return Missing("runtime version");
  if (!task.has_interface()) return Missing("typed interface");
  return {};
}

Status CheckRequest(const admin::TaskCreateRequest& request, MetadataReader& reader, const RegistryConfig& config) {
  if (auto checked = CheckId(request.has_id(), request.id(), core::TASK); !checked) return checked;
  if (auto checked = CheckProjectAndDomain(reader, request.id().project(), request.id().domain()); !checked)
    return checked;
  if (!request.spec().has_template_()) return Missing("spec");
  const core::TaskTemplate& task = request.spec().template_();
  if (auto checked = CheckTemplate(task); !checked) return checked;
  const bool has_target =
      task.target_case() == core::TaskTemplate::kContainer || task.target_case() == core::TaskTemplate::kK8SPod;
  if (!has_target) return {};
  return CheckTaskResources(task,
                            EffectiveTaskResources(reader, config, request.id().project(), request.id().domain(), {}));
}

std::shared_ptr<const NewEntity> ToEntity(const admin::TaskCreateRequest& request, const core::CompiledTask& compiled,
                                          Instant now) {
  auto out = std::make_shared<NewEntity>();
  model::EntityRecord& entity = out->entity;
  entity.id = FromIdl(request.id());
  entity.digest = ObjectHash(compiled);
  entity.closure = compiled.SerializeAsString();
  entity.typed_interface = compiled.template_().interface().SerializeAsString();
  entity.short_description = request.spec().description().short_description();
  entity.type = compiled.template_().type();
  entity.created_at = entity.updated_at = now;
  if (request.spec().has_description()) out->description = ToDescription(entity.id, request.spec().description(), now);
  return out;
}

Error TaskConflict(const model::EntityRecord& stored, const model::EntityRecord& added) {
  return StructureConflict("task", stored, added, [&] {
    core::CompiledTask before, after;
    before.ParseFromString(stored.closure);
    after.ParseFromString(added.closure);
    return StructureDiff(before, after);
  });
}

Result<admin::Task> ToTask(const model::EntityRecord& record) {
  admin::Task task;
  if (!task.mutable_closure()->mutable_compiled_task()->ParseFromString(record.closure))
    return Internal("stored task cannot be read");
  *task.mutable_id() = ToIdl(record.id);
  *task.mutable_closure()->mutable_created_at() = ToTimestamp(record.created_at);
  task.set_short_description(record.short_description);
  return task;
}

}  // namespace

void Registry::CreateTask(const admin::TaskCreateRequest& request, Reply<admin::TaskCreateResponse> reply) {
  auto checked = store_.Query([&](MetadataReader& reader) { return CheckRequest(request, reader, config_); });
  if (!checked) return reply(std::unexpected(std::move(checked.error())));
  core::TaskTemplate task = request.spec().template_();
  *task.mutable_id() = request.id();
  const auto compiled = CompileTask(task);
  if (!compiled) return reply(std::unexpected(compiled.error()));
  auto added = ToEntity(request, *compiled, clock_.Now());
  InsertOrCompare(
      store_, added, [added](const model::EntityRecord& stored) { return TaskConflict(stored, added->entity); },
      [reply = std::move(reply)](Status stored) {
        if (!stored) return reply(std::unexpected(std::move(stored.error())));
        reply(admin::TaskCreateResponse());
      });
}

Result<admin::Task> Registry::GetTask(const admin::ObjectGetRequest& request) {
  if (!request.has_id()) return Missing("id");
  if (auto checked = CheckIdFields(request.id()); !checked) return std::unexpected(checked.error());
  EntityId id = FromIdl(request.id());
  id.kind = EntityKind::kTask;
  const auto record = store_.Query([&](MetadataReader& reader) { return reader.FindEntity(id); });
  if (!record) return std::unexpected(MissingEntity("TASK", id));
  return ToTask(*record);
}

Result<admin::TaskList> Registry::ListTasks(const admin::ResourceListRequest& request) {
  const auto query = EntityQuery(ListEntity::kTask, request, "ListTasks");
  if (!query) return std::unexpected(query.error());
  const auto records =
      store_.Query([&](MetadataReader& reader) { return reader.ListEntities(EntityKind::kTask, *query); });
  if (!records) return std::unexpected(records.error());
  admin::TaskList out;
  for (const auto& record : *records) {
    auto task = ToTask(record);
    if (!task) return std::unexpected(std::move(task.error()));
    *out.add_tasks() = std::move(*task);
  }
  out.set_token(NextToken(query->offset, records->size(), query->limit));
  return out;
}

Result<admin::NamedEntityIdentifierList> Registry::ListTaskIds(const admin::NamedEntityIdentifierListRequest& request) {
  return ListNames(store_, EntityKind::kTask, request);
}

}  // namespace sandbox::registry

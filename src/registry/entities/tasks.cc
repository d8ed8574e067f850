#include "registry/entities/description.h"
#include "registry/entities/store_entity.h"
#include "registry/entities/task_resources.h"
#include "registry/entities/validation.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

namespace core = flyteidl::core;

Status CheckTemplate(const core::TaskTemplate& task) {
  if (task.type().empty()) return Missing("type");
  if (!task.has_metadata()) return Missing("metadata");
  if (task.metadata().has_runtime() && task.metadata().runtime().version().empty()) return Missing("runtime version");
  if (!task.has_interface()) return Missing("typed interface");
  return {};
}

Status CheckTask(const TaskRegistration& given, MetadataReader& reader, const RegistryConfig& config) {
  const EntityId& id = given.id;
  if (auto checked = CheckIdFields(id); !checked) return checked;
  if (auto checked = CheckProjectAndDomain(reader, config, id.project, id.domain); !checked) return checked;
  if (!given.spec.has_template_()) return Missing("spec");
  const core::TaskTemplate& task = given.spec.template_();
  if (auto checked = CheckTemplate(task); !checked) return checked;
  const bool has_target =
      task.target_case() == core::TaskTemplate::kContainer || task.target_case() == core::TaskTemplate::kK8SPod;
  if (!has_target) return {};
  return CheckTaskResources(task, EffectiveTaskResources(reader, config, id.project, id.domain, {}));
}

std::shared_ptr<const NewEntity> ToEntity(const TaskRegistration& given, const core::CompiledTask& compiled,
                                          Instant now) {
  auto out = std::make_shared<NewEntity>();
  model::EntityRecord& entity = out->entity;
  entity.id = given.id;
  entity.digest = ObjectHash(compiled);
  entity.closure = compiled.SerializeAsString();
  entity.typed_interface = compiled.template_().interface().SerializeAsString();
  entity.short_description = given.spec.description().short_description();
  entity.type = compiled.template_().type();
  entity.created_at = entity.updated_at = now;
  if (given.spec.has_description()) out->description = ToDescription(entity.id, given.spec.description(), now);
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

}  // namespace

void Registry::RegisterTask(const TaskRegistration& given, Done done) {
  auto checked = store_.Query([&](MetadataReader& reader) { return CheckTask(given, reader, config_); });
  if (!checked) return done(std::move(checked));
  core::TaskTemplate task = given.spec.template_();
  *task.mutable_id() = ToIdl(given.id);
  const auto compiled = CompileTask(task);
  if (!compiled) return done(std::unexpected(compiled.error()));
  auto added = ToEntity(given, *compiled, clock_.Now());
  InsertOrCompare(
      store_, added, [added](const model::EntityRecord& stored) { return TaskConflict(stored, added->entity); },
      std::move(done));
}

}  // namespace sandbox::registry

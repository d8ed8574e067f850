#include "cache.h"

#include <map>

#include "flyteidl/core/catalog.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "sandbox/base/encoding.h"
#include "sandbox/base/names.h"

namespace sandbox::engine {

namespace core = flyteidl::core;

namespace {

constexpr size_t kOwnerLengthMax = 50;

// The shape of a random UUID, but always the same for the same attempt: a repeated end finds its own artifact.
std::string ArtifactId(const AttemptId& id) {
  const std::string text = Cat(id.node.execution.project, "/", id.node.execution.domain, "/", id.node.execution.name,
                               "/", id.node.node, "/", id.attempt);
  const uint64_t high = Fnv1a64(text);
  const uint64_t low = Fnv1a64(text + "/artifact");
  return Cat(HexNumber(high >> 32, 8), "-", HexNumber(high >> 16, 4), "-4", HexNumber(high, 3), "-",
             HexNumber((low >> 62 & 0x3) | 0x8, 1), HexNumber(low >> 48, 3), "-", HexNumber(low, 12));
}

core::Identifier ToIdentifier(const EntityId& id) {
  core::Identifier out;
  out.set_resource_type(static_cast<core::ResourceType>(id.kind));
  out.set_project(id.project);
  out.set_domain(id.domain);
  out.set_name(id.name);
  out.set_version(id.version);
  return out;
}

// As the reference says it when nothing could be put.
std::string FailedMetadata(const EntityId& task) {
  core::CatalogMetadata out;
  *out.mutable_dataset_id() = ToIdentifier(task);
  return out.SerializeAsString();
}

}  // namespace

bool IsCacheable(const core::TaskTemplate& task) {
  return task.metadata().discoverable() && task.interface().outputs().variables_size() > 0;
}

LookUpCache MakeLookup(const core::TaskTemplate& task, Literals inputs, const AttemptId& attempt, bool overwrite,
                       bool item) {
  auto known = std::make_shared<core::TaskTemplate>();
  *known->mutable_id() = task.id();
  *known->mutable_interface() = task.interface();
  *known->mutable_metadata() = task.metadata();
  LookUpCache out;
  out.id = attempt.node;
  out.task = std::move(known);
  out.inputs = std::move(inputs);
  out.item = item;
  out.overwrite = overwrite;
  // A task that overwrites waits for no reservation.
  if (task.metadata().cache_serializable() && !overwrite)
    out.owner = FixedLengthName(Cat(attempt.node.execution.name, "-", attempt.node.node, "-", attempt.attempt),
                                kOwnerLengthMax);
  return out;
}

void MakeSingular(LookUpCache& lookup) {
  auto singular = std::make_shared<core::TaskTemplate>(*lookup.task);
  const auto unwrap = [](core::VariableMap& variables) {
    for (auto& [name, variable] : *variables.mutable_variables()) {
      if (variable.type().has_collection_type())
        *variable.mutable_type() = core::LiteralType(variable.type().collection_type());
    }
  };
  unwrap(*singular->mutable_interface()->mutable_inputs());
  unwrap(*singular->mutable_interface()->mutable_outputs());
  lookup.task = std::move(singular);
  lookup.item = false;
}

std::string CatalogMetadata(const model::DatasetId& dataset, const std::string& artifact, const std::string& tag,
                            const CacheSource& source) {
  core::CatalogMetadata out;
  *out.mutable_dataset_id() =
      ToIdentifier({EntityKind::kDataset, dataset.project, dataset.domain, dataset.name, dataset.version});
  out.mutable_artifact_tag()->set_artifact_id(artifact);
  out.mutable_artifact_tag()->set_name(tag);
  if (source.task.kind != EntityKind::kUnspecified) {
    core::TaskExecutionIdentifier& id = *out.mutable_source_task_execution();
    *id.mutable_task_id() = ToIdentifier(source.task);
    const ExecutionId& execution = source.attempt.node.execution;
    id.mutable_node_execution_id()->set_node_id(source.node);
    id.mutable_node_execution_id()->mutable_execution_id()->set_project(execution.project);
    id.mutable_node_execution_id()->mutable_execution_id()->set_domain(execution.domain);
    id.mutable_node_execution_id()->mutable_execution_id()->set_name(execution.name);
    id.set_retry_attempt(source.attempt.attempt);
  }
  return out.SerializeAsString();
}

CacheStored StoreInCache(const ObjectLayout& layout, const model::CacheClaim& claim, const core::LiteralMap& outputs,
                         const CacheSource& source, Instant now) {
  CacheStored out;
  if (claim.tag.empty()) {
    out.status = CacheStatus::kPutFailure;
    out.metadata = FailedMetadata(source.task);
    return out;
  }
  const model::DatasetId& dataset = claim.dataset;
  const ExecutionId& execution = source.attempt.node.execution;
  // The data of an artifact that is replaced stays until the commit: it has another place.
  const std::string made = ArtifactId(source.attempt);
  const std::string root = layout.ArtifactUri(dataset, made) + "/";
  CachePut& put = out.put.emplace();
  put.tag = claim.tag;
  put.task_version = source.task.version;
  put.artifact.dataset = dataset;
  put.artifact.id = claim.artifact.empty() ? made : claim.artifact;
  put.artifact.created_at = now;
  put.artifact.metadata = {{"execution-name", execution.name},
                           {"exec-project", execution.project},
                           {"exec-domain", execution.domain},
                           {"exec-node", source.node},
                           {"exec-attempt", std::to_string(source.attempt.attempt)}};
  std::map<std::string, const core::Literal*> sorted;  // the same decision for the same outputs
  for (const auto& [name, literal] : outputs.literals()) sorted.emplace(name, &literal);
  for (const auto& [name, literal] : sorted) {
    const std::string uri = Cat(root, name, "/data.pb");
    put.artifact.data.emplace_back(name, uri);
    out.objects.push_back({uri, literal->SerializeAsString()});
  }
  CacheSource shown;
  if (!claim.artifact.empty()) {
    shown = source;
    if (!claim.task_version.empty()) shown.task.version = claim.task_version;
  }
  out.metadata = CatalogMetadata(dataset, put.artifact.id, claim.tag, shown);
  return out;
}

}  // namespace sandbox::engine

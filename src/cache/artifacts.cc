#include "cache/artifacts.h"

#include <charconv>

#include "cache/cache_key.h"
#include "flyteidl/core/literals.pb.h"
#include "flyteidl/core/tasks.pb.h"
#include "sandbox/registry/compiler.h"
#include "values/stored_values.h"

namespace sandbox::cache {

namespace core = flyteidl::core;

namespace {

bool Fits(const core::Literal& literal, const core::LiteralType& declared) {
  const auto type = registry::LiteralTypeForLiteral(literal);
  return type && registry::AreTypesCastable(*type, declared);
}

std::string Value(const model::ArtifactRecord& artifact, const std::string& key) {
  const auto found = artifact.metadata.find(key);
  return found == artifact.metadata.end() ? "" : found->second;
}

engine::CacheSource SourceOf(const model::ArtifactRecord& artifact, const core::Identifier& task,
                             const std::string& task_version) {
  engine::CacheSource source;
  source.task = {EntityKind::kTask, task.project(), task.domain(), task.name(), task_version};
  source.node = Value(artifact, "exec-node");
  source.attempt.node.execution = {Value(artifact, "exec-project"), Value(artifact, "exec-domain"),
                                   Value(artifact, "execution-name")};
  const std::string attempt = Value(artifact, "exec-attempt");
  std::from_chars(attempt.data(), attempt.data() + attempt.size(), source.attempt.attempt);
  return source;
}

void AddHash(ObjectStore& objects, core::Literal& literal) {
  if (!literal.hash().empty()) return;
  if (literal.has_offloaded_metadata()) {
    const engine::OffloadedValue value =
        values::ReadOffloaded(objects, literal.offloaded_metadata().uri(), values::kOwnBytesMax);
    if (value.literal) literal.set_hash(ContentHash(*value.literal));
  } else if (literal.has_collection()) {
    for (core::Literal& element : *literal.mutable_collection()->mutable_literals()) AddHash(objects, element);
  } else if (literal.has_map()) {
    for (auto& [key, element] : *literal.mutable_map()->mutable_literals()) AddHash(objects, element);
  }
}

}  // namespace

core::LiteralMap WithHashes(ObjectStore& objects, core::LiteralMap inputs) {
  for (auto& [name, literal] : *inputs.mutable_literals()) AddHash(objects, literal);
  return inputs;
}

std::optional<engine::CacheAnswer> ReadArtifact(ObjectStore& objects, const engine::LookUpCache& question,
                                                const model::ArtifactRecord& artifact, const std::string& tag,
                                                const std::string& task_version, uint64_t bytes_max) {
  const auto& declared = question.task->interface().outputs().variables();
  if (artifact.data.size() != static_cast<size_t>(declared.size())) return std::nullopt;
  auto outputs = std::make_shared<core::LiteralMap>();
  for (const auto& [name, uri] : artifact.data) {
    const auto variable = declared.find(name);
    const auto bytes = values::FindObject(objects, uri, bytes_max);
    if (variable == declared.end() || !bytes) return std::nullopt;
    core::Literal& literal = (*outputs->mutable_literals())[name];
    const core::LiteralType& type = question.item ? variable->second.type().collection_type() : variable->second.type();
    if (!literal.ParseFromString(*bytes) || !Fits(literal, type)) return std::nullopt;
  }
  engine::CacheAnswer answer;
  answer.outcome = engine::CacheAnswer::Outcome::kHit;
  answer.status = engine::CacheStatus::kHit;
  answer.outputs = std::move(outputs);
  answer.metadata = engine::CatalogMetadata(artifact.dataset, artifact.id, tag,
                                            SourceOf(artifact, question.task->id(), task_version));
  return answer;
}

Status PutInCatalog(MetadataWriter& writer, const engine::CachePut& put) {
  const model::DatasetId& dataset = put.artifact.dataset;
  if (!writer.FindDataset(dataset)) {
    model::DatasetRecord record;
    record.id = dataset;
    record.metadata = {{kTaskVersion, put.task_version}};
    record.created_at = put.artifact.created_at;
    if (auto inserted = writer.InsertDataset(record); !inserted) return inserted;
  }
  if (auto stored = writer.PutArtifact(put.artifact); !stored) return stored;
  const auto tagged = writer.FindTaggedArtifact(dataset, put.tag);
  if (tagged && tagged->id != put.artifact.id) return {};
  return writer.PutTag(dataset, put.tag, put.artifact.id);
}

}  // namespace sandbox::cache

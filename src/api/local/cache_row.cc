#include "api/local/cache_row.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "flyteidl/core/catalog.pb.h"
#include "sandbox/model/catalog.h"

namespace sandbox::api {
namespace {

namespace core = flyteidl::core;
using nlohmann::json;

constexpr uint64_t kDatasetsMax = 100;

struct Asked {
  model::DatasetId dataset;
  std::string artifact;  // that the node itself has stored
};

// Where the node looked: what runs holds a claim, what has stored its outputs tells where they are.
std::optional<Asked> AskedOf(const model::NodeRecord& node) {
  if (node.cache_claim) return Asked{node.cache_claim->dataset, ""};
  core::CatalogMetadata stored;
  if (node.cache_status != core::CACHE_POPULATED || !stored.ParseFromString(node.catalog_key)) return std::nullopt;
  const core::Identifier& id = stored.dataset_id();
  return Asked{{id.project(), id.domain(), id.name(), id.version()}, stored.artifact_tag().artifact_id()};
}

// "{cache version}-{hash of the inputs' types}-{hash of the outputs' types}", where hashes have eight characters.
std::string CacheVersionOf(const model::DatasetId& dataset) {
  constexpr size_t kHashes = 2 * (1 + 8);
  return dataset.version.substr(0, dataset.version.size() - std::min(dataset.version.size(), kHashes));
}

// The newest artifact that was there when the node asked.
std::optional<model::ArtifactRecord> NewestBefore(MetadataReader& reader, const Asked& asked, Instant at) {
  std::optional<model::ArtifactRecord> newest;
  for (model::ArtifactRecord& each : reader.ArtifactsOf(asked.dataset)) {
    const bool before = each.created_at < at && each.id != asked.artifact;
    if (before && (!newest || newest->created_at <= each.created_at)) newest = std::move(each);
  }
  return newest;
}

json SourceOf(const model::ArtifactRecord& artifact) {
  const auto field = [&artifact](const char* name) -> json {
    const auto found = artifact.metadata.find(name);
    return found == artifact.metadata.end() ? json("") : json(found->second);
  };
  return {{"project", field("exec-project")},
          {"domain", field("exec-domain")},
          {"execution", field("execution-name")},
          {"node", field("exec-node")}};
}

}  // namespace

json CacheRow(const model::NodeRecord& node) {
  if (node.cache_status == core::CACHE_DISABLED) return nullptr;
  json out = {{"status", core::CatalogCacheStatus_Name(node.cache_status)}};
  core::CatalogMetadata from;
  if (node.cache_status != core::CACHE_HIT || node.catalog_key.empty() || !from.ParseFromString(node.catalog_key) ||
      !from.has_source_task_execution())
    return out;
  const core::NodeExecutionIdentifier& source = from.source_task_execution().node_execution_id();
  out["from"] = {{"project", source.execution_id().project()},
                 {"domain", source.execution_id().domain()},
                 {"execution", source.execution_id().name()},
                 {"node", source.node_id()}};
  return out;
}

json WhyMissed(MetadataReader& reader, const model::ExecutionRecord& execution, const model::NodeRecord& node) {
  const auto asked = AskedOf(node);
  if (!asked) return nullptr;
  if (execution.settings.overwrite_cache) return {{"code", "OVERWRITE"}};
  const Instant at = node.queued_at == Instant{} ? node.created_at : node.queued_at;
  if (const auto newest = NewestBefore(reader, *asked, at)) return {{"code", "INPUTS"}, {"from", SourceOf(*newest)}};
  model::DatasetId like = asked->dataset;
  like.version.clear();
  std::optional<model::DatasetId> other;
  for (const model::DatasetRecord& each : reader.ListDatasets(like, false, 0, kDatasetsMax)) {
    if (each.id != asked->dataset && each.created_at < at && !other) other = each.id;
  }
  if (!other) return {{"code", "FIRST"}};
  const std::string before = CacheVersionOf(*other), now = CacheVersionOf(asked->dataset);
  if (before == now) return {{"code", "INTERFACE"}};
  return {{"code", "VERSION"}, {"before", before}, {"now", now}};
}

}  // namespace sandbox::api

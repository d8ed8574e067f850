#pragma once

// Names of tasks, workflows and launch plans with what lists show of them. Within one read of the store.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

struct EntityFilter {
  std::string project;
  std::string domain;
  EntityKind kind = EntityKind::kTask;
  std::string text;  // in the name
  bool archived = false;
};

// Rows by name.
nlohmann::json EntityRows(MetadataReader& reader, const EntityFilter& filter);
// The names that a filter finds, at most `limit`; 0: all.
std::vector<model::NamedEntityRecord> FindNames(MetadataReader& reader, const EntityFilter& filter, uint64_t limit);
std::optional<model::EntityRecord> NewestVersion(MetadataReader& reader, const EntityId& name);
// The executions of a name, the newest first.
std::vector<model::ExecutionRecord> RunsOf(MetadataReader& reader, const EntityId& name, uint64_t limit);

}  // namespace sandbox::api

#pragma once

// Which node wrote an object, and which executions still need it. Within one read of the store.

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "api/local/object_calls.h"
#include "flyteidl/core/literals.pb.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

// Told by the key, as tasks are given the places that they write to: below the raw data of an attempt, whose folder has
// its pod's name, or below the folder of an execution's node.
class Writers {
 public:
  Writers(MetadataReader& reader, const ObjectLayout& layout) : reader_(reader), layout_(layout) {}

  // {project, domain, execution, node, item, attempt}; null when it is not known. What is not known of these is null.
  nlohmann::json Of(const std::string& bucket, const std::string& key);

 private:
  nlohmann::json OfPod(const std::string& name);
  nlohmann::json OfFolder(const std::string& folder, const std::string& node);

  MetadataReader& reader_;
  const ObjectLayout& layout_;
  std::map<std::string, nlohmann::json> known_;  // by the folders that decide
};

// "PROJECT-DOMAIN-NAME", where each part may hold hyphens: the execution that there is.
std::optional<ExecutionId> FindByFolder(MetadataReader& reader, const std::string& folder);

// Whether a value names the object s3://..., or a folder that it is in.
bool RefersTo(const flyteidl::core::Literal& literal, std::string_view uri);

// An execution that has not ended and needs the object: it was launched with it, a node of it read or wrote it, or its
// code is in it. Reads what its nodes wrote: for rare calls.
std::optional<ExecutionId> RunningUserOf(const ObjectCallDeps& deps, MetadataReader& reader, const std::string& uri);

}  // namespace sandbox::api

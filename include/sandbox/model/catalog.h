#pragma once

// Rows of the catalog: outputs that were made once and are used again (protocol/execution-engine 6). Plain structs;
// times are zero (Instant{}) when unset.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/base/time.h"

namespace sandbox::model {

struct DatasetId {
  std::string project;
  std::string domain;
  std::string name;     // "flyte_task-{task name}" for what tasks make
  std::string version;  // "{discovery version}-{hash of the inputs' types}-{hash of the outputs' types}"
  auto operator<=>(const DatasetId&) const = default;
};

struct DatasetRecord {
  DatasetId id;
  std::map<std::string, std::string> metadata;
  std::vector<std::string> partition_keys;
  Instant created_at{};
};

// Values of one run. Its tags are rows of their own: a tag names one artifact of its dataset.
struct ArtifactRecord {
  DatasetId dataset;
  std::string id;
  std::vector<std::pair<std::string, std::string>> data;  // name, address of the object that holds its core.Literal
  std::map<std::string, std::string> metadata;
  std::vector<std::pair<std::string, std::string>> partitions;
  Instant created_at{};
};

// The right of one owner to make an entry that does not exist yet. It holds until it expires.
struct ReservationRecord {
  std::string key;
  std::string owner;
  Duration heartbeat{};
  Instant expires_at{};
};

// An entry of the cache service: opaque to us.
struct CachedOutputRecord {
  std::string key;
  std::string output;  // cacheservice.CachedOutput bytes
};

// The entry that a node will store after a miss, and the reservation under which it runs.
struct CacheClaim {
  DatasetId dataset;
  std::string tag;           // empty: nothing can be stored
  std::string artifact;      // the artifact that has the tag now and will lose it; empty: none
  std::string task_version;  // of the dataset, when it exists
  std::string owner;         // of the reservation; empty: none is held
};

// The key of the reservation of a tag. Tags of the cache service have keys of another shape.
inline std::string ReservationKey(const DatasetId& dataset, const std::string& tag) {
  std::string key;
  for (const std::string* part : {&dataset.project, &dataset.domain, &dataset.name, &dataset.version, &tag})
    key += *part + '\x1f';
  return key;
}

}  // namespace sandbox::model

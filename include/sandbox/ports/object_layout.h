#pragma once

// Where the platform's own objects lie in the object store. The defaults are upstream's: clients and people know them.
// Pure.

#include <string>
#include <string_view>

#include "sandbox/base/error.h"
#include "sandbox/base/ids.h"
#include "sandbox/model/catalog.h"

namespace sandbox {

inline constexpr std::string_view kBucket = "my-s3-bucket";

struct ObjectLayout {
  std::string bucket{kBucket};
  // Prefixes of keys, without a slash at the end.
  std::string metadata = "metadata";         // what executions are started with, and the values of the cache
  std::string nodes = "metadata/propeller";  // what the nodes of executions read and write
  std::string workflows = "metadata/admin";  // compiled workflows
  std::string raw_data = "data";             // what tasks store themselves

  std::string Uri(std::string_view key) const { return Cat("s3://", bucket, "/", key); }
  // Below it are `inputs` and `user_inputs`.
  std::string ExecutionKey(const ExecutionId& id) const {
    return Cat(metadata, "/", id.project, "/", id.domain, "/", id.name);
  }
  // Below it is a folder for each node.
  std::string NodesUri(const ExecutionId& id) const { return Uri(Cat(nodes, "/", id.Namespace(), "-", id.name)); }
  std::string WorkflowKey(const EntityId& id) const {
    return Cat(workflows, "/", id.project, "/", id.domain, "/", id.name, "/", id.version);
  }
  // Below it is a folder for each value.
  std::string ArtifactUri(const model::DatasetId& dataset, std::string_view artifact) const {
    return Uri(Cat(metadata, "/", dataset.project, "/", dataset.domain, "/", dataset.name, "/", dataset.version, "/",
                   artifact));
  }
};

}  // namespace sandbox

#pragma once

// Makes runs out of what is stored. Any thread; blocks on the store and the disk.

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/engine/run.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::core {

// Everything that engine::MakeRun takes.
struct LoadedRun {
  model::ExecutionRecord record;
  std::shared_ptr<const engine::Plan> plan;
  std::vector<model::NodeRecord> nodes;
  std::vector<model::TaskRecord> tasks;
  std::unordered_map<std::string, engine::Literals> outputs;
  std::unordered_map<std::string, engine::RecoveredNode> recovered;
};

// An execution as it was when the process ended.
Result<LoadedRun> LoadRun(MetadataStore& store, ObjectStore& objects, model::ExecutionRecord record, uint64_t bytes_max);

// What an execution may take over from the one it recovers; empty for any other.
std::unordered_map<std::string, engine::RecoveredNode> LoadRecovered(MetadataStore& store, ObjectStore& objects, const model::ExecutionRecord& record, uint64_t bytes_max);

}  // namespace sandbox::core

#pragma once

// Makes runs out of what is stored. Any thread; blocks on the store and the disk.

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/engine/run.h"
#include "sandbox/executor/plans.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::executor {

// An execution as it was when the process ended.
Result<engine::Run> LoadRun(MetadataStore& store, ObjectStore& objects, Plans& plans, model::ExecutionRecord record,
                            const engine::EngineConfig& config);

// The execution takes over what another one got done.
bool Recovers(const model::ExecutionRecord& record);

// What an execution may take over from the one it recovers; empty for any other.
std::unordered_map<std::string, engine::RecoveredNode> LoadRecovered(MetadataStore& store, ObjectStore& objects,
                                                                     const model::ExecutionRecord& record);

// The largest value that an offloaded literal may stand for.
uint64_t OffloadedBytesMax(const engine::EngineConfig& config);

// Null for what is not there or cannot be read.
engine::Literals LoadLiterals(ObjectStore& objects, const std::string& uri);

}  // namespace sandbox::executor

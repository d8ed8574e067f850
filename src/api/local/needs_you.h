#pragma once

// The executions that somebody has to do something about.

#include <cstdint>
#include <vector>

#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

struct NeedsYou {
  std::vector<model::ExecutionRecord> executions;  // the newest first, at most kNeedsYouShown
  uint64_t total = 0;
  std::vector<model::TaskRecord> queued;  // attempts that wait for room on the machine, the next first, some of them
};

constexpr size_t kNeedsYouShown = 50, kQueuedShown = 5;

// Of `open`, which is in the order of creation: those that wait at a gate for an answer, or for an image that nobody
// has. And those that ran out of memory, until what they ran is run again.
NeedsYou FindNeedsYou(MetadataReader& reader, const std::vector<model::ExecutionRecord>& open);

}  // namespace sandbox::api

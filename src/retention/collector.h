#pragma once

// Forgets runs that ended long ago: their rows, the logs of their pods, and the objects that the platform and their
// tasks stored for them. docs/reference/retention.md.
//
// What stays: a run from which another was recovered, as long as that one is there; objects that something cached
// names; objects under a raw output prefix of the user's own; images, code archives and definitions.
//
// A run's files and objects go first and its rows last, in one commit: what is cut short is done again by the next
// collection.
//
// Thread: any that may block; collections wait for each other.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include "retention/references.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_layout.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::retention {

// What may stay. Neither `before` nor `bytes`: everything.
struct Limits {
  std::optional<Instant> before;  // runs that last changed before it go
  // Then the oldest go until all that ended take at most this, but for those that changed since `recent`.
  std::optional<uint64_t> bytes;
  Instant recent = Instant::max();
};

struct GoneRun {
  ExecutionId id;
  Instant created_at;
  uint64_t bytes = 0;
};

struct Collected {
  uint64_t runs = 0;
  uint64_t executions = 0;  // the runs, and what they launched
  uint64_t logs = 0;        // of pods
  uint64_t objects = 0;
  uint64_t bytes = 0;             // of objects, logs and samples
  uint64_t folders_kept = 0;      // of objects, because something cached is in them
  std::optional<Instant> oldest;  // when the oldest of the runs was created
  std::vector<GoneRun> list;      // the first kListed of the runs
  bool more = false;              // the time was up first
};

inline constexpr size_t kListed = 1000;

class Collector {
 public:
  // References outlive the collector. `logs`: {namespace}/{pod}.log below it.
  Collector(MetadataStore& store, ObjectStore& objects, ObjectLayout layout, std::filesystem::path logs);

  enum class Mode { kRemove, kCount };
  // kRemove begins no further run after `enough`. Errors: those of the object store and of the commit; what was removed
  // until then is gone.
  Result<Collected> Collect(const Limits& limits, Mode mode, std::chrono::steady_clock::time_point enough);

 private:
  struct Pass;
  std::vector<EndedRun> EndedBefore(Instant time);
  Status AddOldest(const Limits& limits, Pass& counting, std::vector<EndedRun>& due);
  Status Take(Pass& pass, const EndedRun& run);
  Status TakeExecution(Pass& pass, const ExecutionId& id);
  Status TakeFolder(Pass& pass, const std::string& key);
  void TakeLog(Pass& pass, const model::TaskRecord& attempt);
  Status Forget(const EndedRun& run);

  MetadataStore& store_;
  ObjectStore& objects_;
  const ObjectLayout layout_;
  const std::filesystem::path logs_;
  std::mutex mutex_;
};

}  // namespace sandbox::retention

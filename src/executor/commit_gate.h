#pragma once

// What was decided waits here until it is committed: one write is under way at a time, and everything that is decided
// in the meantime goes with the next one. One begins after what the loop has to do already, so that what that decides
// goes with it; a small one is committed on the loop. What nobody waits for, such as that a container runs, gives the
// next decision 2 ms to go with it. The sync comes behind (docs/decisions/sync-behind.md).
//
// Thread: the loop.

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/engine/run.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::executor {

struct Commit {
  std::optional<model::ExecutionRecord> execution;
  std::vector<model::NodeRecord> nodes;
  std::vector<model::TaskRecord> tasks;
  std::vector<engine::CachePut> cached;
  std::vector<model::CacheClaim> released;  // their reservations
  std::vector<model::JobDeletion> deletions;
  std::vector<model::SignalRecord> signals;     // inserted unless they are there
  std::vector<model::UnsyncedObject> unsynced;  // objects that the rows refer to
  MetadataStore::Work also;                     // after the rows; may be empty
  std::function<void()> committed;              // on the loop: the end of this process does not undo it
  std::function<void()> durable;                // on the loop, later: nor does a power cut; may be empty
  bool urgent = true;                           // false: nothing follows from its being committed
  bool ready = true;                            // false: waits for its objects (Executor's business)
  std::vector<engine::Effect> effects;
};

class CommitGate {
 public:
  CommitGate(MetadataStore& store, Loop& loop, Clock& clock) : store_(store), loop_(loop), clock_(clock) {}

  // A write that fails stops the process: nothing may act on what is not stored.
  void Add(std::shared_ptr<Commit> commit);

 private:
  using Batch = std::vector<std::shared_ptr<Commit>>;
  void GoOn();
  void Submit();
  void SubmitSoon();
  void SubmitRest();
  void OnCommitted(const std::shared_ptr<Batch>& batch, const Status& status);

  MetadataStore& store_;
  Loop& loop_;
  Clock& clock_;
  Batch pending_;
  bool urgent_ = false;  // one of the pending is
  bool writing_ = false;
  bool posted_ = false;  // it goes on soon
  std::unique_ptr<Loop::Timer> timer_;
};

}  // namespace sandbox::executor

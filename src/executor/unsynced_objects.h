#pragma once

// Objects that the engine decides on, without a sync of a file and of a directory for each: a small one goes into the
// commit that refers to it, beside its file. The files are synced together later, and then the copies are deleted;
// after a power cut the lost ones are written again. docs/decisions/unsynced-objects.md.
//
// Thread: the loop, but for Write and Restore, which block.

#include <memory>
#include <string>
#include <vector>

#include "sandbox/engine/run.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::executor {

// References outlive UnsyncedObjects.
struct UnsyncedDeps {
  Loop& loop;
  Workers& workers;
  Clock& clock;
  MetadataStore& store;
  ObjectStore& objects;
};

// Whether a copy of it in the commit costs less than the sync of its file: no write of it waits for a sync.
bool IsSmall(const engine::ObjectWrite& object);

class UnsyncedObjects {
 public:
  // `boot` as ExecutorConfig's.
  UnsyncedObjects(UnsyncedDeps deps, std::string boot) : deps_(deps), boot_(std::move(boot)) {}

  // Writes the object. What has to be committed with the rows that refer to it is appended to `unsynced`.
  Status Write(const engine::ObjectWrite& object, std::vector<model::UnsyncedObject>& unsynced);
  // These are committed.
  void OnCommitted(const std::vector<model::UnsyncedObject>& unsynced);

  // Writes what an earlier run of the machine has lost, before anything is read. May be called again after an error.
  Status Restore();

 private:
  Status RestoreOne(const model::UnsyncedObject& copy);
  void Delete(uint64_t last);
  void SyncLater();
  void Sync();
  void OnSynced(uint64_t last, const Status& synced);

  UnsyncedDeps deps_;
  const std::string boot_;
  uint64_t bytes_ = 0;  // committed since the last sync began
  bool syncing_ = false;
  std::unique_ptr<Loop::Timer> timer_;
};

}  // namespace sandbox::executor

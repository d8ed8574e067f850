#pragma once

// Answers the engine's questions about cached outputs, and keeps the reservations of those that were let through:
// extended while they are held, free at once when they are given back, free by expiry when this process is gone for
// longer.
//
// Thread: the loop, where `deliver` is called too. Destroyed as the executor is: when nothing can call back any more.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cache/cache_key.h"
#include "sandbox/engine/cache.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::cache {

struct CacheLookupsDeps {
  Loop& loop;
  Workers& workers;
  Clock& clock;
  MetadataStore& store;
  ObjectStore& objects;
  uint64_t bytes_max = 0;  // of one value
};

class CacheLookups {
 public:
  struct Callbacks {
    std::function<void(engine::CacheLookedUp)> answered;
    std::function<void(const NodeExecutionId&)> freed;
  };
  CacheLookups(CacheLookupsDeps deps, Callbacks callbacks) : deps_(deps), callbacks_(std::move(callbacks)) {}

  // Looks the question's outputs up. `answered` is called once.
  void Ask(engine::LookUpCache question);
  // Takes over the reservation of a running attempt, after a restart and before any question.
  void Resume(const NodeExecutionId& node, const model::CacheClaim& claim);
  // A commit has removed the reservation's row: the nodes that wait for it get CacheFreed.
  void Freed(const model::CacheClaim& claim);
  // The answer was not used: removes the reservation's row, too.
  void GiveBack(const model::CacheClaim& claim);
  // The execution waits for no reservation any more.
  void Forget(const ExecutionId& id);

 private:
  struct Open;  // a question on its way
  struct Holder {
    std::string owner;
    NodeExecutionId node;
  };
  void Find(const std::shared_ptr<Open>& open);
  void Reserve(const std::shared_ptr<Open>& open);
  void OnReserved(const std::shared_ptr<Open>& open);
  void ReleaseReservation(const model::CacheClaim& claim);
  void Taken(const std::shared_ptr<Open>& open, std::string holder, Instant again_at);
  void Answer(const std::shared_ptr<Open>& open);
  void ArmHeartbeat();
  void Extend();

  CacheLookupsDeps deps_;
  Callbacks callbacks_;
  std::map<std::string, Holder> held_;  // by key of the reservation; those that are being asked for, too
  std::set<std::pair<std::string, NodeExecutionId>> waiting_;  // key
  std::unique_ptr<Loop::Timer> heartbeat_;
};

}  // namespace sandbox::cache

#pragma once

// What holds after every event, whatever the workflow and its failures.

#include <functional>
#include <map>
#include <set>
#include <string>

#include "fake_runner.h"
#include "graphs.h"
#include "store/sync_store.h"

namespace sandbox::sim {

class Invariants {
 public:
  // References outlive this. `fail` gets what does not hold.
  Invariants(const SimGraph& graph, store::SyncStore& store, const FakeEngine& engine,
             std::function<void(std::string)> fail)
      : graph_(graph), store_(store), engine_(engine), fail_(std::move(fail)) {}

  // The execution that the graph runs from now on.
  void Watch(const ExecutionId& id) { id_ = id; }
  // A new process: it has started nothing. `crashed`: when the one before it ended; zero: there was none.
  void OnBoot(Instant crashed) {
    crashed_ = crashed;
    started_.clear();
    // What a hurried process has let in beside each other goes on in the next one, also what it had no container for.
    hurried_ = hurried_ && (AnyAlive() || AnyLetIn());
  }
  void OnClockJump() { jumped_ = hurried_ = true; }
  // The disk refused a write: what is decided may be stored late, and after a crash it is decided again, later.
  void OnRefusal() { delayed_ = true; }
  // Called as the container starts: what allows it must be committed by now.
  void OnStart(const PodSpec& pod);
  // Called before a container is removed: how its attempt ended must be synced by now.
  void OnRelease(const AttemptId& id);
  void OnCommit();
  void OnSync() { synced_ = terminal_; }
  // What was not synced never was.
  void OnPowerLoss() {
    terminal_ = synced_;
    heard_.clear();
  }
  // Nothing can happen before time passes.
  void OnIdle(Instant now);
  // The watched execution is over.
  void OnEnd();
  // Everything is over. `crashed`: a reservation may be left to expire.
  void OnQuiet(bool crashed);

 private:
  bool AnyAlive() const;
  // Whether an attempt that was let in has not ended.
  bool AnyLetIn() const;
  void Require(bool holds, std::string what) {
    if (!holds) fail_(std::move(what));
  }
  void CheckUpstream(MetadataReader& reader, const PodSpec& pod);
  void CheckCapacity(const PodSpec& pod);
  void CheckCached(MetadataReader& reader, const AttemptId& id);
  void CheckCacheRow(MetadataReader& reader, const model::NodeRecord& node);
  void CheckColumns(MetadataReader& reader);
  void CheckClock(MetadataReader& reader, const model::NodeRecord& node);
  // What the machine's restart killed is the system's failure.
  void CheckInterrupted(const model::TaskRecord& task);
  void CheckEndOf(MetadataReader& reader, const model::NodeRecord& node);
  // A terminal phase stays.
  void Absorb(const std::string& key, bool terminal, int phase);

  const SimGraph& graph_;
  store::SyncStore& store_;
  const FakeEngine& engine_;
  std::function<void(std::string)> fail_;
  ExecutionId id_;
  Instant crashed_{};
  bool jumped_ = false, delayed_ = false;
  bool hurried_ =
      false;  // the clock of this process has jumped: so may have its patience with what earlier ones had started
  std::set<AttemptId> started_;          // by this process
  std::set<AttemptId> let_in_;           // by any
  std::map<AttemptId, Instant> heard_;   // since when their time-outs count, as it was committed
  std::set<std::string> reserved_;       // keys of claims
  std::map<std::string, int> terminal_;  // phases of rows by their keys, -1 of those that go on
  std::map<std::string, int> synced_;
};

}  // namespace sandbox::sim

#pragma once

// Fires the schedules of active launch plans.
//
// A tick is identified by its launch plan and scheduled time, and its execution's name is computed from these, so
// firing one again changes nothing. What was missed (the process was down, the machine asleep, the clock jumped) is
// fired when it is noticed, oldest first, at most the newest `catch_up_max` ticks of a schedule; older ones are skipped
// with a line in the log. Time before an activation, and between a deactivation and the next activation, is never
// caught up.
//
// Thread: the loop, but for Changed. `fire` is called on a worker and answers on any thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "feed/feed.h"
#include "sandbox/control/requests.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/registry/schedule.h"

namespace sandbox::schedules {

// References outlive the scheduler.
struct SchedulerDeps {
  Loop& loop;
  Workers& workers;
  Clock& clock;
  MetadataStore& store;
  // Fires a tick, with the contract of Requests::FireSchedule.
  std::function<void(const control::ScheduledTick&, std::function<void(Status)>)> fire;
};

struct SchedulerConfig {
  size_t catch_up_max = 100;  // 0: what is more than a minute late is skipped
};

class Scheduler {
 public:
  Scheduler(SchedulerDeps deps, SchedulerConfig config) : deps_(std::move(deps)), config_(config) {}

  // Begins to fire.
  void Start();
  // Fires no more. Answers may still come.
  void Stop();
  // Reads the feed for launch plans that are activated or deactivated, until Stop. Before Start, on any thread; the
  // feed outlives that.
  void Follow(feed::Feed& feed);

 private:
  struct Entry {
    model::ScheduleRecord record;
    registry::Schedule schedule;
    Instant last{};     // ticks after it are still to come
    bool busy = false;  // a tick is being fired
    int failures = 0;   // of that tick, in a row
    Instant retry_at{};
  };

  void Load();
  void Merge(std::vector<model::ScheduleRecord> records);
  void Tick();
  std::optional<Instant> Due(Entry& entry, Instant now);
  void Fire(Entry& entry, Instant at);
  void OnFired(const control::ScheduledTick& tick, const Status& status);
  void Settle(Entry& entry, const control::ScheduledTick& tick);

  SchedulerDeps deps_;
  const SchedulerConfig config_;
  std::map<EntityId, Entry> entries_;
  std::unique_ptr<Loop::Timer> timer_;
  std::unique_ptr<feed::Subscription> plans_;
  bool started_ = false;
  bool loading_ = false;
  bool load_again_ = false;
};

}  // namespace sandbox::schedules

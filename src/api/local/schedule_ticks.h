#pragma once

// What became of a schedule's ticks: which ran, which were made up for, which were skipped, which come. Pure.

#include <string>
#include <vector>

#include "sandbox/model/entities.h"
#include "sandbox/model/records.h"
#include "sandbox/registry/schedule.h"

namespace flyteidl::admin {
class Schedule;
}

namespace sandbox::api {

// An execution that a tick started.
struct TickRun {
  Instant at{};          // the tick
  Instant created_at{};  // when its execution was made
  std::string execution;
  model::ExecutionPhase phase = model::ExecutionPhase::kUndefined;
};

struct TickRow {
  enum class State { kRan, kMadeUp, kSkipped };
  Instant at{};
  State state = State::kSkipped;
  TickRun run;  // empty for what was skipped
};

struct Ticks {
  std::vector<TickRow> past;  // the newest first
  size_t made_up = 0;         // of those in `past`
  size_t skipped = 0;
};

// A tick's execution that was made so much later than the tick was made up for.
inline constexpr Duration kMadeUpAfter = std::chrono::minutes(1);

// The newest `count_max` ticks until `now` of what has been active since `record.active_since`, and of earlier
// activations those that ran. `runs`: in any order. A tick that is about to be fired is not among them.
Ticks PastTicks(const registry::Schedule& schedule, const model::ScheduleRecord& record,
                const std::vector<TickRun>& runs, Instant now, size_t count_max);
// The first `count` after `now`.
std::vector<Instant> ComingTicks(const registry::Schedule& schedule, const model::ScheduleRecord& record, Instant now,
                                 size_t count);

}  // namespace sandbox::api

#include "schedules/scheduler.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "flyteidl/admin/launch_plan.pb.h"
#include "sandbox/base/log.h"

namespace sandbox::schedules {
namespace {

using namespace std::chrono_literals;

// The wall clock may jump, and a timer need not count the time that the machine slept.
constexpr Duration kLookAtLeastEvery = 10s;
constexpr Duration kLateWithoutCatchUp = 1min;
constexpr Duration kRetry = 1s;
constexpr int kTriesMax = 30;

std::string Text(const EntityId& plan) {
  return Cat("schedule of launch plan ", plan.project, ":", plan.domain, ":", plan.name, ":", plan.version);
}

bool MayPass(const Error& error) {
  // The tick is skipped for good: so says the policy of the limit.
  if (error.reason == "CONCURRENCY_LIMIT") return false;
  return error.code == Code::kInternal || error.code == Code::kUnavailable || error.code == Code::kResourceExhausted;
}

}  // namespace

void Scheduler::Start() {
  started_ = true;
  Load();
}

void Scheduler::Stop() {
  started_ = false;
  timer_.reset();
  plans_.reset();
}

void Scheduler::Follow(feed::Feed& feed) {
  const auto is_plan = [](const Change& change) {
    return std::get<EntityChange>(change).id.kind == EntityKind::kLaunchPlan;
  };
  // What changed does not matter: the schedules are read anew.
  const auto wake = [this] {
    deps_.loop.Post([this] {
      if (plans_) plans_->Take();
      Load();
    });
  };
  plans_ = feed.Subscribe(ChangeKinds::Of<EntityChange>(), is_plan, {}, wake);
}

void Scheduler::Load() {
  if (!started_) return;
  if (loading_) {
    load_again_ = true;
    return;
  }
  loading_ = true;
  deps_.workers.Run([this] {
    auto records = std::make_shared<std::vector<model::ScheduleRecord>>(
        deps_.store.Query([](MetadataReader& reader) { return reader.ListActiveSchedules(); }));
    deps_.loop.Post([this, records] {
      loading_ = false;
      Merge(std::move(*records));
      if (std::exchange(load_again_, false)) return Load();
      Tick();
    });
  });
}

// What goes on as it was keeps its place; a new activation begins at its own time.
void Scheduler::Merge(std::vector<model::ScheduleRecord> records) {
  std::map<EntityId, Entry> merged;
  for (model::ScheduleRecord& record : records) {
    const auto known = entries_.find(record.launch_plan);
    if (known != entries_.end() && known->second.record.active_since == record.active_since) {
      merged.insert(std::move(*known));
      continue;
    }
    flyteidl::admin::LaunchPlanSpec spec;
    spec.ParseFromString(record.spec);
    auto schedule = registry::ReadSchedule(spec.entity_metadata().schedule());
    if (!schedule) continue;
    Entry entry;
    entry.last = std::max(record.active_since, record.fired_at);
    entry.schedule = std::move(*schedule);
    entry.record = std::move(record);
    const EntityId id = entry.record.launch_plan;
    merged.emplace(id, std::move(entry));
  }
  entries_ = std::move(merged);
}

void Scheduler::Tick() {
  timer_.reset();
  if (!started_ || entries_.empty()) return;
  const Instant now = deps_.clock.Now();
  Instant wake = now + kLookAtLeastEvery;
  for (auto& [id, entry] : entries_) {
    if (entry.busy) continue;
    // The clock went back: the ticks since then come again, and their names make that harmless.
    entry.last = std::max(entry.record.active_since, std::min(entry.last, now));
    if (entry.retry_at > now && entry.retry_at <= now + kRetry) {
      wake = std::min(wake, entry.retry_at);
      continue;
    }
    if (const auto at = Due(entry, now)) {
      Fire(entry, *at);
    } else if (const auto next = entry.schedule.Next(entry.last)) {
      wake = std::min(wake, *next);
    }
  }
  timer_ = deps_.loop.At(wake, [this] { Tick(); });
}

// The next tick that is due, past what is too old to be caught up.
std::optional<Instant> Scheduler::Due(Entry& entry, Instant now) {
  auto next = entry.schedule.Next(entry.last);
  if (!next || *next > now) return std::nullopt;
  const Instant oldest = config_.catch_up_max == 0 ? std::max(entry.last, now - kLateWithoutCatchUp) : entry.last;
  const auto ticks = entry.schedule.Newest(oldest, now, std::max<size_t>(1, config_.catch_up_max));
  if (!ticks.empty() && ticks.front() == *next) return next;
  Log(LogLevel::kWarning, "scheduler",
      Cat(Text(entry.record.launch_plan), ": ticks from ", FormatRfc3339(*next), " on are skipped, ",
          ticks.empty() ? "none is recent enough" : Cat("the newest ", ticks.size(), " are caught up")));
  if (!ticks.empty()) return ticks.front();
  entry.last = oldest;
  return std::nullopt;
}

void Scheduler::Fire(Entry& entry, Instant at) {
  entry.busy = true;
  const control::ScheduledTick tick{entry.record.launch_plan, entry.record.active_since, at,
                                    entry.schedule.kickoff_argument};
  deps_.workers.Run([this, tick] {
    deps_.fire(
        tick, [this, tick](const Status& status) { deps_.loop.Post([this, tick, status] { OnFired(tick, status); }); });
  });
}

void Scheduler::OnFired(const control::ScheduledTick& tick, const Status& status) {
  const auto found = entries_.find(tick.launch_plan);
  if (found == entries_.end() || found->second.record.active_since != tick.active_since) return;
  Entry& entry = found->second;
  entry.busy = false;
  if (status) {
    Log(LogLevel::kInfo, "scheduler",
        Cat(Text(tick.launch_plan), ": started the execution of ", FormatRfc3339(tick.at)));
    entry.last = tick.at;
    entry.failures = 0;
  } else if (status.error().reason == "NOT_ACTIVE") {
    entries_.erase(found);
    return Load();
  } else if (MayPass(status.error()) && ++entry.failures < kTriesMax) {
    entry.retry_at = deps_.clock.Now() + kRetry;
  } else {
    if (status.error().code != Code::kAlreadyExists) {
      Log(LogLevel::kWarning, "scheduler",
          Cat(Text(tick.launch_plan), ": no execution for ", FormatRfc3339(tick.at), ": ", status.error().message));
    }
    Settle(entry, tick);
  }
  Tick();
}

// The tick is dealt with although this time nothing was stored for it.
void Scheduler::Settle(Entry& entry, const control::ScheduledTick& tick) {
  entry.last = tick.at;
  entry.failures = 0;
  deps_.store.Write(
      [tick](MetadataWriter& writer) -> Status {
        const auto plan = writer.FindEntity(tick.launch_plan);
        // A newer activation has ticks of its own.
        if (!plan || plan->updated_at != tick.active_since) return {};
        return writer.PutScheduleFire(tick.launch_plan, tick.at);
      },
      [](const Status&) {});
}

}  // namespace sandbox::schedules

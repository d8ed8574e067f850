// What became of a schedule's ticks, and which come.

#include "api/local/schedule_ticks.h"

#include <catch2/catch.hpp>

#include "flyteidl/admin/schedule.pb.h"

namespace sandbox::testing {
namespace {

using namespace std::chrono_literals;
using namespace sandbox::api;

const Instant kNoon{std::chrono::sys_days(std::chrono::year(2026) / 11 / 29) + 12h};

registry::Schedule Cron(const std::string& text) {
  flyteidl::admin::Schedule out;
  out.mutable_cron_schedule()->set_schedule(text);
  return *registry::ReadSchedule(out);
}

registry::Schedule Rate(uint32_t minutes) {
  flyteidl::admin::Schedule out;
  out.mutable_rate()->set_value(minutes);
  out.mutable_rate()->set_unit(flyteidl::admin::MINUTE);
  return *registry::ReadSchedule(out);
}

model::ScheduleRecord Active(Instant since, Instant fired) { return {{}, "", since, fired}; }

TickRun Run(Instant at, Duration late) { return {at, at + late, "x", model::ExecutionPhase::kSucceeded}; }

std::string Shape(const Ticks& ticks) {
  std::string out;
  for (const TickRow& row : ticks.past)
    out += row.state == TickRow::State::kRan ? '.' : row.state == TickRow::State::kMadeUp ? 'm' : 's';
  return out;
}

TEST_CASE("ticks ran, were made up for, or were skipped", "[schedules]") {
  const auto record = Active(kNoon - 5h, kNoon);
  const std::vector<TickRun> runs = {Run(kNoon, 1s), Run(kNoon - 1h, 61min), Run(kNoon - 4h, 200ms)};
  const Ticks ticks = PastTicks(Cron("0 * * * *"), record, runs, kNoon + 1s, 100);
  CHECK(Shape(ticks) == ".mss.");
  CHECK(ticks.made_up == 1);
  CHECK(ticks.skipped == 2);
  CHECK(ticks.past[1].run.execution == "x");
  CHECK(Shape(PastTicks(Cron("0 * * * *"), record, runs, kNoon + 1s, 2)) == ".m");
}

TEST_CASE("a tick that is about to be fired is not skipped", "[schedules]") {
  const auto record = Active(kNoon - 90min, kNoon - 1h);
  CHECK(Shape(PastTicks(Cron("0 * * * *"), record, {Run(kNoon - 1h, 0s)}, kNoon, 100)) == ".");
  CHECK(PastTicks(Cron("0 * * * *"), Active(kNoon - 90min, {}), {}, kNoon, 100).past.empty());
}

TEST_CASE("ticks of earlier activations stay, and none is missed between activations", "[schedules]") {
  const auto record = Active(kNoon - 30min, kNoon);
  CHECK(Shape(PastTicks(Cron("0 * * * *"), record, {Run(kNoon - 9h, 0s), Run(kNoon, 0s)}, kNoon, 100)) == "..");
}

TEST_CASE("a fixed rate that begins within a second is the same tick as its execution's", "[schedules]") {
  const Instant since = kNoon + 123456us;
  const auto record = Active(since, since + 10min);
  const std::vector<TickRun> runs = {Run(since + 5min, 10ms), Run(since + 10min, 10ms)};
  CHECK(Shape(PastTicks(Rate(5), record, runs, since + 11min, 100)) == "..");
}

TEST_CASE("coming ticks are behind now, whatever was missed", "[schedules]") {
  const auto cron = ComingTicks(Cron("0 * * * *"), Active(kNoon - 5h, {}), kNoon, 3);
  CHECK(cron == std::vector<Instant>{kNoon + 1h, kNoon + 2h, kNoon + 3h});
  const auto rate = ComingTicks(Rate(5), Active(kNoon - 24h * 365 * 20, {}), kNoon + 1min, 2);
  CHECK(rate == std::vector<Instant>{kNoon + 5min, kNoon + 10min});
}

}  // namespace
}  // namespace sandbox::testing

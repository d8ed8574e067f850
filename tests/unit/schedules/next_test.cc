#include <catch2/catch.hpp>
#include <sstream>

#include "flyteidl/admin/schedule.pb.h"
#include "registry/entities/cron.h"
#include "registry/entities/time_zone.h"
#include "sandbox/registry/schedule.h"

using namespace sandbox;
using namespace sandbox::registry;
using namespace std::chrono_literals;

namespace {

Instant At(const std::string& text) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  REQUIRE(std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%dZ", &y, &mo, &d, &h, &mi, &s) == 6);
  return std::chrono::sys_days(std::chrono::year(y) / mo / d) + std::chrono::hours(h) + std::chrono::minutes(mi) +
         std::chrono::seconds(s);
}

Schedule Cron(const std::string& text) {
  flyteidl::admin::Schedule schedule;
  schedule.mutable_cron_schedule()->set_schedule(text);
  auto read = ReadSchedule(schedule);
  REQUIRE(read);
  return *read;
}

Schedule Rate(uint32_t value, flyteidl::admin::FixedRateUnit unit) {
  flyteidl::admin::Schedule schedule;
  schedule.mutable_rate()->set_value(value);
  schedule.mutable_rate()->set_unit(unit);
  auto read = ReadSchedule(schedule);
  REQUIRE(read);
  return *read;
}

std::string Next(const Schedule& schedule, const std::string& after) {
  const auto next = schedule.Next(At(after));
  return next ? FormatRfc3339(*next) : "never";
}

}  // namespace

TEST_CASE("The next tick of a cron expression", "[schedules]") {
  struct Vector {
    std::string cron, after, next;
  };
  const Vector vectors[] = {
      {"*/1 * * * *", "2026-04-30T00:05:00Z", "2026-04-30T00:06:00Z"},
      {"*/1 * * * *", "2028-02-28T23:59:00Z", "2028-02-29T00:00:00Z"},
      {"0 0 29 2 *", "2028-02-28T23:59:00Z", "2028-02-29T00:00:00Z"},
      {"0 0 29 2 *", "2026-11-24T02:40:30Z", "2028-02-29T00:00:00Z"},
      {"0 0 31 * *", "2026-12-31T23:59:00Z", "2027-01-31T00:00:00Z"},
      {"0 0 31 * *", "2027-02-28T23:59:59Z", "2027-03-31T00:00:00Z"},
      {"59 23 31 12 *", "2026-11-24T02:40:30Z", "2026-12-31T23:59:00Z"},
      {"30 4 1,15 * 5", "2026-11-24T02:40:30Z", "2026-11-27T04:30:00Z"},
      {"30 4 1,15 * 5", "2028-02-28T23:59:00Z", "2028-03-01T04:30:00Z"},
      {"0 0 * * SUN", "2027-02-28T23:59:59Z", "2027-03-07T00:00:00Z"},
      {"15-45/10 8-18/2 * * MON-FRI", "2026-12-31T23:59:00Z", "2027-01-01T08:15:00Z"},
      {"0 12 1 JAN *", "2026-04-30T00:05:00Z", "2027-01-01T12:00:00Z"},
      {"5 0 30 APR-JUN *", "2026-11-24T02:40:30Z", "2027-04-30T00:05:00Z"},
      {"*/7 */5 * FEB *", "2028-02-28T23:59:00Z", "2028-02-29T00:00:00Z"},
      {"0 9 ? * 1", "2027-02-28T23:59:59Z", "2027-03-01T09:00:00Z"},
      {"10 10 28-31 * *", "2027-02-28T23:59:59Z", "2027-03-28T10:10:00Z"},
      {"@daily", "2028-02-28T12:00:00Z", "2028-02-29T00:00:00Z"},
      {"@weekly", "2026-11-24T02:40:30Z", "2026-11-29T00:00:00Z"},
      {"@monthly", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
      {"@yearly", "2026-11-24T02:40:30Z", "2027-01-01T00:00:00Z"},
      {"@hourly", "2026-11-24T23:00:00Z", "2026-11-25T00:00:00Z"},
      {"@every 90s", "2026-11-24T02:40:30Z", "2026-11-24T02:42:00Z"},
      {"0 0 31 2 *", "2026-11-24T02:40:30Z", "never"},
  };
  for (const Vector& v : vectors) {
    CAPTURE(v.cron, v.after);
    CHECK(Next(Cron(v.cron), v.after) == v.next);
  }
}

TEST_CASE("A tick is after its predecessor, however fine the clock", "[schedules]") {
  CHECK(Cron("* * * * *").Next(At("2026-11-24T02:40:59Z") + 999999999ns) == At("2026-11-24T02:41:00Z"));
  CHECK(Cron("* * * * *").Next(At("2026-11-24T02:41:00Z")) == At("2026-11-24T02:42:00Z"));
}

TEST_CASE("Fixed rates count from the last tick, in whole seconds", "[schedules]") {
  CHECK(Rate(5, flyteidl::admin::MINUTE).Next(At("2026-11-24T02:40:30Z") + 7ms) == At("2026-11-24T02:45:30Z"));
  CHECK(Next(Rate(2, flyteidl::admin::HOUR), "2026-12-31T23:00:01Z") == "2027-01-01T01:00:01Z");
  CHECK(Next(Rate(1, flyteidl::admin::DAY), "2028-02-28T10:00:00Z") == "2028-02-29T10:00:00Z");
  CHECK(Rate(4294967295u, flyteidl::admin::DAY).Next(At("2026-11-24T02:40:30Z")) > At("2100-01-01T00:00:00Z"));
}

TEST_CASE("Schedules that never fire are none", "[schedules]") {
  flyteidl::admin::Schedule schedule;
  CHECK_FALSE(ReadSchedule(schedule));
  schedule.mutable_rate()->set_value(0);
  CHECK_FALSE(ReadSchedule(schedule));
  schedule.mutable_cron_schedule()->set_schedule("");
  CHECK_FALSE(ReadSchedule(schedule));
}

TEST_CASE("The newest of the missed ticks", "[schedules]") {
  const auto texts = [](const std::vector<Instant>& ticks) {
    std::string out;
    for (const Instant tick : ticks) out += FormatRfc3339(tick).substr(11, 5) + " ";
    return out;
  };
  const Instant from = At("2026-11-24T00:00:00Z");
  CHECK(texts(Cron("*/10 * * * *").Newest(from, from + 45min, 10)) == "00:10 00:20 00:30 00:40 ");
  CHECK(texts(Cron("*/10 * * * *").Newest(from, from + 45min, 2)) == "00:30 00:40 ");
  CHECK(texts(Cron("*/10 * * * *").Newest(from, from + 40min, 2)) == "00:30 00:40 ");
  CHECK(texts(Cron("0 * * * *").Newest(from, from + 4h, 3)) == "02:00 03:00 04:00 ");
  CHECK(texts(Cron("* * * * *").Newest(from - 24h * 3000, from, 2)) == "23:59 00:00 ");
  CHECK(Cron("0 0 1 1 *").Newest(from - 24h * 3000, from, 100).size() == 8);
  CHECK(texts(Rate(7, flyteidl::admin::MINUTE).Newest(from, from + 30min, 2)) == "00:21 00:28 ");
  CHECK(Rate(7, flyteidl::admin::MINUTE).Newest(from, from + 6min, 2).empty());
  CHECK(Cron("* * * * *").Newest(from, from - 1h, 2).empty());
}

namespace {

// A file of one offset and one change, with a footer for the time after it.
std::string ZoneFile(const std::string& footer) {
  const auto number = [](uint64_t value, int bytes) {
    std::string out;
    while (bytes-- > 0) out += static_cast<char>(value >> (8 * bytes));
    return out;
  };
  const auto header = [&](uint64_t changes) {
    return "TZif2" + std::string(15, '\0') + number(0, 4) + number(0, 4) + number(0, 4) + number(changes, 4) +
           number(1, 4) + number(4, 4);
  };
  const std::string kind = number(0, 4) + std::string(2, '\0') + std::string("UTC\0", 4);
  return header(0) + kind + header(1) + number(0, 8) + number(0, 1) + kind + "\n" + footer + "\n";
}

int64_t Offset(const TimeZone& zone, const std::string& at) { return zone.OffsetAt(At(at)).count(); }

}  // namespace

TEST_CASE("Time zones by their footer", "[schedules]") {
  const auto york = TimeZone::Parse(ZoneFile("EST5EDT,M3.2.0,M11.1.0"));
  REQUIRE(york);
  CHECK(Offset(*york, "1960-01-01T00:00:00Z") == 0);
  CHECK(Offset(*york, "2026-03-08T06:59:59Z") == -5 * 3600);
  CHECK(Offset(*york, "2026-03-08T07:00:00Z") == -4 * 3600);
  CHECK(Offset(*york, "2026-11-01T05:59:59Z") == -4 * 3600);
  CHECK(Offset(*york, "2026-11-01T06:00:00Z") == -5 * 3600);
  const auto south = TimeZone::Parse(ZoneFile("AEST-10AEDT,M10.1.0,M4.1.0/3"));
  REQUIRE(south);
  CHECK(Offset(*south, "2026-01-01T00:00:00Z") == 11 * 3600);
  CHECK(Offset(*south, "2026-06-01T00:00:00Z") == 10 * 3600);
  const auto plain = TimeZone::Parse(ZoneFile("<+0545>-5:45"));
  REQUIRE(plain);
  CHECK(Offset(*plain, "2026-06-01T00:00:00Z") == (5 * 60 + 45) * 60);
  CHECK_FALSE(TimeZone::Parse("TZif2"));
  for (size_t size = 0; size < ZoneFile("").size(); ++size)
    (void)TimeZone::Parse(std::string_view(ZoneFile("EST5EDT,M3.2.0,M11.1.0")).substr(0, size));
}

TEST_CASE("Cron in a time zone follows its clock", "[schedules]") {
  const auto in_york = [](const std::string& cron) {
    Schedule out = Cron(cron);
    out.zone = std::make_shared<const TimeZone>(*TimeZone::Parse(ZoneFile("EST5EDT,M3.2.0,M11.1.0")));
    return out;
  };
  CHECK(Next(in_york("0 6 * * *"), "2026-01-10T12:00:00Z") == "2026-01-11T11:00:00Z");
  CHECK(Next(in_york("0 6 * * *"), "2026-07-10T12:00:00Z") == "2026-07-11T10:00:00Z");
  CHECK(Next(in_york("0 6 * * *"), "2026-03-07T12:00:00Z") ==
        "2026-03-08T10:00:00Z");  // the night in between is shorter
  CHECK(Next(in_york("30 2 * * *"), "2026-03-07T12:00:00Z") == "2026-03-09T06:30:00Z");  // there is no 2:30 on the 8th
  CHECK(Next(in_york("30 1 * * *"), "2026-10-31T12:00:00Z") == "2026-11-01T05:30:00Z");
  CHECK(Next(in_york("30 1 * * *"), "2026-11-01T05:30:00Z") == "2026-11-01T06:30:00Z");  // once more
  CHECK(Next(in_york("30 1 * * *"), "2026-11-01T06:30:00Z") == "2026-11-02T06:30:00Z");
  CHECK(Next(in_york("0 0 1 7 *"), "2026-01-10T12:00:00Z") == "2026-07-01T04:00:00Z");
  CHECK(Next(in_york("0 0 31 2 *"), "2026-01-10T12:00:00Z") == "never");
}

TEST_CASE("The time zone of a cron text is found on the machine", "[schedules]") {
  if (!TimeZone::Load("America/New_York")) return;  // no time zone files here
  CHECK(Next(Cron("CRON_TZ=America/New_York 0 6 * * *"), "2026-07-10T12:00:00Z") == "2026-07-11T10:00:00Z");
  CHECK(Next(Cron("TZ=UTC 0 6 * * *"), "2026-07-10T12:00:00Z") == "2026-07-11T06:00:00Z");
}

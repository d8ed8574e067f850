#include "registry/entities/cron.h"

#include <catch2/catch.hpp>

using namespace sandbox;
using namespace sandbox::registry;

namespace {

std::string Problem(std::string_view text) {
  const auto parsed = ParseCron(text);
  return parsed ? "" : parsed.error().message;
}

}  // namespace

TEST_CASE("Cron fields") {
  const auto parsed = ParseCron("0-10/5 */6,23 ? JAN-mar Sun");
  REQUIRE(parsed);
  CHECK(parsed->minutes == ((1u << 0) | (1u << 5) | (1u << 10)));
  CHECK(parsed->hours == ((1u << 0) | (1u << 6) | (1u << 12) | (1u << 18) | (1u << 23)));
  CHECK(parsed->any_day);
  CHECK(parsed->months == 0b1110);
  CHECK(parsed->weekdays == 1);
  CHECK_FALSE(parsed->any_weekday);
}

TEST_CASE("Cron descriptors and time zones") {
  CHECK(ParseCron("@daily")->hours == 1);
  CHECK(ParseCron("@every 1h30m")->every == std::chrono::minutes(90));
  const auto zoned = ParseCron("CRON_TZ=UTC 0 6 * * *");
  REQUIRE(zoned);
  CHECK(zoned->time_zone == "UTC");
  CHECK(zoned->hours == 1u << 6);
  CHECK(ParseCron("5/15 * * * *")->minutes == ((1ull << 5) | (1ull << 20) | (1ull << 35) | (1ull << 50)));
}

TEST_CASE("Cron errors are the library's") {
  CHECK(Problem("* * * *") == "expected exactly 5 fields, found 4: [* * * *]");
  CHECK(Problem("60 * * * *") == "end of range (60) above maximum (59): 60");
  CHECK(Problem("* * 0 * *") == "beginning of range (0) below minimum (1): 0");
  CHECK(Problem("9-1 * * * *") == "beginning of range (9) beyond end of range (1): 9-1");
  CHECK(Problem("*/0 * * * *") == "step of range should be a positive number: */0");
  CHECK(Problem("1-2-3 * * * *") == "too many hyphens: 1-2-3");
  CHECK(Problem("1/2/3 * * * *") == "too many slashes: 1/2/3");
  CHECK(Problem("x * * * *") == "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax");
  CHECK(Problem("@reboot") == "unrecognized descriptor: @reboot");
  CHECK(Problem("@every 5") == "failed to parse duration @every 5: time: missing unit in duration \"5\"");
  CHECK(Problem("@every 5x") == "failed to parse duration @every 5x: time: unknown unit \"x\" in duration \"5x\"");
  CHECK(Problem("TZ=UTC").starts_with("expected exactly 5 fields, found 0"));
}

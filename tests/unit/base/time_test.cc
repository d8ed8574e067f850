#include "sandbox/base/time.h"

#include <catch2/catch.hpp>
#include <limits>

namespace sandbox {
using namespace std::chrono_literals;

TEST_CASE("durations print as Go's", "[base]") {
  CHECK(FormatGoDuration(0s) == "0s");
  CHECK(FormatGoDuration(60s) == "1m0s");
  CHECK(FormatGoDuration(3600s) == "1h0m0s");
  CHECK(FormatGoDuration(1500ms) == "1.5s");
  CHECK(FormatGoDuration(15ms) == "15ms");
  CHECK(FormatGoDuration(-5s) == "-5s");
  CHECK(FormatGoDuration(Duration::max()) == "2562047h47m16.854775807s");
  CHECK(FormatGoDuration(Duration::min()) == "-2562047h47m16.854775808s");
}

TEST_CASE("instants print as RFC 3339", "[base]") {
  CHECK(FormatRfc3339(Instant{}) == "1970-01-01T00:00:00Z");
  CHECK(FormatRfc3339(Instant{} + 1500ms) == "1970-01-01T00:00:01.500Z");
  CHECK(FormatRfc3339(Instant{} - 1ns) == "1969-12-31T23:59:59.999999999Z");
}

TEST_CASE("the first and the last second of the calendar print too", "[base]") {
  CHECK(FormatRfc3339(-62'135'596'800, 0) == "0001-01-01T00:00:00Z");
  CHECK(FormatRfc3339(253'402'300'799, 999'999'000) == "9999-12-31T23:59:59.999999Z");
  CHECK(FormatRfc3339(951'825'600, 0) == "2000-02-29T12:00:00Z");
  // No calendar has these: any text will do.
  CHECK(FormatRfc3339(std::numeric_limits<int64_t>::min(), -1).ends_with("Z"));
  CHECK(FormatRfc3339(std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::max()).ends_with("Z"));
}

TEST_CASE("seconds that nanoseconds cannot hold are the nearest that they can", "[base]") {
  CHECK(InstantOf(2, 5) == Instant{} + 2s + 5ns);
  CHECK(InstantOf(-2, 5) == Instant{} - 2s + 5ns);
  CHECK(InstantOf(253'402'300'799) == Instant::max());
  CHECK(InstantOf(-62'135'596'800) == Instant::min());
  CHECK(DurationOf(9'223'372'036, 854'775'807) == Duration::max());
  CHECK(DurationOf(9'223'372'036, 854'775'808) == Duration::max());
  CHECK(DurationOf(std::numeric_limits<int64_t>::min(), -1) == Duration::min());
  CHECK(DelayOf(60) == 60s);
  CHECK(DelayOf(315'576'000'000) == 24h * 36'525);
}

}  // namespace sandbox

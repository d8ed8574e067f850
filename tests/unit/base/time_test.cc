#include "sandbox/base/time.h"

#include <catch2/catch.hpp>

namespace sandbox {
using namespace std::chrono_literals;

TEST_CASE("durations print as Go's", "[base]") {
  CHECK(FormatGoDuration(0s) == "0s");
  CHECK(FormatGoDuration(60s) == "1m0s");
  CHECK(FormatGoDuration(3600s) == "1h0m0s");
  CHECK(FormatGoDuration(1500ms) == "1.5s");
  CHECK(FormatGoDuration(15ms) == "15ms");
  CHECK(FormatGoDuration(-5s) == "-5s");
}

TEST_CASE("instants print as RFC 3339", "[base]") {
  CHECK(FormatRfc3339(Instant{}) == "1970-01-01T00:00:00Z");
  CHECK(FormatRfc3339(Instant{} + 1500ms) == "1970-01-01T00:00:01.500Z");
}

}  // namespace sandbox

#include "sandbox/base/age.h"

#include <catch2/catch.hpp>

namespace sandbox {
using namespace std::chrono_literals;

TEST_CASE("ages are read and said in whole units", "[base]") {
  CHECK(ParseAge("30d") == std::chrono::days(30));
  CHECK(ParseAge("2w") == std::chrono::days(14));
  CHECK(ParseAge("0s") == 0s);
  CHECK(ParseAge("90m") == 90min);
  for (const char* wrong : {"", "d", "30", "-1d", "1.5h", "30 d", "30days", "1M", "99999999999999w", "101w1d"}) {
    INFO(wrong);
    const auto read = ParseAge(wrong);
    REQUIRE_FALSE(read);
    CHECK(read.error().reason == "BAD_AGE");
    CHECK(read.error().message.find(std::string("'") + wrong + "'") != std::string::npos);
  }
  CHECK(FormatAge(std::chrono::days(30)) == "30d");
  CHECK(FormatAge(36h) == "36h");
  CHECK(FormatAge(90s) == "90s");
  CHECK(FormatAge(0s) == "0s");
}

}  // namespace sandbox

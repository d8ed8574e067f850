#include "sandbox/base/check.h"

#include <catch2/catch.hpp>

#include "sandbox/base/log.h"

namespace sandbox {
namespace {

Result<int> Half(int number) {
  SANDBOX_REQUEST_CHECK(number % 2 == 0, Cat("of ", number));
  return number / 2;
}

}  // namespace

TEST_CASE("what holds costs no message") {
  const auto never = [] {
    FAIL("the message was made");
    return std::string();
  };
  SANDBOX_CHECK(true, never());
  SANDBOX_EXPECT(true, never());
  CHECK(Half(4) == 2);
  CHECK(BugsLogged() == 0);
}

// In a process of its own: a bug that is logged fails a test.
TEST_CASE("what does not hold is logged, and ends the request or not", "[.bugs]") {  // skip: ctest runs it apart
  std::string logged;
  SetLogSink([&](LogLevel level, std::string_view, std::string_view text) {
    if (level == LogLevel::kError) logged += Cat(text, "\n");
  });
  SANDBOX_EXPECT(1 > 2, "numbers");
  CHECK(logged.starts_with(kBugPrefix));
  CHECK(logged.contains("1 > 2: numbers"));
  const auto half = Half(3);
  SetLogSink({});
  REQUIRE_FALSE(half);
  CHECK(half.error().code == Code::kInternal);
  CHECK(half.error().reason == "BUG");
  CHECK(half.error().message.contains("of 3"));
  CHECK(logged.contains("of 3"));
  CHECK(BugsLogged() == 2);
}

}  // namespace sandbox

// What Go 1.21 prints and reads.

#include "idl/go_text.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace sandbox::testing {
namespace {

using namespace std::chrono_literals;

std::string Problem(std::string_view text) { return idl::ParseGoDuration(text).error(); }

TEST_CASE("durations of Go", "[idl]") {
  const std::vector<std::pair<std::string_view, Duration>> cases = {{"1h30m0s", 90min},
                                                                    {"0", 0s},
                                                                    {"-0", 0s},
                                                                    {"-1.5s", -1500ms},
                                                                    {"300ms", 300ms},
                                                                    {".5m", 30s},
                                                                    {"5.m", 5min},
                                                                    {"2\xC2\xB5s", 2us},
                                                                    {"2\xCE\xBCs", 2us},
                                                                    {"+5ns", 5ns},
                                                                    {"0.3333333333333333333h", 20min},
                                                                    {"4.35s", 4350ms},
                                                                    {"9007199254740993ns", 9007199254740993ns},
                                                                    {"9223372036854775807ns", Duration::max()},
                                                                    {"-9223372036854775808ns", Duration::min()}};
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    CHECK(idl::ParseGoDuration(text) == expected);
  }
}

TEST_CASE("what is no duration is refused in Go's words", "[idl]") {
  for (const char* text : {"", "-", "+", "s", ".", ".s", "1s ", "nonsense", "99999999h", "9223372036854775808ns",
                           "9223372036854775807ns1ns", "-9223372036854775808ns9223372036854775808ns"}) {
    CAPTURE(text);
    CHECK_FALSE(idl::ParseGoDuration(text));
  }
  CHECK(Problem("nonsense") == "time: invalid duration \"nonsense\"");
  CHECK(Problem("5") == "time: missing unit in duration \"5\"");
  CHECK(Problem("1.2.3s") == "time: missing unit in duration \"1.2.3s\"");
  CHECK(Problem("1d") == "time: unknown unit \"d\" in duration \"1d\"");
  CHECK(Problem("3\xC3\xA9\n\"") == R"(time: unknown unit "\xc3\xa9\x0a\"" in duration "3\xc3\xa9\x0a\"")");
}

TEST_CASE("floats of Go", "[idl]") {
  CHECK(idl::FormatGoFloat(0.5) == "0.5");
  CHECK(idl::FormatGoFloat(0.0) == "0");
  CHECK(idl::FormatGoFloat(-0.0) == "-0");
  CHECK(idl::FormatGoFloat(100000.0) == "100000");
  CHECK(idl::FormatGoFloat(1e6) == "1e+06");
  CHECK(idl::FormatGoFloat(0.0001) == "0.0001");
  CHECK(idl::FormatGoFloat(0.00001) == "1e-05");
  CHECK(idl::FormatGoFloat(-1.5e300) == "-1.5e+300");
  CHECK(idl::FormatGoFloat(0.1f) == "0.1");
  CHECK(idl::FormatGoFloat(std::nan("")) == "NaN");
  CHECK(idl::FormatGoFloat(-std::numeric_limits<double>::infinity()) == "-Inf");
  CHECK(idl::FormatGoFloat(std::numeric_limits<double>::infinity()) == "+Inf");
}

}  // namespace
}  // namespace sandbox::testing

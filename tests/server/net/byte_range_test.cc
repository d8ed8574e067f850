#include "net/byte_range.h"

#include <catch2/catch.hpp>
#include <utility>

namespace sandbox::net {
namespace {

TEST_CASE("a range is of the bytes that there are", "[net]") {
  struct Row {
    const char* header;
    std::pair<uint64_t, uint64_t> wanted;  // offset and length
    const char* told;
  };
  for (const Row& row : {
           Row{"bytes=0-3", {0, 4}, "bytes 0-3/10"},
           Row{"bytes=5-", {5, 5}, "bytes 5-9/10"},
           Row{"bytes=-4", {6, 4}, "bytes 6-9/10"},
           Row{"bytes=-40", {0, 10}, "bytes 0-9/10"},
           Row{"bytes=8-99", {8, 2}, "bytes 8-9/10"},
           Row{"bytes=0-18446744073709551615", {0, 10}, "bytes 0-9/10"},
           Row{" bytes= 2 - 4 ", {2, 3}, "bytes 2-4/10"},
       }) {
    CAPTURE(row.header);
    const auto range = ParseByteRange(row.header, 10);
    REQUIRE(range);
    CHECK(std::pair(range->offset, range->length) == row.wanted);
    CHECK(ContentRange(*range, 10) == row.told);
  }
}

TEST_CASE("a range of bytes that there are not", "[net]") {
  for (const char* header : {"bytes=10-", "bytes=12-14", "bytes=-0"}) {
    CAPTURE(header);
    const auto range = ParseByteRange(header, 10);
    REQUIRE(range);
    CHECK(range->length == 0);
    CHECK(ContentRange(*range, 10) == "bytes */10");
  }
  CHECK(ParseByteRange("bytes=0-", 0)->length == 0);
  CHECK(ParseByteRange("bytes=-3", 0)->length == 0);
}

TEST_CASE("what is not a range means the whole", "[net]") {
  for (const char* header : {"", "bytes=", "bytes=-", "bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "bytes=a-3",
                             "bytes=99999999999999999999-"}) {
    CAPTURE(header);
    CHECK_FALSE(ParseByteRange(header, 10));
  }
}

}  // namespace
}  // namespace sandbox::net

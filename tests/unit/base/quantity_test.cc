#include "sandbox/base/quantity.h"

#include <catch2/catch.hpp>

namespace sandbox {

TEST_CASE("quantities parse, compare and print as Kubernetes does", "[base]") {
  struct Vector {
    std::string text, canonical;
    int64_t value, milli;
  };
  const Vector vectors[] = {
      {"0", "0", 0, 0},
      {"1", "1", 1, 1000},
      {"500m", "500m", 1, 500},
      {"1000m", "1", 1, 1000},
      {"0.5", "500m", 1, 500},
      {"1.5", "1500m", 2, 1500},
      {"2100m", "2100m", 3, 2100},
      {"1Gi", "1Gi", 1073741824, 1073741824000},
      {"1024Mi", "1Gi", 1073741824, 1073741824000},
      {"200Mi", "200Mi", 209715200, 209715200000},
      {"1G", "1G", 1000000000, 1000000000000},
      {"1e3", "1e3", 1000, 1000000},
      {"1500Mi", "1500Mi", 1572864000, 1572864000000},
      {"0.5Gi", "512Mi", 536870912, 536870912000},
      {"100k", "100k", 100000, 100000000},
      {"-1", "-1", -1, -1000},
      {"1n", "1n", 1, 1},
      {"4Gi", "4Gi", 4294967296, 4294967296000},
  };
  for (const Vector& v : vectors) {
    CAPTURE(v.text);
    auto quantity = Quantity::Parse(v.text);
    REQUIRE(quantity);
    CHECK(quantity->ToString() == v.canonical);
    CHECK(quantity->Value() == v.value);
    CHECK(quantity->MilliValue() == v.milli);
  }
  for (const char* bad : {"", "x", "1GiB", "1.2.3", "--1", "1 Gi", "Gi"}) {
    CAPTURE(bad);
    CHECK_FALSE(Quantity::Parse(bad));
  }
  CHECK(*Quantity::Parse("1Gi") > *Quantity::Parse("1G"));
}

}  // namespace sandbox

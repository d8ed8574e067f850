#include "sandbox/base/lru_cache.h"

#include <catch2/catch.hpp>
#include <string>

using namespace sandbox;

namespace {
std::shared_ptr<const std::string> Text(const char* text) { return std::make_shared<const std::string>(text); }
}  // namespace

TEST_CASE("A cache drops what was not used for the longest time when it is too heavy") {
  LruCache<int, std::string> cache(10);
  CHECK(cache.Find(1) == nullptr);
  cache.Add(1, Text("one"), 4);
  cache.Add(2, Text("two"), 4);
  REQUIRE(cache.Find(1) != nullptr);
  cache.Add(3, Text("three"), 4);
  CHECK(cache.Find(2) == nullptr);
  REQUIRE(cache.Find(1) != nullptr);
  CHECK(*cache.Find(1) == "one");
  CHECK(*cache.Find(3) == "three");
}

TEST_CASE("A cache keeps the first value of a key, and nothing that is heavier than all it may hold") {
  LruCache<int, std::string> cache(10);
  cache.Add(1, Text("first"), 6);
  cache.Add(1, Text("second"), 6);
  cache.Add(2, Text("heavy"), 11);
  REQUIRE(cache.Find(1) != nullptr);
  CHECK(*cache.Find(1) == "first");
  CHECK(cache.Find(2) == nullptr);
  const auto held = cache.Find(1);
  cache.Add(3, Text("third"), 10);
  CHECK(cache.Find(1) == nullptr);
  CHECK(*held == "first");
}

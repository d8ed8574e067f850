#include "api/gateway/url.h"

#include <catch2/catch.hpp>

namespace sandbox::api {
namespace {

TEST_CASE("targets are split") {
  CHECK(SplitTarget("/a?b=c?d").path == "/a");
  CHECK(SplitTarget("/a?b=c?d").query == "b=c?d");
  CHECK(SplitTarget("http://host:80/a").path == "/a");
  CHECK(SplitTarget("http://host").path == "/");
}

TEST_CASE("paths are cleaned") {
  const auto [path, clean] = GENERATE(table<std::string, std::string>({{"/", "/"},
                                                                       {"//", "/"},
                                                                       {"/a//b", "/a/b"},
                                                                       {"/a/./b/..", "/a/"},
                                                                       {"/..", "/"},
                                                                       {"/a/", "/a/"},
                                                                       {"/a", "/a"},
                                                                       {"/../a", "/a"}}));
  CHECK(CleanPath(path) == clean);
}

TEST_CASE("queries keep order and repetition") {
  const auto query = ParseQuery("a=1&b=%20x&&a=2&c");
  REQUIRE(query);
  CHECK(*query == Query{{"a", {"1", "2"}}, {"b", {" x"}}, {"c", {""}}});
  CHECK(ParseQuery("a=1;b=2").error() == "invalid semicolon separator in query");
  CHECK(ParseQuery("a=%z1").error() == "invalid URL escape \"%z1\"");
}

}  // namespace
}  // namespace sandbox::api

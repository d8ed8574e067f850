#include "api/gateway/url.h"

#include <catch2/catch.hpp>

#include "api/gateway/base64.h"

namespace sandbox::api {
namespace {

TEST_CASE("targets are split and unescaped") {
  CHECK(SplitTarget("/a?b=c?d").path == "/a");
  CHECK(SplitTarget("/a?b=c?d").query == "b=c?d");
  CHECK(SplitTarget("http://host:80/a").path == "/a");
  CHECK(SplitTarget("http://host").path == "/");
  CHECK(Unescape("%76%31+", false) == "v1+");
  CHECK(Unescape("a+b%2B", true) == "a b+");
  CHECK_FALSE(Unescape("%zz", false));
  CHECK_FALSE(Unescape("%1", false));
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

TEST_CASE("base64 in both alphabets") {
  const auto [bytes, text] = GENERATE(table<std::string, std::string>(
      {{"", ""}, {"a", "YQ=="}, {"ab", "YWI="}, {"abc", "YWJj"}, {"\xfb\xff", "+/8="}}));
  CHECK(EncodeBase64(bytes) == text);
  CHECK(DecodeBase64(text, false) == bytes);
  CHECK(DecodeBase64("-_8", true) == "\xfb\xff");
  CHECK_FALSE(DecodeBase64("-_8", false));
  CHECK_FALSE(DecodeBase64("not base64!", true));
}

}  // namespace
}  // namespace sandbox::api

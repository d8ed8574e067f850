#include <catch2/catch.hpp>

#include "api/v1/flyte_url.h"
#include "api/v1/projection.h"
#include "api/v1/upload_path.h"

using namespace sandbox;
using namespace sandbox::api;

TEST_CASE("flyte:// addresses name a node or an attempt, and all literals or one") {
  auto all = ParseFlyteUrl("flyte://v1/p/d/e/n0/i");
  REQUIRE(all);
  CHECK(all->node == NodeExecutionId{{"p", "d", "e"}, "n0"});
  CHECK_FALSE(all->attempt);
  CHECK(all->kind == 'i');
  CHECK(all->name.empty());

  auto one = ParseFlyteUrl("flyte://v1/p/d/e/n0/2/o/o0");
  REQUIRE(one);
  CHECK(one->attempt == 2u);
  CHECK(one->kind == 'o');
  CHECK(one->name == "o0");

  CHECK(ParseFlyteUrl("flyte://v1/p/d/e/n0/i/o")->name == "o");
}

TEST_CASE("other texts are no flyte:// addresses") {
  const std::string text = GENERATE("flyte://v1/p/d/e/n0", "flyte://v1/p/d/e/n0/x", "flyte://v1/p/d/e/n0/-1/o",
                                    "flyte://v1/p/d/e/n0/0/1/o", "flyte://v1/p/d/e/n0/99999999999/o",
                                    "flyte://v1/p/d/e/n0/d/x", "flyte://v1/p/d/e/n0/i/", "flyte://v2/p/d/e/n0/i");
  CAPTURE(text);
  auto url = ParseFlyteUrl(text);
  REQUIRE_FALSE(url);
  CHECK(url.error().message == "failed to parse artifact url Error: failed to parse [" + text + "]");
}

TEST_CASE("an upload's key and address belong together and stay in their folder") {
  auto path = MakeUploadPath("b", {"", "p", "d", "/root/", "a b+c%20d.txt"});
  REQUIRE(path);
  CHECK(path->key == "p/d/root/a b+c d.txt");
  CHECK(path->native_url == "s3://b/p/d/root/a%20b+c%20d.txt");
  CHECK(ParseNativeUrl(path->native_url)->key == path->key);

  for (const char* name : {"../x", "a/../../x", "%2e%2e/x", ".."}) {
    CAPTURE(name);
    CHECK_FALSE(MakeUploadPath("b", {"p", "d", name}));
  }
  CHECK_FALSE(MakeUploadPath("b", {"p", std::string(2000, 'x')}));
}

TEST_CASE("a text is cut at the end of a character") {
  CHECK(CutText("abc", 3) == "abc");
  CHECK(CutText("a\xC3\xA4z", 2) == "a");
  CHECK(CutText("a\xC3\xA4z", 3) == "a\xC3\xA4");
}

// The patterns of .dockerignore, as Docker reads them.

#include "builds/ignore.h"

#include <catch2/catch.hpp>

namespace sandbox::testing {
namespace {

using builds::IgnoreRules;

bool Excludes(std::string_view text, std::string_view path) {
  const auto rules = IgnoreRules::Parse(text);
  REQUIRE(rules);
  return rules->Excludes(path);
}

TEST_CASE("a pattern is of the context's own folder, with all that is below", "[builds]") {
  CHECK(Excludes("secret\n", "secret"));
  CHECK(Excludes("secret\n", "secret/a/b"));
  CHECK_FALSE(Excludes("secret\n", "a/secret"));
  CHECK_FALSE(Excludes("secret\n", "secrets"));
  CHECK(Excludes("a/b\n", "a/b/c"));
  CHECK_FALSE(Excludes("a/b\n", "a"));
}

TEST_CASE("slashes at the ends, dots, blanks and comments mean nothing", "[builds]") {
  CHECK(Excludes("/secret\n", "secret"));
  CHECK(Excludes("secret/\n", "secret"));
  CHECK(Excludes("./secret\n", "secret"));
  CHECK(Excludes("a/../secret\n", "secret"));
  CHECK(Excludes("  secret \r\n", "secret"));
  CHECK(Excludes("\xEF\xBB\xBFsecret", "secret"));
  CHECK_FALSE(Excludes("# secret\n", "secret"));
  CHECK_FALSE(Excludes("#secret\n\n", "#secret"));
  CHECK(Excludes("\\#secret", "#secret"));
}

TEST_CASE("one star and the question mark stop at a slash", "[builds]") {
  CHECK(Excludes("*.log\n", "x.log"));
  CHECK_FALSE(Excludes("*.log\n", "a/x.log"));
  CHECK(Excludes("*/x.log\n", "a/x.log"));
  CHECK_FALSE(Excludes("*/x.log\n", "a/b/x.log"));
  CHECK(Excludes("tem?\n", "temp"));
  CHECK_FALSE(Excludes("a?b\n", "a/b"));
  CHECK(Excludes("*\n", "anything/below"));
}

TEST_CASE("two stars are any number of folders", "[builds]") {
  CHECK(Excludes("**/x.log\n", "x.log"));
  CHECK(Excludes("**/x.log\n", "a/b/x.log"));
  CHECK_FALSE(Excludes("**/x.log\n", "a/xx.log"));
  CHECK(Excludes("a/**\n", "a/b/c"));
  CHECK(Excludes("a/**/c\n", "a/c"));
  CHECK(Excludes("a/**/c\n", "a/b/b/c"));
  CHECK(Excludes("**\n", "a/b"));
  CHECK(Excludes("**/*.py[co]\n", "a/b.pyc"));
}

TEST_CASE("classes", "[builds]") {
  CHECK(Excludes("[a-c].txt\n", "b.txt"));
  CHECK_FALSE(Excludes("[a-c].txt\n", "d.txt"));
  CHECK(Excludes("[^a-c].txt\n", "d.txt"));
  CHECK_FALSE(Excludes("[^a-c].txt\n", "a.txt"));
  CHECK(Excludes("\\*.txt\n", "*.txt"));
  CHECK_FALSE(Excludes("\\*.txt\n", "a.txt"));
  CHECK(Excludes("a+(b).txt\n", "a+(b).txt"));
}

TEST_CASE("the last line that matches decides", "[builds]") {
  CHECK_FALSE(Excludes("*.md\n!README.md\n", "README.md"));
  CHECK(Excludes("*.md\n!README.md\n", "other.md"));
  CHECK(Excludes("*.md\n!README*.md\nREADME-secret.md\n", "README-secret.md"));
  CHECK_FALSE(Excludes("*.md\nREADME-secret.md\n!README*.md\n", "README-secret.md"));
  CHECK_FALSE(Excludes("*\n!src\n", "src/a/b.py"));
  CHECK(Excludes("*\n!src\nsrc/a\n", "src/a/b.py"));
  CHECK_FALSE(Excludes("*\n! src \n", "src/x"));
}

TEST_CASE("folders that may hold something are walked", "[builds]") {
  const auto rules = IgnoreRules::Parse("*\n!src/app\n!docs/*.md\n");
  REQUIRE(rules);
  CHECK(rules->MayKeepBelow("src"));
  CHECK(rules->MayKeepBelow("src/app/deep"));
  CHECK(rules->MayKeepBelow("docs"));
  CHECK_FALSE(rules->MayKeepBelow("node_modules"));
  CHECK_FALSE(rules->MayKeepBelow("src2"));
  CHECK(IgnoreRules::Parse("*\n!**/x")->MayKeepBelow("node_modules"));
  CHECK_FALSE(IgnoreRules::Parse("node_modules")->MayKeepBelow("node_modules"));
}

TEST_CASE("a pattern that is none is named by its line", "[builds]") {
  for (const char* bad : {"a\n!\n", "a\n[a-\n", "a\nb\\\n", "a\n[z-a]\n"}) {
    INFO(bad);
    const auto rules = IgnoreRules::Parse(bad);
    REQUIRE_FALSE(rules);
    CHECK(rules.error().reason == "BAD_PATTERN");
    CHECK(rules.error().message.starts_with("line 2: "));
  }
}

}  // namespace
}  // namespace sandbox::testing

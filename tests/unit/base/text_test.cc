#include "sandbox/base/text.h"

#include <catch2/catch.hpp>

namespace sandbox {

TEST_CASE("what is UTF-8 and what is not") {
  for (const char* good : {"", "a", "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"}) {
    CAPTURE(good);
    CHECK(IsUtf8(good));
    CHECK(ValidUtf8(good) == good);
  }
  // Overlong, surrogates, above the last character, cut off, a tail alone.
  for (const char* bad : {"\xC0\x80", "\xE0\x80\x80", "\xF0\x80\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "\x80", "\xFF"}) {
    CAPTURE(bad);
    CHECK_FALSE(IsUtf8(bad));
    CHECK(ValidUtf8(bad) == std::string(std::string_view(bad).size(), '?'));
  }
  CHECK(ValidUtf8("a\xFFz") == "a?z");
}

TEST_CASE("lower case is that of ASCII") {
  CHECK(LowerCase("aZ@[`{09") == "az@[`{09");
  CHECK(LowerCase("\xC3\x89") == "\xC3\x89");
}

TEST_CASE("the last line that says something", "[text]") {
  CHECK(LastLine("Traceback:\n  File x\n\nMessage:\n\n    ValueError: boom\n\n", 100) == "ValueError: boom");
  CHECK(LastLine("\r\n[p] terminated with exit code (1). Message: \n.", 100) ==
        "[p] terminated with exit code (1). Message:");
  CHECK(LastLine("one", 100) == "one");
  CHECK(LastLine("one\n", 100) == "one");
  CHECK(LastLine("실패\n---", 100) == "실패");
  CHECK(LastLine("\n . \n", 100).empty());
  CHECK(LastLine("", 100).empty());
  CHECK(LastLine("abcdef", 3) == "abc...");
  CHECK(LastLine("aé", 2) == "a...");
}

}  // namespace sandbox

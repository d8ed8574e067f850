#include "sandbox/base/encoding.h"

#include <catch2/catch.hpp>

namespace sandbox {
namespace {

// Every length of a last group, and bytes above 127.
const std::string kTexts[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar", std::string("\x00\xff\x80", 3)};

}  // namespace

TEST_CASE("hex") {
  CHECK(Hex(std::string("\x00\x9f\xff", 3)) == "009fff");
  CHECK(FromHex("009FfF") == std::string("\x00\x9f\xff", 3));
  CHECK(FromHex("") == "");
  CHECK_FALSE(FromHex("0"));
  CHECK_FALSE(FromHex("0g"));
  CHECK_FALSE(FromHex("+1"));
  CHECK(HexNumber(0xabc, 5) == "00abc");
  CHECK(HexNumber(0xabc, 2) == "bc");
}

TEST_CASE("base 64 and 32 are those of RFC 4648") {
  const char* base64[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy", "AP+A"};
  const char* base32[] = {
      "", "MY======", "MZXQ====", "MZXW6===", "MZXW6YQ=", "MZXW6YTB", "MZXW6YTBOI======", "AD7YA==="};
  for (size_t i = 0; i < std::size(kTexts); ++i) {
    CAPTURE(kTexts[i]);
    CHECK(Base64(kTexts[i]) == base64[i]);
    CHECK(Base32(kTexts[i]) == base32[i]);
    CHECK(FromBase64(base64[i]) == kTexts[i]);
    CHECK(FromBase64(Base64Url(kTexts[i]), {.url_alphabet = true, .padding_optional = true}) == kTexts[i]);
  }
  CHECK(Base64Url(kTexts[7]) == "AP-A");
  CHECK(Base64Url("f") == "Zg");
}

TEST_CASE("base 64 that is none, and where") {
  CHECK(FromBase64("Zm9v!").error() == 4);
  CHECK(FromBase64("AP-A").error() == 2);
  CHECK(FromBase64("Zg").error() == 2);
  CHECK(FromBase64("Zg=").error() == 3);
  CHECK(FromBase64("Zg=", {.padding_optional = true}).error() == 3);
  CHECK(FromBase64("Z", {.padding_optional = true}).error() == 1);
  CHECK(FromBase64("Z===").error() == 1);
  CHECK(FromBase64("Z=9v").error() == 1);
}

TEST_CASE("percent signs") {
  CHECK(PercentEncode("a-Z_0.~/ %\xc3\xa9") == "a-Z_0.~%2F%20%25%C3%A9");
  CHECK(PercentEncode("a/b+c", "/+") == "a/b+c");
  CHECK(PercentDecode("a%2Fb%c3%A9+") == "a/b\xc3\xa9+");
  CHECK(PercentDecode("a+b", Plus::kIsSpace) == "a b");
  for (const char* bad : {"%", "a%2", "%zz", "%2z", "%+1"}) {
    CAPTURE(bad);
    CHECK_FALSE(PercentDecode(bad));
    CHECK(PercentDecodeLoosely(bad) == bad);
  }
  CHECK(PercentDecodeLoosely("100%%20") == "100% ");
}

}  // namespace sandbox

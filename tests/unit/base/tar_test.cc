#include "sandbox/base/tar.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <map>

namespace sandbox {

TEST_CASE("a header of a tar archive comes back as it was written") {
  const std::string block = EncodeTarHeader({"etc/hosts", '0', 70, 0444, 1'700'000'000});
  REQUIRE(block.size() == kTarBlockBytes);
  // As tar(1) has it.
  CHECK(block.substr(100, 8) == std::string("0000444\0", 8));
  CHECK(block.substr(124, 12) == std::string("00000000106\0", 12));
  CHECK(block.substr(257, 8) == std::string("ustar\00000", 8));
  const auto member = DecodeTarHeader(block);
  REQUIRE(member);
  CHECK(member->path == "etc/hosts");
  CHECK(member->type == '0');
  CHECK(member->size == 70);
  CHECK(member->mode == 0444);
  CHECK(member->modified_s == 1'700'000'000);
  CHECK(DecodeTarHeader(EncodeTarHeader({"to", '2', 0, 0777, 0, "from"}))->link == "from");
}

TEST_CASE("what does not fit into a header of a tar archive stands before it") {
  const std::string path(300, 'p');
  const uint64_t size = uint64_t{9} << 30;
  const std::string blocks = EncodeTarHeader({path, '0', size});
  REQUIRE(blocks.size() == 3 * kTarBlockBytes);
  const auto more = DecodeTarHeader(blocks);
  REQUIRE(more);
  CHECK(more->type == 'x');
  std::map<std::string, std::string> records;
  REQUIRE(DecodePaxRecords(std::string_view(blocks).substr(kTarBlockBytes, more->size), records));
  CHECK(records == std::map<std::string, std::string>{{"path", path}, {"size", std::to_string(size)}});
  CHECK(DecodeTarHeader(std::string_view(blocks).substr(2 * kTarBlockBytes))->path == path.substr(0, 100));
}

TEST_CASE("headers of others' tar archives, and what is none") {
  std::string block = EncodeTarHeader({"name", '0', 5});
  const auto changed = [&](size_t at, std::string_view text) {
    std::string out = block;
    out.replace(at, text.size(), text);
    out.replace(148, 8, "        ");
    unsigned sum = 0;
    for (const char c : out) sum += static_cast<unsigned char>(c);
    char digits[8];
    std::snprintf(digits, sizeof digits, "%06o", sum);
    out.replace(148, 7, digits, 7);
    return out;
  };
  CHECK(DecodeTarHeader(changed(345, "some/folder"))->path == "some/folder/name");
  CHECK(DecodeTarHeader(changed(124, std::string("\x80\0\0\0\0\0\0\2\0\0\0\0", 12)))->size == uint64_t{2} << 32);
  CHECK(DecodeTarHeader(changed(124, "     5 "))->size == 5);
  CHECK_FALSE(DecodeTarHeader(changed(124, "nine")));
  CHECK_FALSE(DecodeTarHeader(block.substr(1)));
  block[0] = 'N';
  CHECK_FALSE(DecodeTarHeader(block));
  CHECK(IsTarEnd(TarEnd()));
  CHECK_FALSE(IsTarEnd(block));
  CHECK(TarPadding(0).empty());
  CHECK(TarPadding(513).size() == 511);
  std::map<std::string, std::string> records;
  for (const char* bad : {"5", "9 a=b\n", "6 a=bc\n", "4 a\n", "x a=b\n"}) CHECK_FALSE(DecodePaxRecords(bad, records));
}

}  // namespace sandbox

#include "docker/tar.h"

#include <algorithm>
#include <cstdint>

namespace sandbox::docker {
namespace {

constexpr size_t kBlock = 512;

std::unexpected<Error> BadArchive(std::string what) { return Fail(Code::kDataLoss, "BAD_ARCHIVE", "tar archive: " + std::move(what)); }

// Octal digits, padded with spaces or zero bytes. Base-256 sizes (files above 8 GiB) are refused.
Result<uint64_t> Octal(std::string_view field) {
  uint64_t value = 0;
  bool digits = false;
  for (char c : field) {
    if (c == ' ' && !digits) continue;
    if (c == 0 || c == ' ') break;
    if (c < '0' || c > '7') return BadArchive("malformed number");
    value = value * 8 + static_cast<uint64_t>(c - '0');
    digits = true;
  }
  if (!digits) return BadArchive("missing number");
  return value;
}

bool ChecksumHolds(std::string_view header) {
  const Result<uint64_t> stored = Octal(header.substr(148, 8));
  if (!stored) return false;
  uint64_t sum = 8 * ' ';
  for (size_t i = 0; i < kBlock; ++i) {
    if (i < 148 || i >= 156) sum += static_cast<unsigned char>(header[i]);
  }
  return sum == *stored;
}

bool IsZero(std::string_view block) { return std::all_of(block.begin(), block.end(), [](char c) { return c == 0; }); }

std::string Digits(uint64_t value, size_t digits) {
  std::string out(digits, '0');
  for (size_t i = digits; i-- > 0; value >>= 3) out[i] = static_cast<char>('0' + (value & 7));
  return out;
}

}  // namespace

std::string TarOfDirectories(const std::vector<std::string>& paths) {
  std::string out;
  for (const std::string& path : paths) {
    const std::string name = path.substr(std::min(path.find_first_not_of('/'), path.size())) + "/";
    if (name.size() < 2 || name.size() > 100) continue;
    std::string header(kBlock, '\0');
    const auto put = [&header](size_t at, std::string_view text) { header.replace(at, text.size(), text); };
    put(0, name);
    put(100, Digits(0777, 7));
    put(108, Digits(0, 7));
    put(116, Digits(0, 7));
    put(124, Digits(0, 11));
    put(136, Digits(0, 11));
    put(148, "        ");
    header[156] = '5';
    put(257, std::string_view("ustar\00000", 8));
    uint64_t sum = 0;
    for (const char c : header) sum += static_cast<unsigned char>(c);
    put(148, Digits(sum, 6) + std::string("\0 ", 2));
    out += header;
  }
  return out + std::string(2 * kBlock, '\0');
}

Result<std::string> FirstFileOfTar(std::string_view archive, size_t bytes_max) {
  while (archive.size() >= kBlock) {
    const std::string_view header = archive.substr(0, kBlock);
    if (IsZero(header)) break;
    if (!ChecksumHolds(header)) return BadArchive("checksum does not hold");
    const Result<uint64_t> size = Octal(header.substr(124, 12));
    if (!size) return std::unexpected(size.error());
    archive.remove_prefix(kBlock);
    const char type = header[156];
    if (type == '0' || type == 0) {
      const size_t wanted = static_cast<size_t>(std::min<uint64_t>(*size, bytes_max));
      if (archive.size() < wanted) return BadArchive("ends within a file");
      return std::string(archive.substr(0, wanted));
    }
    const uint64_t padded = (*size + kBlock - 1) / kBlock * kBlock;
    if (archive.size() < padded) return BadArchive("ends within an entry");
    archive.remove_prefix(static_cast<size_t>(padded));
  }
  return NotFound("the archive has no regular file");
}

}  // namespace sandbox::docker

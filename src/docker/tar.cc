#include "docker/tar.h"

#include <algorithm>
#include <cstdint>
#include <set>

namespace sandbox::docker {
namespace {

constexpr size_t kBlock = 512;

std::unexpected<Error> BadArchive(std::string what) {
  return Fail(Code::kDataLoss, "BAD_ARCHIVE", "tar archive: " + std::move(what));
}

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

void PutOctal(std::string& header, size_t at, size_t width, uint64_t value) {
  for (size_t digit = width - 1; digit-- > 0; value >>= 3) header[at + digit] = static_cast<char>('0' + (value & 7));
}

// A POSIX header. A long path is split between name and prefix at a slash.
std::string Header(std::string_view path, char type, uint64_t mode, uint64_t size) {
  constexpr size_t kNameMax = 100;
  std::string out(kBlock, '\0');
  size_t split = 0;
  if (path.size() > kNameMax) split = path.find('/', path.size() - kNameMax - 1);
  if (split == std::string_view::npos) split = 0;
  path.substr(split == 0 ? 0 : split + 1, kNameMax).copy(out.data(), kNameMax);
  path.substr(0, split).copy(out.data() + 345, 155);
  PutOctal(out, 100, 8, mode);
  PutOctal(out, 108, 8, 0);
  PutOctal(out, 116, 8, 0);
  PutOctal(out, 124, 12, size);
  PutOctal(out, 136, 12, 0);
  out[156] = type;
  std::string_view("ustar\00000", 8).copy(out.data() + 257, 8);
  uint64_t sum = 8 * ' ';
  for (const char c : out) sum += static_cast<unsigned char>(c);
  PutOctal(out, 148, 7, sum);
  out[155] = ' ';
  return out;
}

bool IsZero(std::string_view block) {
  return std::all_of(block.begin(), block.end(), [](char c) { return c == 0; });
}

}  // namespace

std::string TarOfDirectories(const std::vector<std::string>& paths) {
  std::string out;
  for (const std::string& path : paths)
    out += Header(Cat(std::string_view(path).substr(std::min(path.find_first_not_of('/'), path.size())), "/"), '5',
                  0777, 0);
  return out.append(2 * kBlock, '\0');
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

std::string TarOf(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string out;
  std::set<std::string_view> directories;
  for (const auto& [path, content] : files) {
    const std::string_view whole = path;
    for (size_t end = whole.find('/', whole.find('/') + 1); end != std::string_view::npos;
         end = whole.find('/', end + 1)) {
      if (directories.insert(whole.substr(0, end)).second) out += Header(whole.substr(0, end + 1), '5', 0755, 0);
    }
    out += Header(path, '0', 0444, content.size());
    out += content;
    out.append((kBlock - content.size() % kBlock) % kBlock, '\0');
  }
  return out.append(2 * kBlock, '\0');
}

}  // namespace sandbox::docker

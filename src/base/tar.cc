#include "sandbox/base/tar.h"

#include <algorithm>
#include <charconv>

#include "sandbox/base/error.h"

namespace sandbox {
namespace {

constexpr size_t kPathBytesMax = 100;
constexpr uint64_t kOctalSizeMax = 077777777777;
// Where the fields of a header begin, and how long they are.
constexpr size_t kMode = 100, kOwner = 108, kGroup = 116, kSize = 124, kTime = 136, kChecksum = 148, kType = 156,
                 kLink = 157, kMagic = 257, kPrefix = 345;
constexpr size_t kShortField = 8, kLongField = 12, kPrefixBytes = 155;

std::string Octal(uint64_t value, size_t digits) {
  std::string out(digits, '0');
  for (size_t i = digits; i-- > 0 && value > 0; value >>= 3) out[i] = static_cast<char>('0' + (value & 7));
  return out;
}

unsigned Checksum(std::string_view block) {
  unsigned sum = kShortField * ' ';
  for (size_t i = 0; i < block.size(); ++i) {
    if (i < kChecksum || i >= kChecksum + kShortField) sum += static_cast<unsigned char>(block[i]);
  }
  return sum;
}

// "27 path=some/long/name\n", where the number counts itself.
std::string PaxRecord(std::string_view key, std::string_view value) {
  const size_t rest = key.size() + value.size() + 3;
  size_t length = rest + 1;
  while (std::to_string(length).size() + rest != length) length = std::to_string(length).size() + rest;
  return Cat(length, " ", key, "=", value, "\n");
}

std::string Block(const TarMember& member) {
  std::string out(kTarBlockBytes, '\0');
  const auto put = [&out](size_t at, std::string_view text) { out.replace(at, text.size(), text); };
  put(0, std::string_view(member.path).substr(0, kPathBytesMax));
  put(kMode, Octal(member.mode, kShortField - 1));
  put(kOwner, Octal(0, kShortField - 1));
  put(kGroup, Octal(0, kShortField - 1));
  put(kSize, Octal(member.size > kOctalSizeMax ? 0 : member.size, kLongField - 1));
  put(kTime, Octal(static_cast<uint64_t>(std::max<int64_t>(member.modified_s, 0)), kLongField - 1));
  out[kType] = member.type;
  put(kLink, std::string_view(member.link).substr(0, kPathBytesMax));
  put(kMagic, std::string_view("ustar\00000", 8));
  put(kChecksum, Octal(Checksum(out), 6) + std::string("\0 ", 2));
  return out;
}

std::string_view Text(std::string_view block, size_t at, size_t length) {
  const std::string_view field = block.substr(at, length);
  return field.substr(0, std::min(field.find('\0'), field.size()));
}

// Octal digits after spaces, or base 256 behind a set top bit.
std::optional<uint64_t> Number(std::string_view field) {
  uint64_t value = 0;
  if (static_cast<unsigned char>(field[0]) == 0x80) {
    for (const char c : field.substr(1)) {
      if (value >> 55 != 0) return std::nullopt;
      value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
  }
  // What is behind the first space or zero after the digits is no part of the number.
  for (const char c : field.substr(std::min(field.find_first_not_of(' '), field.size()))) {
    if (c == ' ' || c == '\0') break;
    if (c < '0' || c > '7' || value >> 60 != 0) return std::nullopt;
    value = value << 3 | static_cast<uint64_t>(c - '0');
  }
  return value;
}

}  // namespace

std::string EncodeTarHeader(const TarMember& member) {
  std::string records;
  if (member.path.size() > kPathBytesMax) records += PaxRecord("path", member.path);
  if (member.size > kOctalSizeMax) records += PaxRecord("size", std::to_string(member.size));
  std::string out;
  if (!records.empty()) {
    TarMember more{"PaxHeaders/entry", 'x', records.size()};
    more.modified_s = member.modified_s;
    out = Block(more) + records + TarPadding(records.size());
  }
  return out + Block(member);
}

std::string TarPadding(uint64_t size) {
  return std::string((kTarBlockBytes - size % kTarBlockBytes) % kTarBlockBytes, '\0');
}

std::string TarEnd() { return std::string(2 * kTarBlockBytes, '\0'); }

std::optional<TarMember> DecodeTarHeader(std::string_view block) {
  if (block.size() < kTarBlockBytes) return std::nullopt;
  block = block.substr(0, kTarBlockBytes);
  const auto size = Number(block.substr(kSize, kLongField));
  if (!size || Number(block.substr(kChecksum, kShortField)) != Checksum(block)) return std::nullopt;
  TarMember out{std::string(Text(block, 0, kPathBytesMax)), block[kType], *size};
  out.link = Text(block, kLink, kPathBytesMax);
  out.mode = static_cast<unsigned>(Number(block.substr(kMode, kShortField)).value_or(0));
  out.modified_s = static_cast<int64_t>(Number(block.substr(kTime, kLongField)).value_or(0));
  if (const auto prefix = Text(block, kPrefix, kPrefixBytes); !prefix.empty() && Text(block, kMagic, 6) == "ustar")
    out.path = Cat(prefix, "/", out.path);
  return out;
}

bool IsTarEnd(std::string_view block) {
  return std::ranges::all_of(block, [](char c) { return c == 0; });
}

bool DecodePaxRecords(std::string_view records, std::map<std::string, std::string>& out) {
  while (!records.empty()) {
    size_t length = 0;
    const auto parsed = std::from_chars(records.data(), records.data() + records.size(), length);
    const size_t digits = static_cast<size_t>(parsed.ptr - records.data());
    if (parsed.ec != std::errc() || length > records.size() || length < digits + 3 || records[digits] != ' ' ||
        records[length - 1] != '\n')
      return false;
    const std::string_view pair = records.substr(digits + 1, length - digits - 2);
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return false;
    out[std::string(pair.substr(0, equals))] = pair.substr(equals + 1);
    records.remove_prefix(length);
  }
  return true;
}

}  // namespace sandbox

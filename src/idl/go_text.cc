#include "idl/go_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "sandbox/base/encoding.h"
#include "sandbox/base/error.h"

namespace sandbox::idl {
namespace {

constexpr uint64_t kNanosMax = uint64_t{1} << 63;  // of a negative duration

constexpr std::array<std::pair<std::string_view, uint64_t>, 8> kUnits{{{"ns", 1},
                                                                       {"us", 1'000},
                                                                       {"\xc2\xb5s", 1'000},
                                                                       {"\xce\xbcs", 1'000},
                                                                       {"ms", 1'000'000},
                                                                       {"s", 1'000'000'000},
                                                                       {"m", 60'000'000'000},
                                                                       {"h", 3'600'000'000'000}}};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// As Go's package time quotes what it could not read.
std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80 || static_cast<unsigned char>(c) < ' ') {
      out += "\\x" + Hex({&c, 1});
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + "\"";
}

// Digits from the front; nullopt when they are too large a number.
std::optional<uint64_t> TakeWhole(std::string_view& text) {
  uint64_t value = 0;
  for (; !text.empty() && IsDigit(text.front()); text.remove_prefix(1)) {
    if (value > kNanosMax / 10) return std::nullopt;
    value = value * 10 + static_cast<uint64_t>(text.front() - '0');
    if (value > kNanosMax) return std::nullopt;
  }
  return value;
}

struct Fraction {
  uint64_t value = 0;
  double scale = 1;
};

// Digits from the front; those that do not fit change nothing.
Fraction TakeFraction(std::string_view& text) {
  Fraction out;
  for (bool full = false; !text.empty() && IsDigit(text.front()); text.remove_prefix(1)) {
    full = full || out.value > (kNanosMax - 1) / 10;
    const uint64_t next = out.value * 10 + static_cast<uint64_t>(text.front() - '0');
    full = full || next > kNanosMax;
    if (full) continue;
    out.value = next;
    out.scale *= 10;
  }
  return out;
}

template <typename Float>
std::string FormatFloat(Float value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 64> text;
  char* const begin = text.data();
  // The exponent of the scientific form decides between the two.
  char* end = std::to_chars(begin, begin + text.size(), value, std::chars_format::scientific).ptr;
  const std::string scientific(begin, end);
  const char* digits = scientific.data() + scientific.find('e') + 1;
  int exponent = 0;
  std::from_chars(digits + (*digits == '+' ? 1 : 0), scientific.data() + scientific.size(), exponent);
  if (exponent < -4 || exponent >= 6) return scientific;
  end = std::to_chars(begin, begin + text.size(), value, std::chars_format::fixed).ptr;
  return {begin, end};
}

}  // namespace

std::expected<Duration, std::string> ParseGoDuration(std::string_view text) {
  const auto invalid = [text] { return std::unexpected("time: invalid duration " + Quoted(text)); };
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return Duration::zero();
  if (rest.empty()) return invalid();
  uint64_t total = 0;
  while (!rest.empty()) {
    const size_t before = rest.size();
    const auto whole = TakeWhole(rest);
    if (!whole) return invalid();
    bool has_digits = rest.size() != before;
    Fraction fraction;
    if (rest.starts_with('.')) {
      rest.remove_prefix(1);
      const size_t left = rest.size();
      fraction = TakeFraction(rest);
      has_digits = has_digits || rest.size() != left;
    }
    if (!has_digits) return invalid();
    const std::string_view name = rest.substr(0, rest.find_first_of(".0123456789"));
    if (name.empty()) return std::unexpected("time: missing unit in duration " + Quoted(text));
    rest.remove_prefix(name.size());
    uint64_t unit = 0;
    for (const auto& [known, nanos] : kUnits) unit = known == name ? nanos : unit;
    if (unit == 0) return std::unexpected(Cat("time: unknown unit ", Quoted(name), " in duration ", Quoted(text)));
    if (*whole > kNanosMax / unit) return invalid();
    uint64_t part = *whole * unit;
    part += static_cast<uint64_t>(static_cast<double>(fraction.value) * (static_cast<double>(unit) / fraction.scale));
    if (part > kNanosMax - total) return invalid();
    total += part;
  }
  if (negative) return Duration(static_cast<int64_t>(-total));
  if (total == kNanosMax) return invalid();
  return Duration(static_cast<int64_t>(total));
}

std::string FormatGoFloat(double value) { return FormatFloat(value); }
std::string FormatGoFloat(float value) { return FormatFloat(value); }

}  // namespace sandbox::idl

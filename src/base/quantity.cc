#include "sandbox/base/quantity.h"

#include <array>
#include <cctype>
#include <limits>

namespace sandbox {
namespace {

constexpr __int128 kNano = 1'000'000'000;
constexpr __int128 kMax = static_cast<__int128>(std::numeric_limits<int64_t>::max()) * kNano;

constexpr std::string_view kBadFormat =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
constexpr std::string_view kBadSuffix = "unable to parse quantity's suffix";

struct Suffix {
  std::string_view text;
  int base;
  int exponent;
};
constexpr std::array<Suffix, 16> kSuffixes{{
    {"", 10, 0},
    {"n", 10, -9},
    {"u", 10, -6},
    {"m", 10, -3},
    {"k", 10, 3},
    {"M", 10, 6},
    {"G", 10, 9},
    {"T", 10, 12},
    {"P", 10, 15},
    {"E", 10, 18},
    {"Ki", 2, 10},
    {"Mi", 2, 20},
    {"Gi", 2, 30},
    {"Ti", 2, 40},
    {"Pi", 2, 50},
    {"Ei", 2, 60},
}};

__int128 Power(int base, int exponent) {
  __int128 out = 1;
  for (int i = 0; i < exponent; ++i) out *= base;
  return out;
}

int64_t CeilDivide(__int128 value, __int128 by) {
  __int128 out = value / by;
  if (value % by > 0) ++out;
  if (out > std::numeric_limits<int64_t>::max()) return std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(out);
}

std::string Digits(__int128 value) {
  if (value == 0) return "0";
  const bool negative = value < 0;
  if (negative) value = -value;
  std::string out;
  for (; value > 0; value /= 10) out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
  return negative ? "-" + out : out;
}

// "[eEinumkKMGTP]*[-+]?[0-9]*"
bool IsSuffixShaped(std::string_view text) {
  while (!text.empty() && std::string_view("eEinumkKMGTP").find(text[0]) != std::string_view::npos)
    text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  while (!text.empty() && std::isdigit(static_cast<unsigned char>(text[0]))) text.remove_prefix(1);
  return text.empty();
}

}  // namespace

Result<Quantity> Quantity::Parse(std::string_view text) {
  const auto bad = [](std::string_view why) { return InvalidArgument(std::string(why)); };
  if (text.empty()) return bad(kBadFormat);
  size_t at = 0;
  bool negative = false;
  if (text[at] == '+' || text[at] == '-') negative = text[at++] == '-';
  std::string whole, fraction;
  while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at]))) whole += text[at++];
  if (at < text.size() && text[at] == '.') {
    ++at;
    while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at]))) fraction += text[at++];
  }
  if (whole.empty() && fraction.empty()) return bad(kBadFormat);

  const std::string_view rest = text.substr(at);
  Quantity out;
  int base = 10, exponent = 0;
  bool found = false;
  for (const Suffix& suffix : kSuffixes) {
    if (rest != suffix.text) continue;
    base = suffix.base;
    exponent = suffix.exponent;
    out.format_ = base == 2 ? Format::kBinary : Format::kDecimal;
    found = true;
  }
  if (!found && rest.size() > 1 && (rest[0] == 'e' || rest[0] == 'E')) {
    std::string_view digits = rest.substr(1);
    bool minus = false;
    if (digits[0] == '+' || digits[0] == '-') {
      minus = digits[0] == '-';
      digits.remove_prefix(1);
    }
    if (digits.empty() || digits.size() > 3) return bad(IsSuffixShaped(rest) ? kBadSuffix : kBadFormat);
    for (char c : digits) {
      if (!std::isdigit(static_cast<unsigned char>(c))) return bad(IsSuffixShaped(rest) ? kBadSuffix : kBadFormat);
      exponent = exponent * 10 + (c - '0');
    }
    if (minus) exponent = -exponent;
    out.format_ = Format::kExponent;
    found = true;
  }
  if (!found) return bad(IsSuffixShaped(rest) ? kBadSuffix : kBadFormat);

  // Scale so that the value is an integer of nanos; extra digits are rounded up, huge values saturate.
  while (!whole.empty() && whole.size() > 1 && whole[0] == '0') whole.erase(0, 1);
  __int128 value = 0;
  bool saturated = false, inexact = false;
  for (char c : whole) {
    value = value * 10 + (c - '0');
    if (value > kMax) saturated = true, value = kMax;
  }
  // Fraction digits as value / 10^n.
  if (fraction.size() > 18) {
    for (char c : fraction.substr(18)) inexact = inexact || c != '0';
    fraction.resize(18);
  }
  __int128 scale = 1;
  for (char c : fraction) {
    if (value > kMax) break;
    value = value * 10 + (c - '0');
    scale *= 10;
  }
  if (!saturated) {
    const int power = base == 10 ? exponent + 9 : 9;
    for (int i = 0; base == 2 && i < exponent && !saturated; ++i) {
      value *= 2;
      if (value / scale > kMax / kNano) saturated = true;
    }
    for (int i = 0; i < power && !saturated; ++i) {
      if (scale % 10 == 0) {
        scale /= 10;
      } else {
        value *= 10;
      }
      if (value / scale > kMax) saturated = true;
    }
    for (int i = 0; i > power; --i) scale = scale < Power(10, 37) ? scale * 10 : scale;
    inexact = inexact || value % scale != 0;
    value = value / scale + (inexact ? 1 : 0);
  }
  out.nanos_ = saturated || value > kMax ? kMax : value;
  if (negative) out.nanos_ = -out.nanos_;
  return out;
}

int64_t Quantity::Value() const { return CeilDivide(nanos_, kNano); }
int64_t Quantity::MilliValue() const { return CeilDivide(nanos_, kNano / 1000); }

std::string Quantity::ToString() const {
  if (nanos_ == 0) return "0";
  if (format_ == Format::kBinary && nanos_ % kNano == 0) {
    __int128 value = nanos_ / kNano;
    if (value >= 1024 || value <= -1024) {
      int power = 0;
      while (value % 1024 == 0 && power < 6) {
        value /= 1024;
        ++power;
      }
      return Digits(value) + std::string(kSuffixes[power == 0 ? 0 : 9 + power].text);
    }
    return Digits(value);
  }
  // Largest power of 1000 that leaves an integer.
  __int128 value = nanos_;
  int power = -9;
  while (value % 1000 == 0 && power < 18) {
    value /= 1000;
    power += 3;
  }
  if (format_ == Format::kExponent) return power == 0 ? Digits(value) : Digits(value) + "e" + std::to_string(power);
  for (const Suffix& suffix : kSuffixes) {
    if (suffix.base == 10 && suffix.exponent == power) return Digits(value) + std::string(suffix.text);
  }
  return Digits(value);
}

}  // namespace sandbox

#include "pods/files/parse_value.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string>

#include "idl/go_text.h"
#include "idl/times.h"
#include "pods/files/plain_value.h"
#include "sandbox/base/text.h"

namespace sandbox::pods {
namespace {

namespace core = flyteidl::core;

constexpr size_t kEchoMax = 80;

std::unexpected<Error> Malformed(std::string_view what, std::string_view text) {
  const std::string shown = IsUtf8(text) ? std::string(text.substr(0, kEchoMax)) : "(no text)";
  return InvalidArgument(Cat("\"", IsUtf8(shown) ? shown : "(a long text)", "\" is no ", what));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::optional<int64_t> ParseInteger(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> ParseFlag(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "TRUE", "true", "True"};
  constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "FALSE", "false", "False"};
  if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
  return std::nullopt;
}

std::optional<double> ParseFloat(std::string_view text) {
  double sign = 1;
  if (text.starts_with('+') || text.starts_with('-')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  if (text.empty() || text[0] == '+' || text[0] == '-' || text.find('(') != std::string_view::npos) return std::nullopt;
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) {
    text.remove_prefix(2);
    if (text.find_first_of("pP") == std::string_view::npos) return std::nullopt;
  }
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value,
                                      hex ? std::chars_format::hex : std::chars_format::general);
  if (parsed.ptr != text.data() + text.size()) return std::nullopt;
  if (parsed.ec == std::errc::result_out_of_range) {
    // Too small for a number is zero, too large is refused.
    value = std::strtod(Cat(hex ? "0x" : "", text).c_str(), nullptr);
    if (std::isinf(value)) return std::nullopt;
  } else if (parsed.ec != std::errc()) {
    return std::nullopt;
  }
  return sign * value;
}

// The number of `text` when it is `digits` digits long.
std::optional<int> TakeNumber(std::string_view& text, size_t digits) {
  if (text.size() < digits || !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(digits), IsDigit))
    return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + digits, value);
  text.remove_prefix(digits);
  return value;
}

bool Take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

Result<core::Literal> ParsePrimitive(core::SimpleType type, std::string_view text) {
  core::Literal out;
  core::Primitive& primitive = *out.mutable_scalar()->mutable_primitive();
  switch (type) {
    case core::INTEGER: {
      const auto value = ParseInteger(text);
      if (!value) return Malformed("integer", text);
      primitive.set_integer(*value);
      return out;
    }
    case core::FLOAT: {
      const auto value = ParseFloat(text);
      if (!value) return Malformed("float", text);
      primitive.set_float_value(*value);
      return out;
    }
    case core::BOOLEAN: {
      const auto value = ParseFlag(text);
      if (!value) return Malformed("boolean", text);
      primitive.set_boolean(*value);
      return out;
    }
    case core::STRING:
      if (!IsUtf8(text)) return InvalidArgument("a string has to be UTF-8");
      primitive.set_string_value(std::string(text));
      return out;
    case core::DATETIME: {
      const auto value = ParseTimestamp(text);
      if (!value) return Malformed("time in RFC 3339 (2026-01-31T12:00:00Z)", text);
      primitive.mutable_datetime()->set_seconds(value->first);
      primitive.mutable_datetime()->set_nanos(value->second);
      return out;
    }
    case core::DURATION: {
      const auto value = idl::ParseGoDuration(text);
      if (!value) return Malformed("duration (300ms, -1.5h, 2h45m)", text);
      *primitive.mutable_duration() = idl::ToIdl(*value);
      return out;
    }
    default: return InvalidArgument(Cat("a file cannot have the type ", core::SimpleType_Name(type)));
  }
}

}  // namespace

std::optional<std::pair<int64_t, int32_t>> ParseTimestamp(std::string_view text) {
  const auto year = TakeNumber(text, 4);
  if (!year || !Take(text, '-')) return std::nullopt;
  const auto month = TakeNumber(text, 2);
  if (!month || !Take(text, '-')) return std::nullopt;
  const auto day = TakeNumber(text, 2);
  if (!day || !Take(text, 'T')) return std::nullopt;
  const auto hour = TakeNumber(text, 2);
  if (!hour || !Take(text, ':')) return std::nullopt;
  const auto minute = TakeNumber(text, 2);
  if (!minute || !Take(text, ':')) return std::nullopt;
  const auto second = TakeNumber(text, 2);
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!second || !date.ok() || *year < 1 || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  int32_t nanos = 0;
  if (Take(text, '.') || Take(text, ',')) {
    int32_t scale = 100'000'000;
    if (text.empty() || !IsDigit(text[0])) return std::nullopt;
    for (; !text.empty() && IsDigit(text[0]); text.remove_prefix(1), scale /= 10) nanos += (text[0] - '0') * scale;
  }
  int64_t offset = 0;
  if (!Take(text, 'Z')) {
    const bool behind = text.starts_with('-');
    if (!Take(text, '+') && !Take(text, '-')) return std::nullopt;
    const auto hours = TakeNumber(text, 2);
    if (!hours || !Take(text, ':')) return std::nullopt;
    const auto minutes = TakeNumber(text, 2);
    if (!minutes || *hours > 24 || *minutes > 60) return std::nullopt;
    offset = (*hours * 3600 + *minutes * 60) * (behind ? -1 : 1);
  }
  if (!text.empty()) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return std::pair(days * 86'400 + *hour * 3600 + *minute * 60 + *second - offset, nanos);
}

Result<core::Literal> ParseSimple(core::SimpleType type, std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(" \n"), text.size());
  text.remove_prefix(begin);
  text = text.substr(0, text.find_last_not_of(" \n") + 1);
  core::Literal out;
  core::Scalar& scalar = *out.mutable_scalar();
  switch (type) {
    case core::NONE: scalar.mutable_none_type(); return out;
    case core::BINARY:
      scalar.mutable_binary()->set_value(std::string(text));
      scalar.mutable_binary()->set_tag("msgpack");
      return out;
    case core::ERROR:
      if (!IsUtf8(text)) return InvalidArgument("an error's text has to be UTF-8");
      scalar.mutable_error()->set_message(std::string(text));
      return out;
    case core::STRUCT: {
      google::protobuf::util::JsonParseOptions options;
      options.ignore_unknown_fields = true;
      const auto parsed =
          google::protobuf::util::JsonStringToMessage(std::string(text), scalar.mutable_generic(), options);
      if (!parsed.ok()) return Malformed("JSON object", text);
      return out;
    }
    default: return ParsePrimitive(type, text);
  }
}

}  // namespace sandbox::pods

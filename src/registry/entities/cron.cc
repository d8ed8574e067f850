#include "registry/entities/cron.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <span>
#include <vector>

#include "idl/go_text.h"
#include "sandbox/base/text.h"

namespace sandbox::registry {
namespace {

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kWeekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Bounds {
  unsigned min;
  unsigned max;
  std::span<const std::string_view> names;  // the first one means `min`
};
const Bounds kMinutes{0, 59, {}};
const Bounds kHours{0, 23, {}};
const Bounds kDays{1, 31, {}};
const Bounds kMonthBounds{1, 12, kMonths};
const Bounds kWeekdayBounds{0, 6, kWeekdays};

struct Bits {
  uint64_t values = 0;
  bool any = false;
};

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (;;) {
    const size_t at = text.find(separator);
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string_view> Fields(std::string_view text) {
  std::vector<std::string_view> out;
  for (size_t at = 0; at < text.size();) {
    while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
    const size_t start = at;
    while (at < text.size() && !std::isspace(static_cast<unsigned char>(text[at]))) ++at;
    if (at > start) out.push_back(text.substr(start, at - start));
  }
  return out;
}

Result<unsigned> ParseInt(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+') && digits.size() > 1 && digits[1] != '-') digits.remove_prefix(1);
  long long value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range)
    return InvalidArgument(
        Cat("failed to parse int from ", text, ": strconv.Atoi: parsing \"", text, "\": value out of range"));
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return InvalidArgument(
        Cat("failed to parse int from ", text, ": strconv.Atoi: parsing \"", text, "\": invalid syntax"));
  }
  if (value < 0) return InvalidArgument(Cat("negative number (", value, ") not allowed: ", text));
  return static_cast<unsigned>(std::min<long long>(value, 1'000'000'000));
}

Result<unsigned> ParseValue(std::string_view text, const Bounds& bounds) {
  const std::string name = LowerCase(text);
  for (size_t i = 0; i < bounds.names.size(); ++i) {
    if (bounds.names[i] == name) return bounds.min + static_cast<unsigned>(i);
  }
  return ParseInt(text);
}

Result<Bits> ParseRange(std::string_view text, const Bounds& bounds) {
  const auto range_and_step = Split(text, '/');
  const auto low_and_high = Split(range_and_step[0], '-');
  unsigned start = bounds.min, end = bounds.max, step = 1;
  Bits out;
  if (low_and_high[0] == "*" || low_and_high[0] == "?") {
    out.any = true;
  } else {
    const auto low = ParseValue(low_and_high[0], bounds);
    if (!low) return std::unexpected(low.error());
    start = end = *low;
    if (low_and_high.size() > 2) return InvalidArgument(Cat("too many hyphens: ", text));
    if (low_and_high.size() == 2) {
      const auto high = ParseValue(low_and_high[1], bounds);
      if (!high) return std::unexpected(high.error());
      end = *high;
    }
  }
  if (range_and_step.size() > 2) return InvalidArgument(Cat("too many slashes: ", text));
  if (range_and_step.size() == 2) {
    const auto given = ParseInt(range_and_step[1]);
    if (!given) return std::unexpected(given.error());
    step = *given;
    if (low_and_high.size() == 1) end = bounds.max;
    if (step > 1) out.any = false;
  }
  if (start < bounds.min)
    return InvalidArgument(Cat("beginning of range (", start, ") below minimum (", bounds.min, "): ", text));
  if (end > bounds.max)
    return InvalidArgument(Cat("end of range (", end, ") above maximum (", bounds.max, "): ", text));
  if (start > end)
    return InvalidArgument(Cat("beginning of range (", start, ") beyond end of range (", end, "): ", text));
  if (step == 0) return InvalidArgument(Cat("step of range should be a positive number: ", text));
  for (unsigned value = start; value <= end; value += step) out.values |= uint64_t{1} << value;
  return out;
}

Result<Bits> ParseField(std::string_view text, const Bounds& bounds) {
  Bits out;
  for (std::string_view part : Split(text, ',')) {
    if (part.empty()) continue;
    const auto range = ParseRange(part, bounds);
    if (!range) return range;
    out.values |= range->values;
    out.any = out.any || range->any;
  }
  return out;
}

Status ParseFields(std::string_view text, CronSchedule& out) {
  const auto fields = Fields(text);
  if (fields.size() != 5) {
    std::string shown;
    for (std::string_view field : fields) shown.append(shown.empty() ? "" : " ").append(field);
    return InvalidArgument(Cat("expected exactly 5 fields, found ", fields.size(), ": [", shown, "]"));
  }
  const Bounds* const bounds[] = {&kMinutes, &kHours, &kDays, &kMonthBounds, &kWeekdayBounds};
  Bits bits[5];
  for (size_t i = 0; i < 5; ++i) {
    auto parsed = ParseField(fields[i], *bounds[i]);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    bits[i] = *parsed;
  }
  out.minutes = bits[0].values;
  out.hours = bits[1].values;
  out.days = bits[2].values;
  out.months = bits[3].values;
  out.weekdays = bits[4].values;
  out.any_day = bits[2].any;
  out.any_weekday = bits[4].any;
  return {};
}

Status ParseDescriptor(std::string_view text, CronSchedule& out) {
  if (text == "@yearly" || text == "@annually") return ParseFields("0 0 1 1 *", out);
  if (text == "@monthly") return ParseFields("0 0 1 * *", out);
  if (text == "@weekly") return ParseFields("0 0 * * 0", out);
  if (text == "@daily" || text == "@midnight") return ParseFields("0 0 * * *", out);
  if (text == "@hourly") return ParseFields("0 * * * *", out);
  constexpr std::string_view kEvery = "@every ";
  if (!text.starts_with(kEvery)) return InvalidArgument(Cat("unrecognized descriptor: ", text));
  const auto duration = idl::ParseGoDuration(text.substr(kEvery.size()));
  if (!duration) return InvalidArgument(Cat("failed to parse duration ", text, ": ", duration.error()));
  out.every = *duration;
  return {};
}

Status CheckTimeZone(std::string_view name) {
  if (name.empty() || name == "UTC" || name == "Local") return {};
  if (name.find("..") != std::string_view::npos || name.front() == '/' || name.find('\\') != std::string_view::npos) {
    return InvalidArgument(Cat("provided bad location ", name, ": time: invalid location name"));
  }
  std::error_code ignored;
  const std::filesystem::path zones = "/usr/share/zoneinfo";
  // Without the files nothing is known about names; the schedule itself then uses UTC.
  if (!std::filesystem::is_directory(zones, ignored) ||
      std::filesystem::is_regular_file(zones / std::filesystem::path(name), ignored))
    return {};
  return InvalidArgument(Cat("provided bad location ", name, ": unknown time zone ", name));
}

}  // namespace

Result<CronSchedule> ParseCron(std::string_view text) {
  CronSchedule out;
  if (text.empty()) return InvalidArgument("empty spec string");
  if (text.starts_with("TZ=") || text.starts_with("CRON_TZ=")) {
    const size_t equals = text.find('=');
    const size_t space = text.find(' ');
    const std::string_view zone = text.substr(equals + 1, space == std::string_view::npos ? space : space - equals - 1);
    if (auto checked = CheckTimeZone(zone); !checked) return std::unexpected(std::move(checked.error()));
    out.time_zone = zone;
    text.remove_prefix(space == std::string_view::npos ? text.size() : space);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  }
  auto parsed = text.starts_with('@') ? ParseDescriptor(text, out) : ParseFields(text, out);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  return out;
}

}  // namespace sandbox::registry

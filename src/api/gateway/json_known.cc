#include "api/gateway/json_known.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "api/gateway/json_write.h"

namespace sandbox::api {

namespace pb = google::protobuf;

namespace {

constexpr int64_t kDurationSecondsMax = 315'576'000'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "-12.5s": up to nine digits of fraction.
bool ParseSeconds(std::string_view text, pb::Duration* duration) {
  if (!text.ends_with('s')) return false;
  text.remove_suffix(1);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  std::string fraction(dot == std::string_view::npos ? "" : text.substr(dot + 1));
  if ((whole.empty() && fraction.empty()) || fraction.size() > 9 || !std::ranges::all_of(whole, IsDigit) ||
      !std::ranges::all_of(fraction, IsDigit))
    return false;
  fraction.resize(9, '0');
  int64_t seconds = 0;
  int32_t nanos = 0;
  if (!whole.empty() && std::from_chars(whole.data(), whole.data() + whole.size(), seconds).ec != std::errc())
    return false;
  std::from_chars(fraction.data(), fraction.data() + fraction.size(), nanos);
  if (seconds > kDurationSecondsMax) return false;
  duration->set_seconds(negative ? -seconds : seconds);
  duration->set_nanos(negative ? -nanos : nanos);
  return true;
}

int64_t UnitNanos(std::string_view unit) {
  constexpr std::array<std::pair<std::string_view, int64_t>, 8> kUnits{{{"ns", 1},
                                                                        {"us", 1'000},
                                                                        {"\xc2\xb5s", 1'000},
                                                                        {"\xce\xbcs", 1'000},
                                                                        {"ms", 1'000'000},
                                                                        {"s", 1'000'000'000},
                                                                        {"m", 60'000'000'000},
                                                                        {"h", 3'600'000'000'000}}};
  const auto found = std::ranges::find(kUnits, unit, &std::pair<std::string_view, int64_t>::first);
  return found == kUnits.end() ? 0 : found->second;
}

}  // namespace

bool IsKnownType(const pb::Descriptor& type) {
  return type.well_known_type() != pb::Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
}

bool ParseKnownText(std::string_view text, pb::Message* message) {
  switch (message->GetDescriptor()->well_known_type()) {
    case pb::Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return pb::util::TimeUtil::FromString(std::string(text), static_cast<pb::Timestamp*>(message));
    case pb::Descriptor::WELLKNOWNTYPE_DURATION: return ParseSeconds(text, static_cast<pb::Duration*>(message));
    case pb::Descriptor::WELLKNOWNTYPE_FIELDMASK: {
      auto* mask = static_cast<pb::FieldMask*>(message);
      while (!text.empty()) {
        const size_t comma = text.find(',');
        mask->add_paths(std::string(text.substr(0, comma)));
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
      }
      return true;
    }
    default: return false;
  }
}

std::expected<int64_t, std::string> ParseGoDuration(std::string_view text) {
  std::string quoted;
  AppendJsonString(text, &quoted);
  const std::string invalid = "time: invalid duration " + quoted;
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return 0;
  if (rest.empty()) return std::unexpected(invalid);
  double total = 0;
  while (!rest.empty()) {
    const size_t number = std::min(rest.find_first_not_of("0123456789."), rest.size());
    double value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + number, value, std::chars_format::fixed);
    if (number == 0 || error != std::errc() || end != rest.data() + number) return std::unexpected(invalid);
    rest.remove_prefix(number);
    const size_t unit = std::min(rest.find_first_of(".0123456789"), rest.size());
    if (unit == 0) return std::unexpected("time: missing unit in duration " + quoted);
    const int64_t nanos = UnitNanos(rest.substr(0, unit));
    if (nanos == 0)
      return std::unexpected("time: unknown unit \"" + std::string(rest.substr(0, unit)) + "\" in duration " + quoted);
    total += value * static_cast<double>(nanos);
    rest.remove_prefix(unit);
  }
  if (total > 9.2e18) return std::unexpected(invalid);
  return static_cast<int64_t>(negative ? -total : total);
}

}  // namespace sandbox::api

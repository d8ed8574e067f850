#include "api/gateway/json_known.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <charconv>

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

}  // namespace sandbox::api

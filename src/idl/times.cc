#include "idl/times.h"

namespace sandbox::idl {

namespace {
constexpr int64_t kNanos = 1'000'000'000;
}

google::protobuf::Timestamp ToIdl(Instant instant) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(instant);
  google::protobuf::Timestamp out;
  out.set_seconds(whole.time_since_epoch().count());
  out.set_nanos(static_cast<int32_t>((instant - whole).count()));
  return out;
}

google::protobuf::Duration ToIdl(Duration duration) {
  google::protobuf::Duration out;
  out.set_seconds(duration.count() / kNanos);
  out.set_nanos(static_cast<int32_t>(duration.count() % kNanos));
  return out;
}

Duration FromIdl(const google::protobuf::Duration& duration) {
  constexpr int64_t kSecondsMax = Duration::max().count() / kNanos - 1;
  if (duration.seconds() > kSecondsMax) return Duration::max();
  if (duration.seconds() < -kSecondsMax) return Duration::min();
  return Duration(duration.seconds() * kNanos + duration.nanos());
}

}  // namespace sandbox::idl

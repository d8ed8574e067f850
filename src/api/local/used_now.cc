#include "api/local/used_now.h"

namespace sandbox::api {
namespace {

constexpr auto kSampleLasts = std::chrono::seconds(20);  // the slowest rate is one in five seconds

}  // namespace

void UsedNow::Take(const UsageChange& sample, Instant now) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(latest_, [now](const auto& latest) { return now - latest.second.at > kSampleLasts; });
  latest_[sample.attempt] = {{sample.cpu_millis, static_cast<int64_t>(sample.memory_bytes)}, now};
}

void UsedNow::Forget(const AttemptId& attempt) {
  const std::scoped_lock lock(mutex_);
  latest_.erase(attempt);
}

std::optional<UsedNow::Amounts> UsedNow::Sum(Instant now) const {
  const std::scoped_lock lock(mutex_);
  std::optional<Amounts> out;
  for (const auto& [attempt, latest] : latest_) {
    if (now - latest.at > kSampleLasts) continue;
    if (!out) out.emplace();
    out->cpu_millis += latest.amounts.cpu_millis;
    out->memory_bytes += latest.amounts.memory_bytes;
  }
  return out;
}

}  // namespace sandbox::api

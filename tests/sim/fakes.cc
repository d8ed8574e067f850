#include "fakes.h"

#include <utility>

#include "sandbox/base/check.h"

namespace sandbox::sim {
class FakeTimer final : public Loop::Timer {
 public:
  FakeTimer(FakeLoop& loop, std::pair<Instant, uint64_t> key) : loop_(loop), key_(key) {}
  ~FakeTimer() override { loop_.timers_.erase(key_); }

 private:
  FakeLoop& loop_;
  std::pair<Instant, uint64_t> key_;
};

std::unique_ptr<Loop::Timer> FakeLoop::At(Instant at, std::function<void()> task) {
  const std::pair key{at, next_++};
  if (!forgets_timers_) timers_.emplace(key, std::move(task));
  return std::make_unique<FakeTimer>(*this, key);
}

bool FakeLoop::FireTimer(Instant now) {
  if (timers_.empty() || timers_.begin()->first.first > now) return false;
  auto task = std::move(timers_.begin()->second);
  timers_.erase(timers_.begin());
  task();
  return true;
}

std::optional<Instant> FakeLoop::NextTimer() const {
  return timers_.empty() ? std::nullopt : std::optional(timers_.begin()->first.first);
}

std::optional<std::string> FakeObjects::Find(std::string_view key) {
  auto bytes = Get(kBucket, key, UINT64_MAX);
  return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
}

void FakeObjects::Set(std::string_view key, std::string_view bytes) {
  const auto asked = std::exchange(on_commit, {});
  SANDBOX_CHECK(Put(kBucket, key, bytes, Durability::kSynced).has_value(), "the store in memory refuses an object");
  on_commit = asked;
}

}  // namespace sandbox::sim

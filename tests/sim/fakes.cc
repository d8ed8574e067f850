#include "fakes.h"

namespace sandbox::sim {
namespace {

class MemoryWriter final : public ObjectWriter {
 public:
  MemoryWriter(FakeObjects& store, std::string key) : store_(store), key_(std::move(key)) {}
  Status Append(std::string_view bytes) override {
    bytes_ += bytes;
    return {};
  }
  Status AppendObject(const ObjectReader& source, uint64_t offset, uint64_t length) override {
    auto bytes = source.ReadAt(offset, length);
    return bytes ? Append(*bytes) : Status(std::unexpected(std::move(bytes.error())));
  }
  void SetEtag(std::string) override {}
  void SetModifiedAt(Instant) override {}
  void SetHeader(std::string, std::string) override {}
  std::string Md5() override { return ""; }
  // What runs in the simulation sets no conditions.
  Result<ObjectInfo> CommitIf(const Precondition&) override {
    store_.objects[key_] = bytes_;
    return ObjectInfo{key_, bytes_.size(), "", {}, {}};
  }

 private:
  FakeObjects& store_;
  std::string key_;
  std::string bytes_;
};

class MemoryReader final : public ObjectReader {
 public:
  MemoryReader(std::string key, std::string bytes)
      : info_{std::move(key), bytes.size(), "", {}, {}}, bytes_(std::move(bytes)) {}
  const ObjectInfo& Info() const override { return info_; }
  Result<std::string> ReadAt(uint64_t offset, size_t length) const override { return bytes_.substr(offset, length); }
  int FileDescriptor() const override { return -1; }

 private:
  ObjectInfo info_;
  std::string bytes_;
};

}  // namespace

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

Result<std::unique_ptr<ObjectWriter>> FakeObjects::Create(std::string_view, std::string_view key, ObjectAttributes,
                                                          Durability) {
  return std::make_unique<MemoryWriter>(*this, std::string(key));
}

Result<std::unique_ptr<ObjectReader>> FakeObjects::Open(std::string_view, std::string_view key) {
  const auto found = objects.find(key);
  if (found == objects.end()) return Fail(Code::kNotFound, "NO_SUCH_KEY", "no such key");
  return std::make_unique<MemoryReader>(found->first, found->second);
}

Result<ObjectInfo> FakeObjects::Head(std::string_view, std::string_view key) {
  const auto found = objects.find(key);
  if (found == objects.end()) return Fail(Code::kNotFound, "NO_SUCH_KEY", "no such key");
  return ObjectInfo{found->first, found->second.size(), "", {}, {}};
}

Status FakeObjects::RemoveIf(std::string_view, std::string_view key, const Precondition&) {
  if (const auto found = objects.find(key); found != objects.end()) objects.erase(found);
  return {};
}

}  // namespace sandbox::sim

#include "api/grpc/health_watch.h"

#include "api/grpc/health.h"

namespace sandbox::api {

class HealthWatches::Watch final : public grpc::ServerGenericBidiReactor {
 public:
  explicit Watch(std::shared_ptr<HealthWatches> owner) : owner_(std::move(owner)) { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    const auto serving = ok ? HealthOf(request_) : std::nullopt;
    if (!serving) return End({grpc::StatusCode::INVALID_ARGUMENT, "the request message cannot be parsed"});
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    writing_ = true;
    response_ = EncodeHealth(*serving ? HealthStatus::kServing : HealthStatus::kServiceUnknown);
    StartWrite(&response_);
  }
  void OnWriteDone(bool) override {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (ended_) Finish(status_);
  }
  void OnCancel() override { End(grpc::Status::CANCELLED); }
  void OnDone() override {
    const auto owner = owner_;
    owner->Remove(this);
  }

  // The first caller's status; after the write that is under way.
  void End(grpc::Status status) {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    status_ = std::move(status);
    if (!writing_) Finish(status_);
  }

 private:
  std::shared_ptr<HealthWatches> owner_;
  std::mutex mutex_;
  bool writing_ = false, ended_ = false;
  grpc::Status status_;
  grpc::ByteBuffer request_, response_;
};

grpc::ServerGenericBidiReactor* HealthWatches::Open() {
  auto watch = std::make_shared<Watch>(shared_from_this());
  bool closed = false;
  {
    const std::lock_guard lock(mutex_);
    open_.emplace(watch.get(), watch);
    closed = closed_;
  }
  if (closed) watch->End({grpc::StatusCode::UNAVAILABLE, "the server is shutting down"});
  return watch.get();
}

void HealthWatches::Close() {
  std::unordered_map<Watch*, std::shared_ptr<Watch>> open;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    open = open_;
  }
  for (const auto& [key, watch] : open) watch->End({grpc::StatusCode::UNAVAILABLE, "the server is shutting down"});
}

void HealthWatches::Remove(Watch* watch) {
  std::shared_ptr<Watch> last;  // released after the lock
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(watch);
  if (found == open_.end()) return;
  last = std::move(found->second);
  open_.erase(found);
}

}  // namespace sandbox::api

#include "executor/retried_writes.h"

#include <algorithm>
#include <utility>

#include "sandbox/base/log.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::executor {
namespace {

// The pauses double up to the longest one. Tries are counted, not time: the clock may jump.
constexpr Duration kFirstPause = std::chrono::milliseconds(100), kLongestPause = std::chrono::seconds(5);
constexpr uint32_t kTriesMax = 18;  // a little over a minute

Duration PauseAfter(uint32_t failures) {
  return std::min(kFirstPause * (int64_t{1} << std::min<uint32_t>(failures - 1, 16)), kLongestPause);
}

}  // namespace

void RetriedWrites::Run(Workers& workers, std::function<Status()> write, std::function<void(Status)> done,
                        std::shared_ptr<const size_t> progress) {
  Try(std::make_shared<Write>(workers, std::move(write), std::move(done), ++last_number_, std::move(progress)));
}

void RetriedWrites::Try(const WritePtr& write) {
  write->workers.Run([this, write] {
    Status status = write->write();
    loop_.Post([this, write, status = std::move(status)] { OnTried(write, status); });
  });
}

void RetriedWrites::OnTried(const WritePtr& write, const Status& status) {
  if (write->progress && write->failures > 0 && *write->progress != write->progress_seen) write->failures = 1;
  if (write->progress) write->progress_seen = *write->progress;
  if (status || !IsRetryable(status.error()) || write->failures + 1 == kTriesMax) return End(*write, status);
  TryLater(write, status.error());
}

void RetriedWrites::TryLater(const WritePtr& write, const Error& error) {
  if (write->failures++ == 0)
    Log(LogLevel::kWarning, "executor", Cat("cannot write, trying again for a minute: ", error.message));
  {
    std::lock_guard lock(mutex_);
    WriteTrouble& trouble = troubles_[write->number];
    if (write->failures == 1) trouble.since = clock_.Now();
    trouble.message = error.message;
    trouble.failures = write->failures;
  }
  pauses_[write->number] = loop_.At(clock_.Now() + PauseAfter(write->failures), [this, write] {
    Try(write);
    pauses_.erase(write->number);  // this function with it
  });
}

void RetriedWrites::End(const Write& write, const Status& status) {
  if (write.failures > 0) {
    std::lock_guard lock(mutex_);
    troubles_.erase(write.number);
  }
  if (write.failures > 0 && status)
    Log(LogLevel::kInfo, "executor", Cat("written after ", write.failures, " failures"));
  write.done(status);
}

std::vector<WriteTrouble> RetriedWrites::Troubles() const {
  std::lock_guard lock(mutex_);
  std::vector<WriteTrouble> out;
  for (const auto& [number, trouble] : troubles_) out.push_back(trouble);
  return out;
}

}  // namespace sandbox::executor

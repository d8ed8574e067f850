#pragma once

// Writes to the object store that are tried again while what fails may go away by itself: a full disk, no file
// descriptor left, a device that does not answer.
//
// Thread: the loop, but for Troubles.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/base/time.h"
#include "sandbox/ports/loop.h"

namespace sandbox::executor {

// A write that has failed so far.
struct WriteTrouble {
  std::string message;  // of the last failure: the object, the file, the reason
  uint32_t failures = 0;
  Instant since{};
};

class RetriedWrites {
 public:
  RetriedWrites(Loop& loop, Clock& clock) : loop_(loop), clock_(clock) {}

  // Runs `write` on one of the workers, which outlive this, and `done` on the loop with how it ended: well, or with an
  // error that does not go away or has not for a minute. `write` may run often, never twice at a time. One of several
  // parts counts in `progress`, which may be null, what it has done: the minute begins anew with each of them.
  void Run(Workers& workers, std::function<Status()> write, std::function<void(Status)> done,
           std::shared_ptr<const size_t> progress = nullptr);

  // What waits for another try, the oldest first. Any thread.
  std::vector<WriteTrouble> Troubles() const;

 private:
  struct Write {
    Workers& workers;
    std::function<Status()> write;
    std::function<void(Status)> done;
    uint64_t number = 0;
    std::shared_ptr<const size_t> progress;
    size_t progress_seen = 0;
    uint32_t failures = 0;  // of the part that is to be written now
  };
  using WritePtr = std::shared_ptr<Write>;

  void Try(const WritePtr& write);
  void OnTried(const WritePtr& write, const Status& status);
  void TryLater(const WritePtr& write, const Error& error);
  void End(const Write& write, const Status& status);

  Loop& loop_;
  Clock& clock_;
  uint64_t last_number_ = 0;
  std::map<uint64_t, std::unique_ptr<Loop::Timer>> pauses_;  // by number

  mutable std::mutex mutex_;
  std::map<uint64_t, WriteTrouble> troubles_;  // by number
};

}  // namespace sandbox::executor

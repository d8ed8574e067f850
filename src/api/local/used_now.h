#pragma once

// What pods use of the machine now, by the last sample of each.
//
// Thread: any.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "sandbox/base/ids.h"
#include "sandbox/base/time.h"
#include "sandbox/ports/changes.h"

namespace sandbox::api {

class UsedNow {
 public:
  struct Amounts {
    int64_t cpu_millis = 0;
    int64_t memory_bytes = 0;
  };

  void Take(const UsageChange& sample, Instant now);
  void Forget(const AttemptId& attempt);
  // None while no pod that runs has sent one: samples are taken where somebody reads of them.
  std::optional<Amounts> Sum(Instant now) const;

 private:
  struct Latest {
    Amounts amounts;
    Instant at{};
  };
  mutable std::mutex mutex_;
  std::map<AttemptId, Latest> latest_;
};

}  // namespace sandbox::api

#pragma once

// Which pods may start on a machine of limited cpu and memory. Pure: no clock, no I/O.
//
// Order: the execution with the fewest running pods goes first, of equals the one that waits longest; the pods of one
// execution go in the order in which they came. A pod that does not fit lets others pass, but only so many times: then
// nothing else starts until it does. So nothing waits for ever while pods end.

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "sandbox/base/ids.h"

namespace sandbox::pods {

struct Resources {
  int64_t cpu_millis = 0;
  int64_t memory_bytes = 0;
  bool operator==(const Resources&) const = default;
};

class Admission {
 public:
  // Zero: no limit.
  explicit Admission(Resources capacity = {}) : capacity_(capacity) {}

  void SetCapacity(Resources capacity) { capacity_ = capacity; }
  const Resources& Used() const { return used_; }
  size_t RunningCount() const { return running_.size(); }

  // The reason why a pod can never start; empty when it can.
  std::string Refusal(const Resources& demand) const;
  // The pod waits for its turn.
  void Wait(const AttemptId& id, const Resources& demand);
  // The pod runs already: it counts, whatever the capacity.
  void Run(const AttemptId& id, const Resources& demand);
  // The pod has ended or is not wanted any more. Unknown ones are ignored.
  void Remove(const AttemptId& id);

  // Moves the pods that may start now from waiting to running.
  std::vector<AttemptId> Admit();

  bool Runs(const AttemptId& id) const { return running_.contains(id); }
  // "waits for memory: needs 4Gi, 2.5Gi of 8Gi free".
  std::string WaitText(const AttemptId& id) const;

 private:
  struct Waiter {
    AttemptId id;
    Resources demand;
    uint64_t number = 0;  // order of arrival
    int passed = 0;       // starts of others since it was first and did not fit
  };
  using Queue = std::deque<Waiter>;

  bool Fits(const Resources& demand) const;
  Queue* NextQueue();
  void Start(Queue& queue, std::vector<AttemptId>& started);

  Resources capacity_;
  Resources used_;
  std::map<AttemptId, Resources> running_;
  std::map<ExecutionId, size_t> running_of_;
  std::map<ExecutionId, Queue> waiting_;
  uint64_t next_number_ = 0;
};

// "500m", "2"; "512Mi", "2.5Gi".
std::string CpuText(int64_t millis);
std::string MemoryText(int64_t bytes);

}  // namespace sandbox::pods

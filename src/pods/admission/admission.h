#pragma once

// Which pods may start on a machine of limited cpu and memory. Pure: no clock, no I/O.
//
// Order: the execution with the fewest running pods goes first, of equals the one that waits longest; the pods of one
// execution go in the order in which they came. A pod that does not fit lets others pass, but only so many times: then
// nothing else starts until it does. So nothing waits for ever while pods end.

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "sandbox/base/ids.h"
#include "sandbox/model/pods.h"

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

  // Why a pod can never start; kNone when it can.
  model::WaitReason Refusal(const Resources& demand) const;
  // The pod waits for its turn.
  void Wait(const AttemptId& id, const Resources& demand);
  // The pod runs already: it counts, whatever the capacity.
  void Run(const AttemptId& id, const Resources& demand);
  // The pod has ended or is not wanted any more. Unknown ones are ignored.
  void Remove(const AttemptId& id);

  // Moves the pods that may start now from waiting to running.
  std::vector<AttemptId> Admit();

  bool Runs(const AttemptId& id) const { return running_.contains(id); }
  // What pods that wait need, what of that is free, and who goes before them: of the `first` ones in the order of the
  // starts, if all had room, and of `others`.
  std::vector<std::pair<AttemptId, model::WaitReason>> Waits(size_t first, const std::set<AttemptId>& others) const;

 private:
  struct Waiter {
    AttemptId id;
    Resources demand;
    uint64_t number = 0;  // order of arrival
    int passed = 0;       // starts of others since it was first and did not fit
  };
  using Queue = std::deque<Waiter>;

  bool Fits(const Resources& demand) const;
  model::WaitReason WaitOf(const Waiter& waiter) const;
  Queue* NextQueue();
  void Start(Queue& queue, std::vector<AttemptId>& started);

  Resources capacity_;
  Resources used_;
  std::map<AttemptId, Resources> running_;
  std::map<ExecutionId, size_t> running_of_;
  std::map<ExecutionId, Queue> waiting_;
  uint64_t next_number_ = 0;
};

}  // namespace sandbox::pods

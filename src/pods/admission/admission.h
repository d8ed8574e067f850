#pragma once

// Which pods may start on a machine of limited cpu and memory. Pure: no clock, no I/O.
//
// Order: the execution with the fewest running pods goes first, of equals the one that waits longest; the pods of one
// execution go in the order in which they came. A pod that does not fit lets others pass, but only so many times: then
// nothing else starts until it does. So nothing waits for ever while pods end.

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sandbox/base/ids.h"
#include "sandbox/model/pods.h"

namespace sandbox::pods {

inline constexpr int64_t kNoGpus = -1;

struct Resources {
  int64_t cpu_millis = 0;
  int64_t memory_bytes = 0;
  int64_t gpus = 0;  // of a capacity: kNoGpus, or as many as the engine gives
  auto operator<=>(const Resources&) const = default;
};

class Admission {
 public:
  // Zero: no limit.
  explicit Admission(Resources capacity = {}) : capacity_(capacity) {}

  void SetCapacity(Resources capacity) { capacity_ = capacity; }
  // Nothing starts for want of something that no pod gives back; nullopt: go on.
  void Hold(std::optional<model::Shortage> shortage) { held_ = std::move(shortage); }
  const Resources& Used() const { return used_; }
  size_t RunningCount() const { return running_.size(); }

  // Why a pod can never start; kNone when it can.
  model::WaitReason Refusal(const Resources& demand) const;
  // The pod waits for its turn. Returns its number: that of a later one is higher.
  uint64_t Wait(const AttemptId& id, const Resources& demand);
  // The pod runs already: it counts, whatever the capacity.
  void Run(const AttemptId& id, const Resources& demand);
  // The pod has ended or is not wanted any more. Unknown ones are ignored.
  void Remove(const AttemptId& id);

  // Moves the pods that may start now from waiting to running.
  std::vector<AttemptId> Admit();

  bool Runs(const AttemptId& id) const { return running_.contains(id); }
  // What pods that wait need, what of that is free, and who goes before them, in the order of the starts, if all had
  // room: of the first `count`, and of all whose numbers are at least `number`. Of the others neither looks at more
  // than at those that let no others pass.
  using Waits = std::vector<std::pair<AttemptId, model::WaitReason>>;
  Waits WaitsOfFirst(size_t count) const;
  Waits WaitsSince(uint64_t number) const;

 private:
  struct Waiter {
    AttemptId id;
    Resources demand;
    uint64_t number = 0;  // order of arrival
    int passed = 0;       // starts of others since it was first and did not fit
  };
  // The pods of one execution.
  struct Group {
    size_t running = 0;
    std::deque<Waiter> waiting;
  };
  // A pod's place among all that wait: if all had room, of each group that many would run before it, and of those of
  // one round the one that came first goes first. Before all others go those that let no others pass.
  struct Place {
    size_t round = 0;
    uint64_t number = 0;
    auto operator<=>(const Place&) const = default;
  };
  // The turn of a group's first pod among those of other groups that need as much.
  struct Turn {
    size_t running = 0;
    uint64_t number = 0;
    Group* group = nullptr;
    auto operator<=>(const Turn&) const = default;
  };

  bool Fits(const Resources& demand) const;
  std::vector<const Waiter*> First(size_t count) const;
  std::vector<std::pair<Place, const Waiter*>> Since(uint64_t number) const;  // in the order of their places
  model::WaitReason WaitOf(const Waiter& waiter, size_t rank, const std::vector<const Waiter*>& first) const;
  // Adds the group's waiting pods to `rounds_`, or takes them out.
  void Count(const Group& group, int64_t sign);
  // A group is not in `turns_` and `starved_` while its first pod or its count changes.
  void Leave(Group& group);
  void Enter(Group& group);
  Group* Next();
  void Start(Group& group, std::vector<AttemptId>& started);
  void PassBy(uint64_t number);

  Resources capacity_;
  Resources used_;
  std::optional<model::Shortage> held_;
  std::map<AttemptId, Resources> running_;
  std::map<ExecutionId, Group> groups_;        // none is empty
  std::map<Resources, std::set<Turn>> turns_;  // of groups that wait, by what their first pods need
  std::map<uint64_t, Group*> starved_;         // those whose first pods let no others pass any more, by number
  std::map<uint64_t, Group*> by_number_;       // the group of each pod that waits
  std::map<size_t, int64_t> rounds_;           // how many more wait in this round than in the one before; none is 0
  uint64_t next_number_ = 0;
};

}  // namespace sandbox::pods

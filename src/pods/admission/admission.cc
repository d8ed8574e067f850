#include "pods/admission/admission.h"

#include <algorithm>
#include <queue>
#include <tuple>

#include "sandbox/base/check.h"
#include "sandbox/base/error.h"

namespace sandbox::pods {
namespace {

constexpr int kPassedMax = 16;
constexpr int64_t kMillis = 1000;
constexpr size_t kAheadMax = 3;  // that are named

bool FitsInto(int64_t demand, int64_t used, int64_t capacity) {
  return capacity == 0 || demand == 0 || demand <= capacity - used;
}

model::Shortage Memory(int64_t needs, int64_t used, int64_t total) {
  return {"memory", needs, std::max<int64_t>(0, total - used), total};
}
model::Shortage Cpu(int64_t needs, int64_t used, int64_t total) {
  return {"cpu", needs, std::max<int64_t>(0, total - used), total};
}

}  // namespace

bool Admission::Fits(const Resources& demand) const {
  return FitsInto(demand.cpu_millis, used_.cpu_millis, capacity_.cpu_millis) &&
         FitsInto(demand.memory_bytes, used_.memory_bytes, capacity_.memory_bytes);
}

model::WaitReason Admission::Refusal(const Resources& demand) const {
  model::WaitReason out;
  if (demand.gpus > 0 && capacity_.gpus == kNoGpus) {
    out.shortages.push_back({"gpu", demand.gpus * kMillis, 0, 0});
  } else if (!FitsInto(demand.memory_bytes, 0, capacity_.memory_bytes)) {
    out.shortages.push_back(Memory(demand.memory_bytes, used_.memory_bytes, capacity_.memory_bytes));
  } else if (!FitsInto(demand.cpu_millis, 0, capacity_.cpu_millis)) {
    out.shortages.push_back(Cpu(demand.cpu_millis, used_.cpu_millis, capacity_.cpu_millis));
  }
  if (!out.shortages.empty()) out.code = model::PodWait::kNeverFits;
  return out;
}

void Admission::Leave(Group& group) {
  if (group.waiting.empty()) return;
  const Waiter& first = group.waiting.front();
  const auto turns = turns_.find(first.demand);
  SANDBOX_CHECK(turns != turns_.end(), "a pod that waits has no turn");
  turns->second.erase({group.running, first.number, &group});
  if (turns->second.empty()) turns_.erase(turns);
  starved_.erase(first.number);
}

void Admission::Enter(Group& group) {
  if (group.waiting.empty()) return;
  const Waiter& first = group.waiting.front();
  turns_[first.demand].insert({group.running, first.number, &group});
  if (first.passed >= kPassedMax) starved_.emplace(first.number, &group);
}

uint64_t Admission::Wait(const AttemptId& id, const Resources& demand) {
  SANDBOX_CHECK(!running_.contains(id), Cat("a pod of node ", id.node.node, " that runs is to wait"));
  Group& group = groups_[id.node.execution];
  const uint64_t number = next_number_++;
  group.waiting.push_back({id, demand, number, 0});
  if (group.waiting.size() == 1) Enter(group);
  return number;
}

void Admission::Run(const AttemptId& id, const Resources& demand) {
  if (!running_.emplace(id, demand).second) return;
  used_.cpu_millis += demand.cpu_millis;
  used_.memory_bytes += demand.memory_bytes;
  Group& group = groups_[id.node.execution];
  Leave(group);
  ++group.running;
  Enter(group);
}

void Admission::Remove(const AttemptId& id) {
  const auto found = groups_.find(id.node.execution);
  if (found == groups_.end()) return;
  Group& group = found->second;
  Leave(group);
  if (const auto running = running_.find(id); running != running_.end()) {
    used_.cpu_millis -= running->second.cpu_millis;
    used_.memory_bytes -= running->second.memory_bytes;
    running_.erase(running);
    SANDBOX_CHECK(used_.cpu_millis >= 0 && used_.memory_bytes >= 0, "more is given back than was taken");
    SANDBOX_CHECK(group.running > 0, Cat("no pod of execution ", id.node.execution.name, " runs"));
    --group.running;
  }
  std::erase_if(group.waiting, [&](const Waiter& waiter) { return waiter.id == id; });
  Enter(group);
  if (group.running == 0 && group.waiting.empty()) groups_.erase(found);
}

// The group whose first pod starts next; null when none may.
Admission::Group* Admission::Next() {
  if (!starved_.empty()) {
    Group* group = starved_.begin()->second;
    return Fits(group->waiting.front().demand) ? group : nullptr;
  }
  const Turn* next = nullptr;
  for (const auto& [demand, turns] : turns_) {
    if (Fits(demand) && (next == nullptr || *turns.begin() < *next)) next = &*turns.begin();
  }
  return next == nullptr ? nullptr : next->group;
}

void Admission::Start(Group& group, std::vector<AttemptId>& started) {
  Leave(group);
  const Waiter waiter = group.waiting.front();
  group.waiting.pop_front();
  Enter(group);
  Run(waiter.id, waiter.demand);
  started.push_back(waiter.id);
  PassBy(waiter.number);
}

// A pod started whose number is this: those that came before it and do not fit were passed by.
void Admission::PassBy(uint64_t number) {
  for (const auto& [demand, turns] : turns_) {
    if (Fits(demand)) continue;
    // Within those of one count the numbers ascend: what came later is jumped over.
    for (auto turn = turns.begin(); turn != turns.end();) {
      if (turn->number >= number) {
        turn = turns.lower_bound({turn->running + 1, 0, nullptr});
        continue;
      }
      Waiter& first = turn->group->waiting.front();
      if (++first.passed == kPassedMax) starved_.emplace(first.number, turn->group);
      ++turn;
    }
  }
}

std::vector<AttemptId> Admission::Admit() {
  std::vector<AttemptId> started;
  if (held_) return started;
  while (Group* group = Next()) Start(*group, started);
  return started;
}

model::WaitReason Admission::WaitOf(const Waiter& waiter) const {
  model::WaitReason out;
  out.code = model::PodWait::kResources;
  if (held_) out.shortages.push_back(*held_);
  const int64_t cpu = waiter.demand.cpu_millis, memory = waiter.demand.memory_bytes;
  if (!FitsInto(memory, used_.memory_bytes, capacity_.memory_bytes))
    out.shortages.push_back(Memory(memory, used_.memory_bytes, capacity_.memory_bytes));
  if (!FitsInto(cpu, used_.cpu_millis, capacity_.cpu_millis))
    out.shortages.push_back(Cpu(cpu, used_.cpu_millis, capacity_.cpu_millis));
  return out;
}

std::vector<std::pair<AttemptId, model::WaitReason>> Admission::Waits(size_t first,
                                                                      const std::set<uint64_t>& others) const {
  // Of each execution: how many of its pods run, and its first pod that is not in the order yet.
  struct Place {
    size_t running = 0;
    const std::deque<Waiter>* waiting = nullptr;
    size_t next = 0;
    const Waiter& First() const { return (*waiting)[next]; }
  };
  const auto later = [](const Place& a, const Place& b) {
    const auto key = [](const Place& place) {
      return std::tuple(place.First().passed < kPassedMax, place.running, place.First().number);
    };
    return key(a) > key(b);
  };
  std::priority_queue<Place, std::vector<Place>, decltype(later)> places(later);
  for (const auto& [execution, group] : groups_) {
    if (!group.waiting.empty()) places.push({group.running, &group.waiting, 0});
  }
  std::vector<std::pair<AttemptId, model::WaitReason>> out;
  std::vector<NodeExecutionId> ahead;
  size_t left = others.size();
  for (size_t number = 0; !places.empty() && (number < first || left > 0); ++number) {
    Place place = places.top();
    places.pop();
    const Waiter& waiter = place.First();
    const bool asked = others.contains(waiter.number);
    left -= asked;
    if (number < first || asked) {
      model::WaitReason wait = WaitOf(waiter);
      wait.ahead_count = static_cast<uint32_t>(number);
      wait.ahead = ahead;
      out.emplace_back(waiter.id, std::move(wait));
    }
    if (ahead.size() < kAheadMax) ahead.push_back(waiter.id.node);
    ++place.running;
    if (++place.next < place.waiting->size()) places.push(place);
  }
  return out;
}

}  // namespace sandbox::pods

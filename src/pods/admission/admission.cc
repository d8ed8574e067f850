#include "pods/admission/admission.h"

#include <algorithm>

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

void Admission::Count(const Group& group, int64_t sign) {
  const auto add = [this](size_t round, int64_t more) {
    const auto found = rounds_.try_emplace(round).first;
    found->second += more;
    if (found->second == 0) rounds_.erase(found);
  };
  add(group.running, sign);
  add(group.running + group.waiting.size(), -sign);
}

void Admission::Leave(Group& group) {
  if (group.waiting.empty()) return;
  Count(group, -1);
  const Waiter& first = group.waiting.front();
  const auto turns = turns_.find(first.demand);
  SANDBOX_CHECK(turns != turns_.end(), "a pod that waits has no turn");
  turns->second.erase({group.running, first.number, &group});
  if (turns->second.empty()) turns_.erase(turns);
  starved_.erase(first.number);
}

void Admission::Enter(Group& group) {
  if (group.waiting.empty()) return;
  Count(group, 1);
  const Waiter& first = group.waiting.front();
  turns_[first.demand].insert({group.running, first.number, &group});
  if (first.passed >= kPassedMax) starved_.emplace(first.number, &group);
}

uint64_t Admission::Wait(const AttemptId& id, const Resources& demand) {
  SANDBOX_CHECK(!running_.contains(id), Cat("a pod of node ", id.node.node, " that runs is to wait"));
  Group& group = groups_[id.node.execution];
  const uint64_t number = next_number_++;
  Leave(group);
  group.waiting.push_back({id, demand, number, 0});
  by_number_.emplace(number, &group);
  Enter(group);
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
  if (const auto waiter = std::ranges::find(group.waiting, id, &Waiter::id); waiter != group.waiting.end()) {
    by_number_.erase(waiter->number);
    group.waiting.erase(waiter);
  }
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
  by_number_.erase(waiter.number);
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

std::vector<const Admission::Waiter*> Admission::First(size_t count) const {
  std::vector<const Waiter*> out;
  std::vector<std::pair<Place, const Waiter*>> others;
  const auto add_others = [&](const Group& group, size_t from) {
    for (size_t i = from; i < std::min(group.waiting.size(), count); ++i)
      others.push_back({{group.running + i, group.waiting[i].number}, &group.waiting[i]});
  };
  for (const auto& [number, group] : starved_) {
    if (out.size() == count) return out;
    out.push_back(&group->waiting.front());
    add_others(*group, 1);
  }
  // Of those that need as much, more than `count` are not among the first ones.
  for (const auto& [demand, turns] : turns_) {
    size_t taken = 0;
    for (auto turn = turns.begin(); turn != turns.end() && taken < count; ++turn) {
      if (starved_.contains(turn->number)) continue;
      add_others(*turn->group, 0);
      ++taken;
    }
  }
  std::ranges::sort(others);
  for (const auto& [place, waiter] : others) {
    if (out.size() == count) break;
    out.push_back(waiter);
  }
  return out;
}

model::WaitReason Admission::WaitOf(const Waiter& waiter, size_t rank, const std::vector<const Waiter*>& first) const {
  model::WaitReason out;
  out.code = model::PodWait::kResources;
  if (held_) out.shortages.push_back(*held_);
  const int64_t cpu = waiter.demand.cpu_millis, memory = waiter.demand.memory_bytes;
  if (!FitsInto(memory, used_.memory_bytes, capacity_.memory_bytes))
    out.shortages.push_back(Memory(memory, used_.memory_bytes, capacity_.memory_bytes));
  if (!FitsInto(cpu, used_.cpu_millis, capacity_.cpu_millis))
    out.shortages.push_back(Cpu(cpu, used_.cpu_millis, capacity_.cpu_millis));
  out.ahead_count = static_cast<uint32_t>(rank);
  for (size_t i = 0; i < std::min({rank, kAheadMax, first.size()}); ++i) out.ahead.push_back(first[i]->id.node);
  return out;
}

Admission::Waits Admission::WaitsOfFirst(size_t count) const {
  const std::vector<const Waiter*> first = First(count);
  Waits out;
  for (size_t i = 0; i < first.size(); ++i) out.emplace_back(first[i]->id, WaitOf(*first[i], i, first));
  return out;
}

std::vector<std::pair<Admission::Place, const Admission::Waiter*>> Admission::Since(uint64_t number) const {
  std::vector<std::pair<Place, const Waiter*>> out;
  for (auto pod = by_number_.lower_bound(number); pod != by_number_.end(); ++pod) {
    const Group& group = *pod->second;
    const auto waiter = std::ranges::lower_bound(group.waiting, pod->first, {}, &Waiter::number);
    const auto before = static_cast<size_t>(waiter - group.waiting.begin());
    out.push_back({{group.running + before, pod->first}, &*waiter});
  }
  std::ranges::sort(out);
  return out;
}

Admission::Waits Admission::WaitsSince(uint64_t number) const {
  const auto asked = Since(number);
  std::vector<Place> starved;  // ascending
  for (const auto& [at, group] : starved_) starved.push_back({group->running, at});
  std::ranges::sort(starved);

  const std::vector<const Waiter*> first = First(kAheadMax);
  Waits out;
  auto change = rounds_.begin();
  size_t round = 0;
  int64_t before = 0, in_round = 0;  // that wait in the rounds before this one, and in it
  const auto go_to = [&](size_t to) {
    before += in_round * static_cast<int64_t>(to - round);
    round = to;
  };
  for (auto pod = asked.begin(); pod != asked.end();) {
    const size_t of_pod = pod->first.round;
    for (; change != rounds_.end() && change->first <= of_pod; ++change) {
      go_to(change->first);
      in_round += change->second;
    }
    go_to(of_pod);
    const auto end =
        std::find_if(pod, asked.end(), [of_pod](const auto& other) { return other.first.round != of_pod; });
    // The others of the round came before those that are asked for.
    auto rank = static_cast<size_t>(before + in_round - (end - pod));
    for (; pod != end; ++pod, ++rank) {
      const auto& [place, waiter] = *pod;
      const auto own = starved_.find(place.number);
      const auto ahead = own == starved_.end()
                             ? static_cast<ptrdiff_t>(rank) + (starved.end() - std::ranges::upper_bound(starved, place))
                             : std::distance(starved_.begin(), own);
      out.emplace_back(waiter->id, WaitOf(*waiter, static_cast<size_t>(ahead), first));
    }
  }
  return out;
}

}  // namespace sandbox::pods

#include "pods/admission/admission.h"

#include <algorithm>
#include <queue>
#include <tuple>

#include "sandbox/base/check.h"
#include "sandbox/base/error.h"

namespace sandbox::pods {
namespace {

constexpr int kPassedMax = 16;
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
  if (!FitsInto(demand.memory_bytes, 0, capacity_.memory_bytes)) {
    out.shortages.push_back(Memory(demand.memory_bytes, used_.memory_bytes, capacity_.memory_bytes));
  } else if (!FitsInto(demand.cpu_millis, 0, capacity_.cpu_millis)) {
    out.shortages.push_back(Cpu(demand.cpu_millis, used_.cpu_millis, capacity_.cpu_millis));
  }
  if (!out.shortages.empty()) out.code = model::PodWait::kNeverFits;
  return out;
}

void Admission::Wait(const AttemptId& id, const Resources& demand) {
  SANDBOX_CHECK(!running_.contains(id), Cat("a pod of node ", id.node.node, " that runs is to wait"));
  waiting_[id.node.execution].push_back({id, demand, next_number_++, 0});
}

void Admission::Run(const AttemptId& id, const Resources& demand) {
  if (!running_.emplace(id, demand).second) return;
  used_.cpu_millis += demand.cpu_millis;
  used_.memory_bytes += demand.memory_bytes;
  ++running_of_[id.node.execution];
}

void Admission::Remove(const AttemptId& id) {
  if (const auto found = running_.find(id); found != running_.end()) {
    used_.cpu_millis -= found->second.cpu_millis;
    used_.memory_bytes -= found->second.memory_bytes;
    running_.erase(found);
    SANDBOX_CHECK(used_.cpu_millis >= 0 && used_.memory_bytes >= 0, "more is given back than was taken");
    const auto count = running_of_.find(id.node.execution);
    SANDBOX_CHECK(count != running_of_.end(), Cat("no pod of execution ", id.node.execution.name, " runs"));
    if (--count->second == 0) running_of_.erase(count);
  }
  const auto queue = waiting_.find(id.node.execution);
  if (queue == waiting_.end()) return;
  std::erase_if(queue->second, [&](const Waiter& waiter) { return waiter.id == id; });
  if (queue->second.empty()) waiting_.erase(queue);
}

// The queue whose first pod starts next; null when none may.
Admission::Queue* Admission::NextQueue() {
  Queue* starved = nullptr;
  Queue* next = nullptr;
  size_t next_running = 0;
  for (auto& [execution, queue] : waiting_) {
    const Waiter& first = queue.front();
    if (first.passed >= kPassedMax && (starved == nullptr || first.number < starved->front().number)) starved = &queue;
    if (!Fits(first.demand)) continue;
    const auto count = running_of_.find(execution);
    const size_t running = count == running_of_.end() ? 0 : count->second;
    if (next == nullptr || running < next_running || (running == next_running && first.number < next->front().number)) {
      next = &queue;
      next_running = running;
    }
  }
  if (starved != nullptr) return Fits(starved->front().demand) ? starved : nullptr;
  return next;
}

void Admission::Start(Queue& queue, std::vector<AttemptId>& started) {
  const Waiter waiter = queue.front();
  queue.pop_front();
  Run(waiter.id, waiter.demand);
  if (queue.empty()) waiting_.erase(waiter.id.node.execution);
  started.push_back(waiter.id);
  for (auto& [execution, other] : waiting_) {
    if (other.front().number < waiter.number && !Fits(other.front().demand)) ++other.front().passed;
  }
}

std::vector<AttemptId> Admission::Admit() {
  std::vector<AttemptId> started;
  while (Queue* queue = NextQueue()) Start(*queue, started);
  return started;
}

model::WaitReason Admission::WaitOf(const Waiter& waiter) const {
  model::WaitReason out;
  out.code = model::PodWait::kResources;
  const auto& [cpu, memory] = waiter.demand;
  if (!FitsInto(memory, used_.memory_bytes, capacity_.memory_bytes))
    out.shortages.push_back(Memory(memory, used_.memory_bytes, capacity_.memory_bytes));
  if (!FitsInto(cpu, used_.cpu_millis, capacity_.cpu_millis))
    out.shortages.push_back(Cpu(cpu, used_.cpu_millis, capacity_.cpu_millis));
  return out;
}

std::vector<std::pair<AttemptId, model::WaitReason>> Admission::Waits(size_t first,
                                                                      const std::set<AttemptId>& others) const {
  // Of each execution: how many of its pods run, and its first pod that is not in the order yet.
  struct Turn {
    size_t running = 0;
    const Queue* queue = nullptr;
    size_t next = 0;
    const Waiter& First() const { return (*queue)[next]; }
  };
  const auto later = [](const Turn& a, const Turn& b) {
    const auto key = [](const Turn& turn) {
      return std::tuple(turn.First().passed < kPassedMax, turn.running, turn.First().number);
    };
    return key(a) > key(b);
  };
  std::priority_queue<Turn, std::vector<Turn>, decltype(later)> turns(later);
  for (const auto& [execution, queue] : waiting_) {
    const auto count = running_of_.find(execution);
    turns.push({count == running_of_.end() ? 0 : count->second, &queue, 0});
  }
  std::vector<std::pair<AttemptId, model::WaitReason>> out;
  std::vector<NodeExecutionId> ahead;
  size_t left = others.size();
  for (size_t place = 0; !turns.empty() && (place < first || left > 0); ++place) {
    Turn turn = turns.top();
    turns.pop();
    const Waiter& waiter = turn.First();
    const bool asked = others.contains(waiter.id);
    left -= asked;
    if (place < first || asked) {
      model::WaitReason wait = WaitOf(waiter);
      wait.ahead_count = static_cast<uint32_t>(place);
      wait.ahead = ahead;
      out.emplace_back(waiter.id, std::move(wait));
    }
    if (ahead.size() < kAheadMax) ahead.push_back(waiter.id.node);
    ++turn.running;
    if (++turn.next < turn.queue->size()) turns.push(turn);
  }
  return out;
}

}  // namespace sandbox::pods

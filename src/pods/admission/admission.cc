#include "pods/admission/admission.h"

#include <algorithm>

#include "sandbox/base/check.h"
#include "sandbox/base/error.h"

namespace sandbox::pods {
namespace {

constexpr int kPassedMax = 16;

bool FitsInto(int64_t demand, int64_t used, int64_t capacity) {
  return capacity == 0 || demand == 0 || demand <= capacity - used;
}

std::string Short(const char* what, const std::string& needs, const std::string& free, const std::string& all) {
  return Cat(what, ": needs ", needs, ", ", free, " of ", all, " free");
}

}  // namespace

std::string CpuText(int64_t millis) { return millis % 1000 == 0 ? Cat(millis / 1000) : Cat(millis, "m"); }

std::string MemoryText(int64_t bytes) {
  constexpr int64_t kKi = 1024;
  int64_t unit = kKi;
  const char* name = "Ki";
  for (const auto& [bigger, its_name] : {std::pair{kKi * kKi, "Mi"}, std::pair{kKi * kKi * kKi, "Gi"}}) {
    if (bytes < bigger) break;
    unit = bigger;
    name = its_name;
  }
  // Free memory is not rounded up.
  const int64_t tenths = bytes / unit * 10 + bytes % unit * 10 / unit;
  return tenths == 0 ? "0" : tenths % 10 == 0 ? Cat(tenths / 10, name) : Cat(tenths / 10, ".", tenths % 10, name);
}

bool Admission::Fits(const Resources& demand) const {
  return FitsInto(demand.cpu_millis, used_.cpu_millis, capacity_.cpu_millis) &&
         FitsInto(demand.memory_bytes, used_.memory_bytes, capacity_.memory_bytes);
}

std::string Admission::Refusal(const Resources& demand) const {
  const std::string advice = "; lower the task's request, or raise `capacity` in config.yaml";
  if (!FitsInto(demand.memory_bytes, 0, capacity_.memory_bytes)) {
    return Cat("requested resources exceed limits: memory: needs ", MemoryText(demand.memory_bytes),
               ", this machine has ", MemoryText(capacity_.memory_bytes), " for tasks", advice);
  }
  if (!FitsInto(demand.cpu_millis, 0, capacity_.cpu_millis)) {
    return Cat("requested resources exceed limits: cpu: needs ", CpuText(demand.cpu_millis), ", this machine has ",
               CpuText(capacity_.cpu_millis), " for tasks", advice);
  }
  return "";
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

std::string Admission::WaitText(const AttemptId& id) const {
  const auto queue = waiting_.find(id.node.execution);
  if (queue == waiting_.end()) return "";
  const auto waiter = std::ranges::find(queue->second, id, &Waiter::id);
  if (waiter == queue->second.end()) return "";
  const auto& [cpu, memory] = waiter->demand;
  std::string text;
  if (!FitsInto(memory, used_.memory_bytes, capacity_.memory_bytes)) {
    text = Short("memory", MemoryText(memory),
                 MemoryText(std::max<int64_t>(0, capacity_.memory_bytes - used_.memory_bytes)),
                 MemoryText(capacity_.memory_bytes));
  }
  if (!FitsInto(cpu, used_.cpu_millis, capacity_.cpu_millis)) {
    text += Cat(text.empty() ? "" : "; ",
                Short("cpu", CpuText(cpu), CpuText(std::max<int64_t>(0, capacity_.cpu_millis - used_.cpu_millis)),
                      CpuText(capacity_.cpu_millis)));
  }
  return Cat("waits for ", text.empty() ? "its turn: other tasks came first" : text);
}

}  // namespace sandbox::pods

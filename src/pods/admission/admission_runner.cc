#include "pods/admission/admission_runner.h"

#include <algorithm>
#include <utility>

namespace sandbox::pods {
namespace {

constexpr Duration kPatience = std::chrono::seconds(10);
constexpr Duration kTellChanged = std::chrono::seconds(1);
constexpr size_t kNear = 16;  // places in the order
// Of more than so many, not each that comes is told by itself.
constexpr size_t kManyWait = 256;
constexpr Duration kTellNewOfMany = std::chrono::milliseconds(250);

}  // namespace

Resources DemandOf(const PodSpec& pod) {
  Resources together, largest;
  int64_t gpus = 0;
  for (const ContainerSpec& container : pod.containers) {
    const int64_t cpu = container.cpu_request_millis != 0 ? container.cpu_request_millis : container.cpu_limit_millis;
    const int64_t memory =
        container.memory_request_bytes != 0 ? container.memory_request_bytes : container.memory_limit_bytes;
    gpus = std::max(gpus, int64_t{container.gpus});
    if (container.role == ContainerRole::kInit) {
      largest = {std::max(largest.cpu_millis, cpu), std::max(largest.memory_bytes, memory)};
    } else {
      together = {together.cpu_millis + cpu, together.memory_bytes + memory};
    }
  }
  // An eager task that held the last cpu would wait for ever for the tasks that it starts.
  return {pod.mostly_waits ? 0 : std::max(together.cpu_millis, largest.cpu_millis),
          std::max(together.memory_bytes, largest.memory_bytes), gpus};
}

void AdmissionRunner::Take(PodReport report) {
  const bool ended = Ended(report);
  const AttemptId id = report.id;
  if (const auto found = admitted_.find(id); found != admitted_.end()) report.facts.at.admitted = found->second;
  Tell(std::move(report));
  if (ended) Forget(id);
}

void AdmissionRunner::Start(PodSpec spec) {
  const AttemptId id = spec.id;
  if (admission_.Runs(id)) return Inner().Start(std::move(spec));
  if (waiting_.contains(id)) return;
  const Resources demand = DemandOf(spec);
  expected_.erase(id);
  if (spec.resumed) {
    admission_.Run(id, demand);
    Inner().Start(std::move(spec));
    return Admit();
  }
  if (model::WaitReason refusal = admission_.Refusal(demand); refusal.code != model::PodWait::kNone)
    return loop_.Post([this, id, refusal = std::move(refusal)] { TellWait(id, refusal); });
  const uint64_t number = admission_.Wait(id, demand);
  waiting_[id].pod = std::move(spec);
  Admit();
  if (!waiting_.contains(id)) return;
  if (untold_) return;
  untold_ = number;
  if (waiting_.size() < kManyWait) return loop_.Post([this] { TellNew(); });
  tell_new_ = loop_.At(clock_.Now() + kTellNewOfMany, [this] { TellNew(); });
}

void AdmissionRunner::TellNew() {
  tell_new_.reset();
  const uint64_t since = std::exchange(untold_, {}).value();
  for (auto& [id, wait] : admission_.WaitsSince(since)) TellWait(id, std::move(wait));
}

// Each telling is a row in the store: not all of those that wait are told whenever a pod comes or goes.
void AdmissionRunner::TellChanged() {
  tell_changed_.reset();
  for (auto& [id, wait] : admission_.WaitsOfFirst(kNear)) {
    if (const auto found = waiting_.find(id); found != waiting_.end() && found->second.told != wait)
      TellWait(id, std::move(wait));
  }
}

void AdmissionRunner::Sweep(const std::vector<AttemptId>& alive) {
  expected_.insert(alive.begin(), alive.end());
  patience_ = loop_.At(clock_.Now() + kPatience, [this] {
    expected_.clear();
    Admit();
  });
  Inner().Sweep(alive);
}

AdmissionRunner::PodLoad AdmissionRunner::Load() const {
  const std::lock_guard lock(load_lock_);
  return load_;
}

void AdmissionRunner::PublishLoad() {
  const std::lock_guard lock(load_lock_);
  load_ = {admission_.Used(), admission_.RunningCount(), waiting_.size()};
}

void AdmissionRunner::Admit() {
  if (!expected_.empty()) return PublishLoad();
  bool dropped = true;
  while (dropped) {
    dropped = false;
    for (const AttemptId& id : admission_.Admit()) {
      auto pod = waiting_.extract(id);
      if (wanted_ && !wanted_(id)) {
        admission_.Remove(id);
        dropped = true;  // its room is for the next
      } else {
        admitted_[id] = clock_.Now();
        Inner().Start(std::move(pod.mapped().pod));
      }
    }
  }
  PublishLoad();
  if (!waiting_.empty() && tell_changed_ == nullptr)
    tell_changed_ = loop_.At(clock_.Now() + kTellChanged, [this] { TellChanged(); });
}

void AdmissionRunner::SetCapacity(Resources capacity) {
  admission_.SetCapacity(capacity);
  std::vector<std::pair<AttemptId, model::WaitReason>> refused;
  for (const auto& [id, waiting] : waiting_) {
    if (model::WaitReason refusal = admission_.Refusal(DemandOf(waiting.pod)); refusal.code != model::PodWait::kNone)
      refused.emplace_back(id, std::move(refusal));
  }
  for (auto& [id, refusal] : refused) {
    Forget(id);
    TellWait(id, std::move(refusal));
  }
  Admit();
}

void AdmissionRunner::Hold(std::optional<model::Shortage> shortage) {
  admission_.Hold(std::move(shortage));
  Admit();
}

void AdmissionRunner::Forget(const AttemptId& id) {
  Drop(id);
  Admit();
}

void AdmissionRunner::Drop(const AttemptId& id) {
  expected_.erase(id);
  waiting_.erase(id);
  admitted_.erase(id);
  admission_.Remove(id);
  PublishLoad();
}

// A pod that only waited is still looked up: an earlier process may have started it.
void AdmissionRunner::Stop(const AttemptId& id, Duration grace) {
  if (waiting_.contains(id) || expected_.contains(id)) {
    Drop(id);
    // Not at once: those that could go on now may be the next to be stopped.
    loop_.Post([this] { Admit(); });
  }
  Inner().Stop(id, grace);
}

void AdmissionRunner::Release(const AttemptId& id) {
  Forget(id);
  Inner().Release(id);
}

void AdmissionRunner::TellWait(const AttemptId& id, model::WaitReason wait) {
  if (const auto found = waiting_.find(id); found != waiting_.end()) found->second.told = wait;
  PodReport report;
  report.id = id;
  report.wait = std::move(wait);
  report.occurred_at = clock_.Now();
  Tell(std::move(report));
}

}  // namespace sandbox::pods

#include "pods/admission/admission_runner.h"

#include <algorithm>
#include <utility>

namespace sandbox::pods {
namespace {

constexpr Duration kPatience = std::chrono::seconds(10);

}  // namespace

Resources DemandOf(const PodSpec& pod) {
  Resources together, largest;
  for (const ContainerSpec& container : pod.containers) {
    const int64_t cpu = container.cpu_request_millis != 0 ? container.cpu_request_millis : container.cpu_limit_millis;
    const int64_t memory =
        container.memory_request_bytes != 0 ? container.memory_request_bytes : container.memory_limit_bytes;
    if (container.role == ContainerRole::kInit) {
      largest = {std::max(largest.cpu_millis, cpu), std::max(largest.memory_bytes, memory)};
    } else {
      together = {together.cpu_millis + cpu, together.memory_bytes + memory};
    }
  }
  // An eager task that held the last cpu would wait for ever for the tasks that it starts.
  return {pod.mostly_waits ? 0 : std::max(together.cpu_millis, largest.cpu_millis),
          std::max(together.memory_bytes, largest.memory_bytes)};
}

void AdmissionRunner::OnReport(std::function<void(PodReport)> callback) {
  on_report_ = callback;
  inner_.OnReport([this](PodReport report) {
    const bool ended = report.state == PodState::kFinished || report.state == PodState::kLost;
    const AttemptId id = report.id;
    on_report_(std::move(report));
    if (ended) Forget(id);
  });
}

void AdmissionRunner::Start(PodSpec spec) {
  const AttemptId id = spec.id;
  if (admission_.Runs(id)) return inner_.Start(std::move(spec));
  if (waiting_.contains(id)) return;
  const Resources demand = DemandOf(spec);
  expected_.erase(id);
  if (spec.resumed) {
    admission_.Run(id, demand);
    inner_.Start(std::move(spec));
    return Admit();
  }
  if (std::string refusal = admission_.Refusal(demand); !refusal.empty()) {
    return loop_.Post(
        [this, id, refusal = std::move(refusal)] { Report(id, "ResourceRequestsExceedLimits", refusal); });
  }
  admission_.Wait(id, demand);
  waiting_.emplace(id, std::move(spec));
  Admit();
  if (!waiting_.contains(id)) return;
  // Told once: what is free changes with every pod, and each change would be a row in the store.
  loop_.Post([this, id, text = admission_.WaitText(id)] {
    if (waiting_.contains(id)) Report(id, "WaitingForResources", text);
  });
}

void AdmissionRunner::Sweep(const std::vector<AttemptId>& alive) {
  expected_.insert(alive.begin(), alive.end());
  patience_ = loop_.At(clock_.Now() + kPatience, [this] {
    expected_.clear();
    Admit();
  });
  inner_.Sweep(alive);
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
        inner_.Start(std::move(pod.mapped()));
      }
    }
  }
  PublishLoad();
}

void AdmissionRunner::SetCapacity(Resources capacity) {
  admission_.SetCapacity(capacity);
  std::vector<std::pair<AttemptId, std::string>> refused;
  for (const auto& [id, pod] : waiting_) {
    if (std::string refusal = admission_.Refusal(DemandOf(pod)); !refusal.empty())
      refused.emplace_back(id, std::move(refusal));
  }
  for (auto& [id, refusal] : refused) {
    Forget(id);
    Report(id, "ResourceRequestsExceedLimits", std::move(refusal));
  }
  Admit();
}

void AdmissionRunner::Forget(const AttemptId& id) {
  Drop(id);
  Admit();
}

void AdmissionRunner::Drop(const AttemptId& id) {
  expected_.erase(id);
  waiting_.erase(id);
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
  inner_.Stop(id, grace);
}

void AdmissionRunner::Release(const AttemptId& id) {
  Forget(id);
  inner_.Release(id);
}

void AdmissionRunner::Report(const AttemptId& id, std::string reason, std::string message) {
  PodReport report;
  report.id = id;
  report.waiting_reason = std::move(reason);
  report.message = std::move(message);
  report.occurred_at = clock_.Now();
  on_report_(std::move(report));
}

}  // namespace sandbox::pods

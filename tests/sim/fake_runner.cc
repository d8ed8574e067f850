#include "fake_runner.h"

#include <algorithm>

#include "flyteidl/core/errors.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "kinds.h"
#include "sandbox/base/names.h"

namespace sandbox::sim {
namespace {

std::string KeyOf(std::string_view uri) {
  return std::string(uri.substr(std::string_view("s3://my-s3-bucket/").size()));
}

// The index of an item of a map, as its container is told.
std::optional<int> IndexOf(const ContainerSpec& container) {
  std::string name;
  std::map<std::string, std::string> values;
  for (const auto& [key, value] : container.env) values[key] = value;
  const auto variable = values.find("BATCH_JOB_ARRAY_INDEX_VAR_NAME");
  if (variable == values.end()) return std::nullopt;
  const auto index = values.find(variable->second);
  return index == values.end() ? std::nullopt : std::optional(std::atoi(index->second.c_str()));
}

bool LacksImage(const FakeEngine::Container& container) { return std::ranges::any_of(container.acts, &Act::no_image); }

// Whether an init container fails: such a pod never runs.
bool FailsToInit(const FakeEngine::Container& container) {
  const PodSpec& pod = container.pod;
  for (size_t i = 0; i < pod.containers.size(); ++i) {
    const Act& act = container.acts[i];
    if (pod.containers[i].role == ContainerRole::kInit && act.exit_code != 0) return true;
  }
  return false;
}

// Whether nothing but a stop ends it.
bool Hangs(const FakeEngine::Container& container) {
  const PodSpec& pod = container.pod;
  for (size_t i = 0; i < pod.containers.size(); ++i) {
    const ContainerRole role = pod.containers[i].role;
    if (role == ContainerRole::kInit && (container.acts[i].hangs || container.acts[i].exit_code != 0))
      return container.acts[i].hangs;
  }
  for (size_t i = 0; i < pod.containers.size(); ++i) {
    const bool counts =
        pod.end_rule == EndRule::kPrimary ? i == pod.primary : pod.containers[i].role == ContainerRole::kApp;
    if (counts && container.acts[i].hangs) return true;
  }
  return false;
}

}  // namespace

Act ActOf(Fate fate) {
  switch (fate) {
    case Fate::kSuccess:
    case Fate::kRecoverable:
    case Fate::kFatal:
    case Fate::kNoOutputs: break;
    case Fate::kExit1: return {.exit_code = 1};
    case Fate::kKilled: return {.exit_code = 137};
    case Fate::kOutOfMemory: return {.exit_code = 137, .out_of_memory = true};
    case Fate::kStartError: return {.never_starts = true};
    case Fate::kNoImage: return {.no_image = true};
    case Fate::kHangs: return {.hangs = true};
    case Fate::kVanishes: return {.vanishes = true};
  }
  return {};
}

void FakeEngine::Restart() {
  for (auto& [id, container] : containers) {
    if (container.state == PodState::kFinished || container.state == PodState::kLost) continue;
    container.state = PodState::kFinished;
    container.killed = true;
  }
}

void FakeRunner::Start(PodSpec spec) {
  if (on_start) on_start(spec);
  const AttemptId id = spec.id;
  watched_.insert(id);
  if (engine_.containers.contains(id)) return Report(id);
  if (opening_.contains(id)) return;
  const Duration delay = delay_();
  if (delay.count() % 4 != 0) return Create(std::move(spec));
  opening_[id] = {std::move(spec), clock_.now + delay};
  PodReport report{.id = id, .wait = {.code = model::PodWait::kEngine, .error = "no engine answers"}};
  report.occurred_at = clock_.now;
  bag.push_back(std::move(report));
}

void FakeRunner::Create(PodSpec spec) {
  const AttemptId id = spec.id;
  if (!engine_.made.insert(id).second && on_problem) on_problem(spec.name + " runs a second time");
  FakeEngine::Container container{std::move(spec)};
  container.acts = ActsOf(container.pod);
  container.changes_at = clock_.now + delay_();
  if (container.pod.active_max != Duration::zero()) container.deadline = clock_.now + container.pod.active_max;
  container.fate = FateOf(program_, id);
  ReadInput(container);
  if (bug_ == Bug::kStartsTwice && id.attempt == 0) {
    AttemptId twin = id;
    twin.attempt = 77;
    engine_.containers.emplace(twin, container);
  }
  engine_.containers.emplace(id, std::move(container));
  Report(id);
}

void FakeRunner::Stop(const AttemptId& id, Duration) {
  if (bug_ == Bug::kForgetsStop) return;
  watched_.insert(id);
  opening_.erase(id);
  const auto found = engine_.containers.find(id);
  if (found == engine_.containers.end()) {
    bag.push_back({.id = id, .state = PodState::kLost, .message = "never started", .occurred_at = clock_.now});
    return;
  }
  if (found->second.state == PodState::kFinished || found->second.state == PodState::kLost) return Report(id);
  found->second.stopping = true;
  found->second.changes_at = clock_.now + delay_() / 4;
}

void FakeRunner::Release(const AttemptId& id) {
  if (on_release) on_release(id);
  opening_.erase(id);
  if (bug_ != Bug::kForgetsRelease) engine_.containers.erase(id);
}

void FakeRunner::Sweep(const std::vector<AttemptId>& alive) {
  if (bug_ == Bug::kForgetsSweep) return;
  const std::set<AttemptId> keep(alive.begin(), alive.end());
  std::erase_if(engine_.containers, [&](const auto& entry) { return !keep.contains(entry.first); });
}

void FakeRunner::Report(const AttemptId& id) {
  if (!watched_.contains(id)) return;
  const FakeEngine::Container& container = engine_.containers.at(id);
  PodReport report{.id = id, .state = container.state, .occurred_at = clock_.now};
  if (container.state == PodState::kPending) report.wait.code = model::PodWait::kStarting;
  if (container.state == PodState::kRunning) report.occurred_at = container.started_at;
  if (container.state == PodState::kPending && LacksImage(container)) report.wait.code = model::PodWait::kImageMissing;
  if (container.state == PodState::kFinished) {
    report.containers = EndsOf(container);
    report.deadline_exceeded = container.deadline_exceeded;
    report.interrupted = container.killed;
  }
  bag.push_back(std::move(report));
}

std::vector<Act> FakeRunner::ActsOf(const PodSpec& pod) const {
  std::vector<Act> out;
  for (size_t i = 0; i < pod.containers.size(); ++i) {
    if (engine_.act) {
      out.push_back(engine_.act(pod, i));
    } else {
      out.push_back(i == pod.primary ? ActOf(FateOf(program_, pod.id)) : Act{});
    }
  }
  return out;
}

// Of a pod that is over. What it was stopped in the midst of ends by a signal.
std::vector<ContainerEnd> FakeRunner::EndsOf(const FakeEngine::Container& container) const {
  const PodSpec& pod = container.pod;
  const int signal = container.killed ? 137 : container.stopping ? 143 : 0;
  std::vector<ContainerEnd> ends;
  const auto add = [&](size_t i) {
    const Act& act = container.acts[i];
    const bool cut = signal != 0 && (act.hangs || i == pod.primary);
    const int code = cut ? signal : act.never_starts ? 128 : act.exit_code;
    const EndReason reason = cut || (!act.never_starts && !act.out_of_memory && code != 0) ? EndReason::kError
                             : act.never_starts                                            ? EndReason::kStartError
                             : act.out_of_memory                                           ? EndReason::kOomKilled
                                                                                           : EndReason::kCompleted;
    ends.push_back({pod.containers[i].name, code, reason, "", clock_.now, clock_.now});
    return reason == EndReason::kCompleted;
  };
  for (size_t i = 0; i < pod.containers.size(); ++i) {
    if (pod.containers[i].role == ContainerRole::kInit && !add(i)) return ends;
  }
  const bool alone = pod.end_rule == EndRule::kPrimary && !container.deadline_exceeded;
  for (size_t i = 0; i < pod.containers.size(); ++i) {
    if (pod.containers[i].role == ContainerRole::kApp && (i == pod.primary || !alone)) add(i);
  }
  return ends;
}

// What a container reads must be there when it starts.
void FakeRunner::ReadInput(FakeEngine::Container& container) {
  const ContainerSpec& primary = container.pod.containers[container.pod.primary];
  const auto found = primary.args.size() > 1 ? objects_.Find(KeyOf(primary.args[1])) : std::nullopt;
  flyteidl::core::LiteralMap inputs;
  const bool read = found && inputs.ParseFromString(*found) && inputs.literals().contains("x");
  if (!read) return on_problem ? on_problem(container.pod.name + " starts without its inputs") : void();
  const flyteidl::core::Literal& x = inputs.literals().at("x");
  const auto index = IndexOf(primary);
  if (!index || !x.has_collection()) {
    container.x = x;
  } else if (*index < x.collection().literals_size()) {
    container.x = x.collection().literals(*index);
  } else if (on_problem) {
    on_problem(container.pod.name + " has no item");
  }
}

void FakeRunner::Finish(FakeEngine::Container& container) {
  container.state =
      container.acts[container.pod.primary].vanishes && !container.stopping ? PodState::kLost : PodState::kFinished;
  if (container.stopping) return;
  const ContainerSpec& primary = container.pod.containers[container.pod.primary];
  std::string prefix = KeyOf(primary.args[0]);
  // A map task's container adds its index itself.
  for (const auto& [name, value] : primary.env) {
    if (name == "FLYTE_K8S_ARRAY_INDEX" && IsSubtask(container.pod.id.node.node)) prefix += "/" + value;
  }
  if (container.fate == Fate::kRecoverable || container.fate == Fate::kFatal) {
    flyteidl::core::ErrorDocument document;
    document.mutable_error()->set_code("USER:Simulated");
    document.mutable_error()->set_message("simulated");
    document.mutable_error()->set_origin(flyteidl::core::ExecutionError::USER);
    if (container.fate == Fate::kRecoverable)
      document.mutable_error()->set_kind(flyteidl::core::ContainerError::RECOVERABLE);
    objects_.Set(prefix + "/error.pb", document.SerializeAsString());
  } else if (container.fate == Fate::kSuccess && container.pod.labels["task-name"] == kDynamicTask) {
    objects_.Set(prefix + "/futures.pb", DynamicJob());
  } else if (container.fate == Fate::kSuccess) {
    flyteidl::core::LiteralMap outputs;
    (*outputs.mutable_literals())["o0"] = OutputFor(program_, container.x);
    objects_.Set(prefix + "/outputs.pb", outputs.SerializeAsString());
  }
}

void FakeRunner::Vanish(const AttemptId& id) {
  engine_.containers.at(id).state = PodState::kLost;
  Report(id);
  engine_.containers.erase(id);
}

void FakeRunner::Progress() {
  for (auto at = opening_.begin(); at != opening_.end();) {
    if (at->second.at > clock_.now) {
      ++at;
      continue;
    }
    Create(std::move(at->second.pod));
    at = opening_.erase(at);
  }
  for (auto& [id, container] : engine_.containers) {
    if (container.state == PodState::kFinished || container.state == PodState::kLost) continue;
    if (container.deadline <= clock_.now && !container.stopping) {
      container.stopping = container.deadline_exceeded = true;
      container.changes_at = clock_.now;
    }
    if (container.changes_at > clock_.now) continue;
    if (container.stopping || (FailsToInit(container) && !Hangs(container) && !LacksImage(container))) {
      Finish(container);
    } else if (container.state == PodState::kPending) {
      const bool waits = LacksImage(container);
      container.changes_at = waits || Hangs(container) ? Instant::max() : clock_.now + delay_();
      if (!waits) {
        container.state = PodState::kRunning;
        container.started_at = clock_.now;
      }
    } else {
      Finish(container);
    }
    Report(id);
  }
}

std::optional<Instant> FakeRunner::NextChange() const {
  std::optional<Instant> out;
  for (const auto& [id, container] : engine_.containers) {
    if (container.state == PodState::kFinished || container.state == PodState::kLost) continue;
    const Instant next = std::min(container.changes_at, container.stopping ? Instant::max() : container.deadline);
    if (next != Instant::max() && (!out || next < *out)) out = next;
  }
  for (const auto& [id, opening] : opening_) {
    if (!out || opening.at < *out) out = opening.at;
  }
  return out;
}

void FakeRunner::Deliver(size_t index, bool keep) {
  PodReport report = bag[index];
  if (!keep) bag.erase(bag.begin() + static_cast<ptrdiff_t>(index));
  callback_(std::move(report));
}

}  // namespace sandbox::sim

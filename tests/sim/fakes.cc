#include "fakes.h"

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

class MemoryWriter final : public ObjectWriter {
 public:
  MemoryWriter(FakeObjects& store, std::string key) : store_(store), key_(std::move(key)) {}
  Status Append(std::string_view bytes) override {
    bytes_ += bytes;
    return {};
  }
  Status AppendObject(const ObjectReader& source, uint64_t offset, uint64_t length) override {
    auto bytes = source.ReadAt(offset, length);
    return bytes ? Append(*bytes) : Status(std::unexpected(std::move(bytes.error())));
  }
  void SetEtag(std::string) override {}
  std::string Md5() override { return ""; }
  Result<ObjectInfo> Commit() override {
    store_.objects[key_] = bytes_;
    return ObjectInfo{key_, bytes_.size(), "", {}, {}};
  }

 private:
  FakeObjects& store_;
  std::string key_;
  std::string bytes_;
};

class MemoryReader final : public ObjectReader {
 public:
  MemoryReader(std::string key, std::string bytes)
      : info_{std::move(key), bytes.size(), "", {}, {}}, bytes_(std::move(bytes)) {}
  const ObjectInfo& Info() const override { return info_; }
  Result<std::string> ReadAt(uint64_t offset, size_t length) const override { return bytes_.substr(offset, length); }
  int FileDescriptor() const override { return -1; }

 private:
  ObjectInfo info_;
  std::string bytes_;
};

}  // namespace

class FakeTimer final : public Loop::Timer {
 public:
  FakeTimer(FakeLoop& loop, std::pair<Instant, uint64_t> key) : loop_(loop), key_(key) {}
  ~FakeTimer() override { loop_.timers_.erase(key_); }

 private:
  FakeLoop& loop_;
  std::pair<Instant, uint64_t> key_;
};

std::unique_ptr<Loop::Timer> FakeLoop::At(Instant at, std::function<void()> task) {
  const std::pair key{at, next_++};
  if (!forgets_timers_) timers_.emplace(key, std::move(task));
  return std::make_unique<FakeTimer>(*this, key);
}

bool FakeLoop::FireTimer(Instant now) {
  if (timers_.empty() || timers_.begin()->first.first > now) return false;
  auto task = std::move(timers_.begin()->second);
  timers_.erase(timers_.begin());
  task();
  return true;
}

std::optional<Instant> FakeLoop::NextTimer() const {
  return timers_.empty() ? std::nullopt : std::optional(timers_.begin()->first.first);
}

Result<std::unique_ptr<ObjectWriter>> FakeObjects::Create(std::string_view, std::string_view key, ObjectAttributes,
                                                          Durability) {
  return std::make_unique<MemoryWriter>(*this, std::string(key));
}

Result<std::unique_ptr<ObjectReader>> FakeObjects::Open(std::string_view, std::string_view key) {
  const auto found = objects.find(key);
  if (found == objects.end()) return Fail(Code::kNotFound, "NO_SUCH_KEY", "no such key");
  return std::make_unique<MemoryReader>(found->first, found->second);
}

Result<ObjectInfo> FakeObjects::Head(std::string_view, std::string_view key) {
  const auto found = objects.find(key);
  if (found == objects.end()) return Fail(Code::kNotFound, "NO_SUCH_KEY", "no such key");
  return ObjectInfo{found->first, found->second.size(), "", {}, {}};
}

Status FakeObjects::Remove(std::string_view, std::string_view key) {
  if (const auto found = objects.find(key); found != objects.end()) objects.erase(found);
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
  bag.push_back({id, PodState::kPending, "EngineUnavailable", "no engine answers", clock_.now, {}});
}

void FakeRunner::Create(PodSpec spec) {
  const AttemptId id = spec.id;
  if (!engine_.made.insert(id).second && on_problem) on_problem(spec.name + " runs a second time");
  FakeEngine::Container container{
      std::move(spec), PodState::kPending, clock_.now + delay_(), {}, FateOf(program_, id), false, false, {}};
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
    bag.push_back({id, PodState::kLost, "", "never started", clock_.now, {}});
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
  PodReport report{id, container.state, container.state == PodState::kPending ? "ContainerCreating" : "",
                   "", clock_.now,      {}};
  if (container.state == PodState::kRunning) report.occurred_at = container.started_at;
  if (container.state == PodState::kPending && container.fate == Fate::kNoImage)
    report.waiting_reason = "ImagePullBackOff";
  if (container.state == PodState::kFinished) {
    const Fate fate = container.fate;
    const int code = container.killed             ? 137
                     : container.stopping         ? 143
                     : fate == Fate::kExit1       ? 1
                     : fate == Fate::kOutOfMemory ? 137
                                                  : 0;
    report.containers.push_back({container.pod.name, code, fate == Fate::kOutOfMemory && !container.killed,
                                 code == 0 ? "Completed" : "Error", "", clock_.now, clock_.now});
  }
  bag.push_back(std::move(report));
}

// What a container reads must be there when it starts.
void FakeRunner::ReadInput(FakeEngine::Container& container) {
  const ContainerSpec& primary = container.pod.containers[0];
  const auto found = primary.args.size() > 1 ? objects_.objects.find(KeyOf(primary.args[1])) : objects_.objects.end();
  flyteidl::core::LiteralMap inputs;
  const bool read =
      found != objects_.objects.end() && inputs.ParseFromString(found->second) && inputs.literals().contains("x");
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
  container.state = container.fate == Fate::kVanishes && !container.stopping ? PodState::kLost : PodState::kFinished;
  if (container.stopping) return;
  const auto& args = container.pod.containers[0].args;
  std::string prefix = KeyOf(args[0]);
  // A map task's container adds its index itself.
  for (const auto& [name, value] : container.pod.containers[0].env) {
    if (name == "FLYTE_K8S_ARRAY_INDEX" && IsSubtask(container.pod.id.node.node)) prefix += "/" + value;
  }
  if (container.fate == Fate::kRecoverable || container.fate == Fate::kFatal) {
    flyteidl::core::ErrorDocument document;
    document.mutable_error()->set_code("USER:Simulated");
    document.mutable_error()->set_message("simulated");
    document.mutable_error()->set_origin(flyteidl::core::ExecutionError::USER);
    if (container.fate == Fate::kRecoverable)
      document.mutable_error()->set_kind(flyteidl::core::ContainerError::RECOVERABLE);
    objects_.objects[prefix + "/error.pb"] = document.SerializeAsString();
  } else if (container.fate == Fate::kSuccess && container.pod.labels["task-name"] == kDynamicTask) {
    objects_.objects[prefix + "/futures.pb"] = DynamicJob();
  } else if (container.fate == Fate::kSuccess) {
    flyteidl::core::LiteralMap outputs;
    (*outputs.mutable_literals())["o0"] = OutputFor(program_, container.x);
    objects_.objects[prefix + "/outputs.pb"] = outputs.SerializeAsString();
  }
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
    if (container.changes_at > clock_.now || container.state == PodState::kFinished ||
        container.state == PodState::kLost)
      continue;
    if (container.stopping) {
      Finish(container);
    } else if (container.state == PodState::kPending) {
      const bool endless = container.fate == Fate::kNoImage || container.fate == Fate::kHangs;
      container.changes_at = endless ? Instant::max() : clock_.now + delay_();
      if (container.fate != Fate::kNoImage) {
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
    if (container.state == PodState::kFinished || container.state == PodState::kLost ||
        container.changes_at == Instant::max())
      continue;
    if (!out || container.changes_at < *out) out = container.changes_at;
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

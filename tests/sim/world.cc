#include "world.h"

#include <algorithm>
#include <optional>

#include "core/admission/admission_runner.h"
#include "core/core.h"
#include "flyteidl/core/catalog.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "graphs.h"
#include "kinds.h"
#include "sandbox/base/names.h"
#include "store/sync_store.h"

namespace sandbox::sim {
namespace {

using model::ExecutionPhase;
using model::NodePhase;
using model::TaskPhase;

constexpr int kStepsMax = 60'000;
constexpr int kFaultySteps = 4'000;
constexpr uint32_t kSystemFailuresMax = 4;  // three more tries
constexpr uint32_t kItemRetriesMax = 1;

// Calls `done` as soon as something is to be written: what a store must never do.
class HastyStore final : public MetadataStore {
 public:
  explicit HastyStore(store::SyncStore& inner) : inner_(inner) {}
  void Write(Work work, Done done) override {
    inner_.Write(std::move(work), [](const Status&) {});
    done({});
  }
  void Read(const std::function<void(MetadataReader&)>& read) override { inner_.Read(read); }

 private:
  store::SyncStore& inner_;
};

class World {
 public:
  World(uint32_t seed, Bug bug) : random_(seed), bug_(bug), store_(*store::SyncStore::Open()), hasty_(*store_) {}
  Verdict Run();

 private:
  // What dies in a crash.
  struct Process {
    FakeLoop loop;
    FakeWorkers workers;
    std::unique_ptr<FakeRunner> runner;
    std::unique_ptr<core::AdmissionRunner> admission;
    std::unique_ptr<core::Core> core;
    std::set<AttemptId> started;
  };

  uint64_t Below(uint64_t n) { return random_() % n; }
  bool Chance(double p) { return static_cast<double>(random_() % 10'000) < p * 10'000; }
  void Setup();
  void LaunchChild(const engine::LaunchChild& child, const NodeExecutionId& parent, std::function<void(Status)> done);
  bool SetSignal();
  void CheckEnd();
  void Boot();
  void Crash();
  bool Act();
  bool Finished();
  void CheckStart(const PodSpec& pod);
  void CheckCapacity(const PodSpec& pod);
  void CheckRows();
  void CheckCached(MetadataReader& reader, const AttemptId& id);
  void Require(bool holds, std::string what) {
    if (!holds && verdict_.failure.empty()) verdict_.failure = std::move(what);
  }
  void Note(std::string_view what) { verdict_.digest = verdict_.digest * 1099511628211ull ^ Fnv1a64(what); }

  std::mt19937_64 random_;
  Bug bug_;
  FakeClock clock_;
  FakeObjects objects_;
  FakeEngine engine_;
  std::unique_ptr<store::SyncStore> store_;
  HastyStore hasty_;
  std::unique_ptr<Process> process_;
  SimGraph graph_;
  ExecutionId id_{"p", "d", "run"};
  bool launched_ = false;
  bool recovered_ = false;
  bool faults_ = true;
  std::map<std::string, int> terminal_;
  std::set<std::string> reserved_;  // keys of claims
  Verdict verdict_;
};

void World::Setup() {
  graph_ = MakeGraph(random_);
  store_->Write([this](MetadataWriter& writer) { return writer.InsertEntity(graph_.entity); }, [](const Status&) {});
  for (const model::EntityRecord& entity : ChildEntities()) {
    store_->Write([entity](MetadataWriter& writer) { return writer.InsertEntity(entity); }, [](const Status&) {});
  }
  store_->Flush();
}

// What the API's use case does for the core.
void World::LaunchChild(const engine::LaunchChild& child, const NodeExecutionId& parent, std::function<void(Status)> done) {
  core::LaunchRequest request = graph_.Launch(child.child, clock_.now);
  request.record.workflow = {EntityKind::kWorkflow, "p", "d", "child", "v1"};
  request.record.parent_node = parent;
  request.record.mode = 4;  // CHILD_WORKFLOW
  request.record.inputs = request.record.user_inputs = child.inputs->SerializeAsString();
  request.compiled = ChildClosure();
  process_->core->Launch(std::move(request), std::move(done));
}

// One signal that is waited for gets its value; false when there is none.
bool World::SetSignal() {
  for (const std::string& id : graph_.signals) {
    const auto signal = store_->Query([&](MetadataReader& reader) { return reader.FindSignal(id_, id); });
    if (!signal || !signal->value.empty()) continue;
    flyteidl::core::Literal value;
    value.mutable_scalar()->mutable_primitive()->set_integer(1);
    model::SignalRecord set = *signal;
    set.value = value.SerializeAsString();
    Note("signal");
    store_->Write([set](MetadataWriter& writer) { return writer.PutSignal(set); },
                  [this, id](const Status&) { process_->core->SignalSet(id_, id); });
    return true;
  }
  return false;
}

void World::Boot() {
  process_ = std::make_unique<Process>(Process{FakeLoop(bug_ == Bug::kForgetsTimer), {}, nullptr, nullptr, nullptr, {}});
  const auto fate = [this](const AttemptId& id) {
    const uint64_t dice = (Fnv1a64(GeneratedName(id)) ^ graph_.salt) % 1000;
    if (dice >= graph_.failures) return Fate::kSuccess;
    return static_cast<Fate>(1 + dice % 7);
  };
  const auto delay = [this] { return Duration(std::chrono::milliseconds(1 + Below(20'000))); };
  process_->runner = std::make_unique<FakeRunner>(engine_, objects_, clock_, bug_, fate, delay);
  process_->runner->on_start = [this](const PodSpec& pod) { CheckStart(pod); };
  process_->admission = std::make_unique<core::AdmissionRunner>(*process_->runner, process_->loop, clock_, core::Resources{bug_ == Bug::kOverbooks ? 0 : kSimCpuMillis, 0});
  MetadataStore& store = bug_ == Bug::kActsBeforeCommit ? static_cast<MetadataStore&>(hasty_) : *store_;
  process_->core = std::make_unique<core::Core>(core::CoreDeps{process_->loop, process_->workers, clock_, store, objects_, *process_->admission}, core::CoreConfig{});
  process_->admission->SetWanted([core = process_->core.get()](const AttemptId& id) { return core->IsLive(id); });
  process_->core->SetLaunchChild([this](const engine::LaunchChild& child, const NodeExecutionId& parent, std::function<void(Status)> done) {
    LaunchChild(child, parent, std::move(done));
  });
  recovered_ = false;
  process_->core->Recover([this](const Status&) { recovered_ = true; });
}

void World::Crash() {
  ++verdict_.crashes;
  Note("crash");
  store_->DropUncommitted();
  process_->core.reset();
  process_.reset();
  Boot();
}

// One random thing happens; false when nothing can but time.
bool World::Act() {
  Process& p = *process_;
  const uint64_t choice = Below(5);
  for (uint64_t i = 0; i < 5; ++i) {
    switch ((choice + i) % 5) {
      case 0:
        if (p.loop.posted.empty()) break;
        {
          auto task = std::move(p.loop.posted.front());
          p.loop.posted.pop_front();
          Note("post");
          task();
        }
        return true;
      case 1:
        if (p.workers.tasks.empty()) break;
        {
          const size_t at = Below(p.workers.tasks.size());
          auto task = std::move(p.workers.tasks[at]);
          p.workers.tasks.erase(p.workers.tasks.begin() + static_cast<ptrdiff_t>(at));
          Note("work");
          task();
        }
        return true;
      case 2:
        if (store_->Flush() == 0) break;
        Note("commit");
        CheckRows();
        return true;
      case 3:
        if (p.runner->bag.empty()) break;
        Note("report");
        p.runner->Deliver(Below(p.runner->bag.size()), faults_ && Chance(0.1));
        return true;
      case 4:
        if (!p.loop.FireTimer(clock_.now)) break;
        Note("timer");
        return true;
    }
  }
  return false;
}

bool World::Finished() {
  const bool over = store_->Query([&](MetadataReader& reader) { return reader.FindExecution(id_).has_value() && reader.ListUnfinishedExecutions().empty(); });
  return over && process_->loop.posted.empty() && process_->workers.tasks.empty() && process_->runner->bag.empty();
}

// Called as the container starts: what allows it must be durable by now.
void World::CheckStart(const PodSpec& pod) {
  Note(pod.name);
  store_->Read([&](MetadataReader& reader) {
    const auto task = reader.FindTask(pod.id);
    Require(task.has_value() && !model::IsTerminal(task->phase), Cat("start of ", pod.name, " without a live committed row"));
    Require(pod.id.attempt <= std::max(graph_.retries, kItemRetriesMax) + 3, Cat("attempt ", pod.id.attempt, " of ", pod.id.node.node, " exceeds the policy"));
    if (graph_.cached) CheckCached(reader, pod.id);
    const auto top_level = graph_.upstream.find(pod.id.node.execution == id_ ? pod.id.node.node : "");
    if (top_level == graph_.upstream.end()) return;
    for (const std::string& up : top_level->second) {
      const auto node = reader.FindNode({id_, up});
      Require(node && node->phase == NodePhase::kSucceeded, Cat(pod.name, " starts before ", up, " succeeded"));
    }
  });
  CheckCapacity(pod);
  for (const auto& [id, container] : engine_.containers) {
    const bool alive = container.state == PodState::kPending || container.state == PodState::kRunning;
    Require(!alive || container.stopping || id.node != pod.id.node || id == pod.id, Cat("two live containers of node ", id.node.node));
  }
}

// Nothing is made twice, unless two made it at the same time and were allowed to.
void World::CheckCached(MetadataReader& reader, const AttemptId& id) {
  const auto node = reader.FindNode(id.node);
  Require(node && node->cache_claim, Cat("start of ", id.node.node, " without a claim on the cache"));
  if (!node || !node->cache_claim) return;
  const model::CacheClaim& claim = *node->cache_claim;
  reserved_.insert(model::ReservationKey(claim.dataset, claim.tag));
  const bool alone = graph_.serialized && !graph_.overwrite;
  Require(!alone || !claim.owner.empty(), Cat("start of ", id.node.node, " without a reservation"));
  if (!alone) return;
  Require(!reader.FindTaggedArtifact(claim.dataset, claim.tag), Cat("start of ", id.node.node, ", whose outputs are in the cache"));
  const auto reservation = reader.FindReservation(model::ReservationKey(claim.dataset, claim.tag));
  Require(reservation && reservation->owner == claim.owner, Cat("start of ", id.node.node, " under a reservation of someone else"));
  for (const auto& [other, container] : engine_.containers) {
    const bool alive = container.state == PodState::kPending || container.state == PodState::kRunning;
    if (!alive || container.stopping || other == id) continue;
    const auto rival = reader.FindNode(other.node);
    Require(!rival || !rival->cache_claim || rival->cache_claim->tag != claim.tag, Cat(other.node.node, " and ", id.node.node, " make the same at the same time"));
  }
}

// What this process has started, or knows to run, fits the machine. A container whose start was not stored before a crash is
// counted when its attempt's turn comes again.
void World::CheckCapacity(const PodSpec& pod) {
  process_->started.insert(pod.id);
  int64_t used = engine_.containers.contains(pod.id) ? 0 : core::DemandOf(pod).cpu_millis;
  for (const auto& [id, container] : engine_.containers) {
    const bool alive = container.state == PodState::kPending || container.state == PodState::kRunning;
    if (alive && process_->started.contains(id)) used += core::DemandOf(container.pod).cpu_millis;
  }
  Require(used <= kSimCpuMillis, Cat(pod.name, " starts although ", used, "m of ", kSimCpuMillis, "m are taken"));
}

void World::CheckRows() {
  store_->Read([&](MetadataReader& reader) {
    uint32_t running = 0;
    const auto absorb = [this](const std::string& key, bool terminal, int phase) {
      const auto [seen, inserted] = terminal_.emplace(key, terminal ? phase : -1);
      Require(seen->second == -1 || seen->second == phase, Cat(key, " left its terminal phase"));
      seen->second = terminal ? phase : -1;
    };
    for (const model::NodeRecord& node : reader.NodesOf(id_)) {
      absorb("node " + node.id.node, model::IsTerminal(node.phase), static_cast<int>(node.phase));
      const bool hit = node.cache_status == static_cast<int>(engine::CacheStatus::kHit);
      const auto ran = hit ? reader.FindTask({node.id, 0}) : std::nullopt;
      Require(!hit || (node.phase == NodePhase::kSucceeded && !graph_.overwrite && (!ran || ran->pod_status.empty())), Cat(node.id.node, " ran, and was taken from the cache"));
      if (node.cache_status == static_cast<int>(engine::CacheStatus::kPopulated)) {
        flyteidl::core::CatalogMetadata key;
        key.ParseFromString(node.catalog_key);
        const auto& set = key.dataset_id();
        Require(reader.FindTaggedArtifact({set.project(), set.domain(), set.name(), set.version()}, key.artifact_tag().name()).has_value(), Cat("nothing in the cache of ", node.id.node));
      }
      Require(!model::IsTerminal(node.phase) || !node.cache_claim, Cat(node.id.node, " ended and keeps its claim"));
    }
    // Items do not count, their array node does. Another try of a dynamic node is not held up.
    for (const model::TaskRecord& task : reader.TasksOf(id_)) {
      absorb(Cat("task ", task.id.node.node, " ", task.id.attempt), model::IsTerminal(task.phase), static_cast<int>(task.phase));
      const bool again = task.id.attempt > 0 && task.task.name == kDynamicTask;
      if (task.item < 0 && !again && !model::IsTerminal(task.phase)) ++running;
    }
    if (const auto record = reader.FindExecution(id_)) absorb("execution", model::IsTerminal(record->phase), static_cast<int>(record->phase));
    Require(graph_.max_parallelism == 0 || running <= graph_.max_parallelism, "more nodes run than max_parallelism allows");
  });
}

// Nothing in an execution that is over goes on, and what has succeeded has nothing in it that failed unnoticed.
void World::CheckEnd() {
  store_->Read([&](MetadataReader& reader) {
    for (const model::NodeRecord& node : reader.NodesOf(id_)) {
      Require(model::IsTerminal(node.phase), Cat("node ", node.id.node, " never ended"));
      const bool timed = graph_.timeout_s != 0 && graph_.upstream.contains(node.id.node) && node.phase == NodePhase::kSucceeded && node.attempt_started_at != Instant{};
      Require(!timed || node.updated_at - node.attempt_started_at <= std::chrono::seconds(graph_.timeout_s), Cat(node.id.node, " took longer than its time-out"));
      const auto child = node.phase == NodePhase::kAborted && node.child_execution ? reader.FindExecution(*node.child_execution) : std::nullopt;
      Require(!child || child->phase == ExecutionPhase::kAborted || child->updated_at <= node.updated_at, Cat("the child of ", node.id.node, " outlived it"));
    }
    std::map<std::string, uint32_t> system_failures;
    for (const model::TaskRecord& task : reader.TasksOf(id_)) {
      Require(model::IsTerminal(task.phase), Cat("task of ", task.id.node.node, " never ended"));
      const bool system = task.phase == model::TaskPhase::kFailed && task.error && task.error->kind == model::ErrorKind::kSystem;
      Require(!system || ++system_failures[task.id.node.node] <= kSystemFailuresMax, Cat(task.id.node.node, " is tried again after too many system failures"));
    }
    const auto record = reader.FindExecution(id_);
    const auto end = reader.FindNode({id_, "end-node"});
    if (record && record->phase == ExecutionPhase::kSucceeded) {
      Require(end && model::IsTerminal(end->phase), "succeeded without its end-node");
      Require(record->started_at != Instant{}, "succeeded without having begun");
    }
  });
}

Verdict World::Run() {
  Setup();
  Boot();
  const bool aborts = Chance(0.15);
  for (int step = 0; step < kStepsMax && verdict_.failure.empty(); ++step) {
    if (step == kFaultySteps) faults_ = false;
    if (recovered_ && !launched_) {
      launched_ = true;
      if (!store_->Query([&](MetadataReader& r) { return r.FindExecution(id_); })) process_->core->Launch(graph_.Launch(id_, clock_.now), [](const Status&) {});
    }
    if (faults_ && Chance(0.004)) {
      Crash();
      launched_ = false;
    }
    if (recovered_ && aborts && Chance(0.002)) process_->core->Terminate(id_, "enough", [](const Status&) {});
    if (recovered_ && Chance(0.01)) SetSignal();
    if (Act()) continue;
    if (Finished()) break;
    const auto timer = process_->loop.NextTimer();
    const auto change = process_->runner->NextChange();
    if (!timer && !change && SetSignal()) continue;
    if (!timer && !change) {
      Require(launched_ && store_->Query([&](MetadataReader& r) { return !r.FindExecution(id_); }), "nothing will ever happen again");
      launched_ = false;
      continue;
    }
    clock_.now = std::max(clock_.now, !timer ? *change : !change ? *timer : std::min(*timer, *change));
    process_->runner->Progress();
  }
  if (verdict_.failure.empty()) CheckEnd();
  // Stopped containers may still be ending.
  for (int i = 0; i < 1000 && verdict_.failure.empty() && !engine_.containers.empty(); ++i) {
    if (Act()) continue;
    const auto change = process_->runner->NextChange();
    if (!change) break;
    clock_.now = std::max(clock_.now, *change);
    process_->runner->Progress();
  }
  while (Act()) {
  }
  const auto record = store_->Query([&](MetadataReader& reader) { return reader.FindExecution(id_); });
  Require(record && model::IsTerminal(record->phase), "the execution did not end");
  Require(engine_.containers.empty(), "a container is left over");
  // A crash may leave one to expire.
  for (const std::string& key : reserved_) {
    const auto left = store_->Query([&](MetadataReader& reader) { return reader.FindReservation(key); });
    Require(verdict_.crashes > 0 || !left, "a reservation is left over");
  }
  Require(process_->core->Running() == 0, "the execution stays in memory");
  if (record) verdict_.end = std::string(model::PhaseName(record->phase));
  process_.reset();
  return verdict_;
}

}  // namespace

Verdict Simulate(uint32_t seed, Bug bug) { return World(seed, bug).Run(); }

}  // namespace sandbox::sim

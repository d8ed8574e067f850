#include "world.h"

#include <algorithm>
#include <optional>

#include "audit.h"
#include "entities.h"
#include "graphs.h"
#include "invariants.h"
#include "kinds.h"
#include "oracle.h"
#include "process.h"
#include "sandbox/base/check.h"
#include "sandbox/base/names.h"
#include "store/sync_store.h"

namespace sandbox::sim {
namespace {

namespace admin = flyteidl::admin;
using model::ExecutionPhase;
using namespace std::chrono_literals;

constexpr int kStepsMax = 60'000;
constexpr int kFaultySteps = 4'000;
constexpr int kLastSteps = 20'000;
constexpr const char* kAgain = "again";  // the execution that repeats the first one

// What a store must never do: answers as soon as something is to be written, or what waits for the sync at the commit.
class HastyStore final : public MetadataStore {
 public:
  HastyStore(store::SyncStore& inner, Bug bug) : inner_(inner), bug_(bug) {}
  void Write(Work work, Done done) override { WriteBehind(Size::kSmall, std::move(work), {}, std::move(done)); }
  void WriteBehind(Size size, Work work, Done committed, Done durable) override {
    const auto both = [committed = std::move(committed), durable = std::move(durable)](const Status& status) {
      if (committed) committed(status);
      if (durable) durable(status);
    };
    const bool at_once = bug_ == Bug::kActsBeforeCommit;
    inner_.WriteBehind(size, std::move(work), at_once ? Done() : both, {});
    if (at_once) both({});
  }
  void Read(const std::function<void(MetadataReader&)>& read) override { inner_.Read(read); }

 private:
  store::SyncStore& inner_;
  const Bug bug_;
};

// A reply that says yes.
auto MarkAccepted(bool& what) {
  return [&what](const auto& reply) { what |= reply.has_value(); };
}

bool IsTick(const model::ExecutionRecord& record) { return record.launch_plan == TickPlan(); }

// Of the dice of the disk: what it refuses changes nothing of the seeds in which it refuses nothing.
constexpr uint64_t kDiskSalt = 0x9e3779b97f4a7c15;
// Likewise of the dice of a user who deletes pods.
constexpr uint64_t kUserSalt = 0xc2b2ae3d27d4eb4f;
// And of those of what the kernel wrote to the disk before the power was cut.
constexpr uint64_t kPowerSalt = 0x165667b19e3779f9;

class World {
 public:
  World(uint32_t seed, Bug bug, std::ostream* trace)
      : random_(seed),
        disk_random_(seed ^ kDiskSalt),
        user_random_(seed ^ kUserSalt),
        power_random_(seed ^ kPowerSalt),
        deletes_(user_random_() % 12 == 0),
        bug_(bug),
        trace_(trace),
        store_(*store::SyncStore::Open()),
        hasty_(*store_, bug),
        graph_(MakeGraph(random_)),
        invariants_(graph_, *store_, engine_, [this](std::string what) { Fail(std::move(what)); }) {
    store_->TellChanges(feed_);
  }
  Verdict Run();

 private:
  uint64_t Below(uint64_t n) { return random_() % n; }
  bool Chance(double p) { return static_cast<double>(random_() % 10'000) < p * 10'000; }
  void Setup();
  void SpoilDisk();
  void Boot();
  void Crash();
  void LosePower();
  bool Act();
  bool Commit();
  bool Sync();
  void Disturb();
  void RunExecution(const std::string& name, const std::function<void()>& request);
  bool MoveTime();
  void MoveTo(Instant now);
  bool SetSignal();
  void Abort();
  void DeletePod();
  bool Finished();
  std::optional<model::ExecutionRecord> Find(const ExecutionId& id) {
    return store_->Query([&](MetadataReader& reader) { return reader.FindExecution(id); });
  }
  std::string Unfinished();
  void Create();
  void Repeat(const ExecutionId& id);
  void Judge(Question question, bool main);
  void SwitchSchedule(bool active);
  void EndSchedule();
  void Quiet();
  void Fail(std::string what) {
    if (verdict_.failure.empty()) verdict_.failure = std::move(what);
  }
  void Require(bool holds, std::string what) {
    if (!holds) Fail(std::move(what));
  }
  bool Failed() const { return !verdict_.failure.empty(); }
  void Note(std::string_view what) {
    verdict_.digest = verdict_.digest * 1099511628211ull ^ Fnv1a64(what);
    if (trace_ != nullptr) *trace_ << FormatRfc3339(clock_.now) << " " << what << "\n";
  }

  std::mt19937_64 random_, disk_random_, user_random_, power_random_;
  const bool deletes_;
  Bug bug_;
  std::ostream* trace_;
  FakeClock clock_;
  FakeObjects objects_;
  FakeEngine engine_;
  feed::Feed feed_;
  std::unique_ptr<store::SyncStore> store_;
  HastyStore hasty_;
  const SimGraph graph_;
  Invariants invariants_;
  std::unique_ptr<Process> process_;
  ExecutionId id_;
  bool created_ = false;  // somebody was told so; likewise that it is to be aborted
  bool aborted_ = false;
  bool faults_ = true;
  bool jumps_ = false;
  bool jumped_back_ = false;
  bool restarts_ = false;  // of the machine
  bool restarted_ = false;
  bool deleted_ = false;  // a pod, by a user
  int boots_ = 0;
  double crash_rate_ = 0;
  Instant begun_{}, newest_{};  // the schedule's activation, and the latest time that was ever shown
  Verdict verdict_;
};

// In some seeds the object store refuses writes for a moment, now and then or often.
void World::SpoilDisk() {
  constexpr uint64_t kRefusals[] = {0, 0, 0, 0, 0, 2, 10, 30};  // of 100
  const uint64_t rate = kRefusals[disk_random_() % 8];
  if (rate == 0) return;
  objects_.on_commit = [this, rate](std::string_view key) -> Status {
    if (!faults_ || disk_random_() % 100 >= rate) return {};
    Note(Cat("refuses ", key));
    invariants_.OnRefusal();
    return sandbox::Fail(disk_random_() % 2 == 0 ? Code::kResourceExhausted : Code::kUnavailable, "DISK",
                         "for a moment");
  };
}

void World::Setup() {
  SpoilDisk();
  store_->Write([this](MetadataWriter& writer) { return Register(writer, graph_); },
                [this](const Status& status) { Require(status.has_value(), "the registry cannot be filled"); });
  store_->Flush();
  jumps_ = Chance(0.3);
  restarts_ = Chance(0.08);
  constexpr double kCrashRates[] = {0, 0.003, 0.008, 0.03};
  crash_rate_ = kCrashRates[Below(4)];
  Boot();
  if (graph_.scheduled) SwitchSchedule(true);
  begun_ = newest_ = clock_.now;
}

void World::Boot() {
  invariants_.OnBoot(verdict_.crashes > 0 ? clock_.now : Instant{});
  const bool hasty = bug_ == Bug::kActsBeforeCommit || bug_ == Bug::kAnswersBeforeSync;
  MetadataStore& store = hasty ? static_cast<MetadataStore&>(hasty_) : *store_;
  const auto delay = [this] { return Duration(std::chrono::milliseconds(1 + Below(20'000))); };
  process_ = std::make_unique<Process>(Machine{clock_, engine_, objects_, store, feed_, delay, Cat("boot ", boots_)},
                                       graph_, bug_);
  process_->runner.on_start = [this](const PodSpec& pod) {
    Note(pod.name);
    Require(process_->core.IsLive(pod.id), Cat(pod.name, " starts although its attempt has ended"));
    invariants_.OnStart(pod);
  };
  process_->runner.on_release = [this](const AttemptId& id) { invariants_.OnRelease(id); };
  process_->runner.on_problem = [this](std::string what) { Fail(std::move(what)); };
  process_->Recover();
}

void World::Crash() {
  ++verdict_.crashes;
  Note("crash");
  store_->EndProcess();
  process_.reset();
  if (restarts_ && Chance(0.3)) LosePower();
  Boot();
}

// Nothing runs any more, and what was not synced is gone: an attempt among it begins anew.
void World::LosePower() {
  Note("power");
  ++boots_;
  restarted_ = true;
  engine_.Restart();
  store_->LosePower();
  objects_.LosePower([this] { return power_random_() % 2 == 0; });
  invariants_.OnPowerLoss();
  store_->Read([&](MetadataReader& reader) {
    std::erase_if(engine_.made, [&](const AttemptId& id) { return !reader.FindTask(id); });
    const auto record = reader.FindExecution(id_);
    Require(!created_ || record, Cat("the execution ", id_.name, ", which somebody was told of, is lost"));
    Require(!aborted_ || (record && (record->phase == ExecutionPhase::kAborting || model::IsTerminal(record->phase))),
            Cat("the end of ", id_.name, ", which somebody was told of, is lost"));
  });
}

bool World::Commit() {
  if (store_->Commit() == 0) return false;
  Note("commit");
  invariants_.OnCommit();
  return true;
}

bool World::Sync() {
  if (!store_->Sync()) return false;
  Note("sync");
  invariants_.OnSync();
  return true;
}

// One random thing happens; false when nothing can but time.
bool World::Act() {
  const uint64_t choice = Below(6);
  for (uint64_t i = 0; i < 6; ++i) {
    switch ((choice + i) % 6) {
      case 0:
        if (!process_->RunPosted()) break;
        Note("post");
        return true;
      case 1:
        if (!process_->RunWorker(Below(1 << 20))) break;
        Note("work");
        return true;
      case 2:
        if (Commit()) return true;
        break;
      case 3:
        if (!process_->DeliverReport(Below(1 << 20), faults_ && Chance(0.1))) break;
        Note("report");
        return true;
      case 4:
        if (!process_->FireTimer()) break;
        Note("timer");
        return true;
      case 5:
        if (Sync()) return true;
        break;
    }
  }
  return false;
}

// What may happen at any time.
void World::Disturb() {
  if (!faults_) return;
  if (Chance(crash_rate_)) Crash();
  if (!jumps_ || !Chance(0.002)) return;
  Note("jump");
  invariants_.OnClockJump();
  const bool back = Chance(0.4);
  const Duration by = std::chrono::seconds(Below(back ? 300 : 600));
  jumped_back_ |= back;
  MoveTo(back ? clock_.now - by : clock_.now + by);
}

void World::MoveTo(Instant now) {
  clock_.now = now;
  newest_ = std::max(newest_, now);
  process_->runner.Progress();
}

// To the next thing that is due; false when nothing will ever happen again.
bool World::MoveTime() {
  // A decision whose objects are refused for the moment is not committed yet.
  if (process_->core.WriteTroubles().empty()) invariants_.OnIdle(clock_.now);
  const auto timer = process_->loop.NextTimer();
  const auto change = process_->runner.NextChange();
  if (!timer && !change) return false;
  MoveTo(std::max(clock_.now, !timer ? *change : !change ? *timer : std::min(*timer, *change)));
  return true;
}

// One signal that is waited for gets its value; false when there is none.
bool World::SetSignal() {
  for (const std::string& id : graph_.signals) {
    const auto signal = store_->Query([&](MetadataReader& reader) { return reader.FindSignal(id_, id); });
    if (!signal || !signal->value.empty()) continue;
    Note("signal");
    process_->requests.SetSignal({id_, id, Number(1)},
                                 [this](const Status& set) { Require(set.has_value(), "a signal cannot be set"); });
    return true;
  }
  return false;
}

// The pod of an attempt that is under way.
void World::DeletePod() {
  if (!faults_ || !deletes_ || user_random_() % 50 != 0) return;
  std::vector<AttemptId> live;
  for (const auto& [id, container] : engine_.containers) {
    if (!container.stopping && process_->core.IsLive(id)) live.push_back(id);
  }
  if (live.empty()) return;
  const AttemptId& id = live[user_random_() % live.size()];
  Note(Cat("delete ", id.node.node, " ", id.attempt));
  deleted_ = true;
  Require(process_->core.DeletePod(id, 1s), Cat("the pod of ", id.node.node, " cannot be deleted"));
}

void World::Abort() { process_->requests.Terminate({id_, ""}, MarkAccepted(aborted_)); }

bool World::Finished() {
  if (!process_->Recovered() || !process_->Idle()) return false;
  return store_->Query([&](MetadataReader& reader) {
    return reader.FindExecution(id_).has_value() && std::ranges::all_of(reader.ListUnfinishedExecutions(), IsTick);
  });
}

// What of this execution and of others is open, for the eyes of who looks for the reason.
std::string World::Unfinished() {
  std::string out;
  store_->Read([&](MetadataReader& reader) {
    for (const model::ExecutionRecord& record : reader.ListUnfinishedExecutions())
      out += Cat("; ", record.id.name, " is ", model::PhaseName(record.phase));
    for (const model::NodeRecord& node : reader.NodesOf(id_)) {
      if (!model::IsTerminal(node.phase)) out += Cat("; node ", node.id.node, " is ", model::PhaseName(node.phase));
    }
  });
  return out;
}

void World::Create() {
  control::LaunchSpec spec;
  spec.id = id_;
  spec.target = WorkflowPlan();
  spec.settings.set_max_parallelism(static_cast<int32_t>(graph_.max_parallelism));
  spec.settings.set_overwrite_cache(graph_.overwrite);
  (*spec.inputs.mutable_literals())["x"] = Number(1);
  process_->requests.Launch(std::move(spec), MarkAccepted(created_));
}

// One execution from its launch to its end. The request is made again when a crash loses it.
void World::RunExecution(const std::string& name, const std::function<void()>& request) {
  id_ = {"p", kDomain, name};
  created_ = aborted_ = false;
  invariants_.Watch(id_);
  const bool aborts = Chance(0.1);
  uint32_t crashes_seen = UINT32_MAX;
  for (int step = 0; step < kStepsMax && !Failed(); ++step) {
    faults_ = step < kFaultySteps;
    if (process_->Recovered() && crashes_seen != verdict_.crashes) {
      crashes_seen = verdict_.crashes;
      if (!Find(id_)) request();
    }
    Disturb();
    if (process_->Recovered() && aborts && Chance(0.008)) Abort();
    if (process_->Recovered() && Chance(0.01)) SetSignal();
    if (process_->Recovered()) DeletePod();
    if (Act()) continue;
    if (Finished()) break;
    // Before a time-out that is long comes, the signals have.
    if (!graph_.racing && SetSignal()) continue;
    if (!MoveTime() && !SetSignal()) Fail("nothing will ever happen again" + Unfinished());
  }
  faults_ = false;
  if (Failed()) return;
  invariants_.OnEnd();
  const auto record = Find(id_);
  Require(record && model::IsTerminal(record->phase), "the execution did not end");
  if (record) verdict_.end = std::string(model::PhaseName(record->phase));
}

// Another execution does the same again, or what the first one did not get done.
void World::Repeat(const ExecutionId& id) {
  verdict_.repeated = true;
  Question question{graph_, *graph_.closure, {"p", kDomain, kAgain}, std::nullopt, {}, true};
  const ExecutionId of = id;  // may be that of the world, which changes
  if (Chance(0.6)) {
    question.recovers = of;
    question.old = store_->Query([this](MetadataReader& reader) { return LookBack(reader, objects_); });
    RunExecution(kAgain, [&] { process_->requests.Recover({of, kAgain, {}}, MarkAccepted(created_)); });
  } else {
    RunExecution(kAgain, [&] { process_->requests.Relaunch({of, kAgain, graph_.overwrite}, MarkAccepted(created_)); });
  }
  Judge(std::move(question), true);
}

void World::Judge(Question question, bool main) {
  if (Failed()) return;
  const auto record = Find(question.execution);
  const bool aborted = record->phase == ExecutionPhase::kAborted && record->abort_requested;
  // Of a node that hangs twice, the second time-out is over before the node's own time when it began earlier.
  const bool confused = jumped_back_ && graph_.program.hangs > 0;
  const Expected expected = restarted_ ? Expected{"the machine's restart killed containers", {}, {}}
                            : deleted_ ? Expected{"a user deleted a pod", {}, {}}
                            : confused ? Expected{"the clock went back while time-outs ran", {}, {}}
                                       : Foretell(question);
  store_->Read([&](MetadataReader& reader) {
    if (auto difference = Audit(expected, reader, objects_, aborted); !difference.empty()) Fail(std::move(difference));
  });
  if (!main || !verdict_.undecided.empty()) return;
  if (!expected.unknown.empty()) {
    verdict_.undecided = expected.unknown;
  } else if (aborted) {
    verdict_.undecided = "it was aborted";
  } else if (!expected.Decides(question.execution)) {
    verdict_.undecided = "the first failure ends what runs beside it";
  }
}

void World::SwitchSchedule(bool active) {
  process_->registry.SetLaunchPlanState(TickPlan(), active, [this](const Status& updated) {
    Require(updated.has_value(), "the schedule cannot be switched");
  });
  Commit();
  Sync();
}

// Each tick that was ever due has its execution, and there is no other.
void World::EndSchedule() {
  MoveTo(newest_);
  while (!Failed() && Act()) {
  }
  std::set<std::string> due;
  admin::Schedule text;
  text.mutable_cron_schedule()->set_schedule(kTicks);
  const auto schedule = registry::ReadSchedule(text);
  for (auto tick = schedule->Next(begun_); tick && *tick <= newest_; tick = schedule->Next(*tick)) {
    due.insert(
        ScheduledExecutionName(TickPlan(), std::chrono::floor<std::chrono::seconds>(*tick).time_since_epoch().count()));
  }
  verdict_.ticks = static_cast<uint32_t>(due.size());
  SwitchSchedule(false);
  const auto unfinished = [this] {
    return !store_->Query([](MetadataReader& reader) { return reader.ListUnfinishedExecutions(); }).empty();
  };
  for (int step = 0; step < kLastSteps && !Failed(); ++step) {
    if (!Act() && (!unfinished() || !MoveTime())) break;
  }
  std::set<std::string> fired;
  ListQuery all;
  all.limit = 100'000;
  const auto executions = store_->Query([&](MetadataReader& reader) { return reader.ListExecutions(all); });
  for (const model::ExecutionRecord& record : *executions) {
    if (!IsTick(record)) continue;
    fired.insert(record.id.name);
    Judge({graph_, *ChildClosure(), record.id, std::nullopt, {}, false}, false);
  }
  Require(Failed() || fired == due, Cat(due.size(), " ticks were due, and ", fired.size(), " executions began"));
}

// Stopped containers may still be ending.
void World::Quiet() {
  for (int i = 0; i < 1000 && !Failed() && !engine_.containers.empty(); ++i) {
    if (Act()) continue;
    const auto change = process_->runner.NextChange();
    if (!change) break;
    MoveTo(std::max(clock_.now, *change));
  }
  while (!Failed() && Act()) {
  }
  if (Failed()) return;
  invariants_.OnQuiet(verdict_.crashes > 0);
  Require(process_->core.Running() == 0, "an execution stays in memory");
}

Verdict World::Run() {
  const uint64_t bugs = BugsLogged();
  Setup();
  RunExecution("run", [this] { Create(); });
  Judge({graph_, *graph_.closure, id_, std::nullopt, {}, false}, true);
  if (!Failed() && Chance(0.3)) Repeat(id_);
  if (!Failed() && graph_.scheduled) EndSchedule();
  Quiet();
  store_->Read([this](MetadataReader& reader) { verdict_.rows = DigestOfRows(reader); });
  process_.reset();
  Require(BugsLogged() == bugs, "a bug was logged");
  return verdict_;
}

}  // namespace

Verdict Simulate(uint32_t seed, Bug bug, std::ostream* trace) { return World(seed, bug, trace).Run(); }

}  // namespace sandbox::sim

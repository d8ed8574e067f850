#include "executor/executor.h"

#include <algorithm>
#include <variant>

#include "cache/cache_key.h"
#include "flyteidl/admin/event.pb.h"
#include "sandbox/base/check.h"
#include "sandbox/base/log.h"
#include "values/stored_values.h"

namespace sandbox::executor {
namespace {

engine::EngineConfig MakeEngineConfig(const ExecutorConfig& config) {
  engine::EngineConfig out;
  out.log_link = config.log_link;
  out.console_url = config.console_url;
  out.layout = config.layout;
  out.default_envs = config.default_env;
  out.output_bytes_max = config.output_bytes_max;
  out.offloading = config.offloading;
  out.content_hash = cache::BytesHash;
  out.image_pull_grace = config.image_pull_grace;
  return out;
}

// A tag that the existing execution has too is what the reference reports.
Error NameTaken(MetadataReader& reader, const model::ExecutionRecord& asked) {
  const auto existing = reader.FindExecution(asked.id);
  const bool shared = existing && std::ranges::any_of(asked.tags, [&](const auto& tag) {
                        return std::ranges::find(existing->tags, tag) != existing->tags.end();
                      });
  return {Code::kAlreadyExists, shared ? "EXECUTION_TAG_EXISTS" : "EXECUTION_EXISTS",
          Cat("execution [", asked.id.name, "] exists already")};
}

Error AlreadyTerminated(model::ExecutionPhase phase) {
  flyteidl::admin::EventFailureReason reason;
  reason.mutable_already_in_terminal_state()->set_current_phase(std::string(model::PhaseName(phase)));
  Error out{Code::kFailedPrecondition, "ALREADY_TERMINATED", "Cannot abort an already terminated workflow execution"};
  out.details.push_back({"type.googleapis.com/flyteidl.admin.EventFailureReason", reason.SerializeAsString()});
  return out;
}

Error NoSuchExecution(const ExecutionId& id) {
  return {Code::kNotFound, "NOT_FOUND",
          Cat("missing entity of type execution with identifier project:\"", id.project, "\" domain:\"", id.domain,
              "\" name:\"", id.name, "\"")};
}

// Effects that a power cut does not undo: they remove the evidence of an attempt's end, or leave this machine.
bool WaitsForSync(const engine::Effect& effect) {
  return std::holds_alternative<engine::ReleaseAttempt>(effect) || std::holds_alternative<engine::StartJob>(effect) ||
         std::holds_alternative<engine::WatchJob>(effect);
}

// A line about an execution names it whole.
void LogOf(const ExecutionId& id, LogLevel level, std::string_view what) {
  Log(level, "executor", Cat("execution ", id.project, "/", id.domain, "/", id.name, " ", what));
}

void LogEnd(const model::ExecutionRecord& record) {
  LogOf(record.id, LogLevel::kInfo,
        Cat("ended ", model::PhaseName(record.phase), record.error ? Cat(": ", record.error->code) : ""));
}

bool Ended(const PodReport& report) { return report.state == PodState::kFinished || report.state == PodState::kLost; }

}  // namespace

Status StoreLaunch(MetadataWriter& writer, const LaunchRequest& request) {
  // A name that is taken is the answer, whatever else forbids the launch.
  if (writer.FindExecution(request.record.id)) return std::unexpected(NameTaken(writer, request.record));
  // Before the row: it refers to that of its workflow, which may come with it.
  if (request.also) {
    if (auto also = request.also(writer); !also) return also;
  }
  return writer.InsertExecution(request.record);
}

Executor::Executor(ExecutorDeps deps, ExecutorConfig config)
    : deps_(deps),
      engine_config_(MakeEngineConfig(config)),
      gate_(deps.store, deps.loop, deps.clock),
      writes_(deps.loop, deps.clock),
      unsynced_({deps.loop, deps.workers, deps.clock, deps.store, deps.objects}, config.boot),
      cache_lookups_({deps.loop, deps.workers, deps.clock, deps.store, deps.objects, values::kOwnBytesMax},
                     {[this](engine::CacheLookedUp event) { OnCacheLookedUp(std::move(event)); },
                      [this](const NodeExecutionId& id) { Advance(id.execution, engine::CacheFreed{id}); }}),
      jobs_(deps.connectors, deps.loop, deps.clock, config.connectors,
            {[this](engine::JobReported report, const JobType& type) { OnJob(std::move(report), type); },
             [this](engine::ConnectorTypes types) { engine_config_.connectors = std::move(types); },
             [this](const AttemptId& id) { OnJobDeleted(id); }}) {
  deps_.runner.OnReport([this](PodReport report) { OnReport(std::move(report)); });
}

void Executor::Recover(std::function<void(Status)> done) {
  jobs_.Open();
  writes_.Run(
      deps_.workers, [this] { return unsynced_.Restore(); },
      [this, done = std::move(done)](const Status& restored) {
        if (!restored)
          StopProcess("executor",
                      Cat("what a power cut took away cannot be written again: ", restored.error().message));
        Load(done);
      });
}

void Executor::Load(std::function<void(Status)> done) {
  deps_.workers.Run([this, done = std::move(done)] {
    auto loaded = std::make_shared<std::vector<engine::Run>>();
    auto broken = std::make_shared<std::vector<model::ExecutionRecord>>();
    for (model::ExecutionRecord& record :
         deps_.store.Query([](MetadataReader& reader) { return reader.ListUnfinishedExecutions(); })) {
      auto run = LoadRun(deps_.store, deps_.objects, *deps_.plans, record, engine_config_);
      if (run) {
        loaded->push_back(std::move(*run));
        continue;
      }
      LogOf(record.id, LogLevel::kError, Cat("cannot continue: ", run.error().message));
      record.phase = model::ExecutionPhase::kFailed;
      record.error = model::ExecutionError{"RestartFailed", run.error().message, "", model::ErrorKind::kSystem, {}, ""};
      broken->push_back(std::move(record));
    }
    auto deletions = std::make_shared<std::vector<model::JobDeletion>>(
        deps_.store.Query([](MetadataReader& reader) { return reader.ListJobDeletions(); }));
    deps_.loop.Post([this, loaded, broken, deletions, done] {
      std::vector<ExecutionId> ids;
      std::vector<AttemptId> alive;
      for (engine::Run& run : *loaded) {
        const ExecutionId id = run.record.id;
        Adopt(std::move(run));
        const auto attempts = engine::LiveAttempts(runs_.at(id)->run);
        alive.insert(alive.end(), attempts.begin(), attempts.end());
        for (const auto& [node, claim] : engine::HeldClaims(runs_.at(id)->run)) cache_lookups_.Resume(node, claim);
        ids.push_back(id);
      }
      deps_.runner.Sweep(alive);
      for (model::ExecutionRecord& record : *broken) {
        auto commit = std::make_shared<Commit>();
        record.updated_at = deps_.clock.Now();
        commit->execution = std::move(record);
        gate_.Add(std::move(commit));
      }
      for (const ExecutionId& id : ids) Advance(id, engine::Resumed{});
      for (model::JobDeletion& deletion : *deletions) jobs_.Delete(std::move(deletion));
      AbortOrphans();
      done({});
    });
  });
}

void Executor::Launch(LaunchRequest request, std::function<void(Status)> done) {
  const auto shared = std::make_shared<LaunchRequest>(std::move(request));
  auto launch = [this, shared, done = std::move(done)] {
    engine::StoredRun fresh;
    fresh.record = shared->record;
    auto loaded = std::make_shared<engine::Run>(engine::MakeRun(engine_config_, shared->plan, std::move(fresh)));
    loaded->recovered = LoadRecovered(deps_.store, deps_.objects, shared->record);
    deps_.store.Write([shared](MetadataWriter& writer) { return StoreLaunch(writer, *shared); },
                      [this, loaded, done](const Status& status) {
                        // The run is there before the client knows of it. What was stored as failed never runs.
                        if (status && !model::IsTerminal(loaded->record.phase)) {
                          deps_.loop.Post([this, loaded] {
                            const ExecutionId id = loaded->record.id;
                            LogOf(id, LogLevel::kInfo, "started");
                            Adopt(std::move(*loaded));
                            Advance(id, engine::Launched{});
                          });
                        }
                        done(status);
                      });
  };
  // What may be taken over is read from the disk.
  Recovers(shared->record) ? deps_.workers.Run(std::move(launch)) : launch();
}

void Executor::Terminate(const ExecutionId& id, std::string cause, std::function<void(Status)> done) {
  deps_.loop.Post([this, id, cause = std::move(cause), done = std::move(done)] {
    const auto found = runs_.find(id);
    if (found == runs_.end()) return TerminateInactive(id, done);
    if (engine::IsOver(found->second->run))
      return done(std::unexpected(AlreadyTerminated(found->second->run.record.phase)));
    Advance(id, engine::AbortRequested{cause}, done);
  });
}

void Executor::TerminateInactive(ExecutionId id, std::function<void(Status)> done) {
  deps_.workers.Run([this, id = std::move(id), done = std::move(done)] {
    const auto record = deps_.store.Query([&](MetadataReader& reader) { return reader.FindExecution(id); });
    deps_.loop.Post(
        [id, done, record] { done(std::unexpected(record ? AlreadyTerminated(record->phase) : NoSuchExecution(id))); });
  });
}

void Executor::SignalSet(const ExecutionId& id, std::string signal_id) {
  deps_.workers.Run([this, id, signal_id = std::move(signal_id)] {
    const auto signal = deps_.store.Query([&](MetadataReader& reader) { return reader.FindSignal(id, signal_id); });
    auto value = std::make_shared<flyteidl::core::Literal>();
    if (!signal || signal->value.empty() || !value->ParseFromString(signal->value)) return;
    deps_.loop.Post([this, id, signal_id, value] { Advance(id, engine::SignalSet{signal_id, value}); });
  });
}

void Executor::Adopt(engine::Run run) {
  const ExecutionId id = run.record.id;
  SANDBOX_CHECK(!runs_.contains(id), Cat("execution ", id.name, " would run twice"));
  auto active = std::make_unique<Active>();
  active->run = std::move(run);
  runs_[id] = std::move(active);
}

void Executor::Advance(const ExecutionId& id, const engine::Event& event, std::function<void(Status)> reply) {
  const auto found = runs_.find(id);
  if (found == runs_.end()) return;
  Active& active = *found->second;
  engine::Decision decision = engine::Step(active.run, event, deps_.clock.Now());
  transitions_ += decision.transitions;
  Arm(active, decision.wake_at);
  for (engine::ReadObjects& what : decision.reads) Read(std::move(what));
  for (engine::ReadValues& what : decision.values) Read(std::move(what));
  for (engine::CompileDynamic& what : decision.compiles) Compile(std::move(what));
  const bool empty = !decision.execution && decision.nodes.empty() && decision.tasks.empty() &&
                     decision.signals.empty() && decision.effects.empty() && decision.objects.empty() &&
                     decision.released.empty();
  if (empty && !reply) return;
  Enqueue(active, std::move(decision), std::move(reply));
}

// Decisions of one run are committed in their order, each after its objects are on disk.
void Executor::Enqueue(Active& active, engine::Decision decision, std::function<void(Status)> reply) {
  const ExecutionId id = active.run.record.id;
  auto commit = std::make_shared<Commit>();
  commit->execution = std::move(decision.execution);
  commit->nodes = std::move(decision.nodes);
  for (const model::NodeRecord& node : commit->nodes)
    SANDBOX_CHECK(node.id.execution == id && node.phase != model::NodePhase::kUndefined,
                  Cat("execution ", id.name, " stores node ", node.id.node, " of another, or before it is reached"));
  commit->tasks = std::move(decision.tasks);
  commit->signals = std::move(decision.signals);
  commit->cached = std::move(decision.cached);
  commit->released = std::move(decision.released);
  commit->deletions = std::move(decision.deletions);
  commit->effects = std::move(decision.effects);
  const bool over = commit->execution && model::IsTerminal(commit->execution->phase);
  commit->urgent = over || reply || !commit->effects.empty() || !commit->released.empty() || !commit->deletions.empty();
  commit->committed = [this, id, raw = commit.get()] {
    for (engine::Effect& effect : raw->effects) {
      if (!WaitsForSync(effect)) Perform(effect);
    }
    OnCommitted(id);
    unsynced_.OnCommitted(raw->unsynced);
    for (const model::CacheClaim& claim : raw->released) cache_lookups_.Freed(claim);
  };
  if (reply || !commit->deletions.empty() || std::ranges::any_of(commit->effects, WaitsForSync)) {
    commit->durable = [this, raw = commit.get(), reply = std::move(reply)] {
      for (engine::Effect& effect : raw->effects) {
        if (WaitsForSync(effect)) Perform(effect);
      }
      for (const model::JobDeletion& deletion : raw->deletions) jobs_.Delete(deletion);
      if (reply) reply({});
    };
  }
  ++active.uncommitted;
  active.waiting.push_back(commit);
  if (!decision.objects.empty()) {
    commit->ready = false;
    WriteObjects(id, commit, std::move(decision.objects));
  }
  Drain(active);
}

void Executor::WriteObjects(const ExecutionId& id, std::shared_ptr<Commit> commit,
                            std::vector<engine::ObjectWrite> objects) {
  const bool small = std::ranges::all_of(objects, IsSmall);
  const auto count = std::make_shared<size_t>(0);
  const auto unsynced = std::make_shared<std::vector<model::UnsyncedObject>>();
  auto write = [this, objects = std::move(objects), count, unsynced]() -> Status {
    for (; *count < objects.size(); ++*count) {
      if (auto put = unsynced_.Write(objects[*count], *unsynced); !put) return put;
    }
    return {};
  };
  const auto done = [this, id, commit = std::move(commit), unsynced](const Status& written) {
    // What was decided cannot be told to anybody, and what follows from it must not happen.
    if (!written) StopProcess("executor", Cat("the state cannot be stored: ", written.error().message));
    commit->unsynced = std::move(*unsynced);
    commit->ready = true;
    if (const auto found = runs_.find(id); found != runs_.end()) Drain(*found->second);
  };
  writes_.Run(small ? deps_.small_writes : deps_.workers, std::move(write), done, count);
}

void Executor::Drain(Active& active) {
  while (!active.waiting.empty() && active.waiting.front()->ready) {
    auto commit = std::move(active.waiting.front());
    active.waiting.pop_front();
    gate_.Add(std::move(commit));
  }
}

void Executor::Arm(Active& active, std::optional<Instant> wake_at) {
  const Instant at = wake_at.value_or(Instant{});
  if (at == active.timer_at) return;
  active.timer_at = at;
  active.timer.reset();
  if (!wake_at) return;
  active.timer = deps_.loop.At(at, [this, id = active.run.record.id] {
    const auto found = runs_.find(id);
    if (found == runs_.end()) return;
    found->second->timer_at = {};
    Advance(id, engine::Woken{});
  });
}

// An execution leaves the memory when its end is committed.
void Executor::OnCommitted(const ExecutionId& id) {
  const auto found = runs_.find(id);
  if (found == runs_.end()) return;
  SANDBOX_CHECK(found->second->uncommitted > 0, Cat("more of execution ", id.name, " is committed than was decided"));
  if (--found->second->uncommitted != 0 || !engine::IsOver(found->second->run)) return;
  const model::ExecutionRecord record = std::move(found->second->run.record);
  runs_.erase(found);
  LogEnd(record);
  cache_lookups_.Forget(id);
  if (record.parent_node) TellParent(record);
}

void Executor::OnCacheLookedUp(engine::CacheLookedUp event) {
  const ExecutionId id = event.id.execution;
  if (runs_.contains(id)) return Advance(id, std::move(event));
  if (!event.answer.claim.owner.empty()) cache_lookups_.GiveBack(event.answer.claim);
}

bool Executor::IsLive(const AttemptId& id) const {
  const auto found = runs_.find(id.node.execution);
  return found != runs_.end() && engine::IsLive(found->second->run, id);
}

bool Executor::DeletePod(const AttemptId& id, Duration grace) {
  if (!IsLive(id)) return false;
  Advance(id.node.execution, engine::PodDeleted{id, grace});
  return true;
}

void Executor::OnReport(PodReport report) {
  const ExecutionId id = report.id.node.execution;
  const bool live = IsLive(report.id);
  if (runs_.contains(id) && (live || Ended(report))) Advance(id, engine::PodReported{report});
  if (!live && Ended(report)) EndLate(std::move(report));
}

// The pod of an attempt that was over before it: aborted, timed out, or reported twice.
void Executor::EndLate(PodReport report) {
  auto commit = std::make_shared<Commit>();
  const AttemptId id = report.id;
  commit->also = [report = std::move(report)](MetadataWriter& writer) -> Status {
    auto task = writer.FindTask(report.id);
    if (!task || task->pod_status != "Terminating") return {};
    const std::string why = task->pod_reason;
    engine::UpdatePodView(*task, report);
    // A failed attempt's pod was deleted by a user: how its containers took that does not say why.
    if (task->phase == model::TaskPhase::kFailed) task->pod_reason = why;
    return writer.PutTask(*task);
  };
  commit->durable = [this, id] { deps_.runner.Release(id); };
  const auto found = runs_.find(id.node.execution);
  if (found == runs_.end()) return gate_.Add(std::move(commit));
  commit->committed = [this, execution = id.node.execution] { OnCommitted(execution); };
  ++found->second->uncommitted;
  found->second->waiting.push_back(std::move(commit));
  Drain(*found->second);
}

}  // namespace sandbox::executor

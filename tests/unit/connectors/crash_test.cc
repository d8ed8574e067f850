// Executions of jobs on the real core and store: crashes between any two steps, a service that comes and goes, aborts.

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "executor/executor.h"
#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "sim/fakes.h"
#include "sim/graphs.h"
#include "store/sync_store.h"
#include "unit/connectors/fake_connectors.h"

using namespace sandbox;
using model::TaskPhase;
using testing::FakeConnectors;
using testing::FakeService;

namespace {

constexpr const char* kAddress = "here:1";

class NoRunner final : public ContainerRunner {
 public:
  void OnReport(std::function<void(PodReport)>) override {}
  void Start(PodSpec spec) override { FAIL("a container of " << spec.name); }
  void Stop(const AttemptId&, Duration) override { FAIL("a stop of a container"); }
  void Release(const AttemptId&) override { FAIL("a release of a container"); }
  void Sweep(const std::vector<AttemptId>& alive) override { CHECK(alive.empty()); }
};

class World {
 public:
  explicit World(uint32_t seed) : random_(seed), store_(*store::SyncStore::Open()) {
    graph_ = sim::BuildSimGraph({{}, {}, {0, 1}}, {.retries = 1});
    auto closure = std::make_shared<flyteidl::core::CompiledWorkflowClosure>(*graph_.closure);
    for (auto& task : *closure->mutable_tasks()) {
      task.mutable_template_()->set_type("query");
      task.mutable_template_()->clear_container();
    }
    graph_.closure = closure;
    graph_.entity.closure = closure->SerializeAsString();
    Service().connectors = {{{{"query", graph_.closure->tasks(0).template_().task_type_version()}}, false}};
    // Ends by its name: most succeed, a few are lost, which is tried again.
    Service().state = [](const FakeService::Job& job) -> Result<JobResource> {
      if (job.polls < 3) return JobResource{.phase = TaskPhase::kRunning, .message = Cat("poll ", job.polls)};
      if (job.attempt.attempt == 0 && job.attempt.node.node == "n1")
        return JobResource{.phase = TaskPhase::kRetryableFailed, .message = "lost"};
      flyteidl::core::LiteralMap outputs;
      (*outputs.mutable_literals())["o0"].mutable_scalar()->mutable_primitive()->set_integer(1);
      return JobResource{.phase = TaskPhase::kSucceeded, .outputs = outputs.SerializeAsString()};
    };
    store_->Write([this](MetadataWriter& writer) { return writer.InsertEntity(graph_.entity); }, [](const Status&) {});
    store_->Flush();
    Boot();
  }

  // Until nothing can happen any more but rounds of the directory. Aborts come while jobs are being created, or later.
  void Run(bool aborts) {
    const auto abort_at = static_cast<int>(random_() % (random_() % 2 == 0 ? 60 : 600));
    for (int step = 0; step < 30'000 && !Over(); ++step) {
      const bool faults = step < 3'000;
      if (recovered_ && !launched_) {
        launched_ = true;
        if (!Find()) core_->Launch(graph_.Launch(id_, clock_.now), [](const Status&) {});
      }
      if (faults && Chance(0.01)) Crash();
      Service().away = faults && Chance(Service().away ? 0.95 : 0.01);
      if (recovered_ && aborts && step >= abort_at && Chance(0.2))
        core_->Terminate(id_, "enough", [](const Status&) {});
      if (!Act()) Pass();
    }
    // What is owed is paid, also by the next process.
    if (Chance(0.5)) Crash();
    for (int step = 0; step < 1'500; ++step) {
      Service().away = false;
      if (!Act()) Pass();
    }
  }

  void Check(bool aborts) {
    const auto record = Find();
    REQUIRE(record);
    CHECK(record->phase ==
          (record->abort_requested ? model::ExecutionPhase::kAborted : model::ExecutionPhase::kSucceeded));
    CHECK((aborts || !record->abort_requested));
    CHECK(core_->Running() == 0);
    CHECK(store_->Query([](MetadataReader& reader) { return reader.ListJobDeletions(); }).empty());
    // A job that its attempt's row does not know of came out of the one window: its creation was answered, and the
    // crash came before the commit.
    size_t unknown = 0;
    for (const auto& [name, job] : Service().jobs) {
      const auto task = store_->Query([&](MetadataReader& reader) { return reader.FindTask(job.attempt); });
      const bool known = task && task->job == name;
      unknown += !known && !job.deleted;
      CHECK((!known || job.deleted || task->phase == TaskPhase::kSucceeded || task->phase == TaskPhase::kFailed));
    }
    CHECK(unknown <= lost_answers_);
  }

  size_t LostAnswers() const { return lost_answers_; }

 private:
  FakeService& Service() { return services_[kAddress]; }
  bool Chance(double p) { return static_cast<double>(random_() % 10'000) < p * 10'000; }
  std::optional<model::ExecutionRecord> Find() {
    return store_->Query([&](MetadataReader& reader) { return reader.FindExecution(id_); });
  }
  bool Over() {
    const auto record = Find();
    return record && model::IsTerminal(record->phase) && core_->Running() == 0;
  }

  void Boot() {
    loop_ = std::make_unique<sim::FakeLoop>(false);
    workers_ = std::make_unique<sim::FakeWorkers>();
    client_ = std::make_unique<FakeConnectors>(services_);
    executor::ExecutorConfig config;
    config.connectors = {{kAddress, {}}};
    core_ = std::make_unique<executor::Executor>(
        executor::ExecutorDeps{*loop_, *workers_, *workers_, clock_, *store_, objects_, runner_, client_.get()},
        config);
    recovered_ = launched_ = false;
    core_->Recover([this](const Status&) { recovered_ = true; });
  }

  // Jobs whose names are not in a committed row are the ones that may be made twice.
  void Crash() {
    store_->EndProcess();
    std::set<std::string> stored;
    for (const auto& task : store_->Query([&](MetadataReader& reader) { return reader.TasksOf(id_); })) {
      if (task.job) stored.insert(*task.job);
    }
    for (const auto& deletion : store_->Query([](MetadataReader& reader) { return reader.ListJobDeletions(); }))
      stored.insert(deletion.job);
    for (const auto& [name, job] : Service().jobs) {
      if (!stored.contains(name) && seen_.insert(name).second && !job.deleted) ++lost_answers_;
    }
    core_.reset();
    Boot();
  }

  bool Act() {
    const uint64_t choice = random_() % 5;
    for (uint64_t i = 0; i < 5; ++i) {
      switch ((choice + i) % 5) {
        case 0:
          if (loop_->posted.empty()) break;
          {
            auto task = std::move(loop_->posted.front());
            loop_->posted.pop_front();
            task();
          }
          return true;
        case 1:
          if (workers_->tasks.empty()) break;
          {
            auto task = std::move(workers_->tasks.front());
            workers_->tasks.erase(workers_->tasks.begin());
            task();
          }
          return true;
        case 2:
          if (store_->Flush() == 0) break;
          return true;
        case 3:
          if (!client_->Answer()) break;
          return true;
        case 4:
          if (!loop_->FireTimer(clock_.now)) break;
          return true;
      }
    }
    return false;
  }
  void Pass() {
    if (const auto timer = loop_->NextTimer()) clock_.now = std::max(clock_.now, *timer);
  }

  std::mt19937_64 random_;
  std::unique_ptr<store::SyncStore> store_;
  sim::FakeClock clock_;
  sim::FakeObjects objects_;
  NoRunner runner_;
  std::map<std::string, FakeService> services_;
  std::unique_ptr<sim::FakeLoop> loop_;
  std::unique_ptr<sim::FakeWorkers> workers_;
  std::unique_ptr<FakeConnectors> client_;
  std::unique_ptr<executor::Executor> core_;
  sim::SimGraph graph_;
  const ExecutionId id_{"p", "d", "run"};
  bool recovered_ = false, launched_ = false;
  std::set<std::string> seen_;
  size_t lost_answers_ = 0;
};

TEST_CASE("jobs survive crashes: none is lost, and none is made twice but in the one window", "[jobs]") {
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    World world(seed);
    world.Run(seed % 3 == 0);
    world.Check(seed % 3 == 0);
  }
}

}  // namespace

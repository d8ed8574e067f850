// The scheduler on the real store and use cases, in simulated time: crashes between any two steps, clock jumps, launch
// plans that change while ticks are under way.

#include "schedules/scheduler.h"

#include <catch2/catch.hpp>
#include <optional>
#include <random>
#include <set>

#include "flyteidl/admin/launch_plan.pb.h"
#include "flyteidl/core/compiler.pb.h"
#include "sandbox/base/names.h"
#include "sim/fakes.h"
#include "store/sync_store.h"
#include "unit/control/instant_executions.h"

using namespace sandbox;
using namespace std::chrono_literals;

namespace {

namespace admin = flyteidl::admin;

class NoEntropy : public Entropy {
 public:
  uint64_t Next() override { return 4; }
};

EntityId Plan(const std::string& version) { return {EntityKind::kLaunchPlan, "p", "development", "lp", version}; }

model::EntityRecord PlanRecord(const std::string& version, const admin::Schedule& schedule) {
  model::EntityRecord out;
  out.id = Plan(version);
  out.workflow = {EntityKind::kWorkflow, "p", "development", "wf", "v"};
  admin::LaunchPlanSpec spec;
  auto& workflow = *spec.mutable_workflow_id();
  workflow.set_resource_type(flyteidl::core::WORKFLOW);
  workflow.set_project("p");
  workflow.set_domain("development");
  workflow.set_name("wf");
  workflow.set_version("v");
  *spec.mutable_entity_metadata()->mutable_schedule() = schedule;
  out.spec = spec.SerializeAsString();
  admin::LaunchPlanClosure closure;
  auto& at = (*closure.mutable_expected_inputs()->mutable_parameters())["at"];
  at.mutable_var()->mutable_type()->set_simple(flyteidl::core::DATETIME);
  at.set_required(true);
  out.closure = closure.SerializeAsString();
  out.schedule_type = "CRON";
  return out;
}

class World {
 public:
  explicit World(uint32_t seed, size_t catch_up = 10'000)
      : random_(seed), catch_up_(catch_up), store_(*store::SyncStore::Open()) {
    store_->TellChanges(feed_);
  }

  void Register(const admin::Schedule& schedule) {
    Write([&](MetadataWriter& writer) -> Status {
      model::ProjectRecord project;
      project.id = "p";
      if (auto put = writer.InsertProject(project); !put) return put;
      model::EntityRecord workflow;
      workflow.id = {EntityKind::kWorkflow, "p", "development", "wf", "v"};
      flyteidl::core::CompiledWorkflowClosure closure;
      for (const char* id : {"start-node", "end-node"})
        closure.mutable_primary()->mutable_template_()->add_nodes()->set_id(id);
      workflow.closure = closure.SerializeAsString();
      if (auto put = writer.InsertEntity(workflow); !put) return put;
      for (const char* version : {"v1", "v2"}) {
        if (auto put = writer.InsertEntity(PlanRecord(version, schedule)); !put) return put;
      }
      return {};
    });
    schedule_ = *registry::ReadSchedule(schedule);
    Boot();
  }

  void Boot() {
    process_ = std::make_unique<Process>(*this);
    process_->scheduler.Start();
  }

  void Crash() {
    store_->EndProcess();
    Boot();
  }

  // One random thing that is due; false when nothing is.
  bool Act() {
    Process& p = *process_;
    const uint64_t choice = random_();
    for (uint64_t i = 0; i < 4; ++i) {
      switch ((choice + i) % 4) {
        case 0:
          if (p.loop.posted.empty()) break;
          {
            auto task = std::move(p.loop.posted.front());
            p.loop.posted.pop_front();
            task();
          }
          return true;
        case 1:
          if (p.workers.tasks.empty()) break;
          {
            auto task = std::move(p.workers.tasks.front());
            p.workers.tasks.erase(p.workers.tasks.begin());
            task();
          }
          return true;
        case 2:
          if (store_->Flush() > 0) return true;
          break;
        case 3:
          if (p.loop.FireTimer(clock_.now)) return true;
          break;
      }
    }
    return false;
  }

  void Settle() {
    while (Act()) {
    }
  }

  void Advance(Duration by) {
    clock_.now += by;
    newest_ = std::max(newest_, clock_.now);
  }

  // Stored and answered; what the scheduler makes of it is still to come.
  void Update(const std::string& version, bool active) {
    process_->registry.SetLaunchPlanState(Plan(version), active, [](const Status& updated) { REQUIRE(updated); });
    store_->Flush();
  }

  // Activates a version, or none. What was due before is expected of the one before.
  void Switch(const std::optional<std::string>& version) {
    Expect();
    Update(version ? *version : active_.value_or("v1"), version.has_value());
    if (version && active_ == version) return;
    active_ = version;
    since_ = newest_ = clock_.now;
  }

  // Everything that is due by now must be there.
  void Expect() {
    Settle();
    if (!active_) return;
    for (auto tick = schedule_.Next(since_); tick && *tick <= newest_; tick = schedule_.Next(*tick)) {
      expected_.insert(ScheduledExecutionName(
          Plan(*active_), std::chrono::floor<std::chrono::seconds>(*tick).time_since_epoch().count()));
    }
  }

  std::set<std::string> Executions() {
    std::set<std::string> out;
    ListQuery query;
    query.limit = 100'000;
    for (const auto& record : *store_->Query([&](MetadataReader& reader) { return reader.ListExecutions(query); })) {
      out.insert(record.id.name);
      CheckRecord(record);
    }
    return out;
  }

  const std::set<std::string>& Expected() const { return expected_; }
  bool Chance(double p) { return static_cast<double>(random_() % 10'000) < p * 10'000; }
  uint64_t Below(uint64_t n) { return random_() % n; }

 private:
  struct Process {
    explicit Process(World& world)
        : executions(*world.store_, world.clock_),
          registry({}, *world.store_, world.objects_, world.clock_),
          requests({{}, *world.store_, world.objects_, executions, world.clock_, world.entropy_}),
          scheduler({loop, workers, world.clock_, *world.store_,
                     [this](const control::ScheduledTick& tick, std::function<void(Status)> done) {
                       requests.FireSchedule(tick, [done](const auto& created) {
                         done(created ? Status() : std::unexpected(created.error()));
                       });
                     }},
                    {world.catch_up_}) {
      scheduler.Follow(world.feed_);
    }
    sim::FakeLoop loop{false};
    sim::FakeWorkers workers;
    testing::InstantExecutions executions;
    registry::Registry registry;
    control::Requests requests;
    schedules::Scheduler scheduler;
  };

  void Write(MetadataStore::Work work) {
    Status status;
    store_->Write(std::move(work), [&](Status s) { status = std::move(s); });
    store_->Flush();
    REQUIRE(status);
  }

  static void CheckRecord(const model::ExecutionRecord& record) {
    admin::ExecutionSpec spec;
    REQUIRE(spec.ParseFromString(record.spec));
    CHECK(spec.metadata().mode() == admin::ExecutionMetadata::SCHEDULED);
    CHECK(spec.metadata().principal().empty());
    flyteidl::core::LiteralMap inputs;
    REQUIRE(inputs.ParseFromString(record.inputs));
    CHECK(inputs.literals().at("at").scalar().primitive().datetime().SerializeAsString() ==
          spec.metadata().scheduled_at().SerializeAsString());
  }

  std::mt19937 random_;
  const size_t catch_up_;
  sim::FakeClock clock_;
  sim::FakeObjects objects_;
  NoEntropy entropy_;
  feed::Feed feed_;
  std::unique_ptr<store::SyncStore> store_;
  std::unique_ptr<Process> process_;
  registry::Schedule schedule_;
  std::optional<std::string> active_;
  Instant since_{}, newest_{};
  std::set<std::string> expected_;
};

admin::Schedule Cron(const std::string& text) {
  admin::Schedule out;
  out.mutable_cron_schedule()->set_schedule(text);
  out.set_kickoff_time_input_arg("at");
  return out;
}

}  // namespace

TEST_CASE("Every tick has exactly one execution, whatever crashes, jumps and switches happen", "[schedules]") {
  const uint32_t seed = GENERATE(range(0u, 400u));
  CAPTURE(seed);
  World world(seed);
  admin::Schedule schedule = Cron(seed % 3 == 0 ? "*/5 * * * *" : "* * * * *");
  const bool rate = seed % 3 == 1;
  if (rate) schedule.mutable_rate()->set_value(2);
  world.Register(schedule);
  world.Switch("v1");
  for (int round = 0; round < 60; ++round) {
    world.Advance(std::chrono::milliseconds(world.Below(world.Chance(0.1) ? 3'000'000 : 70'000)));
    for (uint64_t steps = world.Below(12); steps > 0 && world.Act(); --steps) {
    }
    if (world.Chance(0.15)) world.Crash();
    // A fixed rate counts from its last tick, so a clock that goes back gives it other ticks.
    if (!rate && world.Chance(0.05)) {
      world.Settle();
      world.Advance(-5min);
    }
    if (world.Chance(0.08))
      world.Switch(world.Chance(0.3) ? std::nullopt : std::optional<std::string>(world.Chance(0.5) ? "v1" : "v2"));
  }
  world.Expect();
  CHECK(world.Executions() == world.Expected());
}

// The earlier one had come further, as the clock has gone back since.
TEST_CASE("A new activation is not told how far an earlier one had come", "[schedules]") {
  World world(1);
  world.Register(Cron("* * * * *"));
  world.Advance(4min);
  world.Switch("v1");
  world.Advance(1min);
  world.Switch(std::nullopt);
  world.Advance(-4min);
  world.Switch("v1");
  world.Advance(3min);
  world.Crash();
  world.Expect();
  CHECK(world.Executions() == world.Expected());
}

TEST_CASE("A tick of an earlier activation that is settled late takes nothing from the newer one", "[schedules]") {
  const uint32_t seed = GENERATE(range(0u, 100u));
  CAPTURE(seed);
  World world(seed);
  world.Register(Cron("* * * * *"));
  world.Update("v1", true);
  world.Settle();
  world.Advance(2min);
  world.Settle();
  // The same two ticks come again, and their executions are there.
  world.Advance(-5min);
  world.Crash();
  world.Settle();
  world.Advance(5min);
  const auto go_on = [&] {
    for (uint64_t steps = world.Below(12); steps > 0 && world.Act(); --steps) {
    }
  };
  go_on();
  world.Advance(-5min);
  world.Update("v1", false);
  world.Update("v1", true);
  go_on();
  world.Advance(10min);
  world.Crash();
  world.Settle();
  CHECK(world.Executions().size() == 10);
}

TEST_CASE("Only the newest missed ticks are made up for", "[schedules]") {
  World world(1, 3);
  world.Register(Cron("* * * * *"));
  world.Switch("v1");
  world.Settle();
  CHECK(world.Executions().empty());
  world.Advance(1min);
  world.Settle();
  CHECK(world.Executions().size() == 1);
  world.Advance(50h);
  world.Crash();
  world.Settle();
  CHECK(world.Executions().size() == 4);
  world.Advance(1min);
  world.Settle();
  CHECK(world.Executions().size() == 5);
}

TEST_CASE("Nothing is made up for when that is switched off", "[schedules]") {
  World world(1, 0);
  world.Register(Cron("*/10 * * * *"));
  world.Switch("v1");
  world.Settle();
  world.Advance(65min);
  world.Crash();
  world.Settle();
  CHECK(world.Executions().empty());
  for (int i = 0; i < 20; ++i) {
    world.Advance(30s);
    world.Settle();
  }
  CHECK(world.Executions().size() == 1);
}

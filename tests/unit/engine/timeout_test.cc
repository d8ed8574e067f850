// Which time counts for time-outs, and what their errors say.

#include <catch2/catch.hpp>

#include "flyteidl/core/compiler.pb.h"
#include "sandbox/engine/run.h"
#include "sim/graphs.h"

namespace sandbox::engine {
namespace {

using namespace std::chrono_literals;
using model::NodePhase;
using model::TaskPhase;

const EngineConfig kConfig;
const ExecutionId kId{"p", "d", "e"};

// One task with a time-out of ten seconds; or that inside of a sub-workflow.
struct Bench {
  explicit Bench(uint32_t retries = 2, bool nested = false) {
    graph = sim::BuildSimGraph({{}}, {.retries = retries, .timeout_s = 10, .cpu_millis = 1500});
    auto closure = std::make_shared<flyteidl::core::CompiledWorkflowClosure>(*graph.closure);
    if (nested) {
      *closure->add_sub_workflows() = closure->primary();
      auto& inner = *closure->mutable_sub_workflows(0)->mutable_template_();
      inner.mutable_id()->set_name("inner");
      for (auto& outer : *closure->mutable_primary()->mutable_template_()->mutable_nodes()) {
        if (!outer.has_task_node()) continue;
        *outer.mutable_workflow_node()->mutable_sub_workflow_ref() = inner.id();
        outer.clear_metadata();
      }
      node = "n0-0-n0";
    }
    plan = *Plan::Build(closure);
    run = MakeRun(kConfig, plan, {graph.Launch(kId, now).record});
    Send(Launched{});
  }
  void Send(const Event& event) {
    last = Step(run, event, now);
    if (last.execution) record = *last.execution;
    for (const auto& task : last.tasks) tasks[task.id.attempt] = task;
    for (const auto& row : last.nodes) nodes[row.id.node] = row;
  }
  void Report(PodState state, model::PodWait code, Instant at) {
    Send(PodReported{{.id = {{kId, node}, Current()}, .state = state, .wait = {.code = code}, .occurred_at = at}});
  }
  void Pass(Duration time) {
    now += time;
    Send(Woken{});
  }
  uint32_t Current() const { return run.nodes[run.by_id.at(node)].record.attempts; }
  std::optional<Instant> Deadline() const { return last.wake_at; }
  const PodSpec* Started() const {
    for (const Effect& effect : last.effects) {
      if (const auto* start = std::get_if<StartAttempt>(&effect)) return &start->pod;
    }
    return nullptr;
  }
  // What is stored goes on in a new process.
  void Restart() {
    StoredRun stored{record};
    for (const auto& [id, row] : nodes) stored.nodes.push_back(row);
    for (const auto& [attempt, task] : tasks) stored.tasks.push_back(task);
    run = MakeRun(kConfig, plan, std::move(stored));
    Send(Resumed{});
  }

  Instant now{1000s};
  std::string node = "n0";
  sim::SimGraph graph;
  std::shared_ptr<const Plan> plan;
  Run run;
  Decision last;
  model::ExecutionRecord record;
  std::map<uint32_t, model::TaskRecord> tasks;
  std::map<std::string, model::NodeRecord> nodes;
};

}  // namespace

TEST_CASE("the time in which a pod waits to be let in does not count for its time-out", "[engine]") {
  Bench bench;
  CHECK(bench.Deadline() == bench.now + 10s);
  bench.Report(PodState::kPending, model::PodWait::kResources, bench.now);
  CHECK_FALSE(bench.Deadline());
  bench.Pass(1h);
  CHECK(bench.Current() == 0);
  bench.Report(PodState::kPending, model::PodWait::kStarting, bench.now);
  CHECK(bench.Deadline() == bench.now + 10s);
  bench.now += 5s;
  bench.Report(PodState::kRunning, model::PodWait::kNone, bench.now);
  bench.Pass(4s);
  CHECK(bench.Current() == 0);
  bench.Pass(1s);
  CHECK(bench.Current() == 1);
  CHECK(bench.tasks.at(0).phase == TaskPhase::kAborted);
}

TEST_CASE("nor does it count for the whole node's time, which is that of two tries", "[engine]") {
  Bench bench;
  const Instant begun = bench.now;
  for (const Duration waits : {Duration(1h), Duration(2h)}) {
    bench.Report(PodState::kPending, model::PodWait::kResources, bench.now);
    bench.Pass(waits);
    bench.Report(PodState::kRunning, model::PodWait::kNone, bench.now);
    CHECK(bench.Deadline() == bench.now + 10s);
    bench.Pass(10s);
  }
  CHECK(bench.now == begun + 3h + 20s);
  CHECK(bench.nodes.at("n0").phase == NodePhase::kTimedOut);
  CHECK(bench.nodes.at("n0").attempts == 1);
  CHECK(bench.record.error->code == "Timeout");
  CHECK(bench.record.error->message == "Timeout in node");  // as recorded
}

TEST_CASE("a restart neither loses nor restarts the clock of a pod that was let in", "[engine]") {
  Bench bench;
  bench.Report(PodState::kPending, model::PodWait::kResources, bench.now);
  bench.Pass(1h);
  // Let in, but its container is not there yet: it keeps its place.
  bench.Report(PodState::kPending, GENERATE(model::PodWait::kEngine, model::PodWait::kStarting), bench.now);
  const Instant deadline = bench.now + 10s;
  bench.now += 3s;
  bench.Restart();
  REQUIRE(bench.Started() != nullptr);
  CHECK(bench.Started()->resumed);
  CHECK(bench.Deadline() == deadline);
  bench.Report(PodState::kRunning, model::PodWait::kNone, bench.now);
  CHECK(bench.Deadline() == deadline);
}

TEST_CASE("a restart leaves the clock of a pod that waits where it is", "[engine]") {
  Bench bench;
  bench.Report(PodState::kPending, model::PodWait::kResources, bench.now);
  bench.now += 1h;
  bench.Restart();
  REQUIRE(bench.Started() != nullptr);
  CHECK_FALSE(bench.Started()->resumed);
  CHECK_FALSE(bench.Deadline());
  bench.Report(PodState::kPending, model::PodWait::kResources, bench.now);
  bench.Pass(1h);
  bench.Report(PodState::kRunning, model::PodWait::kNone, bench.now);
  CHECK(bench.Deadline() == bench.now + 10s);
}

// The process ended between the start of the container and its first report.
TEST_CASE("of a pod that nobody heard of the time counts since its container runs", "[engine]") {
  Bench bench;
  const Instant started = bench.now + 1s;
  bench.now += 8s;
  bench.Restart();
  REQUIRE(bench.Started() != nullptr);
  CHECK_FALSE(bench.Started()->resumed);
  CHECK_FALSE(bench.Deadline());
  bench.Report(PodState::kPending, model::PodWait::kStarting, bench.now);
  bench.Report(PodState::kRunning, model::PodWait::kNone, started);
  CHECK(bench.Deadline() == started + 10s);
}

TEST_CASE("the error of a time-out inside of something names the node and the limit", "[engine]") {
  Bench once(0, true);
  once.Report(PodState::kRunning, model::PodWait::kNone, once.now);
  once.Pass(10s);
  CHECK(once.record.error->message ==
        "[1/1] currentAttempt done. Last Error: USER::task execution timeout [10s] expired in node [n0-0-n0]");
  CHECK(once.nodes.at("n0").error->message == once.record.error->message);

  Bench twice(2, true);
  for (int i = 0; i < 2; ++i) {
    twice.Report(PodState::kRunning, model::PodWait::kNone, twice.now);
    twice.Pass(10s);
  }
  CHECK(twice.nodes.at("n0-0-n0").phase == NodePhase::kTimedOut);
  CHECK(twice.record.error->code == "Timeout");
  CHECK(twice.record.error->message == "Timeout in node: task active timeout [20s] expired in node [n0-0-n0]");
}

TEST_CASE("the error of a time-out of the workflow's own node is as recorded", "[engine]") {
  Bench bench(0);
  bench.Report(PodState::kRunning, model::PodWait::kNone, bench.now);
  bench.Pass(10s);
  CHECK(bench.record.error->message ==
        "[1/1] currentAttempt done. Last Error: USER::task execution timeout [10s] expired");
}

TEST_CASE("what a branch chose does not begin when the cache answers after the branch's time", "[engine]") {
  // Another node keeps the execution going.
  const sim::SimGraph graph = sim::BuildSimGraph({{}, {}}, {.timeout_s = 10, .fail_late = true, .cached = true});
  auto closure = std::make_shared<flyteidl::core::CompiledWorkflowClosure>(*graph.closure);
  for (auto& node : *closure->mutable_primary()->mutable_template_()->mutable_nodes()) {
    if (node.id() == "n1") node.clear_metadata();
    if (node.id() != "n0") continue;
    flyteidl::core::Node choice = node;
    choice.set_id("n0-n0");
    auto& blocks = *node.mutable_branch_node()->mutable_if_else();
    auto& comparison = *blocks.mutable_case_()->mutable_condition()->mutable_comparison();
    comparison.mutable_left_value()->set_var("x");
    comparison.mutable_right_value()->mutable_scalar()->mutable_primitive()->set_integer(1);
    *blocks.mutable_case_()->mutable_then_node() = choice;
    blocks.mutable_error()->set_message("neither");
  }
  auto& connections = *closure->mutable_primary()->mutable_connections();
  (*connections.mutable_upstream())["n0-n0"].add_ids("start-node");
  (*connections.mutable_downstream())["start-node"].add_ids("n0-n0");
  Instant now{1000s};
  Run run = MakeRun(kConfig, *Plan::Build(closure), {graph.Launch(kId, now).record});
  const Decision asks = Step(run, Launched{}, now);
  CHECK(
      std::ranges::any_of(asks.effects, [](const Effect& each) { return std::holds_alternative<LookUpCache>(each); }));
  now += 20s;
  const Decision over = Step(run, Woken{}, now);
  CHECK(std::ranges::any_of(over.nodes,
                            [](const auto& row) { return row.id.node == "n0" && row.phase == NodePhase::kTimedOut; }));
  CacheLookedUp miss{{kId, "n0-0-n0-n0"}, {}};
  miss.answer.outcome = CacheAnswer::Outcome::kMiss;
  const Decision late = Step(run, miss, now);
  CHECK(late.nodes.empty());
  CHECK(late.effects.empty());
}

}  // namespace sandbox::engine

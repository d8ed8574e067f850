// What a node keeps for a restart, also in rows of earlier versions, and what it says it waits for.

#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "flyteidl/core/compiler.pb.h"
#include "sandbox/base/names.h"
#include "sandbox/engine/run.h"
#include "sim/graphs.h"
#include "sim/kinds.h"
#include "store/codec.h"
#include "store/rows.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;
using namespace std::chrono_literals;
using model::ExecutionPhase;
using model::NodeState;
using model::NodeWait;

using Change = std::function<void(core::Node&, core::TaskTemplate&)>;

model::NodeRecord Reread(const model::NodeRecord& node, const std::string& body) {
  model::NodeRecord out;
  out.id = node.id;
  out.parent = node.parent;
  out.created_at = node.created_at;
  out.started_at = node.started_at;
  out.input_uri = node.input_uri;
  store::DecodeNodeBody(body, out);
  return out;
}

model::NodeRecord AsStored(const model::NodeRecord& node) { return Reread(node, store::NodeBody(node)); }

std::string OldText(const NodeState& state) {
  if (const auto* task = std::get_if<model::TaskState>(&state))
    return std::to_string(task->unobtainable_since.time_since_epoch().count());
  if (const auto* branch = std::get_if<model::BranchState>(&state)) return branch->choice;
  if (const auto* array = std::get_if<model::ArrayState>(&state)) return std::to_string(array->items);
  return "";
}

// As the version stored it that kept the state as a text.
model::NodeRecord AsStoredBefore(const model::NodeRecord& r) {
  store::Encoder body;
  body(r.spec_node_id, r.name, r.retry_group, r.phase, r.output_uri, r.deck_uri, r.error, r.is_parent, r.is_dynamic,
       r.is_array, r.has_task_metadata, r.checkpoint_uri, r.cache_status, r.catalog_key, r.child_execution,
       r.dynamic_job_spec_uri, r.dynamic_workflow, r.attempts, r.system_failures, r.queued_at, r.attempt_started_at,
       OldText(r.state), r.item, r.cache_claim, r.admission);
  return Reread(r, body.Take());
}

// A run of n0, which is what `change` makes of it.
struct Bench {
  explicit Bench(const Change& change, sim::GraphOptions options = {}, std::vector<std::vector<uint32_t>> edges = {{}},
                 uint32_t max_parallelism = 0) {
    config.connectors.configured = true;
    const sim::SimGraph graph = sim::BuildSimGraph(edges, options);
    auto closure = std::make_shared<core::CompiledWorkflowClosure>(*graph.closure);
    for (core::Node& node : *closure->mutable_primary()->mutable_template_()->mutable_nodes()) {
      if (node.id() == "n0" && change) change(node, *closure->mutable_tasks(0)->mutable_template_());
    }
    core::CompiledWorkflow& inner = *closure->add_sub_workflows();
    inner = graph.closure->primary();
    inner.mutable_template_()->mutable_id()->set_name("inner");
    plan = *Plan::Build(closure);
    model::ExecutionRecord launched = graph.Launch({"p", "d", "e"}, now).record;
    launched.settings.max_parallelism = max_parallelism;
    run = MakeRun(config, plan, {launched});
    Send(Launched{});
  }
  void Send(const Event& event) {
    now += 1s;
    last = Step(run, event, now);
    for (const auto& node : last.nodes) rows[node.id.node] = node;
  }
  using Storing = model::NodeRecord (*)(const model::NodeRecord&);
  // The same run in a new process.
  void Restart(Storing store) {
    StoredRun stored{run.record};
    for (const NodeRun& node : run.nodes) {
      if (node.record.phase != model::NodePhase::kUndefined) stored.nodes.push_back(store(node.record));
      if (node.attempt) stored.tasks.push_back(*node.attempt);
    }
    run = MakeRun(config, plan, std::move(stored));
    Send(Resumed{});
  }
  void End(const std::string& node) {
    PodReport report;
    report.id = {{{"p", "d", "e"}, node}, 0};
    report.state = PodState::kFinished;
    report.occurred_at = now;
    report.containers.push_back({.name = GeneratedName(report.id)});
    Send(PodReported{report});
    core::LiteralMap outputs;
    (*outputs.mutable_literals())["o0"].mutable_scalar()->mutable_primitive()->set_integer(1);
    AttemptObjects left;
    left.outputs = {ObjectFound::State::kPresent, 1, outputs.SerializeAsString()};
    Send(ObjectsRead{report.id, left});
  }
  void Pend(model::PodWait code) {
    PodReport report;
    report.id = {{{"p", "d", "e"}, "n0"}, 0};
    report.wait.code = code;
    report.occurred_at = now;
    Send(PodReported{report});
  }
  NodeWait Waits(const std::string& node = "n0") const { return WaitOf(run, run.by_id.at(node)); }
  size_t Started() const {
    return static_cast<size_t>(std::ranges::count_if(
        last.effects, [](const Effect& effect) { return std::holds_alternative<StartAttempt>(effect); }));
  }

  EngineConfig config;
  Instant now{1'700'000'000s};
  std::shared_ptr<const Plan> plan;
  Run run;
  Decision last;
  std::map<std::string, model::NodeRecord> rows;
};

void ToBranch(core::Node& node, core::TaskTemplate& task) {
  core::IfElseBlock& blocks = *node.mutable_branch_node()->mutable_if_else();
  core::ComparisonExpression& condition = *blocks.mutable_case_()->mutable_condition()->mutable_comparison();
  condition.set_operator_(core::ComparisonExpression::EQ);
  condition.mutable_left_value()->set_var("x");
  condition.mutable_right_value()->mutable_scalar()->mutable_primitive()->set_integer(1);
  core::Node& choice = *blocks.mutable_case_()->mutable_then_node();
  choice.set_id("n0-n0");
  *choice.mutable_inputs() = node.inputs();
  *choice.mutable_task_node()->mutable_reference_id() = task.id();
  blocks.mutable_error()->set_message("no");
}

void BindList(core::Node& node, int items) {
  node.clear_inputs();
  core::Binding& binding = *node.add_inputs();
  binding.set_var("x");
  auto& list = *binding.mutable_binding()->mutable_collection();
  for (int i = 0; i < items; ++i) list.add_bindings()->mutable_scalar()->mutable_primitive()->set_integer(i);
}

void ToArray(core::Node& node, core::TaskTemplate& task) {
  BindList(node, 3);
  node.mutable_array_node()->set_parallelism(1);
  *node.mutable_array_node()->mutable_node()->mutable_task_node()->mutable_reference_id() = task.id();
}

void ToMapTask(core::Node& node, core::TaskTemplate& task) {
  BindList(node, 3);
  task.set_type("container_array");
  task.set_task_type_version(1);
  (*task.mutable_custom()->mutable_fields())["parallelism"].set_string_value("1");
}

Change ToGate(const std::function<void(core::GateNode&)>& change) {
  return [change](core::Node& node, core::TaskTemplate&) { change(*node.mutable_gate_node()); };
}

CacheLookedUp Answer(CacheAnswer::Outcome outcome, Instant again_at = {}) {
  CacheLookedUp out{{{"p", "d", "e"}, "n0"}, {}};
  out.answer.outcome = outcome;
  out.answer.again_at = again_at;
  return out;
}

}  // namespace

TEST_CASE("a branch goes on with its choice after a restart, also from a row of before", "[engine]") {
  const Bench::Storing storing = GENERATE(false, true) ? AsStoredBefore : AsStored;
  Bench bench(ToBranch);
  CHECK(bench.rows.at("n0").state == NodeState(model::BranchState{"n0-n0"}));
  bench.Restart(storing);
  CHECK(bench.run.nodes[bench.run.by_id.at("n0")].record.state == NodeState(model::BranchState{"n0-n0"}));
  CHECK(bench.Started() == 1);
  bench.End("n0-0-n0-n0");
  CHECK(bench.run.record.phase == ExecutionPhase::kSucceeded);
  CHECK(bench.rows.at("n0").state == NodeState());
}

TEST_CASE("an array and a map task have as many items after a restart, also from a row of before", "[engine]") {
  const Bench::Storing storing = GENERATE(false, true) ? AsStoredBefore : AsStored;
  const bool map_task = GENERATE(false, true);
  Bench bench(map_task ? ToMapTask : ToArray);
  CHECK(bench.rows.at("n0").state == NodeState(model::ArrayState{3}));
  for (int item = 0; item < 3; ++item) {
    bench.Restart(storing);
    CHECK(bench.Started() == 1);
    bench.End(map_task ? "n0-0-#" + std::to_string(item) : "n0-0-n" + std::to_string(item));
    // The results of items would be read from their objects.
    if (item < 2) CHECK(bench.run.record.phase == ExecutionPhase::kRunning);
  }
  CHECK(bench.run.record.phase == ExecutionPhase::kSucceeded);
}

TEST_CASE("the patience with an image counts from where it began, also from a row of before", "[engine]") {
  const Bench::Storing storing = GENERATE(false, true) ? AsStoredBefore : AsStored;
  Bench bench({});
  const Instant since = bench.now;
  bench.Pend(model::PodWait::kImageMissing);
  CHECK(bench.rows.at("n0").state == NodeState(model::TaskState{since}));
  bench.now += 100s;
  bench.Restart(storing);
  CHECK(bench.last.wake_at == since + 3min);
  bench.now = since + 3min;
  bench.Send(Woken{});
  CHECK(bench.run.record.phase == ExecutionPhase::kFailed);
}

TEST_CASE("each wait has a code and a sentence, and none has another's", "[engine]") {
  std::set<std::string_view> codes, sentences;
  for (int i = 1; i <= static_cast<int>(NodeWait::kSleep); ++i) {
    codes.insert(model::WaitCode(static_cast<NodeWait>(i)));
    sentences.insert(model::Sentence(static_cast<NodeWait>(i)));
    CHECK(model::Sentence(static_cast<NodeWait>(i)).starts_with("waits "));
  }
  CHECK(codes.size() == static_cast<size_t>(NodeWait::kSleep));
  CHECK(sentences.size() == codes.size());
  CHECK(model::WaitCode(NodeWait::kNothing).empty());
}

TEST_CASE("a node says what it waits for, in its row as soon as it has one", "[engine]") {
  SECTION("others") {
    const Bench bench({}, {}, {{}, {0}, {}}, 1);
    CHECK(bench.Waits("n0") == NodeWait::kPod);
    CHECK(bench.rows.at("n0").wait == NodeWait::kPod);
    CHECK(bench.Waits("n1") == NodeWait::kUpstream);
    CHECK(bench.Waits("n2") == NodeWait::kParallelism);
    CHECK(bench.Waits("start-node") == NodeWait::kNothing);
  }
  SECTION("the cache") {
    Bench bench({}, {.cached = true, .serialized = true});
    CHECK(bench.Waits() == NodeWait::kCatalog);
    bench.Send(Answer(CacheAnswer::Outcome::kTaken, bench.now + 10s));
    CHECK(bench.rows.at("n0").wait == NodeWait::kReservation);
    bench.Send(CacheFreed{{{"p", "d", "e"}, "n0"}});
    CHECK(bench.Waits() == NodeWait::kCatalog);
    bench.Send(Answer(CacheAnswer::Outcome::kMiss));
    CHECK(bench.rows.at("n0").wait == NodeWait::kPod);
  }
  SECTION("its result") {
    Bench bench({});
    PodReport report;
    report.id = {{{"p", "d", "e"}, "n0"}, 0};
    report.state = PodState::kFinished;
    report.containers.push_back({.name = GeneratedName(report.id)});
    bench.Send(PodReported{report});
    CHECK(bench.Waits() == NodeWait::kResult);
    AttemptObjects futures;
    futures.futures.state = ObjectFound::State::kPresent;
    bench.Send(ObjectsRead{report.id, futures});
    CHECK(bench.Waits() == NodeWait::kCompilation);
    const auto made = std::make_shared<core::CompiledWorkflowClosure>(sim::DynamicClosure());
    bench.Send(DynamicCompiled{report.id, {*Plan::Build(made), "", "", "", {}}});
    CHECK(bench.rows.at("n0").wait == NodeWait::kInside);
  }
  SECTION("a connector") {
    const Bench bench([](core::Node&, core::TaskTemplate& task) {
      task.set_type("query");
      task.clear_container();
    });
    CHECK(bench.rows.at("n0").wait == NodeWait::kConnector);
  }
  SECTION("what is inside") {
    CHECK(Bench(ToBranch).rows.at("n0").wait == NodeWait::kInside);
    const Bench array(ToArray);
    CHECK(array.rows.at("n0").wait == NodeWait::kInside);
    CHECK(array.Waits("n0-0-n0") == NodeWait::kPod);
    CHECK(array.Waits("n0-0-n1") == NodeWait::kParallelism);
    const Bench sub([](core::Node& node, core::TaskTemplate& task) {
      core::Identifier& id = *node.mutable_workflow_node()->mutable_sub_workflow_ref();
      id = task.id();
      id.set_resource_type(core::WORKFLOW);
      id.set_name("inner");
    });
    CHECK(sub.rows.at("n0").wait == NodeWait::kInside);
    CHECK(sub.Waits("n0-0-n0") == NodeWait::kPod);
  }
  SECTION("a child") {
    Bench bench([](core::Node& node, core::TaskTemplate&) {
      node.mutable_workflow_node()->mutable_launchplan_ref()->set_name("plan");
    });
    CHECK(bench.rows.at("n0").wait == NodeWait::kChild);
    bench.Send(AbortRequested{"enough"});
    CHECK(bench.rows.at("n0").wait == NodeWait::kNothing);
  }
  SECTION("someone") {
    CHECK(Bench(ToGate([](core::GateNode& gate) { gate.mutable_signal()->set_signal_id("s"); })).rows.at("n0").wait ==
          NodeWait::kSignal);
    CHECK(Bench(ToGate([](core::GateNode& gate) { gate.mutable_approve()->set_signal_id("s"); })).rows.at("n0").wait ==
          NodeWait::kApproval);
    CHECK(Bench(ToGate([](core::GateNode& gate) { gate.mutable_sleep()->mutable_duration()->set_seconds(9); }))
              .rows.at("n0")
              .wait == NodeWait::kSleep);
  }
}

}  // namespace sandbox::engine

// Where a node says that its deck is, while its task runs and when it has ended.

#include <catch2/catch.hpp>

#include "flyteidl/core/compiler.pb.h"
#include "sandbox/base/names.h"
#include "sandbox/engine/run.h"
#include "sim/graphs.h"

namespace sandbox::engine {
namespace {

using namespace std::chrono_literals;

const EngineConfig kConfig;
const ExecutionId kId{"p", "d", "e"};
const std::string kFirst = "s3://my-s3-bucket/metadata/propeller/p-d-e/n0/data/0/deck.html";
const std::string kSecond = "s3://my-s3-bucket/metadata/propeller/p-d-e/n0/data/1/deck.html";

struct Bench {
  explicit Bench(bool decks = true) {
    graph = sim::BuildSimGraph({{}}, {.retries = 1});
    auto closure = std::make_shared<flyteidl::core::CompiledWorkflowClosure>(*graph.closure);
    closure->mutable_tasks(0)->mutable_template_()->mutable_metadata()->mutable_generates_deck()->set_value(decks);
    plan = *Plan::Build(closure);
    run = MakeRun(kConfig, plan, {graph.Launch(kId, now).record});
    Send(Launched{});
  }
  void Send(const Event& event) {
    now += 1s;
    last = Step(run, event, now);
    for (const auto& row : last.nodes) deck[row.id.node] = row.deck_uri;
  }
  void Report(PodState state, int exit_code = 0) {
    PodReport report{.id = {{kId, "n0"}, run.nodes[run.by_id.at("n0")].record.attempts}, .state = state};
    report.occurred_at = now;
    report.containers.push_back(
        {.name = GeneratedName(report.id), .exit_code = exit_code, .started_at = now, .finished_at = now});
    Send(PodReported{report});
  }
  void Read(bool found) {
    REQUIRE(last.reads.size() == 1);
    CHECK(last.reads[0].deck);
    AttemptObjects left;
    left.outputs = {ObjectFound::State::kPresent, 0, ""};
    left.deck = found;
    Send(ObjectsRead{last.reads[0].id, left});
  }
  const std::string& Deck() { return deck["n0"]; }

  Instant now{1000s};
  sim::SimGraph graph;
  std::shared_ptr<const Plan> plan;
  Run run;
  Decision last;
  std::map<std::string, std::string> deck;
};

}  // namespace

TEST_CASE("a task that makes a deck says where it is from its start on", "[engine]") {
  Bench bench;
  CHECK(bench.Deck().empty());
  bench.Report(PodState::kRunning);
  CHECK(bench.Deck() == kFirst);
  bench.Report(PodState::kFinished);
  CHECK(bench.Deck() == kFirst);
  const bool found = GENERATE(true, false);
  bench.Read(found);
  CHECK(bench.Deck() == (found ? kFirst : ""));
}

TEST_CASE("each attempt has a deck of its own, and what failed before it wrote one has none", "[engine]") {
  Bench bench;
  bench.Report(PodState::kRunning);
  bench.Report(PodState::kFinished, 3);
  CHECK(bench.Deck().empty());
  bench.Report(PodState::kRunning);
  CHECK(bench.Deck() == kSecond);
  SECTION("it fails, too") { bench.Report(PodState::kFinished, 3); }
  SECTION("its pod is deleted") { bench.Send(PodDeleted{{{kId, "n0"}, 1}, 0s}); }
  SECTION("the execution is aborted") { bench.Send(AbortRequested{"enough"}); }
  CHECK(bench.Deck().empty());
}

TEST_CASE("a task that makes no deck says none", "[engine]") {
  Bench bench(false);
  bench.Report(PodState::kRunning);
  CHECK(bench.Deck().empty());
}

}  // namespace sandbox::engine

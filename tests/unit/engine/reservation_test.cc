// A task that waits for what another execution makes (cache_serialize).

#include <catch2/catch.hpp>

#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "sandbox/engine/run.h"
#include "sim/graphs.h"

namespace sandbox::engine {
namespace {

using namespace std::chrono_literals;
using model::NodePhase;
using model::TaskPhase;

const EngineConfig kConfig;
const NodeExecutionId kNode{{"p", "d", "e"}, "n0"};
constexpr const char* kHolder = "node n1 of execution p/d/other";
constexpr const char* kReason = "waits for its outputs, which node n1 of execution p/d/other makes (cache_serialize)";

struct Bench {
  Bench() {
    const sim::SimGraph graph = sim::BuildSimGraph({{}}, {.timeout_s = 1000, .cached = true, .serialized = true});
    run = MakeRun(kConfig, *Plan::Build(graph.closure), {graph.Launch(kNode.execution, now).record});
    Send(Launched{});
    Send(Taken(kHolder));
  }
  void Send(const Event& event) {
    now += 1s;
    const Decision decision = Step(run, event, now);
    for (const auto& row : decision.tasks) task = row;
    for (const auto& row : decision.nodes) {
      if (row.id == kNode) node = row;
    }
  }
  CacheLookedUp Taken(const std::string& holder) const {
    CacheLookedUp out{kNode, {}};
    out.answer.outcome = CacheAnswer::Outcome::kTaken;
    out.answer.holder = holder;
    out.answer.again_at = now + 10s;
    return out;
  }
  void AskAgain() {
    now += 10s;
    Send(Woken{});
  }

  Instant now{1000s};
  Run run;
  std::optional<model::TaskRecord> task;
  std::optional<model::NodeRecord> node;
};

}  // namespace

TEST_CASE("a task that waits for a reservation says who holds it", "[engine]") {
  Bench bench;
  CHECK(bench.node->phase == NodePhase::kQueued);
  REQUIRE(bench.task);
  CHECK(bench.task->phase == TaskPhase::kQueued);
  CHECK(bench.task->pod_status.empty());
  REQUIRE(bench.task->reasons.size() == 1);
  CHECK(bench.task->reasons[0].message == kReason);
  bench.AskAgain();
  bench.Send(bench.Taken(kHolder));
  CHECK(bench.task->reasons.size() == 1);
  bench.AskAgain();
  bench.Send(bench.Taken("node n2 of execution p/d/third"));
  CHECK(bench.task->reasons.back().message.contains("p/d/third"));
}

TEST_CASE("a task that runs after all keeps the reason why it began late", "[engine]") {
  Bench bench;
  bench.AskAgain();
  const Instant created = bench.task->created_at;
  CacheLookedUp miss{kNode, {}};
  miss.answer.outcome = CacheAnswer::Outcome::kMiss;
  bench.Send(miss);
  CHECK(bench.node->phase == NodePhase::kRunning);
  CHECK(bench.task->phase == TaskPhase::kQueued);
  CHECK(bench.task->id.attempt == 0);
  CHECK(bench.task->created_at == created);
  REQUIRE(bench.task->reasons.size() == 2);
  CHECK(bench.task->reasons[0].message == kReason);
  CHECK(bench.task->reasons[1].message == "task submitted to K8s");
  CHECK_FALSE(bench.task->unlisted);
}

TEST_CASE("a task that takes what another one made ends without having run, and is in no list", "[engine]") {
  Bench bench;
  bench.AskAgain();
  CacheLookedUp hit{kNode, {}};
  hit.answer.outcome = CacheAnswer::Outcome::kHit;
  hit.answer.outputs = std::make_shared<const flyteidl::core::LiteralMap>();
  bench.Send(hit);
  CHECK(bench.node->phase == NodePhase::kSucceeded);
  CHECK(bench.task->phase == TaskPhase::kSucceeded);
  CHECK(bench.task->unlisted);
}

TEST_CASE("a task that still waits when its node's time is over ends with it", "[engine]") {
  Bench bench;
  bench.now += 2000s;
  bench.Send(Woken{});
  CHECK(bench.node->phase == NodePhase::kTimedOut);
  CHECK(bench.task->phase == TaskPhase::kAborted);
}

TEST_CASE("a task that still waits when its execution is terminated ends with it", "[engine]") {
  Bench bench;
  bench.Send(AbortRequested{"enough"});
  CHECK(bench.node->phase == NodePhase::kAborted);
  CHECK(bench.task->phase == TaskPhase::kAborted);
}

}  // namespace sandbox::engine

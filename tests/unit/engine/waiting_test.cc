// What a run makes of a pod that waits to be started, or never will be.

#include <catch2/catch.hpp>

#include "flyteidl/core/compiler.pb.h"
#include "sandbox/engine/run.h"
#include "sim/graphs.h"

namespace sandbox::engine {
namespace {

const EngineConfig kConfig;
constexpr int64_t kGi = int64_t{1} << 30;

struct Bench {
  Bench() {
    graph = sim::BuildSimGraph({{}}, {.retries = 2, .cpu_millis = 1500});
    auto closure = std::make_shared<flyteidl::core::CompiledWorkflowClosure>(*graph.closure);
    auto& task = *closure->mutable_tasks(0)->mutable_template_();
    auto& secret = *task.mutable_security_context()->add_secrets();
    secret.set_group("g");
    secret.set_key("k");
    secret.set_mount_requirement(flyteidl::core::Secret::FILE);
    secret.set_env_var("WHERE");
    task.mutable_metadata()->set_is_eager(true);
    plan = *Plan::Build(closure);
    run = MakeRun(kConfig, plan, {graph.Launch({"p", "d", "e"}, now).record});
    Send(Launched{});
  }
  void Send(const Event& event) {
    now += std::chrono::seconds(1);
    last = Step(run, event, now);
    if (last.execution) record = *last.execution;
    for (const auto& task : last.tasks) tasks[task.id] = task;
  }
  void Wait(model::WaitReason wait) {
    PodReport report;
    report.id = {{{"p", "d", "e"}, "n0"}, 0};
    report.wait = std::move(wait);
    report.occurred_at = now;
    Send(PodReported{report});
  }
  const model::TaskRecord& Task() const { return tasks.begin()->second; }
  const PodSpec* Started() const {
    for (const Effect& effect : last.effects) {
      if (const auto* start = std::get_if<StartAttempt>(&effect)) return &start->pod;
    }
    return nullptr;
  }
  // The same run in a new process.
  void Restart() {
    StoredRun stored{record};
    for (const NodeRun& node : run.nodes) {
      if (node.record.phase != model::NodePhase::kUndefined) stored.nodes.push_back(node.record);
      if (node.attempt) stored.tasks.push_back(*node.attempt);
    }
    run = MakeRun(kConfig, plan, std::move(stored));
    Send(Resumed{});
  }

  Instant now{std::chrono::seconds(1000)};
  sim::SimGraph graph;
  std::shared_ptr<const Plan> plan;
  Run run;
  Decision last;
  model::ExecutionRecord record;
  std::map<AttemptId, model::TaskRecord> tasks;
};

model::WaitReason ForMemory(int64_t free, uint32_t ahead) {
  model::WaitReason out{.code = model::PodWait::kResources};
  out.shortages.push_back({"memory", 4 * kGi, free, 8 * kGi});
  if (ahead > 0) out.ahead.push_back({{"p", "d", "e1"}, "n7"});
  out.ahead_count = ahead;
  return out;
}

}  // namespace

TEST_CASE("A pod names the secrets and the resources it needs", "[engine]") {
  const Bench bench;
  const PodSpec* pod = bench.Started();
  REQUIRE(pod != nullptr);
  REQUIRE(pod->secrets.size() == 1);
  CHECK(pod->secrets[0].group == "g");
  CHECK(pod->secrets[0].key == "k");
  CHECK(pod->secrets[0].mount == SecretRequest::Mount::kFile);
  CHECK(pod->secrets[0].env_var == "WHERE");
  CHECK(pod->secret_values.env.empty());
  CHECK(pod->labels.at("inject-flyte-secrets") == "true");
  CHECK(pod->containers[0].cpu_request_millis == 1500);
  CHECK(pod->mostly_waits);
  CHECK_FALSE(pod->resumed);
}

TEST_CASE("A task that waits for resources says so, and does not go back to queued", "[engine]") {
  Bench bench;
  const std::string text = "waits for memory: needs 4Gi, 2.5Gi of 8Gi free; 1 before it: e1/n7";
  bench.Wait(ForMemory(kGi * 5 / 2, 1));
  CHECK(bench.Task().phase == model::TaskPhase::kWaitingForResources);
  CHECK(bench.Task().reasons.back().message == text);
  CHECK(bench.Task().pod_status == "Pending");
  CHECK(bench.Task().pod_reason == text);
  const Instant since = bench.Task().pod.wait.since;
  CHECK(since > Instant{});
  // Other amounts: the pod's row tells them, and the public API has no news.
  const auto reasons = bench.Task().reasons.size();
  const auto version = bench.Task().phase_version;
  bench.Wait(ForMemory(kGi, 0));
  CHECK(bench.Task().pod_reason == "waits for memory: needs 4Gi, 1Gi of 8Gi free");
  CHECK(bench.Task().pod.wait.shortages.at(0).free == kGi);
  CHECK(bench.Task().pod.wait.since == since);
  CHECK(bench.Task().reasons.size() == reasons);
  CHECK(bench.Task().phase_version == version);
  // The same again: not even a row.
  bench.Wait(ForMemory(kGi, 0));
  CHECK(bench.last.tasks.empty());
  bench.Restart();
  REQUIRE(bench.Started() != nullptr);
  CHECK_FALSE(bench.Started()->resumed);  // it waits again
  bench.Wait({.code = model::PodWait::kEngine, .error = "no engine"});
  CHECK(bench.Task().phase == model::TaskPhase::kWaitingForResources);
  bench.Wait({.code = model::PodWait::kStarting});
  CHECK(bench.Task().phase == model::TaskPhase::kInitializing);
  bench.Restart();
  REQUIRE(bench.Started() != nullptr);
  CHECK(bench.Started()->resumed);
}

TEST_CASE("What will never be started ends its attempt at once, retries or not", "[engine]") {
  const auto code = GENERATE(model::PodWait::kSecret, model::PodWait::kBadSecret, model::PodWait::kNeverFits);
  Bench bench;
  const model::WaitReason wait{.code = code, .error = "the reason in words"};
  bench.Wait(wait);
  CHECK(bench.record.phase == model::ExecutionPhase::kFailed);
  CHECK(bench.record.error->code == model::WordsOf(wait).status);
  CHECK(bench.record.error->message == model::WordsOf(wait).message);
  CHECK(bench.record.error->kind == model::ErrorKind::kUser);
  CHECK(bench.tasks.size() == 1);
}

}  // namespace sandbox::engine

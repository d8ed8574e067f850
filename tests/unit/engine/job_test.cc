// Attempts that are jobs of connectors: protocol/execution-engine 7.5.

#include <algorithm>
#include <catch2/catch.hpp>

#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "sandbox/engine/run.h"
#include "sim/graphs.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;
using model::ExecutionPhase;
using model::NodePhase;
using model::TaskPhase;

std::string Outputs(int value) {
  core::LiteralMap map;
  (*map.mutable_literals())["o0"].mutable_scalar()->mutable_primitive()->set_integer(value);
  return map.SerializeAsString();
}

// A run of one task of type "query" without a container, stepped by hand.
struct Bench {
  explicit Bench(sim::GraphOptions options = {}, bool configured = true,
                 const std::function<void(core::TaskTemplate&)>& change = {}) {
    config.connectors.configured = configured;
    graph = sim::BuildSimGraph({{}}, options);
    auto closure = std::make_shared<core::CompiledWorkflowClosure>(*graph.closure);
    core::TaskTemplate& task = *closure->mutable_tasks(0)->mutable_template_();
    task.set_type("query");
    task.set_task_type_version(3);
    if (change) {
      change(task);
    } else {
      task.clear_container();
    }
    plan = *Plan::Build(closure);
    Start(graph.Launch({"p", "d", "e"}, now).record);
  }
  void Start(model::ExecutionRecord record) {
    record.settings.envs = {{"A", "b"}};
    run = MakeRun(config, plan, {std::move(record)});
    Send(Launched{});
  }
  void Send(const Event& event) {
    now += std::chrono::seconds(1);
    last = Step(run, event, now);
    for (const auto& task : last.tasks) tasks[task.id] = task;
    for (const auto& object : last.objects) objects[object.uri] = Encode(object);
  }
  AttemptId Current() const { return {{{"p", "d", "e"}, "n0"}, Node().attempts}; }
  void Report(JobReported::What what, const std::string& message = "", const std::string& job = "") {
    JobReported report;
    report.id = Current();
    report.what = what;
    report.message = message;
    report.job = job;
    Send(report);
  }
  void State(JobResource resource) {
    JobReported report;
    report.id = Current();
    report.what = JobReported::What::kState;
    report.resource = std::move(resource);
    Send(report);
  }
  void State(TaskPhase phase, const std::string& message = "") {
    JobResource resource;
    resource.phase = phase;
    resource.message = message;
    State(resource);
  }
  // As after kill -9: only what was committed is there.
  void Restart() {
    std::vector<model::NodeRecord> nodes;
    std::vector<model::TaskRecord> stored;
    for (const NodeRun& node : run.nodes) {
      if (node.record.phase != NodePhase::kUndefined) nodes.push_back(node.record);
    }
    for (const auto& [id, task] : tasks) stored.push_back(task);
    run = MakeRun(config, plan, {run.record, nodes, stored});
    Send(Resumed{});
  }
  template <typename E>
  std::vector<E> Effects() const {
    std::vector<E> out;
    for (const Effect& effect : last.effects) {
      if (const E* found = std::get_if<E>(&effect)) out.push_back(*found);
    }
    return out;
  }
  const model::NodeRecord& Node() const { return run.nodes[run.by_id.at("n0")].record; }
  const model::TaskRecord& Task(uint32_t attempt = 0) const { return tasks.at({{{"p", "d", "e"}, "n0"}, attempt}); }

  Instant now{std::chrono::seconds(1000)};
  EngineConfig config;
  sim::SimGraph graph;
  std::shared_ptr<const Plan> plan;
  Run run;
  Decision last;
  std::map<AttemptId, model::TaskRecord> tasks;
  std::map<std::string, std::string> objects;
};

constexpr const char* kPrefix = "s3://my-s3-bucket/metadata/propeller/p-d-e/n0/data/0";

TEST_CASE("a job is asked for with everything that its connector gets", "[jobs]") {
  Bench bench;
  const auto started = bench.Effects<StartJob>();
  REQUIRE(started.size() == 1);
  CHECK(bench.Effects<StartAttempt>().empty());
  const JobRequest& request = started[0].request;
  CHECK_FALSE(started[0].job);
  CHECK(request.id == bench.Current());
  CHECK(request.type == JobType{"query", 3});
  CHECK(request.output_prefix == kPrefix);
  CHECK(request.inputs == bench.objects.at("s3://my-s3-bucket/metadata/propeller/p-d-e/n0/data/inputs.pb"));
  CHECK(request.metadata.pod_namespace == "p-d");
  CHECK(request.metadata.labels.at("node-id") == "n0");
  CHECK(request.metadata.labels.at("execution-id") == "e");
  CHECK(request.metadata.envs == std::vector<std::pair<std::string, std::string>>{{"A", "b"}});
  CHECK(request.metadata.attempts_max == 1);
  core::TaskTemplate task;
  REQUIRE(task.ParseFromString(request.task_template));
  CHECK(task.type() == "query");
  CHECK(bench.Task().phase == TaskPhase::kQueued);
  CHECK(bench.Task().plugin_identifier == "connector-service");
  CHECK(bench.Task().pod_status.empty());
  CHECK(bench.Node().phase == NodePhase::kRunning);
  CHECK(LiveAttempts(bench.run).empty());
  CHECK(IsLive(bench.run, bench.Current()));
}

TEST_CASE("a job's name is in the row before it is asked how it is", "[jobs]") {
  Bench bench;
  bench.Report(JobReported::What::kCreated, "", "job-1");
  REQUIRE(bench.last.tasks.size() == 1);
  CHECK(bench.last.tasks[0].job == "job-1");
  REQUIRE(bench.Effects<WatchJob>().size() == 1);
  bench.Report(JobReported::What::kCreated, "", "job-2");
  CHECK(bench.Task().job == "job-1");
  CHECK(bench.Effects<WatchJob>().empty());
}

TEST_CASE("after a restart a job with a name is looked after, one without is created", "[jobs]") {
  Bench named;
  named.Report(JobReported::What::kCreated, "", "job-1");
  named.config.connectors.configured = false;  // what began as a job stays one
  named.Restart();
  REQUIRE(named.Effects<StartJob>().size() == 1);
  CHECK(named.Effects<StartJob>()[0].job == "job-1");
  named.State(TaskPhase::kFailed, "m");
  CHECK(named.Node().error->message == "failed to run the job: m");

  Bench nameless;
  nameless.Restart();
  REQUIRE(nameless.Effects<StartJob>().size() == 1);
  CHECK_FALSE(nameless.Effects<StartJob>()[0].job);
}

TEST_CASE("phases of a job are the task's, messages its reasons; links and info are taken over", "[jobs]") {
  Bench bench;
  bench.Report(JobReported::What::kCreated, "", "job-1");
  bench.State(TaskPhase::kWaitingForResources, "in the queue");
  CHECK(bench.Task().phase == TaskPhase::kWaitingForResources);
  bench.State(TaskPhase::kInitializing, "warms up");
  CHECK(bench.Task().phase == TaskPhase::kInitializing);
  JobResource running;
  running.phase = TaskPhase::kRunning;
  running.message = "10 %";
  running.logs = {{"http://x/1", "Console"}};
  running.custom_info = "info";
  bench.State(running);
  CHECK(bench.Task().phase == TaskPhase::kRunning);
  CHECK(bench.Task().started_at == bench.now);
  CHECK(bench.Task().logs == running.logs);
  CHECK(bench.Task().custom_info == "info");
  const uint32_t version = bench.Task().phase_version;
  bench.State(running);
  CHECK(bench.last.tasks.empty());
  running.message = "20 %";
  bench.State(running);
  CHECK(bench.Task().phase_version == version + 1);
  std::vector<std::string> reasons;
  for (const model::Reason& reason : bench.Task().reasons) reasons.push_back(reason.message);
  CHECK(reasons == std::vector<std::string>{"launched", "in the queue", "warms up", "10 %", "20 %"});
}

TEST_CASE("a service that is away is a reason and nothing else", "[jobs]") {
  Bench bench;
  bench.Report(JobReported::What::kWaits, "the connector service at x does not answer");
  CHECK(bench.Task().phase == TaskPhase::kQueued);
  CHECK(bench.Task().reasons.back().message == "the connector service at x does not answer");
  CHECK(bench.Node().phase == NodePhase::kRunning);
}

TEST_CASE("outputs that come with the answer are written, others are read", "[jobs]") {
  Bench given;
  given.Report(JobReported::What::kCreated, "", "j");
  JobResource done;
  done.phase = TaskPhase::kSucceeded;
  done.outputs = Outputs(7);
  given.State(done);
  CHECK(given.objects.at(std::string(kPrefix) + "/outputs.pb") == Outputs(7));
  CHECK(given.Task().phase == TaskPhase::kSucceeded);
  CHECK(given.Task().output_uri == std::string(kPrefix) + "/outputs.pb");
  CHECK(given.run.record.phase == ExecutionPhase::kSucceeded);
  CHECK(given.Effects<ReleaseAttempt>().empty());
  CHECK(given.last.deletions.empty());

  Bench written;
  written.Report(JobReported::What::kCreated, "", "j");
  written.State(TaskPhase::kSucceeded);
  REQUIRE(written.last.reads.size() == 1);
  CHECK(written.last.reads[0].output_prefix == kPrefix);
  CHECK(written.run.record.phase == ExecutionPhase::kRunning);
  AttemptObjects objects;
  objects.outputs = {ObjectFound::State::kPresent, 1, Outputs(8)};
  written.Send(ObjectsRead{written.Current(), objects});
  CHECK(written.run.record.phase == ExecutionPhase::kSucceeded);

  Bench nothing;
  nothing.Report(JobReported::What::kCreated, "", "j");
  nothing.State(TaskPhase::kSucceeded);
  nothing.Send(ObjectsRead{nothing.Current(), {}});
  CHECK(nothing.run.record.error->message ==
        "[1/1] currentAttempt done. Last Error: UNKNOWN::Outputs not generated by task execution");
  CHECK(nothing.Task().pod_status.empty());
}

TEST_CASE("outputs beyond the limit are refused, not stored", "[jobs]") {
  Bench bench;
  bench.config.output_bytes_max = 4;
  bench.Report(JobReported::What::kCreated, "", "j");
  JobResource done;
  done.phase = TaskPhase::kSucceeded;
  done.outputs = Outputs(7);
  bench.State(done);
  CHECK(bench.run.record.error->code == "OutputSizeExceeded");
  CHECK_FALSE(bench.objects.contains(std::string(kPrefix) + "/outputs.pb"));
}

TEST_CASE("failures of a job: codes and texts", "[jobs]") {
  Bench failed({.retries = 3});
  failed.State(TaskPhase::kFailed, "no such table");
  CHECK(failed.run.record.error->code == "TaskFailedWithError");
  CHECK(failed.run.record.error->message == "failed to run the job: no such table");
  CHECK(failed.run.record.error->kind == model::ErrorKind::kUser);
  CHECK(failed.Effects<LeaveJob>().empty());

  Bench coded;
  JobResource resource;
  resource.phase = TaskPhase::kFailed;
  resource.error_code = "QuotaExceeded";
  coded.State(resource);
  CHECK(coded.run.record.error->code == "QuotaExceeded");

  Bench aborted({.retries = 3});
  aborted.State(TaskPhase::kAborted, "by someone");
  CHECK(aborted.run.record.error->code == "TaskFailedWithError");
  CHECK(aborted.run.record.error->message == "failed to run the job with aborted phase.");

  Bench retried({.retries = 1});
  retried.Report(JobReported::What::kCreated, "", "job-1");
  retried.State(TaskPhase::kRetryableFailed, "lost");
  CHECK(retried.Node().attempts == 1);
  CHECK(retried.Task(0).phase == TaskPhase::kFailed);
  REQUIRE(retried.Effects<StartJob>().size() == 1);
  CHECK_FALSE(retried.Effects<StartJob>()[0].job);
  CHECK(retried.Effects<StartJob>()[0].request.metadata.attempts_max == 2);
  retried.State(TaskPhase::kRetryableFailed, "lost");
  CHECK(retried.run.record.error->code == "RetriesExhausted|TaskFailedWithError");
  CHECK(retried.run.record.error->message ==
        "[2/2] currentAttempt done. Last Error: USER::failed to run the job: lost");
}

TEST_CASE("a job whose connector cannot say how it is ends with its attempt and is deleted", "[jobs]") {
  Bench bench;
  bench.Report(JobReported::What::kCreated, "", "job-1");
  JobReported report;
  report.id = bench.Current();
  report.what = JobReported::What::kFailed;
  report.code = "CacheFailed";
  report.message = "failed to get task from connector with x";
  bench.Send(report);
  CHECK(bench.run.record.error->code == "CacheFailed");
  REQUIRE(bench.last.deletions.size() == 1);
  CHECK(bench.last.deletions[0] == model::JobDeletion{{{{"p", "d", "e"}, "n0"}, 0}, "query", 3, "job-1"});
}

TEST_CASE("an abort leaves the job and owes its deletion with the same commit", "[jobs]") {
  Bench bench;
  bench.Report(JobReported::What::kCreated, "", "job-1");
  bench.Send(AbortRequested{"enough"});
  CHECK(bench.run.record.phase == ExecutionPhase::kAborted);
  CHECK(bench.Task().phase == TaskPhase::kAborted);
  REQUIRE(bench.last.deletions.size() == 1);
  CHECK(bench.last.deletions[0].job == "job-1");
  CHECK(bench.Effects<LeaveJob>().size() == 1);
  CHECK(bench.Effects<StopAttempt>().empty());

  Bench nameless;
  nameless.Send(AbortRequested{"enough"});
  CHECK(nameless.last.deletions.empty());
  CHECK(nameless.Effects<LeaveJob>().size() == 1);
}

TEST_CASE("a timeout deletes the job and tries again", "[jobs]") {
  Bench bench({.retries = 1, .timeout_s = 15});
  bench.Report(JobReported::What::kCreated, "", "job-1");
  bench.now += std::chrono::seconds(15);
  bench.Send(Woken{});
  CHECK(bench.Node().attempts == 1);
  CHECK(bench.Task(0).phase == TaskPhase::kAborted);
  REQUIRE(bench.last.deletions.size() == 1);
  CHECK(bench.last.deletions[0].id.attempt == 0);
  CHECK(bench.Effects<StartJob>().size() == 1);
}

TEST_CASE("the items of an array node are jobs of their own, with their own inputs and prefixes", "[jobs]") {
  EngineConfig config;
  config.connectors.configured = true;
  const sim::SimGraph graph = sim::BuildSimGraph({{}}, {});
  auto closure = std::make_shared<core::CompiledWorkflowClosure>(*graph.closure);
  closure->mutable_tasks(0)->mutable_template_()->set_type("query");
  closure->mutable_tasks(0)->mutable_template_()->clear_container();
  for (core::Node& node : *closure->mutable_primary()->mutable_template_()->mutable_nodes()) {
    if (!node.has_task_node()) continue;
    core::Node inner = node;
    node.clear_inputs();
    core::Binding& binding = *node.add_inputs();
    binding.set_var("x");
    for (const int value : {5, 6})
      binding.mutable_binding()
          ->mutable_collection()
          ->add_bindings()
          ->mutable_scalar()
          ->mutable_primitive()
          ->set_integer(value);
    *node.mutable_array_node()->mutable_node() = inner;
  }
  Instant now{std::chrono::seconds(1000)};
  Run run = MakeRun(config, *Plan::Build(closure), {graph.Launch({"p", "d", "e"}, now).record});
  const Decision started = Step(run, Launched{}, now);
  std::vector<StartJob> jobs;
  for (const Effect& effect : started.effects) jobs.push_back(std::get<StartJob>(effect));
  REQUIRE(jobs.size() == 2);
  core::LiteralMap inputs;
  REQUIRE(inputs.ParseFromString(jobs[1].request.inputs));
  CHECK(inputs.literals().at("x").scalar().primitive().integer() == 6);
  CHECK(jobs[1].request.output_prefix == "s3://my-s3-bucket/metadata/propeller/p-d-e/n0/data/0/1/0");
  CHECK(std::ranges::any_of(started.objects, [](const ObjectWrite& object) {
    return object.uri == "s3://my-s3-bucket/metadata/propeller/p-d-e/n0/data/1/0/inputs.pb";
  }));
  CHECK(LiveAttempts(run).empty());
  for (size_t i = 0; i < jobs.size(); ++i) {
    JobReported report;
    report.id = jobs[i].request.id;
    report.what = JobReported::What::kState;
    report.resource.phase = TaskPhase::kSucceeded;
    report.resource.outputs = Outputs(static_cast<int>(10 + i));
    Step(run, report, now);
  }
  CHECK(run.record.phase == ExecutionPhase::kSucceeded);
}

TEST_CASE("which tasks go to connectors", "[jobs]") {
  const auto container = [](core::TaskTemplate& task) { task.mutable_container()->add_args("--to={{.outputPrefix}}"); };
  Bench unknown({}, true, container);
  CHECK(unknown.Effects<StartAttempt>().size() == 1);

  Bench builtin({}, true, [&](core::TaskTemplate& task) { task.set_type("python-task"); });
  builtin.config.connectors.known = {{"python-task", 3}};
  builtin.Start(builtin.graph.Launch({"p", "d", "e"}, builtin.now).record);
  CHECK(builtin.Effects<StartAttempt>().size() == 1);

  unknown.config.connectors.known = {{"query", 3}};
  unknown.Start(unknown.graph.Launch({"p", "d", "e"}, unknown.now).record);
  const auto jobs = unknown.Effects<StartJob>();
  REQUIRE(jobs.size() == 1);
  core::TaskTemplate task;
  REQUIRE(task.ParseFromString(jobs[0].request.task_template));
  CHECK(std::ranges::find(task.container().args(), std::string("--to=") + kPrefix) != task.container().args().end());

  unknown.config.connectors.known = {{"query", 4}};
  unknown.Start(unknown.graph.Launch({"p", "d", "e"}, unknown.now).record);
  CHECK(unknown.Effects<StartJob>().empty());
  unknown.config.connectors.stated = {"query"};
  unknown.Start(unknown.graph.Launch({"p", "d", "e"}, unknown.now).record);
  CHECK(unknown.Effects<StartJob>().size() == 1);
}

TEST_CASE("without a connector the recorded error stays, and a reason says what to do", "[jobs]") {
  Bench bench({}, false);
  CHECK(bench.run.record.error->code == "FailedToBuildResource");
  CHECK(bench.run.record.error->message ==
        "could not build resource for task: [BadTaskSpecification] invalid TaskSpecification, unable to determine Pod "
        "configuration");
  CHECK(bench.Task().plugin_identifier == "container");
  REQUIRE(bench.Task().reasons.size() == 1);
  CHECK(bench.Task().reasons[0].message ==
        "task type [query] has no container and no connector is configured: start a connector service that serves it, "
        "list its address in config.yaml "
        "(connectors: [localhost:8000]), and start the sandbox again");
}

}  // namespace
}  // namespace sandbox::engine

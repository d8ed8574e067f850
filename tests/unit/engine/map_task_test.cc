// Map tasks of the older kind (container_array): one attempt of a task that is many containers.

#include <catch2/catch.hpp>

#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/errors.pb.h"
#include "sandbox/base/names.h"
#include "sandbox/engine/run.h"
#include "sim/graphs.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

const EngineConfig kConfig;

struct Bench {
  explicit Bench(int items, double ratio = 1, const char* parallelism = "0", uint32_t retries = 0, int other = -1) {
    graph = sim::BuildSimGraph({{}}, {.retries = retries});
    auto closure = std::make_shared<core::CompiledWorkflowClosure>(*graph.closure);
    auto& task = *closure->mutable_tasks(0)->mutable_template_();
    task.set_type("container_array");
    task.set_task_type_version(1);
    (*task.mutable_custom()->mutable_fields())["parallelism"].set_string_value(parallelism);
    (*task.mutable_custom()->mutable_fields())["minSuccessRatio"].set_number_value(ratio);
    for (core::Node& node : *closure->mutable_primary()->mutable_template_()->mutable_nodes()) {
      if (!node.has_task_node()) continue;
      node.clear_inputs();
      Bind(node, "x", items);
      if (other >= 0) Bind(node, "y", other);
    }
    plan = *Plan::Build(closure);
    run = MakeRun(kConfig, plan, {graph.Launch({"p", "d", "e"}, now).record});
    Send(Launched{});
  }
  static void Bind(core::Node& node, const char* name, int items) {
    core::Binding& binding = *node.add_inputs();
    binding.set_var(name);
    binding.mutable_binding()->mutable_collection();
    for (int i = 0; i < items; ++i)
      binding.mutable_binding()
          ->mutable_collection()
          ->add_bindings()
          ->mutable_scalar()
          ->mutable_primitive()
          ->set_integer(i);
  }
  core::LiteralMap InputsOf(size_t number) {
    core::LiteralMap inputs;
    REQUIRE(inputs.ParseFromString(objects.at(started[number].pod.inputs_uri)));
    return inputs;
  }
  void Send(const Event& event) {
    now += std::chrono::seconds(1);
    Decision last = Step(run, event, now);
    if (last.execution) record = *last.execution;
    for (const auto& node : last.nodes) nodes[node.id.node] = node;
    for (const auto& task : last.tasks) tasks[task.id] = task;
    for (const auto& object : last.objects) objects[object.uri] = Encode(object);
    for (const Effect& effect : last.effects) {
      if (const auto* start = std::get_if<StartAttempt>(&effect)) started.push_back(*start);
      if (const auto* stop = std::get_if<StopAttempt>(&effect)) stopped.push_back(stop->id);
    }
  }
  AttemptId Item(int index, uint32_t attempt = 0) const {
    return {{{"p", "d", "e"}, "n0-0-#" + std::to_string(index)}, attempt};
  }
  void End(const AttemptId& id, const AttemptObjects& left) {
    PodReport report;
    report.id = id;
    report.state = PodState::kFinished;
    report.occurred_at = now;
    report.containers.push_back({.name = GeneratedName(id)});
    Send(PodReported{report});
    Send(ObjectsRead{id, left});
  }
  void Succeed(int index, uint32_t attempt = 0, bool error_is_left = false) {
    core::LiteralMap outputs;
    (*outputs.mutable_literals())["o0"].mutable_scalar()->mutable_primitive()->set_integer(10 * index);
    AttemptObjects left;
    left.outputs = {ObjectFound::State::kPresent, 1, outputs.SerializeAsString()};
    if (error_is_left) left.error = Error(true);
    End(Item(index, attempt), left);
  }
  static ObjectFound Error(bool recoverable) {
    core::ErrorDocument document;
    document.mutable_error()->set_code("USER:Odd");
    document.mutable_error()->set_message("a \"word\"\nmore");
    document.mutable_error()->set_origin(core::ExecutionError::USER);
    document.mutable_error()->set_kind(recoverable ? core::ContainerError::RECOVERABLE
                                                   : core::ContainerError::NON_RECOVERABLE);
    return {ObjectFound::State::kPresent, 1, document.SerializeAsString()};
  }
  void Fail(int index, bool recoverable = false, uint32_t attempt = 0) {
    AttemptObjects left;
    left.error = Error(recoverable);
    End(Item(index, attempt), left);
  }
  const model::TaskRecord& Task() const { return tasks.at({{{"p", "d", "e"}, "n0"}, 0}); }
  // The same run in a new process.
  void Restart() {
    StoredRun stored{record};
    for (const NodeRun& node : run.nodes) {
      if (node.record.phase != model::NodePhase::kUndefined) stored.nodes.push_back(node.record);
      if (node.attempt) stored.tasks.push_back(*node.attempt);
    }
    run = MakeRun(kConfig, plan, std::move(stored));
    started.clear();
    Send(Resumed{});
  }

  Instant now{std::chrono::seconds(1000)};
  sim::SimGraph graph;
  std::shared_ptr<const Plan> plan;
  Run run;
  model::ExecutionRecord record;
  std::map<std::string, model::NodeRecord> nodes;
  std::map<AttemptId, model::TaskRecord> tasks;
  std::map<std::string, std::string> objects;
  std::vector<StartAttempt> started;
  std::vector<AttemptId> stopped;
};

const std::string kData = "s3://my-s3-bucket/metadata/propeller/p-d-e/n0/data";

std::string EnvOf(const PodSpec& pod, const std::string& wanted) {
  std::string out = "none";
  for (const auto& [name, value] : pod.containers[0].env) out = name == wanted ? value : out;
  return out;
}

}  // namespace

TEST_CASE("A map task is one attempt of many containers, each with its index", "[engine]") {
  Bench bench(2);
  REQUIRE(bench.started.size() == 2);
  const PodSpec& pod = bench.started[1].pod;
  CHECK(pod.name == "e-n0-0-1");
  CHECK(pod.labels.at("node-id") == "n0");
  CHECK(EnvOf(pod, "BATCH_JOB_ARRAY_INDEX_VAR_NAME") == "FLYTE_K8S_ARRAY_INDEX");
  CHECK(EnvOf(pod, "FLYTE_K8S_ARRAY_INDEX") == "1");
  CHECK(pod.containers[0].args[0] == kData + "/0");
  CHECK(bench.started[1].pod.inputs_uri == kData + "/inputs.pb");
  CHECK(bench.InputsOf(1).literals().at("x").collection().literals_size() == 2);
  bench.Succeed(1);
  bench.Succeed(0);
  CHECK(bench.record.phase == model::ExecutionPhase::kSucceeded);
  CHECK(bench.Task().phase == model::TaskPhase::kSucceeded);
  CHECK(bench.Task().plugin_identifier == "k8s-array");
  CHECK(bench.Task().generated_name == "e-n0-0");
  CHECK_FALSE(bench.nodes.at("n0").is_array);
  CHECK(bench.nodes.at("n0").checkpoint_uri.ends_with("/e-n0-0/_flytecheckpoints"));
  CHECK(bench.tasks.at(bench.Item(1)).logs.at(0).name == "Kubernetes Logs #0");
  core::LiteralMap outputs;
  REQUIRE(outputs.ParseFromString(bench.objects.at(kData + "/0/outputs.pb")));
  CHECK(outputs.literals().at("o0").collection().literals(1).scalar().primitive().integer() == 10);
}

TEST_CASE("A map task of nothing succeeds with nothing", "[engine]") {
  const Bench bench(0);
  CHECK(bench.record.phase == model::ExecutionPhase::kSucceeded);
  CHECK(bench.started.empty());
  CHECK(bench.Task().input_uri == kData + "/inputs.pb");
}

TEST_CASE("A map task starts as many containers as it says", "[engine]") {
  Bench bench(3, 1, "1");
  CHECK(bench.started.size() == 1);
  bench.Succeed(0);
  CHECK(bench.started.size() == 2);
}

TEST_CASE("Too many failures of a map task fail it with their texts, and stop the rest", "[engine]") {
  Bench bench(3);
  bench.Fail(1);
  const std::string wanted = "[1]: code:\"USER:Odd\"  message:\"a \\\"word\\\"\\nmore\"  kind:USER\n";
  CHECK(bench.record.phase == model::ExecutionPhase::kFailed);
  CHECK(bench.Task().error->message == wanted);
  CHECK(bench.Task().error->code.empty());
  CHECK(bench.Task().error->kind == model::ErrorKind::kUnknown);
  CHECK(bench.record.error->message == wanted);
  CHECK(bench.stopped.size() == 2);
  CHECK(bench.tasks.at(bench.Item(0)).phase == model::TaskPhase::kAborted);
  CHECK(bench.objects.contains(kData + "/0/error.pb"));
}

TEST_CASE("A failure that a map task tolerates is nothing in its list", "[engine]") {
  Bench bench(2, 0.5);
  bench.Fail(0);
  bench.Succeed(1);
  CHECK(bench.record.phase == model::ExecutionPhase::kSucceeded);
  core::LiteralMap outputs;
  REQUIRE(outputs.ParseFromString(bench.objects.at(kData + "/0/outputs.pb")));
  CHECK(outputs.literals().at("o0").collection().literals(0).scalar().has_none_type());
}

TEST_CASE("A subtask is tried again by itself, past the error of its earlier try", "[engine]") {
  Bench bench(2, 1, "0", 1);
  bench.Succeed(0);
  bench.Fail(1, true);
  REQUIRE(bench.started.size() == 3);
  CHECK(bench.started[2].pod.name == "e-n0-0-1-1");
  CHECK(EnvOf(bench.started[2].pod, "FLYTE_ATTEMPT_NUMBER") == "0");
  bench.Succeed(1, 1, true);
  CHECK(bench.record.phase == model::ExecutionPhase::kSucceeded);
}

TEST_CASE("After a restart a map task goes on with the containers it has", "[engine]") {
  Bench bench(3, 1, "2");
  bench.Succeed(0);
  bench.Restart();
  REQUIRE(bench.started.size() == 2);
  CHECK(bench.started[0].pod.name == "e-n0-0-1");
  CHECK(bench.started[1].pod.name == "e-n0-0-2");
  bench.Succeed(1);
  CHECK(bench.started.size() == 2);
}

TEST_CASE("Lists of different lengths cannot be mapped", "[engine]") {
  const Bench bench(2, 1, "0", 0, 3);
  CHECK(bench.record.phase == model::ExecutionPhase::kFailed);
  CHECK(bench.record.error->message == "all maptask input lists must be the same length");
  CHECK(bench.started.empty());
}

}  // namespace sandbox::engine

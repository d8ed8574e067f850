// Literals whose value is an object of its own: who looks into them, and when they are passed on.

#include <catch2/catch.hpp>

#include "engine/bindings.h"
#include "engine/outcome.h"
#include "flyteidl/core/compiler.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "sandbox/base/names.h"
#include "sandbox/engine/run.h"
#include "sim/graphs.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;
using model::ExecutionPhase;
using model::NodePhase;

constexpr const char* kUri = "s3://b/o0_offloaded_metadata.pb";
constexpr const char* kOther = "s3://b/other.pb";

core::Literal Number(int64_t value) {
  core::Literal out;
  out.mutable_scalar()->mutable_primitive()->set_integer(value);
  return out;
}

core::Literal List(const std::vector<core::Literal>& items) {
  core::Literal out;
  out.mutable_collection();
  for (const core::Literal& item : items) *out.mutable_collection()->add_literals() = item;
  return out;
}

core::Literal Stands(const std::string& uri, bool list = false) {
  core::Literal out;
  out.mutable_offloaded_metadata()->set_uri(uri);
  core::LiteralType& type = *out.mutable_offloaded_metadata()->mutable_inferred_type();
  (list ? *type.mutable_collection_type() : type).set_simple(core::INTEGER);
  return out;
}

OffloadedValue Value(core::Literal literal) { return {std::make_shared<const core::Literal>(std::move(literal)), ""}; }

core::Node& Find(core::CompiledWorkflowClosure& closure, const std::string& id) {
  for (core::Node& node : *closure.mutable_primary()->mutable_template_()->mutable_nodes()) {
    if (node.id() == id) return node;
  }
  throw std::runtime_error("no node " + id);
}

// n0, then n1 that gets its output o0 as x. `edit` makes of them what is wanted.
struct Bench {
  explicit Bench(const std::function<void(core::CompiledWorkflowClosure&)>& edit = {}, EngineConfig wanted = {})
      : config(std::move(wanted)) {
    graph = sim::BuildSimGraph({{}, {0}}, {.retries = 1});
    auto closure = std::make_shared<core::CompiledWorkflowClosure>(*graph.closure);
    core::TaskTemplate& task = *closure->mutable_tasks(0)->mutable_template_();
    task.mutable_metadata()->mutable_runtime()->set_type(core::RuntimeMetadata::FLYTE_SDK);
    task.mutable_metadata()->mutable_runtime()->set_version("1.16.24");
    if (edit) edit(*closure);
    plan = *Plan::Build(closure);
    run = MakeRun(config, plan, {graph.Launch({"p", "d", "e"}, now).record});
    Send(Launched{});
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
    for (const auto& object : last.objects) objects[object.uri] = Encode(object);
    reads.insert(reads.end(), last.values.begin(), last.values.end());
    for (const Effect& effect : last.effects) {
      if (const auto* start = std::get_if<StartAttempt>(&effect)) started.push_back(*start);
    }
  }
  void Succeed(const std::string& node, const core::Literal& output) {
    const AttemptId id{{{"p", "d", "e"}, node}, Node(node).record.attempts};
    PodReport report;
    report.id = id;
    report.state = PodState::kFinished;
    report.occurred_at = now;
    report.containers.push_back({.name = GeneratedName(id)});
    Send(PodReported{report});
    core::LiteralMap outputs;
    (*outputs.mutable_literals())["o0"] = output;
    AttemptObjects left;
    left.outputs = {ObjectFound::State::kPresent, 1, outputs.SerializeAsString()};
    Send(ObjectsRead{id, left});
  }
  // Answers the last question.
  void Answer(OffloadedValues values) {
    REQUIRE_FALSE(reads.empty());
    Send(ValuesRead{reads.back().id, std::move(values)});
  }
  // The same run in a new process; `values` are what its objects hold.
  void Restart(const OffloadedValues& values) {
    StoredRun stored{record};
    std::map<std::string, Literals> outputs;
    for (const NodeRun& node : run.nodes) {
      if (node.record.phase != NodePhase::kUndefined) stored.nodes.push_back(node.record);
      if (node.attempt) stored.tasks.push_back(*node.attempt);
      if (node.outputs) outputs[node.record.id.node] = node.outputs;
    }
    run = MakeRun(config, plan, std::move(stored));
    for (const OutputsNeeded& needed : NeedsOutputs(run))
      run.nodes[needed.index].outputs = outputs.at(run.nodes[needed.index].record.id.node);
    for (auto needed = NeedsValues(run); !needed.empty(); needed = NeedsValues(run)) {
      for (const ReadValues& what : needed) {
        for (const std::string& uri : what.uris) run.nodes[run.by_id.at(what.id.node)].values[uri] = values.at(uri);
      }
    }
    started.clear();
    reads.clear();
    Send(Resumed{});
  }
  const NodeRun& Node(const std::string& node) const { return run.nodes[run.by_id.at(node)]; }

  const EngineConfig config;
  Instant now{std::chrono::seconds(1000)};
  sim::SimGraph graph;
  std::shared_ptr<const Plan> plan;
  Run run;
  model::ExecutionRecord record;
  std::map<std::string, std::string> objects;
  std::vector<ReadValues> reads;
  std::vector<StartAttempt> started;
};

void TakeElement(core::CompiledWorkflowClosure& closure, int index) {
  Find(closure, "n1").mutable_inputs(0)->mutable_binding()->mutable_promise()->add_attr_path()->set_int_value(index);
}

// n1 maps the task over x.
void MakeArray(core::CompiledWorkflowClosure& closure) {
  core::Node& node = Find(closure, "n1");
  core::Node inner;
  *inner.mutable_task_node() = node.task_node();
  inner.set_id("n1");
  *node.mutable_array_node()->mutable_node() = inner;
}

const std::string kArray = "s3://my-s3-bucket/metadata/propeller/p-d-e/n1/data/0/";

std::string EnvOf(const PodSpec& pod, const std::string& wanted) {
  for (const auto& [name, value] : pod.containers[0].env) {
    if (name == wanted) return value;
  }
  return "none";
}

}  // namespace

TEST_CASE("An offloaded literal that is passed on whole is not read", "[engine]") {
  Bench bench;
  bench.Succeed("n0", Stands(kUri));
  CHECK(bench.reads.empty());
  REQUIRE(bench.started.size() == 2);
  CHECK(bench.InputsOf(1).literals().at("x").offloaded_metadata().uri() == kUri);
  bench.Succeed("n1", Number(1));
  CHECK(bench.record.phase == ExecutionPhase::kSucceeded);
}

TEST_CASE("A path into an offloaded literal waits for its value", "[engine]") {
  Bench bench([](auto& closure) { TakeElement(closure, 1); });
  bench.Succeed("n0", Stands(kUri, true));
  REQUIRE(bench.reads.size() == 1);
  CHECK(bench.reads[0].id.node == "n1");
  CHECK(bench.reads[0].uris == std::vector<std::string>{kUri});
  CHECK(bench.Node("n1").record.phase == NodePhase::kUndefined);
  CHECK(bench.started.size() == 1);

  SECTION("which has the element") {
    bench.Answer({{kUri, Value(List({Number(5), Number(6)}))}});
    REQUIRE(bench.started.size() == 2);
    CHECK(bench.InputsOf(1).literals().at("x").scalar().primitive().integer() == 6);
  }
  SECTION("whose element is offloaded too: that one is passed on") {
    bench.Answer({{kUri, Value(List({Number(5), Stands(kOther)}))}});
    REQUIRE(bench.started.size() == 2);
    CHECK(bench.InputsOf(1).literals().at("x").offloaded_metadata().uri() == kOther);
  }
  SECTION("which does not have the element") {
    bench.Answer({{kUri, Value(List({Number(5)}))}});
    CHECK(bench.record.error->code == "PromiseAttributeResolveError");
  }
  SECTION("which cannot be read") {
    bench.Answer({{kUri, {nullptr, "[s3://b/x]: there is no such object"}}});
    CHECK(bench.record.phase == ExecutionPhase::kFailed);
    CHECK(bench.record.error->code == "PromiseAttributeResolveError");
    CHECK(bench.record.error->message.find(
              "failed to read offloaded metadata for promise: [s3://b/x]: there is no such object") !=
          std::string::npos);
  }
  SECTION("an answer that comes twice starts nothing twice") {
    bench.Answer({{kUri, Value(List({Number(5), Number(6)}))}});
    bench.Answer({{kUri, Value(List({Number(5), Number(6)}))}});
    CHECK(bench.started.size() == 2);
  }
  SECTION("an answer after the abort starts nothing") {
    bench.Send(AbortRequested{"enough"});
    bench.Answer({{kUri, Value(List({Number(5), Number(6)}))}});
    CHECK(bench.started.size() == 1);
  }
  SECTION("a restart asks again") {
    bench.Restart({});
    REQUIRE(bench.reads.size() == 1);
    bench.Answer({{kUri, Value(List({Number(5), Number(6)}))}});
    REQUIRE(bench.started.size() == 1);
    CHECK(bench.started[0].pod.name == "e-n1-0");
  }
}

TEST_CASE("A path that leads through two offloaded literals waits twice", "[engine]") {
  Bench bench([](auto& closure) {
    TakeElement(closure, 0);
    TakeElement(closure, 0);
  });
  bench.Succeed("n0", Stands(kUri, true));
  bench.Answer({{kUri, Value(List({Stands(kOther, true)}))}});
  REQUIRE(bench.reads.size() == 2);
  CHECK(bench.reads[1].uris == std::vector<std::string>{kOther});
  bench.Answer({{kOther, Value(List({Number(7)}))}});
  REQUIRE(bench.started.size() == 2);
  CHECK(bench.InputsOf(1).literals().at("x").scalar().primitive().integer() == 7);
}

TEST_CASE("After a restart the inputs of what runs come from the same values", "[engine]") {
  Bench bench([](auto& closure) { TakeElement(closure, 1); });
  bench.Succeed("n0", Stands(kUri, true));
  const OffloadedValues values = {{kUri, Value(List({Number(5), Number(6)}))}};
  bench.Answer(values);
  bench.Restart(values);
  CHECK(bench.reads.empty());
  REQUIRE(bench.started.size() == 1);
  CHECK(bench.InputsOf(0).literals().at("x").scalar().primitive().integer() == 6);
  bench.Succeed("n1", Number(1));
  CHECK(bench.record.phase == ExecutionPhase::kSucceeded);
}

TEST_CASE("A placeholder shows the value of an offloaded literal to its leaves, and the container gets the literal",
          "[engine]") {
  Bench bench([](auto& closure) {
    core::CompiledTask second = closure.tasks(0);
    second.mutable_template_()->mutable_id()->set_name("second");
    second.mutable_template_()->mutable_container()->add_args("--x={{ .Inputs.x }}");
    *Find(closure, "n1").mutable_task_node()->mutable_reference_id() = second.template_().id();
    *closure.add_tasks() = second;
  });
  bench.Succeed("n0", List({Number(3), Stands(kUri)}));
  REQUIRE(bench.reads.size() == 1);
  bench.Answer({{kUri, Value(Number(4))}});
  REQUIRE(bench.started.size() == 2);
  const StartAttempt& start = bench.started[1];
  CHECK(start.pod.containers[0].args.back() == "--x=[3,4]");
  CHECK(bench.InputsOf(1).literals().at("x").collection().literals(1).has_offloaded_metadata());
}

TEST_CASE("An offloaded literal that has itself inside is an error", "[engine]") {
  const OffloadedValues values = {{kUri, Value(List({Stands(kUri, true), Stands(kUri, true)}))}};
  ValueLookup lookup(values);
  const auto failed = lookup.FindAll(Stands(kUri, true));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "offloaded literals are nested too deeply");
}

TEST_CASE("A branch compares the value of an offloaded literal", "[engine]") {
  Bench bench([](auto& closure) {
    core::Node& node = Find(closure, "n1");
    core::Node task = node;
    task.set_id("n1-n0");
    core::IfElseBlock& blocks = *node.mutable_branch_node()->mutable_if_else();
    core::ComparisonExpression& comparison = *blocks.mutable_case_()->mutable_condition()->mutable_comparison();
    comparison.set_operator_(core::ComparisonExpression::GT);
    comparison.mutable_left_value()->set_var("x");
    comparison.mutable_right_value()->mutable_scalar()->mutable_primitive()->set_integer(10);
    *blocks.mutable_case_()->mutable_then_node() = task;
    blocks.mutable_error()->set_message("too small");
  });
  bench.Succeed("n0", Stands(kUri));
  REQUIRE(bench.reads.size() == 1);
  SECTION("true") {
    bench.Answer({{kUri, Value(Number(11))}});
    REQUIRE(bench.started.size() == 2);
    CHECK(bench.InputsOf(1).literals().at("x").has_offloaded_metadata());
  }
  SECTION("false") {
    bench.Answer({{kUri, Value(Number(9))}});
    CHECK(bench.record.error->message == "[UserProvidedError] too small");
  }
  SECTION("not to be had") {
    bench.Answer({{kUri, {nullptr, "gone"}}});
    CHECK(bench.record.error->code == "RuntimeExecutionError");
    CHECK(bench.record.error->message == "couldn't read the offloaded literal of input [x]: gone");
  }
}

TEST_CASE("An array node over an offloaded list has an item for each element", "[engine]") {
  Bench bench(MakeArray);
  bench.Succeed("n0", Stands(kUri, true));
  REQUIRE(bench.reads.size() == 1);
  const OffloadedValues values = {{kUri, Value(List({Number(5), Number(6)}))}};
  bench.Answer(values);
  REQUIRE(bench.started.size() == 3);
  CHECK(bench.InputsOf(2).literals().at("x").scalar().primitive().integer() == 6);
  core::LiteralMap whole;
  REQUIRE(whole.ParseFromString(bench.objects.at("s3://my-s3-bucket/metadata/propeller/p-d-e/n1/data/inputs.pb")));
  CHECK(whole.literals().at("x").offloaded_metadata().uri() == kUri);  // the containers read it themselves
  SECTION("to the end") {
    bench.Succeed("n1-0-n1", Number(60));
    bench.Succeed("n1-0-n0", Number(50));
  }
  SECTION("through a restart") {
    bench.Succeed("n1-0-n1", Number(60));
    bench.Restart(values);
    REQUIRE(bench.started.size() == 1);
    CHECK(bench.InputsOf(0).literals().at("x").scalar().primitive().integer() == 5);
    bench.Succeed("n1-0-n0", Number(50));
  }
  CHECK(bench.record.phase == ExecutionPhase::kSucceeded);
  core::LiteralMap outputs;
  REQUIRE(outputs.ParseFromString(bench.objects.at(kArray + "outputs.pb")));
  CHECK(outputs.literals().at("o0").collection().literals(1).scalar().primitive().integer() == 60);
}

TEST_CASE("A map task over an offloaded list has a container for each element", "[engine]") {
  Bench bench([](auto& closure) {
    core::CompiledTask second = closure.tasks(0);
    second.mutable_template_()->mutable_id()->set_name("second");
    second.mutable_template_()->set_type("container_array");
    *Find(closure, "n1").mutable_task_node()->mutable_reference_id() = second.template_().id();
    *closure.add_tasks() = second;
  });
  bench.Succeed("n0", Stands(kUri, true));
  bench.Answer({{kUri, Value(List({Number(5), Number(6), Number(7)}))}});
  REQUIRE(bench.started.size() == 4);
  CHECK(bench.InputsOf(3).literals().at("x").has_offloaded_metadata());
}

TEST_CASE("Large lists of an array node become objects when that is switched on", "[engine]") {
  EngineConfig config;
  config.offloading = {.enabled = GENERATE(false, true), .min_mb = 1, .max_mb = 3};
  config.content_hash = [](std::string_view bytes) { return std::to_string(bytes.size()); };
  Bench bench(MakeArray, config);
  const size_t megabytes = GENERATE(0, 1, 3);
  CAPTURE(config.offloading.enabled, megabytes);
  bench.Succeed("n0", List({Number(1), Number(2)}));
  core::Literal half;
  half.mutable_scalar()->mutable_primitive()->set_string_value(std::string((megabytes << 19) + 10, 'x'));
  bench.Succeed("n1-0-n0", half);
  bench.Succeed("n1-0-n1", half);
  if (config.offloading.enabled && megabytes == 3) {
    CHECK(bench.record.error->code == "OutputSizeExceeded");
    CHECK(bench.record.error->message ==
          "output [o0]: Literal size [3] MB is larger than the max size [3] MB for offloading");
    return;
  }
  REQUIRE(bench.record.phase == ExecutionPhase::kSucceeded);
  core::LiteralMap outputs;
  REQUIRE(outputs.ParseFromString(bench.objects.at(kArray + "outputs.pb")));
  const core::Literal& o0 = outputs.literals().at("o0");
  const bool offloaded = config.offloading.enabled && megabytes == 1;
  REQUIRE(o0.has_offloaded_metadata() == offloaded);
  if (!offloaded) return;
  CHECK(o0.hash() == std::to_string(o0.offloaded_metadata().size_bytes()));
  CHECK(o0.offloaded_metadata().uri() == kArray + "o0_offloaded_metadata.pb");
  CHECK(o0.offloaded_metadata().inferred_type().has_collection_type());
  core::Literal value;
  REQUIRE(value.ParseFromString(bench.objects.at(o0.offloaded_metadata().uri())));
  CHECK(value.collection().literals_size() == 2);
  CHECK(value.ByteSizeLong() == o0.offloaded_metadata().size_bytes());
}

TEST_CASE("An SDK that cannot read offloaded literals gets none", "[engine]") {
  struct Case {
    const char* version;
    bool enabled;
    const char* code;
  };
  const Case wanted =
      GENERATE(Case{"1.13.14", false, ""}, Case{"v1.14.0b2", true, ""}, Case{"2.0", false, ""},
               Case{"1.13.13", false, "LiteralOffloadingDisabled"},
               Case{"1.9.30", true, "LiteralOffloadingNotSupported"}, Case{"", true, "LiteralOffloadingNotSupported"});
  const bool array = GENERATE(false, true);
  CAPTURE(wanted.version, wanted.enabled, array);
  EngineConfig config;
  config.offloading.enabled = wanted.enabled;
  Bench bench(
      [&](auto& closure) {
        closure.mutable_tasks(0)->mutable_template_()->mutable_metadata()->mutable_runtime()->set_version(
            wanted.version);
        if (array) MakeArray(closure);
      },
      config);
  CHECK((EnvOf(bench.started.at(0).pod, "_F_L_MIN_SIZE_MB") == "10") ==
        (wanted.enabled && std::string_view(wanted.code).empty()));
  CHECK((EnvOf(bench.started.at(0).pod, "_F_L_MAX_SIZE_MB") == "1000") ==
        (wanted.enabled && std::string_view(wanted.code).empty()));
  bench.Succeed("n0", Stands(kUri, array));
  if (std::string_view(wanted.code).empty()) {
    CHECK(bench.record.phase == ExecutionPhase::kRunning);
    return;
  }
  CHECK(bench.record.phase == ExecutionPhase::kFailed);
  CHECK(bench.record.error->code == wanted.code);
  CHECK(bench.record.error->kind == model::ErrorKind::kUser);
  CHECK(bench.started.size() == 1);
  if (wanted.enabled) {
    CHECK(bench.record.error->message ==
          std::string("Literal offloading is not supported for this task as its registered with SDK version [") +
              wanted.version + "] which is less than the least supported version [1.13.14] for this feature");
  } else {
    CHECK(bench.record.error->message.starts_with("task [resource_type:TASK project:"));
    CHECK(
        bench.record.error->message.ends_with("] is trying to consume offloaded literals but feature is not enabled"));
  }
}

TEST_CASE("A raw container gets values as files, whatever its SDK", "[engine]") {
  Bench bench([](auto& closure) {
    closure.mutable_tasks(0)->mutable_template_()->mutable_metadata()->clear_runtime();
    closure.mutable_tasks(0)->mutable_template_()->mutable_container()->mutable_data_config()->set_enabled(true);
  });
  bench.Succeed("n0", Stands(kUri));
  CHECK(bench.started.size() == 2);
}

TEST_CASE("What a task wrote is too large: the text names file, size and limit", "[engine]") {
  const ObjectFound large{ObjectFound::State::kTooLarge, 3145757, ""};
  Literals outputs;
  AttemptObjects left;
  left.outputs = large;
  const Outcome output = ClassifyObjects(left, "s3://b/p", true, 2097152, outputs);
  CHECK(output.kind == Outcome::Kind::kPermanent);
  CHECK(output.error.code == "OutputSizeExceeded");
  CHECK(output.error.kind == model::ErrorKind::kUnknown);
  CHECK(output.error.message ==
        "Remote output size exceeds max, err: [output file @[s3://b/p/outputs.pb] is too large [3145757] bytes, max "
        "allowed [2097152] bytes: remote file exceeds max size]");
  left.error = large;
  const Outcome error = ClassifyObjects(left, "s3://b/p", true, 2097152, outputs);
  CHECK(error.kind == Outcome::Kind::kBroken);
  CHECK(error.error.message.find(
            "error file @[s3://b/p/error.pb] is too large [3145757] bytes, max allowed [2097152] bytes") !=
        std::string::npos);
}

TEST_CASE("A dynamic workflow that is too large ends its node", "[engine]") {
  Bench bench;
  const AttemptId id{{{"p", "d", "e"}, "n0"}, 0};
  PodReport report;
  report.id = id;
  report.state = PodState::kFinished;
  report.containers.push_back({.name = GeneratedName(id)});
  bench.Send(PodReported{report});
  AttemptObjects left;
  left.futures = {ObjectFound::State::kTooLarge, 3145757, ""};
  bench.Send(ObjectsRead{id, left});
  CHECK(bench.record.phase == ExecutionPhase::kFailed);
  CHECK(bench.record.error->code == "DynamicWorkflowBuildFailed");
  CHECK(bench.record.error->message.starts_with(
      "futures file @[s3://my-s3-bucket/metadata/propeller/p-d-e/n0/data/0/futures.pb] is too large [3145757] bytes, "
      "max allowed [2097152] bytes"));
}

}  // namespace sandbox::engine

// Answers that say what a client's mistake was: limits, signals, inputs; and lists of single tasks' executions by tag.

#include <google/protobuf/text_format.h>

#include "unit/control/execution_platform.h"

using namespace sandbox;

namespace {

namespace admin = flyteidl::admin;

template <typename Message>
Message Parse(const std::string& text) {
  Message out;
  INFO(text);
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &out));
  return out;
}

std::string Id(const std::string& kind, const std::string& name) {
  return "id { resource_type: " + kind + " project: \"flytesnacks\" domain: \"development\" name: \"" + name +
         "\" version: \"v1\" } ";
}

const std::string kInteger = "value { type { simple: INTEGER } } ";
const std::string kString = "value { type { simple: STRING } } ";

class Bench {
 public:
  Bench() {
    // Two gates: "go" waits for an integer, "agree" in a sub-workflow for an approval.
    Created([&](auto done) {
      platform_.Registered().CreateWorkflow(
          Parse<admin::WorkflowCreateRequest>(
              Id("WORKFLOW", "gated") + "spec { template { interface { inputs { variables { key: \"a\" " + kInteger +
              "} variables { key: \"b\" " + kString +
              "} } } nodes { id: \"n0\" gate_node { signal { signal_id: \"go\" type { simple: INTEGER } "
              "output_variable_name: \"o0\" } } } "
              "nodes { id: \"n1\" workflow_node { sub_workflow_ref { resource_type: WORKFLOW name: \"inner\" } } } } "
              "sub_workflows { id { resource_type: WORKFLOW name: \"inner\" } interface { } "
              "nodes { id: \"n0\" gate_node { approve { signal_id: \"agree\" } } } } }"),
          done);
    });
    LaunchPlan("plan", "");
    LaunchPlan("fixed", "fixed_inputs { literals { key: \"a\" value { scalar { primitive { integer: 1 } } } } }");
    LaunchPlan("once",
               "default_inputs { parameters { key: \"a\" value { var { type { simple: INTEGER } } default { scalar { "
               "primitive { integer: 1 } } } } } "
               "parameters { key: \"b\" value { var { type { simple: STRING } } default { scalar { primitive { "
               "string_value: \"x\" } } } } } } "
               "concurrency_policy { max: 1 behavior: CONCURRENCY_LIMIT_BEHAVIOR_SKIP }");
    Created([&](auto done) {
      platform_.Registered().CreateTask(
          Parse<admin::TaskCreateRequest>(
              Id("TASK", "echo") +
              "spec { template { type: \"echo\" metadata { } interface { inputs { variables { key: \"n\" " + kInteger +
              "} } } } }"),
          done);
    });
  }

  Status Start(const std::string& kind, const std::string& entity, const std::string& name, const std::string& inputs,
               const std::string& spec = "") {
    const auto request =
        Parse<admin::ExecutionCreateRequest>("project: \"flytesnacks\" domain: \"development\" name: \"" + name +
                                             "\" spec { launch_plan { resource_type: " + kind +
                                             " project: \"flytesnacks\" domain: \"development\" name: \"" + entity +
                                             "\" version: \"v1\" } " + spec + "} inputs { " + inputs + "}");
    std::promise<Status> done;
    platform_.Calls().CreateExecution(
        request, [&](const auto& created) { done.set_value(created ? Status() : std::unexpected(created.error())); });
    return done.get_future().get();
  }

  std::string Refusal(const std::string& kind, const std::string& entity, const std::string& inputs) {
    const Status started = Start(kind, entity, "", inputs);
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Code::kInvalidArgument);
    return started.error().message;
  }

  Status SetSignal(const std::string& execution, const std::string& signal, const std::string& value) {
    const auto request = Parse<admin::SignalSetRequest>(SignalId(execution, signal) + "value { " + value + " }");
    std::promise<Status> done;
    platform_.Calls().SetSignal(
        request, [&](const auto& set) { done.set_value(set ? Status() : std::unexpected(set.error())); });
    return done.get_future().get();
  }

  Status MakeSignal(const std::string& execution, const std::string& signal, const std::string& type) {
    const auto request = Parse<admin::SignalGetOrCreateRequest>(SignalId(execution, signal) + "type { " + type + " }");
    std::promise<Status> done;
    platform_.Calls().GetOrCreateSignal(
        request, [&](const auto& made) { done.set_value(made ? Status() : std::unexpected(made.error())); });
    return done.get_future().get();
  }

  bool HasInputs(const std::string& execution) {
    const std::string folder = "metadata/flytesnacks/development/" + execution + "/";
    const bool given = platform_.Objects().Head(kBucket, folder + "user_inputs").has_value();
    CHECK(platform_.Objects().Head(kBucket, folder + "inputs").has_value() == given);
    return given;
  }

  bool HasWorkflow(const std::string& name) {
    return platform_.Store().Query([&](MetadataReader& reader) {
      return reader.FindEntity({EntityKind::kWorkflow, "flytesnacks", "development", name, "v1"}).has_value();
    });
  }

  std::vector<std::string> Listed(const std::string& filters) {
    const auto list = platform_.Calls().ListExecutions(Parse<admin::ResourceListRequest>(
        "id { project: \"flytesnacks\" domain: \"development\" } limit: 10 filters: \"" + filters + "\""));
    REQUIRE(list);
    std::vector<std::string> names;
    for (const auto& execution : list->executions()) names.push_back(execution.id().name());
    return names;
  }

 private:
  static std::string SignalId(const std::string& execution, const std::string& signal) {
    return "id { signal_id: \"" + signal +
           "\" execution_id { project: \"flytesnacks\" domain: \"development\" name: \"" + execution + "\" } } ";
  }

  void LaunchPlan(const std::string& name, const std::string& spec) {
    Created([&](auto done) {
      platform_.Registered().CreateLaunchPlan(
          Parse<admin::LaunchPlanCreateRequest>(Id("LAUNCH_PLAN", name) +
                                                "spec { workflow_id { resource_type: WORKFLOW project: \"flytesnacks\" "
                                                "domain: \"development\" name: \"gated\" version: \"v1\" } " +
                                                spec + "}"),
          done);
    });
  }

  template <typename Call>
  void Created(Call call) {
    std::promise<Status> created;
    call([&](const auto& answer) { created.set_value(answer ? Status() : std::unexpected(answer.error())); });
    const Status status = created.get_future().get();
    INFO((status ? "" : status.error().message));
    REQUIRE(status);
  }

  testing::ExecutionPlatform platform_;
};

const std::string kA = "literals { key: \"a\" value { scalar { primitive { integer: 1 } } } } ";
const std::string kB = "literals { key: \"b\" value { scalar { primitive { string_value: \"x\" } } } } ";
const std::string kZ = "literals { key: \"z\" value { scalar { primitive { integer: 1 } } } } ";

}  // namespace

TEST_CASE("Refused inputs name the launch plan, and what it takes, requires or has fixed") {
  Bench bench;
  CHECK(bench.Refusal("LAUNCH_PLAN", "plan", kB) ==
        "expected_inputs a missing: launch plan [plan] requires a (integer), b (string)");
  CHECK(bench.Refusal("LAUNCH_PLAN", "plan", kA + kB + kZ) ==
        "invalid input z: launch plan [plan] has no such input, it takes a (integer), b (string)");
  CHECK(bench.Refusal("LAUNCH_PLAN", "fixed", kA + kB) ==
        "invalid input a: launch plan [fixed] fixes its value; leave it out");
  CHECK(bench.Refusal("LAUNCH_PLAN", "once", kZ) ==
        "invalid input z: launch plan [once] has no such input, it takes a (integer, optional), b (string, optional)");
  CHECK(bench.Refusal("TASK", "echo", "") == "expected_inputs n missing: task [echo] requires n (integer)");
}

TEST_CASE("A launch plan at its concurrency limit says which executions run") {
  Bench bench;
  REQUIRE(bench.Start("LAUNCH_PLAN", "once", "first", ""));
  const Status second = bench.Start("LAUNCH_PLAN", "once", "second", "");
  REQUIRE_FALSE(second);
  // ALREADY_EXISTS, as upstream, is what clients take for an execution of theirs.
  CHECK(second.error().code == Code::kResourceExhausted);
  CHECK(second.error().message ==
        "concurrency limit (1) reached for launch plan once; skipping execution. Queued or running: first. Start it "
        "again when one has ended, or register the launch plan with a higher limit");
}

TEST_CASE("A name that is taken is said as upstream's database says it, by the tag when the two share one") {
  Bench bench;
  REQUIRE(bench.Start("LAUNCH_PLAN", "plan", "taken", kA + kB, "tags: \"nightly\""));
  const auto refusal = [&](const std::string& kind, const std::string& entity, const std::string& inputs,
                           const std::string& spec) {
    const Status again = bench.Start(kind, entity, "taken", inputs, spec);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Code::kAlreadyExists);
    return again.error().message;
  };
  const std::string text = "value with matching already exists (duplicate key value violates unique constraint \"";
  CHECK(refusal("LAUNCH_PLAN", "plan", kA + kB, "") == text + "executions_pkey\")");
  CHECK(refusal("LAUNCH_PLAN", "plan", kA + kB, "tags: \"other\" tags: \"nightly\"") ==
        text + "execution_tags_pkey\")");
  // The limit of a launch plan is not asked before the name.
  REQUIRE(bench.Start("LAUNCH_PLAN", "once", "first", ""));
  const Status again = bench.Start("LAUNCH_PLAN", "once", "first", "");
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Code::kAlreadyExists);
}

// The engine writes those of what runs, once.
TEST_CASE("A launch itself writes copies of the inputs only of what will never run") {
  Bench bench;
  REQUIRE(bench.Start("LAUNCH_PLAN", "plan", "runs", kA + kB));
  REQUIRE(bench.Start("LAUNCH_PLAN", "plan", "refused", kA + kB, "annotations { values { key: \"not/a/key\" } }"));
  CHECK_FALSE(bench.HasInputs("runs"));
  CHECK(bench.HasInputs("refused"));
}

TEST_CASE("The rows around a task that is launched stay although the launch is refused") {
  Bench bench;
  REQUIRE(bench.Start("LAUNCH_PLAN", "plan", "taken", kA + kB));
  CHECK_FALSE(
      bench.Start("TASK", "echo", "taken", "literals { key: \"n\" value { scalar { primitive { integer: 1 } } } }"));
  CHECK(bench.HasWorkflow(".flytegen.echo"));
}

TEST_CASE("A signal that is not there says what is known of its gate") {
  Bench bench;
  REQUIRE(bench.Start("LAUNCH_PLAN", "plan", "waits", kA + kB));
  const auto refusal = [&](const std::string& execution, const std::string& signal) {
    const Status set = bench.SetSignal(execution, signal, "scalar { primitive { boolean: true } }");
    REQUIRE_FALSE(set);
    CHECK(set.error().code == Code::kInvalidArgument);
    return set.error().message;
  };
  CHECK(refusal("waits", "agree") ==
        "signal [agree] of execution [waits] does not exist: the gate of node [n0] takes a value of type boolean, but "
        "the execution has not reached it yet; set the signal when it has");
  CHECK(refusal("waits", "other")
            .starts_with("signal [other] of execution [waits] does not exist: its workflow has no such gate, but the "
                         "gates go (integer), "
                         "agree (boolean); "));
  CHECK(refusal("nothing", "go") ==
        "signal [go] of execution [nothing] does not exist: there is no such execution in project [flytesnacks] and "
        "domain [development]");
}

TEST_CASE("A signal of another type names both types") {
  Bench bench;
  REQUIRE(bench.Start("LAUNCH_PLAN", "plan", "waits", kA + kB));
  REQUIRE(bench.MakeSignal("waits", "go", "simple: INTEGER"));
  CHECK(bench.SetSignal("waits", "go", "scalar { primitive { boolean: true } }").error().message ==
        "signal [go] of execution [waits] takes a value of type integer, and the given value is of type boolean");
  CHECK(bench.MakeSignal("waits", "go", "simple: STRING").error().message ==
        "signal [go] of execution [waits] exists with type integer, not string");
  CHECK(bench.SetSignal("waits", "go", "scalar { primitive { integer: 3 } }"));
}

TEST_CASE("Executions of a single task are found by their tags and labels") {
  Bench bench;
  const std::string n = "literals { key: \"n\" value { scalar { primitive { integer: 1 } } } } ";
  REQUIRE(
      bench.Start("TASK", "echo", "tagged", n, "tags: \"nightly\" labels { values { key: \"team\" value: \"red\" } }"));
  REQUIRE(bench.Start("TASK", "echo", "plain", n));
  CHECK(bench.Listed("eq(admin_tag.name,nightly)") == std::vector<std::string>{"tagged"});
  CHECK(bench.Listed("eq(execution_tag.key,team)+eq(execution_tag.value,red)") == std::vector<std::string>{"tagged"});
  CHECK(bench.Listed("eq(task.name,echo)").size() == 2);
}

// Pods from task templates: raw containers, pod templates, and what cannot be had without Kubernetes.

#include "engine/pod.h"

#include <google/protobuf/util/json_util.h>

#include <catch2/catch.hpp>

#include "engine/outcome.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

struct Bench {
  Result<PodSpec> Build() {
    return BuildPod({config,
                     execution,
                     node,
                     task,
                     inputs,
                     {{execution.id, "n0"}, 0},
                     false,
                     "n0",
                     -1,
                     "s3://my-s3-bucket/d",
                     "s3://my-s3-bucket/d/0",
                     ""});
  }
  std::string Refusal() {
    const auto pod = Build();
    return pod ? "" : pod.error().message;
  }
  void Json(const std::string& text, google::protobuf::Struct* to) {
    REQUIRE(google::protobuf::util::JsonStringToMessage(text, to).ok());
  }
  void Template(const std::string& text) { Json(text, task.mutable_k8s_pod()->mutable_pod_spec()); }

  EngineConfig config;
  model::ExecutionRecord execution{.id = {"p", "d", "e"}};
  core::Node node;
  core::TaskTemplate task;
  core::LiteralMap inputs;
};

std::string Env(const ContainerSpec& container, const std::string& name) {
  for (const auto& [key, value] : container.env) {
    if (key == name) return value;
  }
  return "(none)";
}

TEST_CASE("what holds the cpu of a container", "[engine]") {
  struct Case {
    const char* request;
    const char* limit;
    const char* override_limit;
    const char* platform_limit;
    int64_t says;
    int64_t quota;
  };
  for (const Case& each : {
           Case{"", "", "", "", 500, 0},             // the default is a share
           Case{"100m", "", "", "", 100, 0},         // so is a request
           Case{"", "300m", "", "", 300, 300},       // a limit holds
           Case{"100m", "", "200m", "", 200, 200},   // wherever it comes from
           Case{"100m", "", "", "2", 100, 2000},     // the platform's holds in any case
           Case{"100m", "3", "", "2", 2000, 2000},   // and is the most that can be asked for
           Case{"100m", "300m", "", "2", 300, 300},  //
       }) {
    CAPTURE(each.request, each.limit, each.override_limit, each.platform_limit);
    Bench bench;
    bench.execution.settings.resource_defaults = {{"cpu", "500m"}};
    if (*each.platform_limit) bench.execution.settings.resource_limits = {{"cpu", each.platform_limit}};
    const auto add = [](auto* entries, const char* value) {
      if (!*value) return;
      entries->Add()->set_name(core::Resources::CPU);
      entries->rbegin()->set_value(value);
    };
    core::Resources& own = *bench.task.mutable_container()->mutable_resources();
    add(own.mutable_requests(), each.request);
    add(own.mutable_limits(), each.limit);
    add(bench.node.mutable_task_node()->mutable_overrides()->mutable_resources()->mutable_limits(),
        each.override_limit);
    const auto pod = bench.Build();
    REQUIRE(pod);
    CHECK(pod->containers[0].cpu_limit_millis == each.says);
    CHECK(pod->containers[0].cpu_quota_millis == each.quota);
  }
}

TEST_CASE("a raw container's files", "[engine]") {
  Bench bench;
  bench.task.set_type("raw-container");
  core::DataLoadingConfig& data = *bench.task.mutable_container()->mutable_data_config();
  data.set_enabled(true);
  data.set_input_path("/var/in/");
  data.set_format(core::DataLoadingConfig::YAML);
  CHECK_FALSE(bench.Build()->files);
  (*bench.task.mutable_interface()->mutable_outputs()->mutable_variables())["o"].mutable_type()->set_simple(
      core::INTEGER);
  const auto only_out = bench.Build();
  REQUIRE(only_out->files);
  CHECK(only_out->files->input_path.empty());
  CHECK(only_out->files->output_path == "/var/flyte/outputs");
  CHECK(only_out->files->output_prefix == "s3://my-s3-bucket/d/0");
  CHECK_FALSE(only_out->annotations.contains("primary_container_name"));
  (*bench.task.mutable_interface()->mutable_inputs()->mutable_variables())["i"].mutable_type()->set_simple(
      core::INTEGER);
  CHECK(bench.Build()->files->input_path == "/var/in");
  CHECK(bench.Build()->files->format == core::DataLoadingConfig::YAML);
  for (const char* bad : {"/", "relative", "/var/flyte/outputs", "/x/../.."}) {
    CAPTURE(bad);
    data.set_input_path(bad);
    CHECK(bench.Refusal().starts_with("[BadTaskSpecification]"));
  }
}

TEST_CASE("what a pod template says", "[engine]") {
  Bench bench;
  bench.task.set_type("python-task");
  bench.Template(R"({"containers": [{"name": "primary", "image": "i", "volumeMounts": [{"name": "scratch",
        "mountPath": "/scratch/"}, {"name": "shm", "mountPath": "/dev/shm"}]},
      {"name": "helper", "image": "h", "args": ["{{.namespace}}"], "volumeMounts": [{"name": "scratch",
        "mountPath": "/s", "readOnly": true}],
       "env": [{"name": "ME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
        "securityContext": {"runAsUser": 7, "runAsNonRoot": true}, "ports": [{"containerPort": 1}]}],
      "initContainers": [{"name": "prep", "image": "b", "volumeMounts": [{"name": "host", "mountPath": "/h"}]}],
      "volumes": [{"name": "scratch", "emptyDir": {}}, {"name": "shm", "emptyDir": {"medium": "Memory",
        "sizeLimit": "32Mi"}}, {"name": "host", "hostPath": {"path": "/srv"}}],
      "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["db"]}], "securityContext": {"runAsGroup": 8},
        "restartPolicy": "Never", "nodeSelector": {"a": "b"}, "hostNetwork": false})");
  const auto pod = bench.Build();
  REQUIRE(pod);
  REQUIRE(pod->containers.size() == 3);
  CHECK(pod->containers[0].name == "prep");
  CHECK(pod->containers[0].role == ContainerRole::kInit);
  CHECK(pod->primary == 1);
  const ContainerSpec& primary = pod->containers[1];
  REQUIRE(primary.mounts.size() == 1);
  CHECK(primary.mounts[0].path == "/scratch");
  CHECK(primary.shm_size_bytes == 32 << 20);
  CHECK(primary.user == "0:8");
  const ContainerSpec& helper = pod->containers[2];
  CHECK(helper.mounts[0].read_only);
  CHECK(helper.user == "7:8");
  CHECK(helper.args[0] == "p-d");
  CHECK(Env(helper, "ME") == pod->name);
  CHECK(Env(helper, "FLYTE_INTERNAL_EXECUTION_ID") == "e");
  CHECK(pod->volumes.size() == 3);
  CHECK(pod->volumes[2].host_path == "/srv");
  CHECK(pod->hosts == std::vector<std::pair<std::string, std::string>>{{"db", "10.0.0.1"}});
  // Two containers: all of them have to end.
  CHECK_FALSE(pod->annotations.contains("primary_container_name"));
}

TEST_CASE("fields that need Kubernetes are refused by name", "[engine]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"("hostNetwork": true)", "hostNetwork"},
      {R"("shareProcessNamespace": true)", "shareProcessNamespace"},
      {R"("volumes": [{"name": "v", "configMap": {"name": "c"}}])", "volumes[v].configMap"},
      {R"("volumes": [{"name": "v", "secret": {"secretName": "c"}}])", "volumes[v].secret"},
      {R"("volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}])",
       "volumes[v].persistentVolumeClaim"},
      {R"("containers": [{"name": "primary", "envFrom": [{"secretRef": {"name": "s"}}]}])",
       "containers[primary].envFrom"},
      {R"("containers": [{"name": "primary", "env": [{"name": "E", "valueFrom": {"secretKeyRef": {"name": "s",)"
       R"( "key": "k"}}}]}])",
       "containers[primary].env[E].valueFrom.secretKeyRef"},
      {R"("containers": [{"name": "primary", "env": [{"name": "E",)"
       R"( "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}]}])",
       "containers[primary].env[E].valueFrom.fieldRef.status.podIP"},
      {R"("containers": [{"name": "primary", "securityContext": {"privileged": true}}])",
       "containers[primary].securityContext.privileged"},
      {R"("volumes": [{"name": "v", "emptyDir": {}}], "containers": [{"name": "primary",)"
       R"( "volumeMounts": [{"name": "v", "mountPath": "/a", "subPath": "b"}]}])",
       "containers[primary].volumeMounts[v].subPath"}};
  for (const auto& [text, field] : cases) {
    CAPTURE(text);
    Bench bench;
    bench.Template(Cat(
        "{",
        text.starts_with("\"containers\"") || text.find("\"containers\": [{\"name\": \"primary\"") != std::string::npos
            ? ""
            : R"("containers": [{"name": "primary"}], )",
        text, "}"));
    CHECK(bench.Refusal() == Cat("[BadTaskSpecification] invalid TaskSpecification, field [", field,
                                 "] of the pod cannot be had without Kubernetes"));
  }
  for (const char* mount : {R"({"name": "none", "mountPath": "/a"})", R"({"name": "v", "mountPath": "/"})",
                            R"({"name": "v", "mountPath": "a"})", R"({"name": "v", "mountPath": "/a/../.."})",
                            R"({"name": "v", "mountPath": "/a"}, {"name": "v", "mountPath": "/a"})"}) {
    CAPTURE(mount);
    Bench bench;
    bench.Template(
        Cat(R"({"volumes": [{"name": "v", "emptyDir": {}}], "containers": [{"name": "primary", "volumeMounts": [)",
            mount, "]}]}"));
    CHECK(bench.Refusal().starts_with(
        "[BadTaskSpecification] invalid TaskSpecification, containers[primary].volumeMounts["));
  }
}

TEST_CASE("pod tasks of older versions", "[engine]") {
  Bench bench;
  bench.task.set_type("sidecar");
  SECTION("0: all in custom") {
    CHECK(bench.Refusal().find("nil PodSpec") != std::string::npos);
    bench.Json(R"({"podSpec": {"containers": [{"name": "a", "image": "i"}, {"name": "b", "image": "j"}]},)"
               R"( "primaryContainerName": "b", "labels": {"team": "blue"}, "annotations": {"k": "v"}})",
               bench.task.mutable_custom());
    const auto pod = bench.Build();
    REQUIRE(pod);
    CHECK(pod->primary == 1);
    CHECK(pod->annotations.at("primary_container_name") == "b");
    CHECK(pod->annotations.at("k") == "v");
    CHECK(pod->labels.at("team") == "blue");
  }
  SECTION("1: the specification in custom, the primary in config") {
    bench.task.set_task_type_version(1);
    bench.Json(R"({"containers": [{"name": "a", "image": "i"}]})", bench.task.mutable_custom());
    CHECK(bench.Refusal().find("config needs to be non-empty and include missing [primary_container_name] key") !=
          std::string::npos);
    (*bench.task.mutable_config())["primary_container_name"] = "none";
    CHECK(bench.Refusal() == "[BadTaskSpecification] invalid TaskSpecification, primary container [none] not defined");
    (*bench.task.mutable_config())["primary_container_name"] = "a";
    CHECK(bench.Build()->containers[0].image == "i");
  }
}

// Recorded cases: kubelet_test.cc. These are of the same rules, and were not recorded.
TEST_CASE("which end of a pod counts", "[engine]") {
  PodSpec pod;
  pod.containers = {{.name = "prep", .role = ContainerRole::kInit}, {.name = "main"}, {.name = "helper"}};
  pod.primary = 1;
  PodReport report;
  report.state = PodState::kFinished;
  report.containers = {{.name = "prep"},
                       {.name = "main", .exit_code = 3, .reason = EndReason::kError, .message = "why"},
                       {.name = "helper", .exit_code = 137, .reason = EndReason::kError}};
  SECTION("the primary's alone, where it decides") {
    pod.end_rule = EndRule::kPrimary;
    const Outcome outcome = ClassifyPod(pod, report);
    CHECK(outcome.kind == Outcome::Kind::kRetryable);
    CHECK(outcome.error.kind == model::ErrorKind::kUser);
    CHECK(outcome.error.code == "Error");
    CHECK(outcome.error.message == "\r\n[main] terminated with exit code (3). Reason [Error]. Message: \nwhy.");
    report.containers[1] = {.name = "main"};
    CHECK(ClassifyPod(pod, report).kind == Outcome::Kind::kSuccess);
  }
  SECTION("the last one's that was killed: init containers first, the others by name") {
    const Outcome outcome = ClassifyPod(pod, report);
    CHECK(outcome.error.kind == model::ErrorKind::kUser);
    CHECK(outcome.error.code == "Interrupted");
    CHECK(outcome.error.message ==
          "Pod failed. No message received from kubernetes.\r\n[prep] terminated with ExitCode 0.\r\n[helper] "
          "terminated with exit code (137). Reason [Error]. Message: \n.\r\n[main] terminated with exit code (3). "
          "Reason [Error]. Message: \nwhy.");
    report.containers[1].reason = EndReason::kOomKilled;
    CHECK(ClassifyPod(pod, report).error.code == "OOMKilled");
    report.containers[1].name = pod.containers[1].name = "a";
    CHECK(ClassifyPod(pod, report).error.code == "Interrupted");
  }
  SECTION("what the engine's end ended is the system's failure") {
    pod.end_rule = GENERATE(EndRule::kPrimary, EndRule::kLast);
    report.containers[1].exit_code = 143;
    report.interrupted = true;
    CHECK(ClassifyPod(pod, report).error.kind == model::ErrorKind::kSystem);
    CHECK(ClassifyPod(pod, report).error.code == "Interrupted");
  }
  SECTION("a primary that could not be started does not decide") {
    pod.end_rule = EndRule::kPrimary;
    report.containers[1] = {.name = "main", .exit_code = 128, .reason = EndReason::kStartError, .message = "none"};
    report.containers.pop_back();
    CHECK(ClassifyPod(pod, report).error.kind == model::ErrorKind::kSystem);
    CHECK(ClassifyPod(pod, report).error.code == "Interrupted");
  }
}

TEST_CASE("what a pod's specification says about its end", "[engine]") {
  Bench bench;
  SECTION("containers that are built here, and only they, tell their log's end") {
    bench.task.mutable_container();
    CHECK(bench.Build()->containers[0].message_policy == MessagePolicy::kFallbackToLogs);
    CHECK(bench.Build()->end_rule == EndRule::kPrimary);
    bench.task.set_type("raw-container");
    CHECK(bench.Build()->containers[0].message_policy == MessagePolicy::kFallbackToLogs);
    CHECK(bench.Build()->end_rule == EndRule::kLast);
    CHECK(bench.Build()->active_max == Duration::zero());
  }
  SECTION("a template's") {
    bench.Template(
        R"({"activeDeadlineSeconds": 5, "terminationGracePeriodSeconds": 2,
            "initContainers": [{"name": "proxy", "restartPolicy": "Always"}, {"name": "prep"}],
            "containers": [{"name": "primary"},
                           {"name": "helper", "terminationMessagePolicy": "FallbackToLogsOnError",
                            "terminationMessagePath": "/tmp/end"}]})");
    const auto pod = bench.Build();
    REQUIRE(pod);
    CHECK(pod->active_max == std::chrono::seconds(5));
    CHECK(pod->stop_grace == std::chrono::seconds(2));
    CHECK(pod->end_rule == EndRule::kLast);
    CHECK(pod->containers[0].role == ContainerRole::kSidecar);
    CHECK(pod->containers[1].role == ContainerRole::kInit);
    CHECK(pod->primary == 2);
    CHECK(pod->containers[2].message_policy == MessagePolicy::kFile);
    CHECK(pod->containers[2].message_path == "/dev/termination-log");
    CHECK(pod->containers[3].message_policy == MessagePolicy::kFallbackToLogs);
    CHECK(pod->containers[3].message_path == "/tmp/end");
  }
  SECTION("a container that is started again is refused, unless it is a sidecar") {
    bench.Template(R"({"containers": [{"name": "primary", "restartPolicy": "Always"}]})");
    CHECK(bench.Refusal().find("field [containers[primary].restartPolicy]") != std::string::npos);
  }
}

TEST_CASE("the task's template and its page", "[engine]") {
  Bench bench;
  bench.task.mutable_container()->add_args("x");
  CHECK_FALSE(UsesTaskTemplate(bench.task));
  CHECK(Env(bench.Build()->containers[0], "FLYTE_EXECUTION_URL") == "(none)");
  bench.task.mutable_container()->add_args("{{ .TaskTemplatePath }}");
  (*bench.task.mutable_config())["link_type"] = "wandb";
  CHECK(UsesTaskTemplate(bench.task));
  CHECK(bench.Build()->containers[0].args[1] == "s3://my-s3-bucket/d/task.pb");
  CHECK(Env(bench.Build()->containers[0], "FLYTE_EXECUTION_URL") ==
        "http://localhost:30080/console/projects/p/domains/d/executions/e/nodeId/n0/nodes");
}

}  // namespace
}  // namespace sandbox::engine

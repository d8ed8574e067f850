// Pods as kubectl shows them, and the words of its columns.

#include <catch2/catch.hpp>

#include "api/kube/machine_objects.h"
#include "api/kube/words.h"
#include "unit/kube/pods.h"

using namespace sandbox;
using namespace sandbox::kube;
using namespace sandbox::testing;
using nlohmann::json;

namespace {

Object Show(const model::TaskRecord& task, Instant deleted_at = {}) {
  model::ExecutionRecord execution;
  execution.id = task.id.node.execution;
  execution.workflow.name = "flows.wf";
  execution.settings.labels["team"] = "blue";
  return PodObject({task, MarksOf(execution), deleted_at}, kNow);
}

json Cells(const model::TaskRecord& task) {
  json cells = Show(task).cells;
  cells.erase(cells.begin() + 5, cells.end());
  return cells;
}

TEST_CASE("the columns of a pod are those of the tutorial") {
  using model::EndReason;
  CHECK(Cells(EndedPod(EndReason::kCompleted, 0)) == json({"f1-n0-0", "0/1", "Completed", "0", "100s"}));
  CHECK(Cells(EndedPod(EndReason::kError, 1)) == json({"f1-n0-0", "0/1", "Error", "0", "100s"}));
  CHECK(Cells(EndedPod(EndReason::kOomKilled, 137)) == json({"f1-n0-0", "0/1", "OOMKilled", "0", "100s"}));
  CHECK(Cells(RunningPod()) == json({"f1-n0-0", "1/1", "Running", "0", "100s"}));
  CHECK(Cells(WaitingPod()) == json({"f1-n0-0", "0/1", "Pending", "0", "100s"}));
  const Object wide = Show(RunningPod());
  CHECK(wide.cells.size() == FindResource("", "v1", "pods")->columns.size());
  CHECK(wide.cells[6] == "flyte-sandbox");
  CHECK(Show(RunningPod(), kNow).cells[2] == "Terminating");
}

TEST_CASE("an ended pod says how its container ended") {
  const Object pod = Show(EndedPod(model::EndReason::kOomKilled, 137));
  const json& status = pod.body["status"];
  CHECK(status["phase"] == "Failed");
  const json& container = status["containerStatuses"][0];
  CHECK(container["state"]["terminated"]["exitCode"] == 137);
  CHECK(container["state"]["terminated"]["reason"] == "OOMKilled");
  CHECK(container["state"]["terminated"]["message"] == "it broke");
  CHECK(container["state"]["terminated"]["containerID"] == "docker://c0ffee");
  CHECK(container["ready"] == false);
  CHECK(container["restartCount"] == 0);
  CHECK(pod.fields.at("status.phase") == "Failed");
  CHECK(Show(EndedPod(model::EndReason::kCompleted, 0)).body["status"]["phase"] == "Succeeded");
}

TEST_CASE("a pod that waits says for what") {
  model::TaskRecord task = WaitingPod();
  task.pod.wait = {.code = model::PodWait::kImageMissing, .image = "flows:v1", .error = "not found"};
  task.pod_status = "ImagePullBackOff";
  const Object pod = Show(task);
  const json& status = pod.body["status"];
  CHECK(status["phase"] == "Pending");
  CHECK(status["containerStatuses"][0]["state"]["waiting"]["reason"] == "ImagePullBackOff");
  CHECK(status["conditions"][3]["type"] == "PodScheduled");
  CHECK(status["conditions"][3]["status"] == "False");
  CHECK_FALSE(pod.body["spec"].contains("nodeName"));
}

TEST_CASE("a pod's end that nobody saw is not made up") {
  model::TaskRecord task = EndedPod(model::EndReason::kError, 1);
  task.pod.ends.clear();
  task.exit_code.reset();
  const json state = Show(task).body["status"]["containerStatuses"][0]["state"];
  CHECK(state["terminated"]["reason"] == "ContainerStatusUnknown");
  CHECK(state["terminated"]["exitCode"] == 137);
}

TEST_CASE("a pod has its labels and requests, and no value of its environment") {
  const Object pod = Show(RunningPod());
  CHECK(pod.labels.at("execution-id") == "f1");
  CHECK(pod.labels.at("team") == "blue");
  CHECK(pod.labels.at("workflow-name") == "flows-wf");
  CHECK(pod.labels.at("task-name") == "flows-train");
  CHECK(pod.body["metadata"]["labels"] == json(pod.labels));
  const json& container = pod.body["spec"]["containers"][0];
  CHECK(container["resources"] ==
        json{{"requests", {{"cpu", "500m"}, {"memory", "200Mi"}}}, {"limits", {{"cpu", "1"}, {"memory", "200Mi"}}}});
  CHECK(container["env"] == json::array({{{"name", "TOKEN"}, {"value", ""}}}));
  CHECK(pod.body["status"]["qosClass"] == "Burstable");
  CHECK(pod.body["metadata"]["annotations"]["kubectl.kubernetes.io/default-container"] == "f1-n0-0");
}

TEST_CASE("lists, single objects and watches have the form that was asked for") {
  const Resource& pods = *FindResource("", "v1", "pods");
  KubeRequest plain, table;
  table.form = Form::kTable;
  table.table_version = "v1";
  const auto two = [] { return std::vector<Object>{Show(RunningPod()), Show(WaitingPod())}; };
  json list = json::parse(ListBody(pods, plain, two(), 7));
  CHECK(list["kind"] == "PodList");
  CHECK(list["metadata"]["resourceVersion"] == "7");
  CHECK(list["items"].size() == 2);
  CHECK(list["items"][0]["metadata"]["resourceVersion"] == "7");
  list = json::parse(ListBody(pods, table, two(), 7));
  CHECK(list["kind"] == "Table");
  CHECK(list["columnDefinitions"].size() == 9);
  CHECK(list["columnDefinitions"][5]["priority"] == 1);
  CHECK(list["rows"][1]["object"]["kind"] == "PartialObjectMetadata");
  CHECK(list["rows"][1]["object"]["metadata"]["name"] == "f1-n0-0");
  CHECK(json::parse(ListBody(pods, plain, {}, 7))["items"] == json::array());
  CHECK(json::parse(ListBody(pods, table, {}, 7))["rows"] == json::array());
  table.whole_objects = true;
  const json line = json::parse(WatchLine(pods, table, "ADDED", Show(RunningPod()), 8));
  CHECK(line["type"] == "ADDED");
  CHECK(line["object"]["rows"][0]["object"]["kind"] == "Pod");
  CHECK(json::parse(BookmarkLine(pods, 9))["object"]["metadata"]["resourceVersion"] == "9");
}

TEST_CASE("ages are written as kubectl writes them") {
  const auto age = [](Duration since) { return AgeText(kNow - since, kNow); };
  CHECK(age(0s) == "0s");
  CHECK(age(119s) == "119s");
  CHECK(age(120s) == "2m");
  CHECK(age(5min + 30s) == "5m30s");
  CHECK(age(98min) == "98m");
  CHECK(age(4h + 57min) == "4h57m");
  CHECK(age(8h + 5min) == "8h");
  CHECK(age(76h) == "3d4h");
  CHECK(age(24h * 30) == "30d");
  CHECK(age(24h * 365 * 3) == "3y");
  CHECK(age(-5s) == "0s");
  CHECK(AgeText({}, kNow) == "<unknown>");
  CHECK(TimeJson(kNow + 5ms) == "2027-01-15T08:00:00Z");
  CHECK(TimeJson({}).is_null());
}

TEST_CASE("amounts and names are Kubernetes'") {
  CHECK(BytesText(int64_t{512} << 20) == "512Mi");
  CHECK(BytesText(1000) == "1000");
  CHECK(BytesText(0) == "0");
  CHECK(IsDnsName("user-info"));
  for (const char* bad : {"", "User", "a_b", "-a", "a-", "a/b"}) CHECK_FALSE(IsDnsName(bad));
  const std::string uid = UidOf("a/b");
  CHECK(uid.size() == 36);
  CHECK(uid == UidOf("a/b"));
  CHECK(uid != UidOf("a/c"));
}

TEST_CASE("a secret shows its keys and no values; what a pod uses is its last sample") {
  const Object secret = SecretObject("ns", "user-info", {{{"user-info", "user_secret"}, kNow - 60s}}, kNow);
  CHECK(secret.body["data"] == json{{"user_secret", ""}});
  CHECK(secret.cells == json({"user-info", "Opaque", 1, "60s"}));
  const model::TaskRecord task = RunningPod();
  const auto used = LastUse(task, {{1000, 100, 1 << 20, 0}, {3000, 250, 2 << 20, 0}});
  REQUIRE(used);
  const Object metrics = PodMetricsObject(task, *used, {});
  CHECK(metrics.body["containers"][0]["usage"] == json{{"cpu", "250m"}, {"memory", "2Mi"}});
  CHECK(metrics.body["window"] == "2s");
  CHECK_FALSE(LastUse(task, {}));
  MachineFacts machine{"v1", "unix:///docker.sock", "", kNow - 60s, 2000, int64_t{4} << 30, "6.1", "amd64"};
  CHECK(NodeObject(machine, kNow).cells[1] == "Ready");
  CHECK(NodeObject(machine, kNow).body["status"]["allocatable"]["memory"] == "4Gi");
  machine.trouble = "no engine answers";
  CHECK(NodeObject(machine, kNow).cells[1] == "NotReady");
}

}  // namespace

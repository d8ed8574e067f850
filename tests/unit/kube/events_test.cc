// What `kubectl describe pod` tells at its end.

#include <catch2/catch.hpp>

#include "api/kube/pod_events.h"
#include "unit/kube/pods.h"

using namespace sandbox;
using namespace sandbox::kube;
using namespace sandbox::testing;
using nlohmann::json;

namespace {

std::vector<Object> Events(const model::TaskRecord& task, Instant deleted_at = {}) {
  const Marks none;
  return PodEvents({task, none, deleted_at}, kNow);
}

std::vector<std::string> Lines(const model::TaskRecord& task, Instant deleted_at = {}) {
  std::vector<std::string> out;
  for (const Object& event : Events(task, deleted_at)) {
    out.push_back(Cat(event.body["type"].get<std::string>(), " ", event.body["reason"].get<std::string>(), " ",
                      event.body["message"].get<std::string>()));
  }
  return out;
}

TEST_CASE("a pod that runs was scheduled, pulled, created and started") {
  CHECK(Lines(RunningPod()) ==
        std::vector<std::string>{
            "Normal Scheduled Successfully assigned flytesnacks-development/f1-n0-0 to flyte-sandbox",
            "Normal Pulling Pulling image \"flows:v1\"", "Normal Pulled Successfully pulled image \"flows:v1\" in 3s",
            "Normal Created Created container f1-n0-0", "Normal Started Started container f1-n0-0"});
  const Object event = Events(RunningPod())[1];
  CHECK(event.body["involvedObject"]["fieldPath"] == "spec.containers{f1-n0-0}");
  CHECK(event.body["source"] == json{{"component", "kubelet"}, {"host", "flyte-sandbox"}});
  CHECK(event.cells[0] == "98s");
  CHECK(event.cells[3] == "pod/f1-n0-0");
  CHECK(event.cells.size() == FindResource("", "v1", "events")->columns.size());
  CHECK(event.fields.at("involvedObject.name") == "f1-n0-0");
  CHECK(Events(RunningPod())[1].body["metadata"]["name"] == event.body["metadata"]["name"]);
}

TEST_CASE("an image that is there is not pulled") {
  model::TaskRecord task = RunningPod();
  task.pod.facts.at.pull_started = task.pod.facts.at.pull_ended = {};
  CHECK(Lines(task)[1] == "Normal Pulled Container image \"flows:v1\" already present on machine");
}

TEST_CASE("a pod that waits tells why, and nothing that has not happened") {
  model::TaskRecord task = WaitingPod();
  CHECK(Lines(task).empty());
  task.pod.wait = {.code = model::PodWait::kResources,
                   .since = kNow - 50s,
                   .shortages = {{"memory", int64_t{4} << 30, int64_t{1} << 30, int64_t{8} << 30}}};
  CHECK(Lines(task) ==
        std::vector<std::string>{"Warning FailedScheduling waits for memory: needs 4Gi, 1Gi of 8Gi free"});
  task.pod.wait = {.code = model::PodWait::kImageMissing, .since = kNow, .image = "x:1", .error = "denied", .tried = 3};
  const auto lines = Lines(task);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "Warning Failed Failed to pull image \"x:1\": denied");
  CHECK(lines[1] == "Warning Failed Error: ImagePullBackOff");
  CHECK(lines[2].find("sandbox build . -t x:1") != std::string::npos);
  CHECK(Events(task)[2].body["count"] == 3);
  task.pod.wait = {.code = model::PodWait::kSecret, .since = kNow, .error = "secret a/b is missing"};
  CHECK(Lines(task) == std::vector<std::string>{"Warning Failed Error: secret a/b is missing"});
}

TEST_CASE("a pod that is deleted or aborted was killed") {
  CHECK(Lines(RunningPod(), kNow).back() == "Normal Killing Stopping container f1-n0-0");
  model::TaskRecord task = EndedPod(model::EndReason::kError, 143);
  CHECK(Lines(task).back() == "Normal Started Started container f1-n0-0");
  task.phase = model::TaskPhase::kAborted;
  CHECK(Lines(task).back() == "Normal Killing Stopping container f1-n0-0");
}

}  // namespace

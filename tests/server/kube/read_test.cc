// What is listed and read: pods, events, namespaces, the node, and what is not served.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "sandbox/model/pod_files.h"
#include "server/kube/window.h"

namespace sandbox::testing {
namespace {

TEST_CASE("pods are listed as objects and as a table", "[kube]") {
  Window window;
  window.Task("good", "true");
  window.Task("bad", "false", 1);
  window.Task("big", "oom");
  for (const char* task : {"good", "bad", "big"}) {
    window.Launch(task, std::string("x") + task);
    window.Ended(std::string("x") + task);
  }
  const json table = window.Table(std::string(kHere) + "/pods?limit=500");
  CHECK(table["kind"] == "Table");
  std::map<std::string, std::string> status;
  for (const json& row : table["rows"]) {
    CHECK(row["cells"][1] == "0/1");
    CHECK(row["cells"][3] == "0");
    status[row["cells"][0].get<std::string>()] = row["cells"][2].get<std::string>();
    CHECK(row["object"]["metadata"]["name"] == row["cells"][0]);
  }
  CHECK(status == std::map<std::string, std::string>{{"xbad-bad-0", "Error"},
                                                     {"xbad-bad-1", "Error"},
                                                     {"xbig-big-0", "OOMKilled"},
                                                     {"xgood-good-0", "Completed"}});
  const json list = window.Get(std::string(kHere) + "/pods");
  CHECK(list["kind"] == "PodList");
  CHECK(list["items"].size() == 4);
  const json pod = window.Get(std::string(kHere) + "/pods/xbig-big-0");
  CHECK(pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 137);
  CHECK(pod["metadata"]["labels"]["execution-id"] == "xbig");
  CHECK(window.Get("/kubernetes/api/v1/namespaces/flytesnacks-staging/pods")["items"].empty());
  CHECK(window.Get(std::string(kCore) + "/pods")["items"].size() == 4);
}

TEST_CASE("selectors choose among pods", "[kube]") {
  Window window;
  window.Task("good", "true");
  window.Task("bad", "false");
  for (const char* task : {"good", "bad"}) {
    window.Launch(task, std::string("x") + task);
    window.Ended(std::string("x") + task);
  }
  const auto names = [&](const std::string& query) {
    std::vector<std::string> out;
    for (const json& each : window.Get(std::string(kHere) + "/pods?" + query)["items"])
      out.push_back(each["metadata"]["name"]);
    return out;
  };
  using Names = std::vector<std::string>;
  CHECK(names("fieldSelector=status.phase%3DFailed") == Names{"xbad-bad-0"});
  CHECK(names("fieldSelector=status.phase!%3DFailed") == Names{"xgood-good-0"});
  CHECK(names("labelSelector=execution-id%20in%20(xgood%2Cxbad)%2Cproject%3Dflytesnacks") ==
        Names{"xbad-bad-0", "xgood-good-0"});
  CHECK(names("labelSelector=task-name%3Dgood") == Names{"xgood-good-0"});
  CHECK(names("fieldSelector=metadata.name%3Dxgood-good-0") == Names{"xgood-good-0"});
  CHECK(names("labelSelector=!project").empty());
  json refused = window.Get(std::string(kHere) + "/pods?fieldSelector=status.fase%3DX", 400);
  CHECK(refused["reason"] == "BadRequest");
  CHECK(refused["message"].get<std::string>().find("field label not supported: status.fase") != std::string::npos);
  CHECK(window.Get(std::string(kHere) + "/pods?labelSelector=a%3D%3D%3D", 400)["kind"] == "Status");
}

TEST_CASE("a pod's events are found by its uid", "[kube]") {
  Window window;
  window.Task("waits", "wait");
  window.Launch("waits", "x");
  window.UntilRunning("x");
  const json pod = window.Get(std::string(kHere) + "/pods/" + window.PodOf("x"));
  const std::string selector = "?fieldSelector=involvedObject.name%3D" + pod["metadata"]["name"].get<std::string>() +
                               "%2CinvolvedObject.uid%3D" + pod["metadata"]["uid"].get<std::string>();
  const json events = window.Get(std::string(kHere) + "/events" + selector)["items"];
  for (const json& event : events) CHECK(event["involvedObject"]["name"] == pod["metadata"]["name"]);
  CHECK(window.Get(std::string(kHere) + "/events?fieldSelector=involvedObject.name%3Dnone")["items"].empty());
}

TEST_CASE("namespaces are projects and domains; there is one node", "[kube]") {
  Window window;
  std::vector<std::string> names;
  for (const json& each : window.Get(std::string(kCore) + "/namespaces")["items"])
    names.push_back(each["metadata"]["name"]);
  CHECK(names == std::vector<std::string>{"flytesnacks-development", "flytesnacks-production", "flytesnacks-staging"});
  CHECK(window.Get(kHere)["status"]["phase"] == "Active");
  CHECK(window.Get("/kubernetes/api/v1/namespaces/none", 404)["message"] == "namespaces \"none\" not found");
  const json nodes = window.Table(std::string(kCore) + "/nodes");
  REQUIRE(nodes["rows"].size() == 1);
  CHECK(nodes["rows"][0]["cells"][0] == "flyte-sandbox");
  CHECK(nodes["rows"][0]["cells"][1] == "Ready");
}

TEST_CASE("what a running pod uses is its last sample", "[kube]") {
  Window window;
  window.Task("waits", "wait");
  window.Launch("waits", "x");
  window.UntilRunning("x");
  const std::string pod = window.PodOf("x"), metrics = "/kubernetes/apis/metrics.k8s.io/v1beta1";
  CHECK(window.Get(metrics + "/pods")["items"].empty());
  const auto folder = window.Folder() / "logs" / "flytesnacks-development";
  std::filesystem::create_directories(folder);
  std::string bytes;
  Encode(model::UsageSample{1000, 50, 1 << 20, 0}, bytes);
  Encode(model::UsageSample{2000, 150, 3 << 20, 0}, bytes);
  std::ofstream(folder / (pod + ".stat"), std::ios::binary) << bytes;
  const json items = window.Get(metrics + "/namespaces/flytesnacks-development/pods")["items"];
  REQUIRE(items.size() == 1);
  CHECK(items[0]["containers"][0]["usage"] == json{{"cpu", "150m"}, {"memory", "3Mi"}});
  CHECK(window.Get(metrics + "/nodes")["items"].size() == 1);
}

TEST_CASE("logs are sent from the end or from the beginning, or refused with why", "[kube]") {
  Window window;
  window.Task("good", "true");
  window.Task("missing", "missing");
  window.Launch("good", "x");
  window.Ended("x");
  const std::string pod = window.PodOf("x"), path = std::string(kHere) + "/pods/" + pod + "/log";
  const auto folder = window.Folder() / "logs" / "flytesnacks-development";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / (pod + ".log")) << "one\ntwo\nthree";
  CHECK(window.Ask("GET", path).body == "one\ntwo\nthree");
  CHECK(window.Ask("GET", path + "?tailLines=2").body == "two\nthree");
  CHECK(window.Ask("GET", path + "?tailLines=0").body.empty());
  CHECK(window.Ask("GET", path + "?limitBytes=5&follow=true").body == "one\nt");
  CHECK(window.Ask("GET", path + "?container=" + pod).status == 200);
  CHECK(window.Get(path + "?container=other", 400)["message"] == "container other is not valid for pod " + pod);
  CHECK(window.Get(path + "?previous=true", 400)["reason"] == "BadRequest");
  CHECK(window.Get(path + "?tailLines=-1", 400)["message"].get<std::string>().starts_with("tailLines: "));
  CHECK(window.Get(std::string(kHere) + "/pods/none/log", 404)["message"] == "pods \"none\" not found");
  window.Launch("missing", "y");
  window.Until([&] {
    return window.Table(std::string(kHere) + "/pods/ymissing-0").dump().find("ImagePullBackOff") != std::string::npos ||
           window.Table(std::string(kHere) + "/pods").dump().find("ImagePullBackOff") != std::string::npos;
  });
  const json waits = window.Get(std::string(kHere) + "/pods/" + window.PodOf("y") + "/log", 400);
  CHECK(waits["message"].get<std::string>().find("is waiting to start: ImagePullBackOff") != std::string::npos);
}

TEST_CASE("what is not served says so as Kubernetes would, and what this is", "[kube]") {
  Window window;
  const auto message = [](const json& status) { return status["message"].get<std::string>(); };
  json refused = window.Get("/kubernetes/apis/apps/v1/deployments", 404);
  CHECK(refused["reason"] == "NotFound");
  CHECK(message(refused).find("Kubernetes-shaped window of a Flyte sandbox") != std::string::npos);
  HttpAnswer answer = window.Ask("POST", std::string(kHere) + "/pods", "{}");
  CHECK(answer.status == 405);
  CHECK(answer.Json()["reason"] == "MethodNotAllowed");
  CHECK(message(answer.Json()).find("pyflyte run") != std::string::npos);
  answer = window.Ask("POST", std::string(kHere) + "/pods/x/exec?command=sh");
  CHECK(answer.status == 405);
  CHECK(message(answer.Json()).find("docker exec") != std::string::npos);
  CHECK(window.Ask("DELETE", kHere).status == 405);
  CHECK(window.Get("/kubernetes/version")["major"] == "1");
  // The links to logs that tasks have begin alike.
  CHECK(window.Ask("GET", "/kubernetes-dashboard/").body.find("Kubernetes-shaped") == std::string::npos);
}

TEST_CASE("a page of another site reads and deletes nothing", "[kube]") {
  Window window;
  const std::string page = "Origin: https://evil.test\r\nSec-Fetch-Site: cross-site\r\n";
  const std::string host = "Host: localhost:" + std::to_string(window.Port()) + "\r\n";
  const HttpAnswer read = Exchange(window.Port(), "GET " + std::string(kCore) + "/secrets HTTP/1.1\r\n" + host + page);
  CHECK(read.head.find("Access-Control-Allow") == std::string::npos);
  CHECK(read.head.find("Cross-Origin-Resource-Policy: same-origin") != std::string::npos);
  for (const char* method : {"DELETE", "POST", "PATCH"}) {
    CAPTURE(method);
    const HttpAnswer answer = Exchange(window.Port(),
                                       std::string(method) + " " + kHere + "/secrets/x HTTP/1.1\r\n" + host + page +
                                           "Content-Type: application/json\r\n",
                                       "{}");
    CHECK(answer.status == 403);
  }
}

}  // namespace
}  // namespace sandbox::testing

// Deleting pods, and secrets that come in and never go out.

#include <catch2/catch.hpp>

#include "server/kube/window.h"

namespace sandbox::testing {
namespace {

json Secret(const std::string& name, const json& data) {
  return {{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", name}}}, {"data", data}};
}

TEST_CASE("a pod that runs and is deleted is gone, and its attempt is tried again", "[kube]") {
  Window window;
  window.Task("waits", "wait");
  window.Launch("waits", "x");
  window.UntilRunning("x");
  const std::string pod = window.PodOf("x"), pods = std::string(kHere) + "/pods";
  Watch watch(window.Port(), pods + "?watch=true&fieldSelector=metadata.name%3D" + pod);
  CHECK(watch.Next()["type"] == "ADDED");
  const HttpAnswer answer = window.Ask("DELETE", pods + "/" + pod, R"({"gracePeriodSeconds":1})");
  CHECK(answer.status == 200);
  CHECK(answer.Json()["metadata"].contains("deletionTimestamp"));
  json line = watch.Next();
  while (!line.is_null() && line["type"] != "DELETED") line = watch.Next();
  REQUIRE_FALSE(line.is_null());
  CHECK(line["object"]["metadata"]["name"] == pod);
  CHECK(window.Get(pods + "/" + pod, 404)["reason"] == "NotFound");
  window.UntilRunning("x");
  CHECK(window.PodOf("x") == "x-waits-1");
  // The record of the attempt stays: it belongs to the execution.
  const json known = window.Http("GET", "/sandbox/v1/pods").Json()["pods"];
  CHECK(known.size() == 2);
  window.EndContainers("wait");
  CHECK(window.Ended("x").closure().phase() == idl::WorkflowExecution::SUCCEEDED);
}

TEST_CASE("a pod that has ended and is deleted is not shown any more, after a restart too", "[kube]") {
  Window window;
  window.Task("good", "true");
  window.Launch("good", "x");
  window.Ended("x");
  const std::string path = std::string(kHere) + "/pods/" + window.PodOf("x");
  CHECK(window.Ask("DELETE", path + "?dryRun=All").status == 200);
  CHECK(window.Get(path)["status"]["phase"] == "Succeeded");
  CHECK(window.Ask("DELETE", path).status == 200);
  CHECK(window.Get(path, 404)["reason"] == "NotFound");
  CHECK(window.Ask("DELETE", path).status == 404);
  window.Restart();
  CHECK(window.Get(std::string(kHere) + "/pods")["items"].empty());
}

TEST_CASE("options of a deletion that are wrong are refused", "[kube]") {
  Window window;
  window.Task("good", "true");
  window.Launch("good", "x");
  window.Ended("x");
  const std::string path = std::string(kHere) + "/pods/" + window.PodOf("x");
  for (const char* bad : {"[]", "{", R"({"gracePeriodSeconds":-1})", R"({"gracePeriodSeconds":"soon"})"}) {
    CAPTURE(bad);
    CHECK(window.Ask("DELETE", path, bad).status == 400);
  }
  CHECK(window.Get(path)["kind"] == "Pod");
}

TEST_CASE("a secret becomes the sandbox's, and its value stays there", "[kube]") {
  Window window;
  const std::string secrets = std::string(kHere) + "/secrets";
  HttpAnswer answer = window.Ask("POST", secrets + "?fieldManager=kubectl-create",
                                 Secret("user-info", {{"user_secret", "dHJlYXN1cmU="}}).dump());
  INFO(answer.body);
  CHECK(answer.status == 201);
  CHECK(answer.body.find("dHJlYXN1cmU") == std::string::npos);
  secrets::FileSecrets store(window.Folder() / "secrets");
  CHECK(*store.Find({"user-info", "user_secret"}) == "treasure");

  const json got = window.Get(secrets + "/user-info");
  CHECK(got["data"] == json{{"user_secret", ""}});
  // They have no namespace.
  CHECK(window.Get("/kubernetes/api/v1/namespaces/flytesnacks-staging/secrets")["items"].size() == 1);
  CHECK(window.Get(std::string(kCore) + "/secrets")["items"].size() == 3);
  for (const json& row : window.Table(secrets)["rows"]) CHECK(row["cells"][2] == 1);

  answer = window.Ask("POST", secrets, Secret("user-info", {{"a", "YQ=="}}).dump());
  CHECK(answer.status == 409);
  CHECK(answer.Json()["message"] == "secrets \"user-info\" already exists");
  answer = window.Ask("PATCH", secrets + "/user-info", R"({"data":{"other":"Yg=="},"stringData":{"third":"c"}})");
  CHECK(answer.status == 200);
  CHECK(*store.Find({"user-info", "other"}) == "b");
  CHECK(*store.Find({"user-info", "third"}) == "c");
  CHECK(window.Ask("PATCH", secrets + "/user-info", R"({"data":{"third":null}})").status == 200);
  CHECK_FALSE((*store.Find({"user-info", "third"})).has_value());

  CHECK(window.Ask("DELETE", secrets + "/user-info").Json()["status"] == "Success");
  CHECK(window.Get(secrets + "/user-info", 404)["message"] == "secrets \"user-info\" not found");
  CHECK(store.List()->empty());
}

TEST_CASE("a secret that cannot be one is refused, and nothing of it is kept", "[kube]") {
  Window window;
  const std::string secrets = std::string(kHere) + "/secrets";
  const auto refused = [&](const json& body, int status) {
    const HttpAnswer answer = window.Ask("POST", secrets, body.dump());
    INFO(answer.body);
    CHECK(answer.status == status);
    return answer.Json()["message"].get<std::string>();
  };
  CHECK(refused(Secret("a", {{"k", "no base64!"}}), 422).find("data[k]: expected base64") != std::string::npos);
  CHECK(refused(Secret("a", {{"k", ""}}), 422).find("never given out") != std::string::npos);
  CHECK(refused(Secret("A_b", {{"k", "YQ=="}}), 422).find("metadata.name") != std::string::npos);
  CHECK(refused(Secret("a", json::object()), 422).find("data: Required") != std::string::npos);
  CHECK(refused(json::array(), 400).find("expected a Secret") != std::string::npos);
  CHECK(refused({{"data", 1}}, 422).find("metadata.name") != std::string::npos);
  const HttpAnswer nowhere =
      window.Ask("POST", "/kubernetes/api/v1/namespaces/default/secrets", Secret("a", {{"k", "YQ=="}}).dump());
  CHECK(nowhere.status == 404);
  CHECK(nowhere.Json()["message"].get<std::string>().starts_with("namespaces \"default\" not found"));
  CHECK(window.Ask("PATCH", secrets + "/none", "{}").status == 404);
  CHECK(window.Ask("POST", secrets + "?dryRun=All", Secret("a", {{"k", "YQ=="}}).dump()).status == 201);
  CHECK(secrets::FileSecrets(window.Folder() / "secrets").List()->empty());
}

}  // namespace
}  // namespace sandbox::testing

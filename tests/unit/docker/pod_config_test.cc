#include <catch2/catch.hpp>

#include "docker/codec.h"
#include "runner/container_config.h"
#include "runner/expand.h"
#include "sandbox/base/text.h"

namespace sandbox::runner {
namespace {

TEST_CASE("$(VAR) expansion", "[runner]") {
  const std::map<std::string, std::string> variables = {{"A", "1"}, {"B", "$(A)"}, {"EMPTY", ""}};
  for (const auto& [text, expected] : std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                                                       {"$(A)", "1"},
                                                                                       {"x$(A)y$(A)", "x1y1"},
                                                                                       {"$$(A)", "$(A)"},
                                                                                       {"$$$(A)", "$1"},
                                                                                       {"$(B)", "$(A)"},
                                                                                       {"$(NONE)", "$(NONE)"},
                                                                                       {"$(A", "$(A"},
                                                                                       {"$A", "$A"},
                                                                                       {"$", "$"},
                                                                                       {"a$", "a$"},
                                                                                       {"$$", "$"},
                                                                                       {"$(EMPTY)", ""},
                                                                                       {"$()", "$()"},
                                                                                       {"$(A)$", "1$"}}) {
    CAPTURE(text);
    CHECK(ExpandVariables(text, variables) == expected);
  }
}

TEST_CASE("a container from a pod", "[runner]") {
  PodSpec pod;
  pod.id = {{{"p", "d", "e"}, "n0"}, 2};
  pod.name = std::string(62, 'x') + "-long";
  pod.pod_namespace = "p-d";
  pod.labels = {{"execution-id", "root"}};
  pod.annotations = {{"primary_container_name", "main"}};
  ContainerSpec container;
  container.name = "main";
  container.image = "i";
  container.args = {"$(A)", "$(LATER)"};
  container.env = {{"A", "one"}, {"B", "$(A)-$(C)"}, {"C", "three"}, {"A", "two"}};
  container.cpu_limit_millis = 2000;
  container.cpu_quota_millis = 500;
  container.cpu_request_millis = 250;
  container.memory_limit_bytes = 1 << 30;
  container.gpus = 1;
  docker::ContainerConfig config = ConfigOf(pod, container, {"inst", "host-gateway", "", pod.name, "/t"});
  CHECK(config.env == std::vector<std::string>{"A=two", "B=one-$(C)", "C=three"});
  CHECK(config.cmd == std::vector<std::string>{"two", "$(LATER)"});
  CHECK(config.entrypoint.empty());
  CHECK(config.hostname == std::string(62, 'x'));
  CHECK(config.nano_cpus == 500'000'000);
  CHECK(config.cpu_shares == 256);
  CHECK(ConfigOf(pod, container, {.engine_cpu_millis = 500}).nano_cpus == 500'000'000);
  CHECK(ConfigOf(pod, container, {.engine_cpu_millis = 400}).nano_cpus == 0);
  CHECK(config.labels.at("execution-id") == "root");
  CHECK(config.labels.at("sandbox.execution") == "e");
  CHECK(config.labels.at("sandbox.attempt") == "2");
  CHECK(config.labels.at("project") == "p");
  CHECK(config.labels.at("sandbox.annotation/primary_container_name") == "main");
  CHECK(config.extra_hosts.front() == "flyte-sandbox-grpc.flyte:host-gateway");

  std::string json = docker::EncodeContainer(config);
  CHECK(json.find("\"Entrypoint\"") == std::string::npos);
  CHECK(json.find(R"("Memory":1073741824,"MemorySwap":1073741824)") != std::string::npos);
  CHECK(json.find(R"("DeviceRequests":[{"Capabilities":[["gpu"]],"Count":1,"Driver":"nvidia"}])") != std::string::npos);
  CHECK(json.find(R"("Mounts":[{"Source":"/t","Target":"/dev/termination-log","Type":"bind"}])") != std::string::npos);
  container.command = {"run"};
  container.args.clear();
  json = docker::EncodeContainer(ConfigOf(pod, container, {"inst", "host-gateway", "container:c1", pod.name, ""}));
  CHECK(json.find(R"("Entrypoint":["run"])") != std::string::npos);
  CHECK(json.find(R"("Cmd":[])") != std::string::npos);
  // The engine refuses both next to another container's network.
  CHECK(json.find("ExtraHosts") == std::string::npos);
  CHECK(json.find("Hostname") == std::string::npos);
}

TEST_CASE("what is no UTF-8", "[runner]") {
  CHECK(ValidUtf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80") == "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  CHECK(ValidUtf8("\xFF"
                  "a\xC3") == "?a?");
  CHECK(ValidUtf8("\xC0\x80\xED\xA0\x80") == "?????");
}

}  // namespace
}  // namespace sandbox::runner

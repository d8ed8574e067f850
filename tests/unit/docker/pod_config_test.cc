#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "docker/codec.h"
#include "runner/container_config.h"
#include "runner/expand.h"
#include "runner/log_file.h"
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
  container.cpu_limit_millis = 500;
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

std::string Content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST_CASE("a log file", "[runner]") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / Cat("sandbox-log-", ::getpid());
  const std::filesystem::path path = folder / "ns" / "pod.log";
  SECTION("read again: a reader never sees less than before") {
    LogFile(path, 1000).Append("one\ntwo\n");
    LogFile log(path, 1000);
    log.StartAgain();
    log.Append("one\n");
    CHECK(Content(path) == "one\ntwo\n");
    log.Append("two\nthree\n");
    CHECK(Content(path) == "one\ntwo\nthree\n");
    log.Append("four\n");
    log.Complete();
    CHECK(Content(path) == "one\ntwo\nthree\nfour\n");
    CHECK(log.Tail() == "one\ntwo\nthree\nfour\n");
  }
  SECTION("bounded") {
    LogFile log(path, 5);
    log.Append("1234567");
    log.Append("8");
    CHECK(Content(path) == "12345\n[sandbox: the log ends here, it is larger than 5 bytes]\n");
    CHECK(log.Tail() == "12345678");
  }
  SECTION("the tail: 80 lines, 2048 bytes, whole characters") {
    LogFile log(path, 1 << 20);
    for (int i = 0; i < 200; ++i) log.Append(Cat(i, "\n"));
    CHECK(log.Tail().starts_with("120\n"));
    CHECK(log.Tail().ends_with("199\n"));
    log.Append(std::string(3000, 'x'));
    CHECK(log.Tail() == std::string(2048, 'x'));
    log.Append("\xC3\xA9" + std::string(2047, 'y'));
    CHECK(log.Tail() == "?" + std::string(2047, 'y'));
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("what is no UTF-8", "[runner]") {
  CHECK(ValidUtf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80") == "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  CHECK(ValidUtf8("\xFF"
                  "a\xC3") == "?a?");
  CHECK(ValidUtf8("\xC0\x80\xED\xA0\x80") == "?????");
}

}  // namespace
}  // namespace sandbox::runner

// What was found out about a machine, judged.

#include "doctor/doctor.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace sandbox::doctor {
namespace {

using namespace std::chrono_literals;

Findings Good() {
  Findings out;
  out.engine = {
      "unix:///var/run/docker.sock", "", "26.1.0", "1.45", {{"unix:///run/podman/podman.sock", "none"}}, 10ms};
  out.disk = DiskFound{"/home", uint64_t{40} << 30};
  out.memory_available_bytes = uint64_t{8} << 30;
  out.ports = {{"platform", 30080, PortFound::State::kOurs, ""}, {"object store", 30002, PortFound::State::kFree, ""}};
  out.config_file = "/h/config.yaml";
  out.home = "/h";
  out.open_files_max = 65536;
  out.images_missing.emplace();
  out.engine.architecture = out.architecture = "amd64";
  out.proxy.emplace();
  return out;
}

Check Of(const Findings& found, const std::string& id) {
  const auto checks = Examine(found);
  const auto at = std::ranges::find(checks, id, &Check::id);
  REQUIRE(at != checks.end());
  return *at;
}

TEST_CASE("a good machine is all OK", "[doctor]") {
  const auto checks = Examine(Good());
  CHECK(checks.size() == 12);
  for (const Check& check : checks) {
    INFO(check.id << ": " << check.text);
    CHECK(check.verdict == Verdict::kOk);
    CHECK(check.fix.empty());
    CHECK(check.text.ends_with('.'));
  }
  CHECK(ToJson(checks)["ok"] == 12);
}

TEST_CASE("an engine that is away fails with the command that starts it, or the socket that answers", "[doctor]") {
  Findings found = Good();
  found.engine.why = "Connection refused";
  Check check = Of(found, "engine");
  CHECK(check.verdict == Verdict::kFail);
  CHECK(check.code == "engine.away");
  CHECK(check.fix == "sudo systemctl start docker");
  CHECK(check.text.find("Connection refused") != std::string::npos);
  found.engine.others.push_back({"unix:///run/user/1000/docker.sock", ""});
  check = Of(found, "engine");
  CHECK(check.code == "engine.elsewhere");
  CHECK(check.fix.find("DOCKER_HOST=unix:///run/user/1000/docker.sock") != std::string::npos);
}

TEST_CASE("an engine that answers tells why others are not in use", "[doctor]") {
  Findings found = Good();
  found.engine.others = {{"unix:///a.sock", "No such file or directory"}, {"unix:///b.sock", "Permission denied"}};
  found.engine.others.push_back({"unix:///c.sock", ""});
  const std::string text = Of(found, "engine").text;
  CHECK(text.find("unix:///b.sock (Permission denied), unix:///c.sock (answers, too") != std::string::npos);
  CHECK(text.ends_with("other usual places without a socket: 1."));
}

TEST_CASE("a port that another program has fails, and names it", "[doctor]") {
  Findings found = Good();
  found.ports[1] = {"object store", 30002, PortFound::State::kTaken, "minio (pid 812)"};
  const Check check = Of(found, "port.objects");
  CHECK(check.verdict == Verdict::kFail);
  CHECK(check.text == "Port 30002 (object store) is taken by minio (pid 812).");
  CHECK(check.fix == "sandbox start --port-base 31000");
  CHECK(check.fix_is_command);
  found.ports[0] = {"image registry", 30000, PortFound::State::kTaken, ""};
  CHECK(Of(found, "port.images").text == "Port 30000 (image registry) is taken.");
}

TEST_CASE("little room warns, too little fails", "[doctor]") {
  Findings found = Good();
  for (const auto& [free, verdict] :
       {std::pair{uint64_t{3} << 30, Verdict::kWarn}, std::pair{uint64_t{1} << 29, Verdict::kFail}}) {
    found.disk->free_bytes = free;
    CHECK(Of(found, "disk").verdict == verdict);
  }
  for (const auto& [free, verdict] :
       {std::pair{uint64_t{1} << 29, Verdict::kWarn}, std::pair{uint64_t{1} << 27, Verdict::kFail}}) {
    found.memory_available_bytes = free;
    CHECK(Of(found, "memory").verdict == verdict);
  }
  for (const auto& [off, verdict] :
       {std::pair<Duration, Verdict>{-5s, Verdict::kWarn}, std::pair<Duration, Verdict>{2h, Verdict::kFail}}) {
    found.engine.clock_ahead = off;
    CHECK(Of(found, "clock").verdict == verdict);
  }
  found.engine.api_version = "1.39";
  CHECK(Of(found, "engine").code == "engine.old");
  found.open_files_max = 1024;
  CHECK(Of(found, "files").verdict == Verdict::kWarn);
}

TEST_CASE("a wrong configuration, a closed home and missing images say what to do", "[doctor]") {
  Findings found = Good();
  found.config_error = "/h/config.yaml line 3: unknown setting 'x'";
  found.home_error = "Permission denied";
  found.images_missing = {{"a:v1", "sandbox build . -t a:v1"}, {"b:v2", "sandbox build . -t b:v2"}};
  CHECK(Of(found, "config").verdict == Verdict::kFail);
  CHECK(Of(found, "home").text == "/h cannot be written: Permission denied.");
  const Check images = Of(found, "images");
  CHECK(images.verdict == Verdict::kWarn);
  CHECK(images.text.find("a:v1, b:v2") != std::string::npos);
  CHECK(images.fix == "For each of them: sandbox build . -t a:v1; sandbox build . -t b:v2");
  found.images_missing->pop_back();
  CHECK(Of(found, "images").fix == "sandbox build . -t a:v1");
  const auto report = ToJson(Examine(found));
  CHECK(report["fail"] == 2);
  CHECK(report["warn"] == 1);
}

TEST_CASE("a home that nobody could write, and a small disk of its own, are to be changed", "[doctor]") {
  Findings found = Good();
  found.home_error = "Read-only file system";
  found.home_denied = false;
  found.disk = DiskFound{"/h", 1 << 20, false};
  CHECK(Of(found, "home").code == "home.unfit");
  CHECK(Of(found, "home").fix == "Choose another home with --home.");
  CHECK_FALSE(Of(found, "home").fix_is_command);
  CHECK(Of(found, "disk").code == "disk.low.home");
  CHECK(Of(found, "disk").fix.find("--home") != std::string::npos);
}

TEST_CASE("what was not looked at has no check", "[doctor]") {
  Findings found = Good();
  found.images_missing.reset();
  found.proxy.reset();
  found.architecture.clear();
  found.disk.reset();
  found.engine.clock_ahead.reset();
  CHECK(Examine(found).size() == 7);
}

TEST_CASE("an engine of another architecture is a warning with the platform to build for", "[doctor]") {
  Findings found = Good();
  found.engine.architecture = "arm64";
  const Check check = Of(found, "architecture");
  CHECK(check.verdict == Verdict::kWarn);
  CHECK(check.text.find("arm64") != std::string::npos);
  CHECK(check.fix.find("--platform linux/arm64") != std::string::npos);
  found.engine.architecture.clear();  // it does not answer
  const auto checks = Examine(found);
  CHECK(std::ranges::find(checks, "architecture", &Check::id) == checks.end());
}

TEST_CASE("a proxy between clients and this machine is a warning, and its address is not told", "[doctor]") {
  Findings found = Good();
  found.proxy = ProxyFound{"HTTPS_PROXY", true};
  CHECK(Of(found, "proxy").verdict == Verdict::kOk);
  found.proxy->spares_machine = false;
  const Check check = Of(found, "proxy");
  CHECK(check.verdict == Verdict::kWarn);
  CHECK(check.text.find("HTTPS_PROXY") != std::string::npos);
  CHECK(check.fix == "eval \"$(sandbox env)\"");
}

}  // namespace
}  // namespace sandbox::doctor

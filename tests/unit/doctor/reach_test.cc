// What a container found out about the way to the sandbox, read and judged.

#include "doctor/reach.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "doctor/check.h"

namespace sandbox::doctor {
namespace {

using Door = ReachFound::Door;

constexpr TaskPorts kPorts = {8089, 9000};
constexpr char kVersion[] = "HTTP/1.1 200 OK\r\n\r\n{\"flyte\":\"v1.16.8\",\"version\":\"1\"}\n";
constexpr char kHealth[] = "HTTP/1.1 200 OK\r\nServer: sandbox\r\n\r\n";
constexpr char kAddress[] = "172.17.0.1\tflyte-sandbox";

std::string Output(const std::string& platform_names, const std::string& platform, const std::string& objects_names,
                   const std::string& objects) {
  std::string out;
  for (const std::string& part : {platform_names + "\n", platform, objects_names + "\n", objects, std::string()})
    out += "sandbox-doctor:\n" + part;
  return out;
}

ReachFound Read(const std::string& output) {
  ReachFound out = ReadReach(output, kPorts);
  out.image = "busybox:latest";
  return out;
}

TEST_CASE("both doors are open", "[doctor]") {
  const ReachFound found = Read(Output(kAddress, kVersion, kAddress, kHealth));
  REQUIRE(found.doors.size() == 2);
  CHECK(found.doors[0].address == "172.17.0.1");
  const auto checks = CheckReach(found);
  REQUIRE(checks.size() == 2);
  CHECK(checks[0].code == "names.ok");
  CHECK(checks[1].code == "reach.ok");
  CHECK(checks[1].text ==
        "A container of busybox:latest reaches flyte-sandbox-grpc.flyte:8089, flyte-sandbox-minio.flyte:9000.");
  for (const Check& check : checks) CHECK(check.verdict == Verdict::kOk);
}

TEST_CASE("a door that is closed fails with the rule that opens it", "[doctor]") {
  auto checks = CheckReach(Read(Output(kAddress, kVersion, kAddress, "\n")));
  REQUIRE(checks.size() == 2);
  CHECK(checks[0].verdict == Verdict::kOk);
  CHECK(checks[1].verdict == Verdict::kFail);
  CHECK(checks[1].code == "reach.closed");
  CHECK(checks[1].fix == "sudo iptables -I INPUT -i docker0 -p tcp -m multiport --dports 9000 -j ACCEPT");
  CHECK(checks[1].fix_is_command);
  checks = CheckReach(Read(Output(kAddress, "", kAddress, "")));
  CHECK(checks[1].fix.find("--dports 8089,9000 ") != std::string::npos);
}

TEST_CASE("another program behind a port is not taken for the sandbox", "[doctor]") {
  const auto checks = CheckReach(Read(Output(kAddress, kVersion, kAddress, "HTTP/1.1 200 OK\r\nServer: MinIO\r\n")));
  CHECK(checks[1].code == "reach.other");
  CHECK(checks[1].text == "Another program answers containers at flyte-sandbox-minio.flyte:9000.");
}

TEST_CASE("names that the image does not look up are told instead of a firewall", "[doctor]") {
  const auto checks = CheckReach(Read(Output("", "", "", "")));
  REQUIRE(checks.size() == 1);
  CHECK(checks[0].code == "names.unknown");
  CHECK(checks[0].verdict == Verdict::kFail);
  // An image without a program that looks names up: what answers has been found.
  CHECK(CheckReach(Read(Output("", kVersion, "", kHealth)))[0].verdict == Verdict::kOk);
}

TEST_CASE("what was not tried says why", "[doctor]") {
  CHECK(Read("").outcome == ReachFound::Outcome::kNoTool);
  CHECK(Read("sandbox-doctor:\nsandbox-doctor:\n").outcome == ReachFound::Outcome::kNoTool);
  using Outcome = ReachFound::Outcome;
  for (const auto& [outcome, code, verdict] : {std::tuple{Outcome::kNoImage, "reach.image", Verdict::kWarn},
                                               std::tuple{Outcome::kNoTool, "reach.tool", Verdict::kWarn},
                                               std::tuple{Outcome::kTooSlow, "reach.slow", Verdict::kWarn},
                                               std::tuple{Outcome::kNotRun, "reach.failed", Verdict::kFail}}) {
    const auto checks = CheckReach({outcome, "busybox:latest", "no chain", {}});
    REQUIRE(checks.size() == 1);
    CHECK(checks[0].id == "reach");
    CHECK(checks[0].code == code);
    CHECK(checks[0].verdict == verdict);
    CHECK_FALSE(checks[0].fix.empty());
    CHECK(checks[0].text.ends_with('.'));
  }
}

TEST_CASE("the command asks both doors by the names that tasks use", "[doctor]") {
  const auto command = ReachCommand(kPorts);
  CHECK(command.front() == "sh");
  for (const char* word : {"flyte-sandbox-grpc.flyte", "8089", "flyte-sandbox-minio.flyte", "9000"})
    CHECK(std::ranges::find(command, word) != command.end());
}

}  // namespace
}  // namespace sandbox::doctor

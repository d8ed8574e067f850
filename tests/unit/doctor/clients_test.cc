// What a shell finds of clients, judged, and laid over a report.

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "doctor/doctor.h"

namespace sandbox::doctor {
namespace {

Check Of(const ClientFound& client) {
  const auto checks = ExamineShell({client}, {});
  REQUIRE(checks.size() == 2);
  return checks.back();
}

TEST_CASE("clients are named with their versions", "[doctor]") {
  const Check check = Of({"flytekit", "/v/bin/pyflyte", "1.16.24"});
  CHECK(check.id == "client.flytekit");
  CHECK(check.verdict == Verdict::kOk);
  CHECK(check.text == "/v/bin/pyflyte is flytekit 1.16.24.");
  CHECK(Of({"flytekit", "/v/bin/pyflyte", "1.10.0"}).verdict == Verdict::kOk);
  CHECK(Of({"flytekit", "/v/bin/pyflyte", "2"}).verdict == Verdict::kOk);
  CHECK(Of({"docker", "/usr/bin/docker", "1.9"}).verdict == Verdict::kOk);
}

TEST_CASE("a client that is not there, or does not say its version, is no trouble", "[doctor]") {
  CHECK(Of({"kubectl", "", ""}).verdict == Verdict::kOk);
  CHECK(Of({"kubectl", "", ""}).text == "kubectl is not in PATH.");
  CHECK(Of({"flytectl", "/b/flytectl", ""}).verdict == Verdict::kOk);
  CHECK(Of({"flytectl", "/b/flytectl", ""}).code == "client.unknown");
}

TEST_CASE("an old client is a warning with what brings a newer one", "[doctor]") {
  const Check check = Of({"flytekit", "/v/bin/pyflyte", "1.2.11"});
  CHECK(check.verdict == Verdict::kWarn);
  CHECK(check.code == "client.old");
  CHECK(check.text == "/v/bin/pyflyte is flytekit 1.2.11, which is older than 1.10.");
  CHECK(check.fix == "pip install --upgrade flytekit");
  CHECK(Of({"flytectl", "/b/flytectl", "0.6.1"}).fix == "flytectl upgrade");
  CHECK(Of({"flytectl", "/b/flytectl", "0.10.1"}).verdict == Verdict::kOk);
}

TEST_CASE("a shell's proxy takes the place of the server's in a report", "[doctor]") {
  Findings found;
  found.proxy.emplace();
  nlohmann::json report = ToJson(Examine(found));
  const size_t before = report["checks"].size();
  std::map<std::string, const char*> variables = {{"HTTPS_PROXY", "http://proxy:3128"}, {"no_proxy", "example.com"}};
  const auto variable = [&](const char* name) { return variables[name]; };
  AddChecks(report, ExamineShell({{"docker", "", ""}}, ReadProxy(variable)));
  CHECK(report["checks"].size() == before + 1);
  CHECK(report["warn"] == 1);
  const auto proxy = std::ranges::find_if(report["checks"], [](const auto& row) { return row["id"] == "proxy"; });
  CHECK((*proxy)["code"] == "proxy.between");
  CHECK(report.dump().find("3128") == std::string::npos);
  variables["no_proxy"] = "localhost,127.0.0.1";
  CHECK(ReadProxy(variable).spares_machine);
  variables.clear();
  CHECK(ReadProxy(variable).variable.empty());
}

}  // namespace
}  // namespace sandbox::doctor

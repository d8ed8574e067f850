// GET /metrics.

#include <catch2/catch.hpp>
#include <sstream>

#include "server/platform/platform.h"

namespace sandbox::testing {
namespace {

TEST_CASE("metrics are lines of a name, labels and a number, each with its help and type", "[metrics]") {
  Platform platform;
  REQUIRE(platform.Open());
  const HttpAnswer answer = platform.Http("GET", "/metrics");
  CHECK(answer.status == 200);
  CHECK(answer.head.find("Content-Type: text/plain; version=0.0.4") != std::string::npos);
  const auto has = [&](const std::string& text) { return answer.body.find(text) != std::string::npos; };
  CHECK(has("sandbox_info{version="));
  CHECK(has("sandbox_executions{phase=\"RUNNING\"} 0\n"));
  CHECK(has("sandbox_pods{state=\"waiting\"} 0\n"));
  CHECK(has("# TYPE process_cpu_seconds_total counter\n"));
  std::istringstream lines(answer.body);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK((line.starts_with("# HELP ") || line.starts_with("# TYPE ") || line.starts_with("sandbox_") ||
           line.starts_with("process_")));
  }
  const size_t at = answer.body.find("\nprocess_resident_memory_bytes ");
  REQUIRE(at != std::string::npos);
  CHECK(std::stod(answer.body.substr(answer.body.find(' ', at))) > 1e6);
  CHECK(platform.Http("POST", "/metrics", "{}").status == 405);
}

}  // namespace
}  // namespace sandbox::testing

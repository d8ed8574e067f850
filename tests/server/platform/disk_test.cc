// A disk that fills up and is freed again.

#include <atomic>
#include <catch2/catch.hpp>

#include "server/platform/platform.h"

namespace sandbox::testing {
namespace {

constexpr uint64_t kMiB = 1 << 20;

struct Filling : Platform {
  explicit Filling(std::atomic<uint64_t>& free)
      : Platform({.disk_space = [&free] { return server::DiskSpace{free, 1024 * kMiB}; },
                  .disk_reserve_bytes = 256 * kMiB}) {
    REQUIRE(Open());
  }
  nlohmann::json Problems() const { return Http("GET", "/sandbox/v1/status").Json()["problems"]; }
  // What the pods that wait say.
  std::string Waits() const {
    std::string out;
    for (const auto& pod : Http("GET", "/sandbox/v1/pods").Json()["pods"]) {
      if (!pod["wait"].is_null()) out += pod["wait"]["text"].get<std::string>() + "\n";
    }
    return out;
  }
};

TEST_CASE("without room on the disk no work is taken, and it goes on by itself", "[disk]") {
  std::atomic<uint64_t> free = 300 * kMiB;
  Filling platform(free);
  platform.Task("stays", "wait");
  platform.Task("ends", "true");
  platform.Launch("stays", "before");
  platform.UntilRunning("before");
  CHECK(platform.Problems().empty());

  free = 100 * kMiB;
  platform.Until([&] { return !platform.Problems().empty(); });
  const std::string problem = platform.Problems()[0]["message"];
  CHECK(problem.find("100Mi of 1Gi left, less than the reserve of 256Mi") != std::string::npos);
  CHECK(problem.find("disk_reserve_mb") != std::string::npos);
  const grpc::Status refused = platform.RawLaunch("ends", "refused");
  CHECK(refused.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED);
  CHECK(refused.error_message().find("no work is taken") != std::string::npos);
  // What runs ends as it would.
  platform.EndContainers("wait");
  CHECK(platform.Ended("before").closure().phase() == idl::WorkflowExecution::SUCCEEDED);

  free = 300 * kMiB;  // less than a quarter above the reserve: not yet
  platform.Until([&] { return platform.Problems()[0]["message"].get<std::string>().contains("300Mi"); });
  CHECK_FALSE(platform.RawLaunch("ends", "refused").ok());
  free = 400 * kMiB;
  platform.Until([&] { return platform.Problems().empty(); });
  platform.Launch("ends", "after");
  CHECK(platform.Ended("after").closure().phase() == idl::WorkflowExecution::SUCCEEDED);
}

TEST_CASE("pods that wait say that it is for the disk, and start when there is room", "[disk]") {
  std::atomic<uint64_t> free = 1000 * kMiB;
  Filling platform(free);
  platform.Task("stays", "wait", 1);
  platform.Launch("stays", "e");
  platform.UntilRunning("e");
  free = 1 * kMiB;
  platform.Until([&] { return !platform.Problems().empty(); });
  platform.EndContainers("wait", 1);  // its retry has to wait
  platform.Until([&] { return platform.Waits().contains("disk: needs 256Mi, 1Mi of 1Gi free"); });
  free = 1000 * kMiB;
  platform.UntilRunning("e");
  platform.EndContainers("wait");
  CHECK(platform.Ended("e").closure().phase() == idl::WorkflowExecution::SUCCEEDED);
}

TEST_CASE("an upload without room is to be tried again, and what the platform writes goes past it", "[disk]") {
  std::atomic<uint64_t> free = 1 * kMiB;
  Filling platform(free);
  const nlohmann::json wanted = {
      {"project", "flytesnacks"}, {"domain", "development"}, {"filename", "x"}, {"filename_root", "root"}};
  const auto location = platform.Http("POST", "/api/v1/dataproxy/artifact_urn", wanted.dump()).Json();
  const std::string url = location["signedUrl"];
  const std::string path = url.substr(url.find('/', url.find("//") + 2));
  const auto put = [&] {
    return Exchange(platform.ObjectsPort(),
                    "PUT " + path + " HTTP/1.1\r\nHost: localhost:" + std::to_string(platform.ObjectsPort()) + "\r\n",
                    "content");
  };
  const HttpAnswer slow = put();
  CHECK(slow.status == 503);
  CHECK(slow.body.contains("SlowDown"));
  platform.Task("t", "true");
  free = 1000 * kMiB;
  platform.Until([&] { return platform.Problems().empty(); });
  CHECK(put().status == 200);
}

}  // namespace
}  // namespace sandbox::testing

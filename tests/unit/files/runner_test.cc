// Pods whose inputs and outputs are files, around a runner that knows nothing of that.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "flyteidl/core/errors.pb.h"
#include "flyteidl/core/interface.pb.h"
#include "flyteidl/core/literals.pb.h"
#include "pods/files/file_runner.h"
#include "sim/fakes.h"
#include "support/temp_directory.h"
#include "unit/files/archives.h"

using namespace sandbox;
using namespace sandbox::pods;
namespace core = flyteidl::core;
namespace fs = std::filesystem;

namespace {

class InnerRunner final : public ContainerRunner {
 public:
  void OnReport(std::function<void(PodReport)> callback) override { report = std::move(callback); }
  void Start(PodSpec spec) override { started.push_back(std::move(spec)); }
  void Stop(const AttemptId&, Duration) override { ++stops; }
  void Release(const AttemptId&) override { ++releases; }
  void Sweep(const std::vector<AttemptId>&) override {}

  std::function<void(PodReport)> report;
  std::vector<PodSpec> started;
  int stops = 0, releases = 0;
};

struct World {
  World() {
    runner.OnReport([this](PodReport report) { told.push_back(std::move(report)); });
    core::LiteralMap inputs;
    (*inputs.mutable_literals())["x"].mutable_scalar()->mutable_primitive()->set_integer(7);
    objects.Set("in.pb", inputs.SerializeAsString());
    pod.id = {{{"p", "d", "x"}, "n0"}, 0};
    pod.name = "pod";
    pod.pod_namespace = "p-d";
    pod.inputs_uri = "s3://my-s3-bucket/in.pb";
    pod.containers.push_back({.name = "pod"});
    core::VariableMap outputs;
    (*outputs.mutable_variables())["y"].mutable_type()->set_simple(core::INTEGER);
    pod.files = FileInterface{.input_path = "/in",
                              .output_path = "/out",
                              .outputs = outputs.SerializeAsString(),
                              .output_prefix = "s3://my-s3-bucket/o",
                              .raw_prefix = "s3://my-s3-bucket/raw"};
  }
  void Settle() {
    while (!workers.tasks.empty() || !loop.posted.empty()) {
      if (!workers.tasks.empty()) {
        auto work = std::move(workers.tasks.front());
        workers.tasks.erase(workers.tasks.begin());
        work();
      } else {
        auto task = std::move(loop.posted.front());
        loop.posted.pop_front();
        task();
      }
    }
  }
  void Start() {
    runner.Start(pod);
    Settle();
  }
  void Report(PodState state) {
    PodReport report{.id = pod.id, .state = state, .occurred_at = clock.now};
    if (state == PodState::kFinished) report.containers.push_back({.name = "pod"});
    inner.report(std::move(report));
  }
  void LeaveOutput(const std::string& text) const {
    std::ofstream(inner.started.at(0).files->output_archive, std::ios::binary)
        << TarEntry('5', "out/") << TarEntry('0', "out/y", text) << std::string(1024, '\0');
  }
  size_t Archives() const {
    size_t out = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder.Path())) out += entry.is_regular_file();
    return out;
  }

  testing::TempDirectory folder;
  sim::FakeLoop loop{false};
  sim::FakeWorkers workers;
  sim::FakeClock clock;
  sim::FakeObjects objects;
  InnerRunner inner;
  FileRunner runner{inner, objects, loop, workers, clock, folder.Path()};
  PodSpec pod;
  std::vector<PodReport> told;
};

}  // namespace

TEST_CASE_METHOD(World, "Inputs are there before the start, outputs before the end is told", "[files]") {
  Start();
  REQUIRE(inner.started.size() == 1);
  CHECK(fs::exists(inner.started[0].files->input_archive));
  Report(PodState::kRunning);
  Settle();
  CHECK(told.size() == 1);
  CHECK(Archives() == 0);
  LeaveOutput("42");
  Report(PodState::kFinished);
  CHECK(told.size() == 1);
  Report(PodState::kFinished);  // said twice while the outputs are being stored
  Settle();
  REQUIRE(told.size() == 2);
  REQUIRE(told[1].containers.size() == 3);
  CHECK(told[1].containers[0].name == "flyte-copilot-uploader");
  CHECK(told[1].containers[1].name == "flyte-copilot-downloader");
  CHECK(told[1].containers[2].name == "pod");
  CHECK(told[1].message.empty());
  core::LiteralMap outputs;
  REQUIRE(outputs.ParseFromString(objects.Find("o/outputs.pb").value()));
  CHECK(outputs.literals().at("y").scalar().primitive().integer() == 42);
  CHECK(Archives() == 0);
  // Whoever asks again gets the same, and nothing is done again.
  runner.Start(pod);
  Settle();
  REQUIRE(told.size() == 3);
  CHECK(told[2].containers.size() == 3);
  CHECK(inner.started.size() == 1);
  runner.Release(pod.id);
  CHECK(inner.releases == 1);
}

TEST_CASE_METHOD(World, "A pod without outputs says so, and its error is there", "[files]") {
  Start();
  LeaveOutput("no number");
  Report(PodState::kFinished);
  Settle();
  REQUIRE(told.size() == 1);
  CHECK(told[0].message.find("output [y]") != std::string::npos);
  core::ErrorDocument document;
  REQUIRE(document.ParseFromString(objects.Find("o/errors.pb").value()));
  CHECK(document.error().code() == "OutputUploadFailed");
  CHECK_FALSE(objects.Find("o/outputs.pb").has_value());
}

TEST_CASE_METHOD(World, "Inputs that cannot be read end the attempt before it starts", "[files]") {
  REQUIRE(objects.Remove("my-s3-bucket", "in.pb", {}));
  Start();
  CHECK(inner.started.empty());
  REQUIRE(told.size() == 1);
  CHECK(told[0].state == PodState::kFinished);
  REQUIRE(told[0].containers.size() == 1);
  CHECK(told[0].containers[0].name == "flyte-copilot-downloader");
  CHECK(told[0].containers[0].exit_code == 1);
  CHECK(told[0].containers[0].message.find("s3://my-s3-bucket/in.pb") != std::string::npos);
}

TEST_CASE_METHOD(World, "What is stopped while its inputs are packed does not start", "[files]") {
  runner.Start(pod);
  runner.Stop(pod.id, {});
  CHECK(inner.stops == 1);
  if (GENERATE(true, false)) Report(PodState::kLost);
  Settle();
  CHECK(inner.started.empty());
  CHECK(Archives() == 0);
}

TEST_CASE_METHOD(World, "What was stopped stores no outputs", "[files]") {
  Start();
  runner.Stop(pod.id, {});
  Report(PodState::kFinished);
  Settle();
  REQUIRE(told.size() == 1);
  CHECK(told[0].containers.size() == 1);
  CHECK_FALSE(objects.Find("o/errors.pb").has_value());
  CHECK(Archives() == 0);
}

TEST_CASE_METHOD(World, "Archives of an earlier process go, those of this one stay", "[files]") {
  fs::create_directories(folder.Path() + "/1/p-d");
  std::ofstream(folder.Path() + "/1/p-d/old.inputs.tar") << "x";
  Start();
  CHECK(Archives() == 2);
  runner.Sweep({});
  Settle();
  CHECK(Archives() == 1);
  CHECK(fs::exists(inner.started[0].files->input_archive));
}

TEST_CASE_METHOD(World, "Other pods go through", "[files]") {
  pod.files.reset();
  runner.Start(pod);
  CHECK(inner.started.size() == 1);
  Report(PodState::kFinished);
  CHECK(told.size() == 1);
}

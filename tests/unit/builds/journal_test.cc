// Builds on the disk: as they go on, at their end, when their process is gone, and no more than are kept.

#include "builds/journal.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace sandbox::testing {
namespace {

namespace fs = std::filesystem;
using namespace sandbox::builds;
using Kind = BuildEvent::Kind;

constexpr char kDockerfile[] = "FROM busybox\nRUN one && \\\n  two\n";

struct Kept {
  fs::path path = fs::temp_directory_path() / ("builds-test-" + std::to_string(::getpid()));
  Instant now{std::chrono::seconds(1'700'000'000)};
  Kept() { fs::remove_all(path); }
  ~Kept() { fs::remove_all(path); }

  std::unique_ptr<Journal> Open() {
    BuildRecord record;
    record.tags = {"app:v1"};
    record.context = "/context";
    now += std::chrono::seconds(1);
    return *Journal::Open(path, record, kDockerfile, *ParseDockerfile(kDockerfile), [this] { return now; });
  }
  BuildRecord Read(const std::string& id) const {
    auto record = ReadBuild(path, id);
    REQUIRE(record);
    return *record;
  }
  std::string Log(const std::string& id) const {
    std::ostringstream out;
    out << std::ifstream(BuildFolder{path / id}.Log()).rdbuf();
    return out.str();
  }
};

void Steps(Journal& journal, Kept& kept) {
  journal.Take({.kind = Kind::kStep, .text = "FROM busybox", .number = 1, .total = 2});
  journal.Take({.kind = Kind::kCached});
  kept.now += std::chrono::milliseconds(250);
  journal.Take({.kind = Kind::kStep, .text = "RUN one && two", .number = 2, .total = 2});
  journal.Take({.kind = Kind::kOutput, .text = "out\nhalf"});
  kept.now += std::chrono::milliseconds(1500);
}

TEST_CASE("a step of another order than the Dockerfile's is found by its text", "[builds]") {
  Kept kept;
  auto journal = kept.Open();
  journal->Take({.kind = Kind::kStep, .text = "RUN one &&   two", .number = 1, .total = 2, .by_text = true});
  journal->Take(
      {.kind = Kind::kStep, .text = "FROM docker.io/library/busybox", .number = 2, .total = 2, .by_text = true});
  const auto& steps = journal->Record().steps;
  REQUIRE(steps.size() == 2);
  REQUIRE(steps[0].dockerfile_lines);
  CHECK(steps[0].dockerfile_lines->first == 2);
  CHECK(steps[0].dockerfile_lines->second == 3);
  CHECK_FALSE(steps[1].dockerfile_lines);
}

TEST_CASE("a build is kept while it goes on and afterwards", "[builds]") {
  Kept kept;
  auto journal = kept.Open();
  const std::string id = journal->Record().id;
  Steps(*journal, kept);
  BuildRecord record = kept.Read(id);
  CHECK(record.state == BuildState::kRunning);
  REQUIRE(record.steps.size() == 2);
  CHECK(record.steps[0].cached);
  CHECK(record.steps[0].duration_ms == 250);
  CHECK(record.steps[1].dockerfile_lines == std::pair<uint64_t, uint64_t>(2, 3));
  CHECK_FALSE(record.steps[1].duration_ms);

  journal->Take({.kind = Kind::kImage, .text = "sha256:12"});
  REQUIRE(journal->End({}));
  record = kept.Read(id);
  CHECK(record.state == BuildState::kDone);
  CHECK(record.image_id == "sha256:12");
  CHECK(record.steps[1].duration_ms == 1500);
  CHECK(record.steps[1].log_from == 2);
  CHECK(record.steps[1].log_to == 4);
  CHECK(record.log_lines == 4);
  CHECK(kept.Log(id) == "[1/2] FROM busybox\n[2/2] RUN one && two\nout\nhalf\n");
  CHECK(BuiltImages(kept.path) == std::vector<std::string>{"sha256:12"});
  CHECK(FromJson(ToJson(record))->steps[1].log_to == 4);
  CHECK(ToJson(*FromJson(ToJson(record))) == ToJson(record));
}

TEST_CASE("the step that failed has its last lines and its exit code", "[builds]") {
  Kept kept;
  auto journal = kept.Open();
  Steps(*journal, kept);
  journal->Take({.kind = Kind::kFailed, .text = "returned a non-zero code: 3", .exit_code = 3});
  REQUIRE(journal->End({}));
  const BuildRecord record = kept.Read(journal->Record().id);
  CHECK(record.state == BuildState::kFailed);
  CHECK(record.steps[1].state == BuildState::kFailed);
  CHECK(record.steps[1].exit_code == 3);
  REQUIRE(record.failure);
  CHECK(record.failure->step == 2);
  CHECK(record.failure->exit_code == 3);
  CHECK(record.failure->lines == std::vector<std::string>{"out", "half"});
  CHECK(BuiltImages(kept.path).empty());
}

TEST_CASE("a build that is stopped, or that the engine gave up, says so", "[builds]") {
  Kept kept;
  auto stopped = kept.Open();
  Steps(*stopped, kept);
  REQUIRE(stopped->End(Fail(Code::kCancelled, "STOPPED", "stopped")));
  CHECK(kept.Read(stopped->Record().id).state == BuildState::kStopped);
  CHECK(kept.Read(stopped->Record().id).steps[1].state == BuildState::kStopped);

  auto cut = kept.Open();
  REQUIRE(cut->End(Fail(Code::kUnavailable, "ENGINE_UNREACHABLE", "the engine went away")));
  const BuildRecord record = kept.Read(cut->Record().id);
  CHECK(record.state == BuildState::kFailed);
  CHECK(record.failure->message == "the engine went away");
  CHECK_FALSE(record.failure->step);
}

TEST_CASE("a build whose process is gone is told as interrupted", "[builds]") {
  Kept kept;
  auto journal = kept.Open();
  Steps(*journal, kept);
  const std::string id = journal->Record().id;
  CHECK(kept.Read(id).state == BuildState::kRunning);
  journal.reset();  // what the system does with the lock of a process that was killed
  CHECK(kept.Read(id).state == BuildState::kInterrupted);
  CHECK(kept.Read(id).steps[1].state == BuildState::kStopped);
}

TEST_CASE("the newest builds are kept, and those that go on", "[builds]") {
  Kept kept;
  auto running = kept.Open();
  for (size_t i = 0; i < kBuildsKept + 3; ++i) REQUIRE(kept.Open()->End(Fail(Code::kInternal, "X", "x")));
  const auto all = ListBuilds(kept.path);
  CHECK(all.size() == kBuildsKept + 1);
  CHECK(all.front().started_at == kept.now);
  CHECK(all.back().id == running->Record().id);
}

TEST_CASE("only ids name builds", "[builds]") {
  Kept kept;
  CHECK_FALSE(ReadBuild(kept.path, ".."));
  CHECK_FALSE(ReadBuild(kept.path, "a/b"));
  CHECK_FALSE(ReadBuild(kept.path, ""));
  CHECK_FALSE(ReadBuild(kept.path, "none"));
  CHECK(ListBuilds(kept.path / "none").empty());
}

}  // namespace
}  // namespace sandbox::testing

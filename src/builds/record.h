#pragma once

// Builds that are kept: a folder each below {home}/builds, named by the build's id, with record.json, Dockerfile, log
// (`build.log` and its index, as a pod's) and `lock`, which the process that builds holds.
//
// Thread: any; blocks on the disk.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/base/time.h"

namespace sandbox::builds {

inline constexpr size_t kBuildsKept = 50;

enum class BuildState { kRunning, kDone, kFailed, kStopped, kInterrupted };
std::string_view StateName(BuildState state);

struct BuildStep {
  int number = 0;
  std::string instruction;
  BuildState state = BuildState::kRunning;  // never interrupted
  bool cached = false;
  Instant started_at{};
  std::optional<int64_t> duration_ms{};
  std::optional<int> exit_code{};
  std::optional<std::pair<uint64_t, uint64_t>> dockerfile_lines{};  // first and last, from 1
  uint64_t log_from = 0, log_to = 0;                                // lines of the log, from 0; the end is not in
};

struct BuildFailure {
  std::string message;
  std::optional<int> step{};
  std::optional<int> exit_code{};
  std::vector<std::string> lines{};  // the last ones of the step
};

struct BuildRecord {
  std::string id;
  BuildState state = BuildState::kRunning;
  std::vector<std::string> tags;
  std::string context, dockerfile, target, platform;
  std::string command;  // that builds it again
  Instant started_at{};
  std::optional<Instant> ended_at{};
  std::optional<int> steps_total{};
  std::vector<BuildStep> steps;
  std::string image_id;  // empty: none
  std::optional<BuildFailure> failure{};
  uint64_t log_lines = 0;
};

// As record.json has it and the API answers it: Build of docs/reference/local-api.yaml.
nlohmann::json ToJson(const BuildRecord& record);
// nullopt: it is no record.
std::optional<BuildRecord> FromJson(const nlohmann::json& object);

// Where things of one build are.
struct BuildFolder {
  std::filesystem::path root;
  std::filesystem::path Record() const { return root / "record.json"; }
  std::filesystem::path Dockerfile() const { return root / "Dockerfile"; }
  std::filesystem::path Log() const { return root / "build.log"; }
  std::filesystem::path LogIndex() const { return root / "build.idx"; }
  std::filesystem::path Lock() const { return root / "lock"; }
};

// Whether it can be the id of a build: letters and digits that name a folder.
bool IsBuildId(std::string_view id);
// A running build whose process is gone is told as interrupted. nullopt: there is none.
std::optional<BuildRecord> ReadBuild(const std::filesystem::path& builds, const std::string& id);
// The newest first.
std::vector<BuildRecord> ListBuilds(const std::filesystem::path& builds);
// Ids of images that builds made, those of builds that are not kept any more, too.
std::vector<std::string> BuiltImages(const std::filesystem::path& builds);

}  // namespace sandbox::builds

#include "api/local/build_calls.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "api/local/log_calls.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr std::string_view kBuildsPath = "/sandbox/v1/builds";

std::string TextOf(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  if (in) out << in.rdbuf();
  return std::move(out).str();
}

}  // namespace

bool IsBuildCall(const std::string& path) {
  return path == kBuildsPath || path.starts_with(std::string(kBuildsPath) + "/");
}

json BuildRow(const std::filesystem::path& builds, const builds::BuildRecord& record) {
  json row = builds::ToJson(record);
  // The record is written when a step begins or ends; the log grows meanwhile.
  if (record.state != builds::BuildState::kRunning && record.state != builds::BuildState::kInterrupted) return row;
  const uint64_t lines = logs::LogReader(builds::BuildFolder{builds / record.id}.Log()).Lines();
  row["log_lines"] = lines;
  if (!row["steps"].empty()) row["steps"].back()["log_to"] = lines;
  return row;
}

Result<json> BuildAnswer(const std::filesystem::path& builds, const Target& target) {
  std::string id = target.path.substr(kBuildsPath.size());
  if (id.empty()) {
    json rows = json::array();
    for (const builds::BuildRecord& record : builds::ListBuilds(builds)) {
      if (rows.size() < builds::kBuildsKept) rows.push_back(BuildRow(builds, record));
    }
    return json{{"builds", std::move(rows)}};
  }
  id.erase(0, 1);
  const bool lines = id.ends_with(kBuildLines);
  if (lines) id.resize(id.size() - kBuildLines.size());
  const auto record = builds::ReadBuild(builds, id);
  if (!record)
    return NotFound(Cat("there is no build ", id, "; `sandbox builds` lists the newest ", builds::kBuildsKept));
  const builds::BuildFolder folder{builds / id};
  if (lines) {
    logs::LogReader log(folder.Log());
    return LinesJson(log, record->state != builds::BuildState::kRunning, target);
  }
  json out = BuildRow(builds, *record);
  out["dockerfile_text"] = TextOf(folder.Dockerfile());
  return out;
}

}  // namespace sandbox::api

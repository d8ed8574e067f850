#include "builds/record.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>

#include "builds/record_times.h"

namespace sandbox::builds {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr BuildState kStates[] = {BuildState::kRunning, BuildState::kDone, BuildState::kFailed, BuildState::kStopped,
                                  BuildState::kInterrupted};

template <typename T>
json Known(const std::optional<T>& value) {
  return value ? json(*value) : json();
}
json KnownText(const std::string& text) { return text.empty() ? json() : json(text); }

template <typename T>
std::optional<T> Given(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  return found->get<T>();
}
std::string GivenText(const json& object, const char* key) { return Given<std::string>(object, key).value_or(""); }

// A record has whole numbers alone; others may be larger than any of its fields.
bool HasFraction(const json& value) {
  return value.is_structured() ? std::ranges::any_of(value, HasFraction) : value.is_number_float();
}

BuildState StateOf(const std::string& name) {
  const auto found = std::ranges::find(kStates, name, StateName);
  return found == std::end(kStates) ? BuildState::kInterrupted : *found;
}

json StepJson(const BuildStep& step) {
  json lines;
  if (step.dockerfile_lines) lines = {step.dockerfile_lines->first, step.dockerfile_lines->second};
  return {{"number", step.number},
          {"instruction", step.instruction},
          {"state", StateName(step.state)},
          {"cached", step.cached},
          {"started_at", TimeText(step.started_at)},
          {"duration_ms", Known(step.duration_ms)},
          {"exit_code", Known(step.exit_code)},
          {"dockerfile_lines", std::move(lines)},
          {"log_from", step.log_from},
          {"log_to", step.log_to}};
}

BuildStep StepFrom(const json& object) {
  BuildStep out;
  out.number = object.value("number", 0);
  out.instruction = GivenText(object, "instruction");
  out.state = StateOf(GivenText(object, "state"));
  out.cached = object.value("cached", false);
  out.started_at = TimeOfText(GivenText(object, "started_at"));
  out.duration_ms = Given<int64_t>(object, "duration_ms");
  out.exit_code = Given<int>(object, "exit_code");
  out.dockerfile_lines = Given<std::pair<uint64_t, uint64_t>>(object, "dockerfile_lines");
  out.log_from = object.value("log_from", uint64_t{0});
  out.log_to = object.value("log_to", uint64_t{0});
  return out;
}

json FailureJson(const std::optional<BuildFailure>& failure) {
  if (!failure) return nullptr;
  return {{"message", failure->message},
          {"step", Known(failure->step)},
          {"exit_code", Known(failure->exit_code)},
          {"lines", failure->lines}};
}

bool IsHeld(const fs::path& lock) {
  const int fd = ::open(lock.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
  ::close(fd);
  return held;
}

// Its process was killed: what was running then ended at some time that nobody knows.
void Interrupt(BuildRecord& record) {
  record.state = BuildState::kInterrupted;
  for (BuildStep& step : record.steps) {
    if (step.state == BuildState::kRunning) step.state = BuildState::kStopped;
  }
}

}  // namespace

std::string_view StateName(BuildState state) {
  switch (state) {
    case BuildState::kRunning: return "running";
    case BuildState::kDone: return "done";
    case BuildState::kFailed: return "failed";
    case BuildState::kStopped: return "stopped";
    case BuildState::kInterrupted: return "interrupted";
  }
  return "interrupted";
}

json ToJson(const BuildRecord& record) {
  json steps = json::array();
  for (const BuildStep& step : record.steps) steps.push_back(StepJson(step));
  json duration;
  if (record.ended_at)
    duration = std::chrono::duration_cast<std::chrono::milliseconds>(*record.ended_at - record.started_at).count();
  return {{"id", record.id},
          {"state", StateName(record.state)},
          {"tags", record.tags},
          {"context", record.context},
          {"dockerfile", record.dockerfile},
          {"target", KnownText(record.target)},
          {"platform", KnownText(record.platform)},
          {"command", record.command},
          {"started_at", TimeText(record.started_at)},
          {"ended_at", record.ended_at ? json(TimeText(*record.ended_at)) : json()},
          {"duration_ms", std::move(duration)},
          {"step", record.steps.empty() ? 0 : record.steps.back().number},
          {"steps_total", Known(record.steps_total)},
          {"steps_cached", std::ranges::count(record.steps, true, &BuildStep::cached)},
          {"steps", std::move(steps)},
          {"image_id", KnownText(record.image_id)},
          {"error", FailureJson(record.failure)},
          {"log_lines", record.log_lines}};
}

std::optional<BuildRecord> FromJson(const json& object) {
  if (!object.is_object() || HasFraction(object)) return std::nullopt;
  try {
    BuildRecord out;
    out.id = GivenText(object, "id");
    out.state = StateOf(GivenText(object, "state"));
    out.tags = object.value("tags", std::vector<std::string>());
    out.context = GivenText(object, "context");
    out.dockerfile = GivenText(object, "dockerfile");
    out.target = GivenText(object, "target");
    out.platform = GivenText(object, "platform");
    out.command = GivenText(object, "command");
    out.started_at = TimeOfText(GivenText(object, "started_at"));
    if (const std::string ended = GivenText(object, "ended_at"); !ended.empty()) out.ended_at = TimeOfText(ended);
    out.steps_total = Given<int>(object, "steps_total");
    for (const json& step : object.value("steps", json::array())) out.steps.push_back(StepFrom(step));
    out.image_id = GivenText(object, "image_id");
    if (const auto error = Given<json>(object, "error"))
      out.failure = BuildFailure{GivenText(*error, "message"), Given<int>(*error, "step"),
                                 Given<int>(*error, "exit_code"), error->value("lines", std::vector<std::string>())};
    out.log_lines = object.value("log_lines", uint64_t{0});
    return out;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

bool IsBuildId(std::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         std::ranges::all_of(id, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

std::optional<BuildRecord> ReadBuild(const fs::path& builds, const std::string& id) {
  if (!IsBuildId(id)) return std::nullopt;
  const BuildFolder folder{builds / id};
  // Looked at before the record is read: who ends writes the record and lets go of the lock afterwards.
  const bool held = IsHeld(folder.Lock());
  std::ifstream file(folder.Record());
  auto record = FromJson(json::parse(file, nullptr, false));
  if (!record || record->id != id) return std::nullopt;
  if (record->state == BuildState::kRunning && !held) Interrupt(*record);
  return record;
}

std::vector<BuildRecord> ListBuilds(const fs::path& builds) {
  std::vector<BuildRecord> out;
  std::error_code failure;
  for (fs::directory_iterator each(builds, failure); !failure && each != fs::directory_iterator();
       each.increment(failure)) {
    if (auto record = ReadBuild(builds, each->path().filename().string())) out.push_back(std::move(*record));
  }
  std::ranges::sort(out, [](const BuildRecord& one, const BuildRecord& other) {
    return std::tie(one.started_at, one.id) > std::tie(other.started_at, other.id);
  });
  return out;
}

std::vector<std::string> BuiltImages(const fs::path& builds) {
  std::vector<std::string> out;
  std::ifstream file(builds / "images");
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && std::ranges::find(out, line) == out.end()) out.push_back(line);
  }
  return out;
}

}  // namespace sandbox::builds

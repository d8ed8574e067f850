#include "api/local/execution_filter.h"

#include <charconv>
#include <functional>
#include <sstream>

#include "sandbox/model/columns.h"

namespace sandbox::api {
namespace {

constexpr int64_t kRowsUsual = 50, kRowsMax = 500;
constexpr int64_t kMillisMax = int64_t{1} << 40;

std::vector<std::string> SplitWords(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, ',');) {
    if (!word.empty()) out.push_back(word);
  }
  return out;
}

Status TakePhases(const Target& target, ExecutionSearch& out) {
  for (const std::string& word : SplitWords(target.Get("phase"))) {
    bool known = false;
    for (int i = 0; i <= static_cast<int>(model::ExecutionPhase::kAborting); ++i) {
      const auto phase = static_cast<model::ExecutionPhase>(i);
      if (PhaseName(phase) != word) continue;
      out.phases.push_back(phase);
      known = true;
    }
    if (!known) return InvalidField("phase", Cat(word, " is no phase of an execution, such as RUNNING,FAILED"));
  }
  return {};
}

// KIND:NAME, KIND:NAME:VERSION, or NAME of a task or a workflow, or of what `kind` says.
Status TakeWhat(const Target& target, ExecutionSearch& out) {
  const std::string what = target.Get("what"), kind = target.Get("kind");
  out.what.kind = KindOfWord(kind);
  if (!kind.empty() && out.what.kind == EntityKind::kUnspecified)
    return InvalidField("kind", "kind has to be task, workflow or launch_plan");
  if (what.empty()) return {};
  const size_t colon = what.find(':');
  if (colon == std::string::npos || !kind.empty()) {
    out.what.name = what;
    return {};
  }
  out.what.kind = KindOfWord(what.substr(0, colon));
  if (out.what.kind == EntityKind::kUnspecified)
    return InvalidField("what", "what has to be task:NAME, workflow:NAME or launch_plan:NAME");
  const size_t version = what.find(':', colon + 1);
  out.what.name = what.substr(colon + 1, version - colon - 1);
  if (version != std::string::npos) out.what.version = what.substr(version + 1);
  return {};
}

Status TakeTime(const Target& target, const char* name, Instant& out) {
  const std::string text = target.Get(name);
  if (text.empty()) return {};
  const auto value = model::ParseColumnValue({name, model::ColumnType::kTime}, text);
  if (!value) return InvalidField(name, Cat(name, " has to be a time such as 2026-01-31T12:00:00Z, not ", text));
  out = Instant(Duration(std::get<int64_t>(*value)));
  return {};
}

Status TakeDuration(const Target& target, const char* name, std::optional<Duration>& out) {
  if (target.Get(name).empty()) return {};
  const auto millis = target.Number(name, 0, 0, kMillisMax);
  if (!millis) return std::unexpected(millis.error());
  out = std::chrono::milliseconds(*millis);
  return {};
}

Status TakeArchived(const Target& target, ExecutionSearch& out) {
  const std::string text = target.Get("archived");
  if (text == "all") return {};
  if (!text.empty() && text != "true" && text != "false")
    return InvalidField("archived", "archived has to be true, false or all");
  out.archived = text == "true";
  return {};
}

// KEY or KEY=VALUE, several with commas between them.
Status TakeLabels(const Target& target, ExecutionSearch& out) {
  for (const std::string& word : SplitWords(target.Get("label"))) {
    const size_t equals = word.find('=');
    out.labels[word.substr(0, equals)] = equals == std::string::npos ? "" : word.substr(equals + 1);
  }
  return {};
}

// The name of an execution, in the same place.
Status TakeParent(const Target& target, ExecutionSearch& out) {
  const std::string parent = target.Get("parent");
  if (parent.empty()) return {};
  if (out.project.empty() || out.domain.empty())
    return InvalidField("parent", "parent needs project and domain, which it is of");
  out.parent = ExecutionId{out.project, out.domain, parent};
  return {};
}

Status TakeSort(const Target& target, ExecutionSearch& out) {
  std::string sort = target.Get("sort");
  if (sort.empty()) return {};
  out.ascending = !sort.starts_with('-');
  if (!out.ascending) sort.erase(0, 1);
  if (sort == "created") {
    out.sort = ExecutionSearch::Sort::kCreated;
  } else if (sort == "started") {
    out.sort = ExecutionSearch::Sort::kStarted;
  } else if (sort == "duration") {
    out.sort = ExecutionSearch::Sort::kDuration;
  } else {
    return InvalidField("sort", "sort has to be created, started or duration, with - before it for the largest first");
  }
  return {};
}

Status TakePage(const Target& target, ExecutionSearch& out) {
  const auto limit = target.Number("limit", kRowsUsual, 1, kRowsMax);
  if (!limit) return std::unexpected(limit.error());
  out.limit = static_cast<uint64_t>(*limit);
  const std::string cursor = target.Get("cursor");
  if (cursor.empty()) return {};
  uint64_t value = 0;
  const auto read = std::from_chars(cursor.data() + 1, cursor.data() + cursor.size(), value);
  const bool whole = read.ec == std::errc() && read.ptr == cursor.data() + cursor.size() && value <= INT64_MAX;
  if (!whole || (cursor[0] != 'r' && cursor[0] != 'o'))
    return InvalidField("cursor", "cursor has to be `next` of an answer");
  if (cursor[0] == 'r') {
    out.beyond_row = static_cast<int64_t>(value);
  } else {
    out.offset = value;
  }
  return {};
}

}  // namespace

Result<ExecutionSearch> ParseExecutionFilter(const Target& target) {
  ExecutionSearch out;
  out.project = target.Get("project");
  out.domain = target.Get("domain");
  out.version = target.Get("version");
  out.user = target.Get("user");
  out.text = target.Get("q");
  for (const auto& take : {TakePhases, TakeWhat, TakeArchived, TakeLabels, TakeParent, TakeSort, TakePage}) {
    if (Status taken = take(target, out); !taken) return std::unexpected(taken.error());
  }
  if (Status taken = TakeTime(target, "started_from", out.started_from); !taken) return std::unexpected(taken.error());
  if (Status taken = TakeTime(target, "started_to", out.started_to); !taken) return std::unexpected(taken.error());
  if (Status taken = TakeDuration(target, "duration_min", out.duration_min); !taken)
    return std::unexpected(taken.error());
  if (Status taken = TakeDuration(target, "duration_max", out.duration_max); !taken)
    return std::unexpected(taken.error());
  return out;
}

std::string NextCursor(const ExecutionSearch& search, const ExecutionsFound& found) {
  if (found.executions.size() < search.limit || found.executions.empty()) return "";
  if (search.sort == ExecutionSearch::Sort::kCreated) return Cat("r", found.executions.back().row);
  const uint64_t next = search.offset + found.executions.size();
  return next >= found.total ? "" : Cat("o", next);
}

EntityKind KindOfWord(const std::string& word) {
  for (const EntityKind kind : {EntityKind::kTask, EntityKind::kWorkflow, EntityKind::kLaunchPlan}) {
    if (word == WordOfKind(kind)) return kind;
  }
  return EntityKind::kUnspecified;
}

const char* WordOfKind(EntityKind kind) {
  switch (kind) {
    case EntityKind::kTask: return "task";
    case EntityKind::kWorkflow: return "workflow";
    case EntityKind::kLaunchPlan: return "launch_plan";
    case EntityKind::kUnspecified:
    case EntityKind::kDataset: break;
  }
  return "";
}

}  // namespace sandbox::api

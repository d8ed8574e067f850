#pragma once

// What pages ask of all executions.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/base/ids.h"
#include "sandbox/base/time.h"
#include "sandbox/model/records.h"

namespace sandbox {

// What is empty, zero or unset matches everything.
struct ExecutionSearch {
  enum class Sort { kCreated, kStarted, kDuration };

  std::string project;
  std::string domain;
  std::vector<model::ExecutionPhase> phases;
  EntityId what;           // a task, a workflow, a launch plan (kind, name, version; all kinds when unspecified)
  std::string version;     // of what runs, a part of it
  std::string user;        // who launched it
  Instant started_from{};  // inclusive
  Instant started_to{};    // exclusive
  std::optional<Duration> duration_min;
  std::optional<Duration> duration_max;
  std::optional<bool> archived;
  std::string text;                   // in its name, the name of what runs, its error's last line or its abort's cause
  std::optional<ExecutionId> parent;  // launched by a node of that execution
  std::map<std::string, std::string> labels;  // all of them; an empty value: any
  Sort sort = Sort::kCreated;
  bool ascending = false;
  uint64_t offset = 0;
  int64_t beyond_row = 0;  // only rows that come after this one in kCreated's order; 0: from the first
  uint64_t limit = 50;     // 0: none, only the number is counted
};

struct ExecutionsFound {
  std::vector<model::ExecutionRecord> executions;
  uint64_t total = 0;  // whatever limit, offset and beyond_row are
};

}  // namespace sandbox

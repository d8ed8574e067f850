#pragma once

// Rows as events and pages have them: whole, in JSON, of one shape wherever they stand (docs/reference/local-api.yaml).
// Times are RFC 3339 in UTC with milliseconds, durations milliseconds.

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/local/run_facts.h"
#include "api/local/run_lookup.h"
#include "api/local/used_now.h"
#include "sandbox/ports/changes.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::api {

// Null where something is not known.
nlohmann::json ExecutionRow(MetadataReader& reader, const RunFacts& facts);
// What is null is left out of the following.
nlohmann::json NodeRow(RunLookup& run, const model::NodeRecord& record, const NodePlace& place);
// Of a node that has not begun. `running` as in WaitToBegin.
nlohmann::json NotStartedRow(RunLookup& run, const NodePlace& place, const std::string& parent, bool can_begin,
                             uint64_t running);
// `logs`: the folder of pods' logs. `array`: of an item, its array node.
nlohmann::json AttemptRow(const std::filesystem::path& logs, const model::TaskRecord& record,
                          const std::string& array = "");

// What rows of events need of the platform.
struct RowSources {
  RunPlans& plans;
  std::filesystem::path logs;
  std::optional<UsedNow::Amounts> used{};  // of the machine; none: not known
};

// What the machine has, what pods hold and use of it, and the room on the disk that has `logs`.
nlohmann::json MachineRow(const MachineChange& machine, const std::optional<UsedNow::Amounts>& used,
                          const std::filesystem::path& logs);

// Makes rows of changes within one read of the store, and reads each execution that they are of once.
class EventRows {
 public:
  EventRows(MetadataReader& reader, const RowSources& sources) : reader_(reader), sources_(sources) {}

  // The row of an event (topics.h). Null when there is nothing to say, such as of a launch plan without a schedule.
  nlohmann::json Row(const std::string& name, const Change& change);

 private:
  struct Run {
    Run(MetadataReader& reader, RunPlans& plans, model::ExecutionRecord the_record)
        : record(std::move(the_record)), lookup(reader, plans, record) {}
    const model::ExecutionRecord record;
    RunLookup lookup;
  };

  Run* FindRun(const ExecutionId& id);
  nlohmann::json OfExecution(const std::string& name, const ExecutionChange& change);
  nlohmann::json OfNode(const model::NodeRecord& row);
  nlohmann::json OfAttempt(const std::string& name, const model::TaskRecord& row);

  MetadataReader& reader_;
  const RowSources& sources_;
  std::map<ExecutionId, std::unique_ptr<Run>> runs_;
};

}  // namespace sandbox::api

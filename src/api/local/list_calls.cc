#include "api/local/list_calls.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "api/local/entity_list.h"
#include "api/local/event_hub.h"
#include "api/local/event_rows.h"
#include "api/local/execution_filter.h"
#include "api/local/home.h"
#include "api/local/image_list.h"
#include "api/local/limits.h"
#include "api/local/pod_calls.h"
#include "api/local/row_json.h"
#include "api/local/schedule_list.h"
#include "api/local/task_needs.h"

namespace sandbox::api {
namespace {

using nlohmann::json;

constexpr uint64_t kStripOfList = 10;
constexpr size_t kStripNamesMax = 200;

Result<json> ListExecutions(MetadataReader& reader, const LocalApiDeps& deps, const Target& target) {
  const auto search = ParseExecutionFilter(target);
  if (!search) return std::unexpected(search.error());
  const ExecutionsFound found = reader.SearchExecutions(*search);
  return json{{"executions", ExecutionRows(reader, deps.plans, found.executions)},
              {"next", TextRow(NextCursor(*search, found))},
              {"total", found.total}};
}

// Of a whole domain, or of one thing in it.
Result<json> Strip(MetadataReader& reader, const LocalApiDeps&, const Target& target) {
  const auto limit = target.Number("limit", 100, 1, 500);
  if (!limit) return std::unexpected(limit.error());
  ExecutionSearch search;
  search.project = target.Get("project");
  search.domain = target.Get("domain");
  search.what = {KindOfWord(target.Get("kind")), "", "", target.Get("name"), target.Get("version")};
  if (!search.what.name.empty() && search.what.kind == EntityKind::kUnspecified)
    return InvalidField("kind", "kind has to be task, workflow or launch_plan");
  search.archived = false;
  search.limit = static_cast<uint64_t>(*limit);
  return json{{"strip", StripRow(reader.SearchExecutions(search).executions)}};
}

Result<json> Strips(MetadataReader& reader, const LocalApiDeps&, const Target& target) {
  const EntityKind kind = KindOfWord(target.Get("kind"));
  if (kind == EntityKind::kUnspecified) return InvalidField("kind", "kind has to be task, workflow or launch_plan");
  json strips = json::object();
  std::istringstream names(target.Get("names"));
  for (std::string name; std::getline(names, name, ',');) {
    if (name.empty()) continue;
    if (strips.size() == kStripNamesMax)
      return InvalidField("names", Cat("names has more than ", kStripNamesMax, " names; ask for fewer at once"));
    const EntityId id{kind, target.Get("project"), target.Get("domain"), name, ""};
    strips[name] = StripRow(RunsOf(reader, id, kStripOfList));
  }
  return json{{"strips", strips}};
}

constexpr std::string_view kEntitiesPath = "/sandbox/v1/entities";

Result<json> ListNamedThings(MetadataReader& reader, const LocalApiDeps&, const Target& target) {
  EntityFilter filter{target.Get("project"), target.Get("domain"), KindOfWord(target.Get("kind")), target.Get("q"),
                      target.Get("archived") == "true"};
  if (filter.kind == EntityKind::kUnspecified)
    return InvalidField("kind", "kind has to be task, workflow or launch_plan");
  json rows = EntityRows(reader, filter);
  const size_t total = rows.size();
  return json{{"entities", std::move(rows)}, {"total", total}};
}

constexpr uint64_t kLocatedMost = 100;

Result<std::vector<model::ExecutionRecord>> Named(MetadataReader& reader, std::vector<Condition> conditions) {
  ListQuery query;
  query.conditions = std::move(conditions);
  query.sort_column = "created_at";
  query.limit = kLocatedMost;
  return reader.ListExecutions(query);
}

// Where executions of that name are, the newest first; of a prefix, then those whose names go on behind it.
Result<json> Locate(MetadataReader& reader, const LocalApiDeps&, const Target& target) {
  const std::string name = target.Get("execution"), prefix = target.Get("prefix");
  if (name.empty() == prefix.empty())
    return InvalidField("execution", "execution has to be the name of one, or prefix the beginning of it");
  const std::string column = "execution_name";
  const auto condition = [&column](FilterOp op, const std::string& value) {
    return Condition{ListEntity::kExecution, column, op, {value}};
  };
  auto found = Named(reader, {condition(FilterOp::kEq, name + prefix)});
  if (!found) return std::unexpected(found.error());
  if (!prefix.empty()) {
    // Names are ASCII: what begins with the prefix stands before the prefix and DEL.
    const auto more = Named(reader, {condition(FilterOp::kGt, prefix), condition(FilterOp::kLt, prefix + "\x7f")});
    if (!more) return std::unexpected(more.error());
    found->insert(found->end(), more->begin(), more->end());
  }
  json out = json::array();
  for (const model::ExecutionRecord& record : *found)
    out.push_back({{"project", record.id.project},
                   {"domain", record.id.domain},
                   {"name", record.id.name},
                   {"phase", PhaseName(record.phase)}});
  return json{{"executions", out}};
}

using List = Result<json> (*)(MetadataReader&, const LocalApiDeps&, const Target&);

List FindList(const std::string& path) {
  static const std::map<std::string, List> lists = {
      {"/sandbox/v1/executions", ListExecutions},
      {"/sandbox/v1/executions/strip", Strip},
      {"/sandbox/v1/strips", Strips},
      {std::string(kEntitiesPath), ListNamedThings},
      {"/sandbox/v1/locate", Locate},
      {"/sandbox/v1/home", Home},
      {"/sandbox/v1/schedules", Schedules},
      {"/sandbox/v1/limits", Limits},
      {"/sandbox/v1/settings", Settings},
      {"/sandbox/v1/task", TaskNeeds},
      {std::string(kPodsPath), Pods},
  };
  if (path.starts_with(Cat(kPodsPath, "/"))) return OnePod;
  const auto found = lists.find(path);
  return found == lists.end() ? nullptr : found->second;
}

}  // namespace

json ExecutionRows(MetadataReader& reader, RunPlans& plans, const std::vector<model::ExecutionRecord>& records) {
  json out = json::array();
  for (const model::ExecutionRecord& record : records) {
    RunLookup run(reader, plans, record);
    out.push_back(ExecutionRow(reader, GatherFacts(run)));
  }
  return out;
}

json StripRow(const std::vector<model::ExecutionRecord>& records) {
  json out = json::array();
  for (const model::ExecutionRecord& record : records)
    out.push_back({{"id", record.id.name},
                   {"phase", PhaseName(record.phase)},
                   {"started_at", TimeRow(record.started_at)},
                   {"duration_ms", MillisRow(record.duration)}});
  return out;
}

bool IsList(const std::string& path) { return FindList(path) != nullptr; }

net::HttpResponse ListAnswer(const LocalApiDeps& deps, const Target& target) {
  const List list = FindList(target.path);
  // Read before the snapshot: whatever is told later has a larger number.
  const uint64_t seq = deps.events->Seq();
  auto answer = deps.store.Query([&](MetadataReader& reader) { return list(reader, deps, target); });
  if (!answer) return ErrorAnswer(answer.error());
  // Beside the read of the store: the engine takes its time.
  if (target.path == kEntitiesPath && KindOfWord(target.Get("kind")) == EntityKind::kTask) {
    if (auto host = deps.images.List()) SayImageStates((*answer)["entities"], {std::move(*host)});
  }
  (*answer)["seq"] = seq;
  (*answer)["rev"] = deps.events->RevAt(seq);
  return JsonAnswer(200, *answer);
}

}  // namespace sandbox::api

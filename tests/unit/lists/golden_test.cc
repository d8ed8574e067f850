// Replays recorded lists against the filters, the store and nothing else: what the recorded calls registered is
// inserted as bare records, and every recorded list must give the same names in the same order, or the same refusal.

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sandbox/registry/filters.h"
#include "store/sync_store.h"

namespace sandbox {
namespace {

using Json = nlohmann::json;

Json Load(const std::string& file) {
  std::ifstream in(std::string(SANDBOX_GOLDEN_DIR) + "/control/" + file);
  REQUIRE(in);
  return Json::parse(in);
}

EntityKind KindOf(const std::string& name) {
  if (name == "TASK") return EntityKind::kTask;
  if (name == "WORKFLOW") return EntityKind::kWorkflow;
  return name == "LAUNCH_PLAN" ? EntityKind::kLaunchPlan : EntityKind::kUnspecified;
}

EntityId ReadId(const Json& id, EntityKind kind) {
  return {kind, id.value("project", ""), id.value("domain", ""), id.value("name", ""), id.value("version", "")};
}

struct ListMethod {
  ListEntity listed;
  EntityKind kind;
  std::string what;  // in token errors
};

const std::map<std::string, ListMethod> kMethods = {
    {"ListTasks", {ListEntity::kTask, EntityKind::kTask, "ListTasks"}},
    {"ListWorkflows", {ListEntity::kWorkflow, EntityKind::kWorkflow, "ListWorkflows"}},
    {"ListLaunchPlans", {ListEntity::kLaunchPlan, EntityKind::kLaunchPlan, "ListLaunchPlans"}},
    {"ListTaskIds", {ListEntity::kTask, EntityKind::kTask, "ListUniqueTaskIdentifiers"}},
    {"ListWorkflowIds", {ListEntity::kWorkflow, EntityKind::kWorkflow, "ListWorkflowIdentifiers"}},
    {"ListLaunchPlanIds", {ListEntity::kLaunchPlan, EntityKind::kLaunchPlan, ""}},
    {"ListNamedEntities", {ListEntity::kNamedEntity, EntityKind::kUnspecified, "ListNamedEntities"}},
    {"ListExecutions", {ListEntity::kExecution, EntityKind::kUnspecified, "ListExecutions"}},
    {"ListNodeExecutions", {ListEntity::kNodeExecution, EntityKind::kUnspecified, "ListNodeExecutions"}},
    {"ListTaskExecutions", {ListEntity::kTaskExecution, EntityKind::kUnspecified, "ListTaskExecutions"}},
    {"ListProjects", {ListEntity::kProject, EntityKind::kUnspecified, "ListProjects"}},
    {"ListSignals", {ListEntity::kSignal, EntityKind::kUnspecified, "ListSignals"}},
};

Result<ListQuery> MakeQuery(const ListMethod& method, const Json& request) {
  ListQuery query;
  if (!method.what.starts_with("ListUnique") && method.what != "ListWorkflowIdentifiers" && !method.what.empty()) {
    auto conditions = registry::ParseFilters(method.listed, request.value("filters", ""));
    if (!conditions) return std::unexpected(conditions.error());
    query.conditions = std::move(*conditions);
  }
  if (request.contains("sort_by")) {
    query.sort_column = request["sort_by"].value("key", "");
    query.ascending = request["sort_by"].value("direction", "") == "ASCENDING";
    if (Status sortable = registry::CheckSortKey(method.listed, query.sort_column); !sortable)
      return std::unexpected(sortable.error());
  }
  auto offset = registry::ParseToken(request.value("token", ""), method.what);
  if (!offset) return std::unexpected(offset.error());
  query.offset = *offset;
  query.limit = request.value("limit", 0);
  return query;
}

// Refusals that come from elsewhere: missing fields and the like.
bool IsAboutFilters(const std::string& message) {
  for (const char* text : {"filter", "sort key", "pagination token", "Failed to parse duration"}) {
    if (message.find(text) != std::string::npos) return true;
  }
  return false;
}

std::string WithoutRuns(std::string text) {
  for (size_t at; (at = text.find("  ")) != std::string::npos;) text.erase(at, 1);
  return text;
}

class Replay {
 public:
  Replay() : store_(std::move(store::SyncStore::Open().value())) {
    // The recorded server had rows before: id 1 is somebody else's.
    model::EntityRecord other;
    other.id = {EntityKind::kWorkflow, "other", "development", "other", "v1"};
    Write([&](MetadataWriter& w) { return w.InsertEntity(other); });
  }

  void Step(const Json& step) {
    const std::string method = step["method"];
    const Json& request = step["request"];
    if (step["code"] != "OK") return;
    if (method == "CreateTask" || method == "CreateWorkflow" || method == "CreateLaunchPlan") Create(request);
    if (method == "UpdateLaunchPlan") {
      const EntityId id = ReadId(request["id"], EntityKind::kLaunchPlan);
      Write([&](MetadataWriter& w) {
        return w.SetLaunchPlanState(id, request.value("state", "") == "ACTIVE" ? 1 : 0, Instant(Duration(1)));
      });
    }
    if (method == "UpdateNamedEntity") UpdateName(request);
  }

  Result<std::vector<std::string>> List(const std::string& method, const ListMethod& kind_of, const Json& request,
                                        ListQuery query) {
    const bool is_named = method == "ListNamedEntities";
    const EntityKind kind = is_named ? KindOf(request.value("resource_type", "")) : kind_of.kind;
    const Json& place = request.contains("id") ? request["id"] : request;
    for (const char* column : {"project", "domain", "name"}) {
      if (place.contains(column)) query.conditions.push_back({kind_of.listed, column, FilterOp::kEq, {place[column]}});
    }
    std::vector<std::string> names;
    Status status;
    store_->Read([&](MetadataReader& reader) {
      const auto take = [&](const auto& rows, auto name) {
        if (!rows) {
          status = std::unexpected(rows.error());
          return;
        }
        for (const auto& row : *rows) names.push_back(name(row));
      };
      if (is_named) {
        take(reader.ListNamedEntities(kind, query), [](const model::NamedEntityRecord& r) { return r.id.name; });
      } else if (method.ends_with("Ids")) {
        take(reader.ListEntityNames(kind, query), [](const EntityId& id) { return id.name; });
      } else {
        take(reader.ListEntities(kind, query),
             [](const model::EntityRecord& r) { return r.id.name + "/" + r.id.version; });
      }
    });
    if (!status) return std::unexpected(status.error());
    return names;
  }

 private:
  void Write(MetadataStore::Work work) {
    store_->Write(std::move(work), [](const Status& status) { CHECK(status); });
    store_->Flush();
  }

  void Create(const Json& request) {
    model::EntityRecord entity;
    entity.id = ReadId(request["id"], KindOf(request["id"].value("resource_type", "")));
    const Json& spec = request["spec"];
    entity.created_at = entity.updated_at = Instant(std::chrono::seconds(1'700'000'000 + ++clock_));
    if (entity.id.kind == EntityKind::kTask) {
      entity.type = spec["template"].value("type", "");
      if (spec.contains("description")) entity.short_description = spec["description"].value("short_description", "");
    }
    if (entity.id.kind == EntityKind::kLaunchPlan) {
      entity.workflow = ReadId(spec["workflow_id"], EntityKind::kWorkflow);
      const std::string text = spec.dump();
      entity.schedule_type = text.find("cron") != std::string::npos       ? "CRON"
                             : text.find("\"rate\"") != std::string::npos ? "RATE"
                                                                          : "NONE";
    }
    Write([&](MetadataWriter& w) { return w.InsertEntity(entity); });
  }

  void UpdateName(const Json& request) {
    model::NamedEntityRecord name;
    name.id = ReadId(request["id"], KindOf(request.value("resource_type", "")));
    name.description = request["metadata"].value("description", "");
    if (name.description.empty()) name.description = descriptions_[name.id.name];
    descriptions_[name.id.name] = name.description;
    const Json state = request["metadata"].value("state", Json("NAMED_ENTITY_ACTIVE"));
    name.state = state == "NAMED_ENTITY_ARCHIVED" ? 1 : state == "SYSTEM_GENERATED" ? 2 : 0;
    Write([&](MetadataWriter& w) { return w.PutNamedEntity(name); });
  }

  std::unique_ptr<store::SyncStore> store_;
  std::map<std::string, std::string> descriptions_;
  int clock_ = 0;
};

std::vector<std::string> RecordedNames(const Json& response) {
  std::vector<std::string> names;
  for (const auto& [key, value] : response.items()) {
    if (!value.is_array()) continue;
    for (const Json& row : value) {
      const Json& id = row.contains("id") ? row["id"] : row;
      const std::string version = id.value("version", "");
      names.push_back(id.value("name", "") + (version.empty() ? "" : "/" + version));
    }
  }
  return names;
}

TEST_CASE("recorded filters, sort keys and tokens are accepted and refused alike", "[filters][golden]") {
  int compared = 0;
  for (const char* file : {"lists.json", "projects.json", "exec_run.json", "exec_validate.json", "launch_plans.json"}) {
    for (const Json& step : Load(file)) {
      if (!step.contains("method") || !kMethods.contains(step["method"])) continue;
      const auto query = MakeQuery(kMethods.at(step["method"]), step["request"]);
      const std::string code = step["code"];
      const std::string message = step.value("message", "");
      INFO(file << " " << step["id"].get<std::string>() << ": " << message);
      if (code == "OK") CHECK((query ? "" : query.error().message) == "");
      if (code == "INVALID_ARGUMENT" && IsAboutFilters(message)) {
        REQUIRE_FALSE(query);
        // The reference names unknown keys by aliases of its database's tables; ours says which keys there are.
        const bool unknown_key =
            message.ends_with("entity is not allowed in filters") || message.ends_with("is invalid filter");
        if (unknown_key) {
          CHECK(query.error().message.starts_with("invalid filter key ["));
        } else {
          CHECK(WithoutRuns(query.error().message) == message);
        }
      }
      if (code == "UNKNOWN" && message.find("GROUP BY") == std::string::npos) REQUIRE_FALSE(query);
      ++compared;
    }
  }
  CHECK(compared > 400);
}

TEST_CASE("recorded lists give the same rows in the same order", "[filters][golden]") {
  Replay replay;
  int compared = 0;
  for (const Json& step : Load("lists.json")) {
    if (!step.contains("method")) continue;
    const std::string method = step["method"];
    replay.Step(step);
    const auto kind = kMethods.find(method);
    if (kind == kMethods.end()) continue;
    auto query = MakeQuery(kind->second, step["request"]);
    const bool refused_by_grouping = step.value("message", "").find("GROUP BY") != std::string::npos;
    if (!query || (step["code"] != "OK" && !refused_by_grouping)) continue;
    INFO(step["id"].get<std::string>());
    const uint64_t offset = query->offset, limit = query->limit;
    const auto names = replay.List(method, kind->second, step["request"], std::move(*query));
    ++compared;
    if (refused_by_grouping) {
      REQUIRE_FALSE(names);
      CHECK(names.error().code == Code::kInvalidArgument);
      continue;
    }
    REQUIRE(names);
    CHECK(*names == RecordedNames(step["response"]));
    CHECK(registry::NextToken(offset, names->size(), limit) == step["response"].value("token", ""));
  }
  CHECK(compared > 250);
}

}  // namespace
}  // namespace sandbox

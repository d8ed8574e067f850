#include "store/list_sql.h"
#include "store/rows.h"
#include "store/session.h"

namespace sandbox::store {
namespace {

template <typename Read>
auto List(Connection& db, const ListSource& source, const ListQuery& query, Read read)
    -> Result<std::vector<std::invoke_result_t<Read, Cursor&>>> {
  auto statement = MakeListSql(source, query);
  if (!statement) return std::unexpected(statement.error());
  auto cursor = db.Prepare(statement->sql);
  if (!cursor) return std::unexpected(cursor.error());
  for (const model::ColumnValue& value : statement->values) {
    std::visit([&cursor](const auto& typed) { cursor->Bind(typed); }, value);
  }
  std::vector<std::invoke_result_t<Read, Cursor&>> rows;
  while (true) {
    auto more = cursor->TryNext();
    if (!more) return std::unexpected(more.error());
    if (!*more) return rows;
    rows.push_back(read(*cursor));
  }
}

std::string KindIs(EntityKind kind) { return Cat("m.kind = ", static_cast<int>(kind)); }

ListEntity Listed(EntityKind kind) {
  switch (kind) {
    case EntityKind::kWorkflow: return ListEntity::kWorkflow;
    case EntityKind::kLaunchPlan: return ListEntity::kLaunchPlan;
    case EntityKind::kTask:
    case EntityKind::kDataset:
    case EntityKind::kUnspecified: break;
  }
  return ListEntity::kTask;
}

constexpr std::string_view kNameOrder = "m.project, m.domain, m.name";

bool IsNameColumn(std::string_view column) { return column == "project" || column == "domain" || column == "name"; }

}  // namespace

Result<std::vector<model::EntityRecord>> Session::ListEntities(EntityKind kind, const ListQuery& query) {
  const std::string where = KindIs(kind);
  const std::string_view select =
      kind == EntityKind::kWorkflow ? SANDBOX_SELECT_ENTITY("NULL") : SANDBOX_SELECT_ENTITY("m.closure");
  return List(db_, {.listed = Listed(kind), .select = select, .where = where}, query, ReadEntity);
}

Result<std::vector<EntityId>> Session::ListEntityNames(EntityKind kind, const ListQuery& query) {
  const std::string where = Cat(KindIs(kind), " AND m.registered = 1");
  ListQuery names = query;
  if (!names.sort_column.empty() && !IsNameColumn(names.sort_column))
    return InvalidArgument(Cat("invalid sort key '", names.sort_column, "'"));
  for (Condition& condition : names.conditions) {
    if (!IsNameColumn(condition.column)) return InvalidArgument(Cat("'", condition.column, "' is invalid filter"));
    condition.entity = ListEntity::kNamedEntity;
  }
  return List(db_,
              {.listed = ListEntity::kNamedEntity, .select = SANDBOX_SELECT_NAME, .where = where, .order = kNameOrder},
              names, [](Cursor& row) { return ReadName(row).id; });
}

Result<std::vector<model::NamedEntityRecord>> Session::ListNamedEntities(EntityKind kind, const ListQuery& query) {
  const std::string where = Cat(KindIs(kind), " AND m.registered = 1");
  return List(db_,
              {.listed = ListEntity::kNamedEntity, .select = SANDBOX_SELECT_NAME, .where = where, .order = kNameOrder},
              query, ReadName);
}

Result<std::vector<model::DescriptionRecord>> Session::ListDescriptions(EntityKind kind, const ListQuery& query) {
  // The reference reads every kind when none is given.
  const std::string where = kind == EntityKind::kUnspecified ? "" : KindIs(kind);
  return List(db_, {.listed = ListEntity::kDescriptionEntity, .select = SANDBOX_SELECT_DESCRIPTION, .where = where},
              query, ReadDescription);
}

Result<std::vector<model::ProjectRecord>> Session::ListProjects(const ListQuery& query) {
  return List(db_, {.listed = ListEntity::kProject, .select = SANDBOX_SELECT_PROJECT}, query, ReadProject);
}

Result<std::vector<model::ExecutionRecord>> Session::ListExecutions(const ListQuery& query) {
  return List(db_, {.listed = ListEntity::kExecution, .select = SANDBOX_SELECT_EXECUTION}, query, ReadExecution);
}

Result<std::vector<model::NodeRecord>> Session::ListNodes(const ListQuery& query) {
  return List(db_, {.listed = ListEntity::kNodeExecution, .select = SANDBOX_SELECT_NODE, .where = "m.item < 0"}, query,
              ReadNode);
}

Result<std::vector<model::TaskRecord>> Session::ListTasks(const ListQuery& query) {
  return List(db_, {.listed = ListEntity::kTaskExecution, .select = SANDBOX_SELECT_TASK, .where = "m.item < 0"}, query,
              ReadTask);
}

Result<std::vector<model::SignalRecord>> Session::ListSignals(const ListQuery& query) {
  return List(db_, {.listed = ListEntity::kSignal, .select = SANDBOX_SELECT_SIGNAL}, query, ReadSignal);
}

}  // namespace sandbox::store

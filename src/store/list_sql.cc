#include "store/list_sql.h"

#include <algorithm>

namespace sandbox::store {
namespace {

// SQLite's own limits are 32,766 parameters and expressions 1,000 deep.
constexpr size_t kConditionsMax = 200;
constexpr size_t kValuesMax = 10'000;

struct Join {
  ListEntity listed;
  ListEntity other;
  std::string_view alias;
  std::string_view clause;
};

constexpr Join kJoins[] = {
    {ListEntity::kExecution, ListEntity::kLaunchPlan, "l", " JOIN entities l ON l.id = m.launch_plan_id"},
    {ListEntity::kExecution, ListEntity::kWorkflow, "w", " JOIN entities w ON w.id = m.workflow_id"},
    {ListEntity::kExecution, ListEntity::kTask, "t", " JOIN entities t ON t.id = m.task_id"},
    {ListEntity::kExecution, ListEntity::kExecutionTag, "et", " JOIN execution_tags et ON et.execution_id = m.id"},
    {ListEntity::kExecution, ListEntity::kAdminTag, "at", " JOIN execution_tags at ON at.execution_id = m.id"},
    {ListEntity::kNodeExecution, ListEntity::kExecution, "e",
     " JOIN executions e ON e.execution_project = m.execution_project AND e.execution_domain = m.execution_domain"
     " AND e.execution_name = m.execution_name"},
    {ListEntity::kTaskExecution, ListEntity::kTask, "t",
     " JOIN entities t ON t.kind = 1 AND t.project = m.project AND t.domain = m.domain AND t.name = m.name AND "
     "t.version = m.version"},
    {ListEntity::kTaskExecution, ListEntity::kExecution, "e",
     " JOIN executions e ON e.execution_project = m.execution_project AND e.execution_domain = m.execution_domain"
     " AND e.execution_name = m.execution_name"},
    {ListEntity::kTaskExecution, ListEntity::kNodeExecution, "ne",
     " JOIN nodes ne ON ne.execution_project = m.execution_project AND ne.execution_domain = m.execution_domain"
     " AND ne.execution_name = m.execution_name AND ne.node_id = m.node_id"},
    {ListEntity::kLaunchPlan, ListEntity::kWorkflow, "w", " JOIN entities w ON w.id = m.workflow_id"},
    {ListEntity::kNamedEntity, ListEntity::kNamedEntityMetadata, "m", ""},
};

const Join* FindJoin(ListEntity listed, ListEntity other) {
  const auto found =
      std::ranges::find_if(kJoins, [&](const Join& join) { return join.listed == listed && join.other == other; });
  return found == std::end(kJoins) ? nullptr : &*found;
}

struct Rename {
  ListEntity entity;
  std::string_view column;
  std::string_view ours;  // empty: we keep no such column, it is NULL in every row
};

constexpr Rename kRenames[] = {
    {ListEntity::kWorkflow, "remote_closure_identifier", ""},
    {ListEntity::kLaunchPlan, "launch_condition_type", ""},
    {ListEntity::kExecution, "execution_created_at", "created_at"},
    {ListEntity::kExecution, "execution_updated_at", "updated_at"},
    {ListEntity::kExecution, "spec", ""},
    {ListEntity::kExecution, "closure", ""},
    {ListEntity::kExecution, "inputs_uri", ""},
    {ListEntity::kExecution, "user_inputs_uri", ""},
    {ListEntity::kNodeExecution, "node_execution_created_at", "created_at"},
    {ListEntity::kNodeExecution, "node_execution_updated_at", "updated_at"},
    {ListEntity::kNodeExecution, "closure", ""},
    {ListEntity::kNodeExecution, "node_execution_metadata", ""},
    {ListEntity::kNodeExecution, "parent_task_execution_id", ""},
    {ListEntity::kNodeExecution, "dynamic_workflow_remote_closure_reference", ""},
    {ListEntity::kNodeExecution, "internal_data", ""},
    {ListEntity::kTaskExecution, "task_execution_created_at", "created_at"},
    {ListEntity::kTaskExecution, "task_execution_updated_at", "updated_at"},
    {ListEntity::kTaskExecution, "closure", ""},
    {ListEntity::kNamedEntity, "resource_type", "kind"},
    {ListEntity::kNamedEntityMetadata, "resource_type", "kind"},
    {ListEntity::kNamedEntityMetadata, "updated_at", "created_at"},
    {ListEntity::kSignal, "updated_at", "created_at"},
    {ListEntity::kDescriptionEntity, "updated_at", "created_at"},
    {ListEntity::kDescriptionEntity, "resource_type", "kind"},
    {ListEntity::kDescriptionEntity, "short_description", ""},
    {ListEntity::kDescriptionEntity, "long_description", ""},
    {ListEntity::kDescriptionEntity, "digest", ""},
    {ListEntity::kExecutionTag, "created_at", ""},
    {ListEntity::kExecutionTag, "updated_at", ""},
    {ListEntity::kAdminTag, "created_at", ""},
    {ListEntity::kAdminTag, "updated_at", ""},
    {ListEntity::kAdminTag, "name", "key"},
};

std::string Expression(ListEntity entity, const model::Column& column, std::string_view alias) {
  if (column.name == "deleted_at") return "NULL";
  std::string_view name = column.name;
  for (const Rename& rename : kRenames) {
    if (rename.entity != entity || rename.column != name) continue;
    if (rename.ours.empty()) return "NULL";
    name = rename.ours;
    break;
  }
  // A tag has no execution columns of its own: it is joined to its execution.
  if (entity == ListEntity::kExecutionTag && name.starts_with("execution_")) alias = "m";
  // The reference stores 0 for a duration that is not known yet.
  if (column.type == model::ColumnType::kDuration) return Cat("COALESCE(", alias, ".", name, ", 0)");
  return Cat(alias, ".", name);
}

std::string_view OperatorText(FilterOp op) {
  switch (op) {
    case FilterOp::kContains: return "LIKE";
    case FilterOp::kNotLike: return "NOT LIKE";
    case FilterOp::kGt: return ">";
    case FilterOp::kGte: return ">=";
    case FilterOp::kLt: return "<";
    case FilterOp::kLte: return "<=";
    case FilterOp::kEq: return "=";
    case FilterOp::kNe: return "<>";
    case FilterOp::kIn: return "IN";
    case FilterOp::kNotIn: return "NOT IN";
  }
  return "=";
}

class Builder {
 public:
  explicit Builder(const ListSource& source) : source_(source) {}

  Status Add(const Condition& condition) {
    const model::Column* column = model::FindColumn(condition.entity, condition.column);
    if (column == nullptr) return InvalidArgument(Cat("'", condition.column, "' is invalid filter"));
    const auto alias = Alias(condition.entity);
    if (!alias) return std::unexpected(alias.error());
    const std::string expression = Expression(condition.entity, *column, *alias);
    switch (condition.op) {
      case FilterOp::kContains:
      case FilterOp::kNotLike: return AddPattern(condition, *column, expression);
      case FilterOp::kIn:
      case FilterOp::kNotIn: return AddSet(condition, *column, expression);
      default: return AddComparison(condition, *column, expression);
    }
  }

  Status OrderBy(const ListQuery& query) {
    if (query.sort_column.empty()) {
      order_ = source_.order;
      return {};
    }
    const model::Column* column = model::FindColumn(source_.listed, query.sort_column);
    if (column == nullptr) return InvalidArgument(Cat("invalid sort key '", query.sort_column, "'"));
    const std::string_view direction = query.ascending ? "ASC" : "DESC";
    // Rows are inserted as they are created, and the id decides between equal times.
    if (column->name == "id" || column->name == "created_at") {
      order_ = Cat("m.id ", direction);
      return {};
    }
    order_ = Cat(Expression(source_.listed, *column, "m"), " ", direction,
                 query.ascending ? " NULLS LAST" : " NULLS FIRST", ", m.id");
    return {};
  }

  ListStatement Take(const ListQuery& query) {
    std::string sql = Cat(source_.select, joins_);
    std::string_view glue = " WHERE ";
    if (!source_.where.empty()) {
      sql += Cat(glue, source_.where);
      glue = " AND ";
    }
    for (const std::string& condition : conditions_) {
      sql += Cat(glue, condition);
      glue = " AND ";
    }
    sql += Cat(" ORDER BY ", order_, " LIMIT ? OFFSET ?");
    values_.emplace_back(query.limit == 0 ? int64_t{-1} : Clamp(query.limit));
    values_.emplace_back(Clamp(query.offset));
    return {std::move(sql), std::move(values_)};
  }

 private:
  static int64_t Clamp(uint64_t value) { return static_cast<int64_t>(std::min<uint64_t>(value, INT64_MAX)); }

  Result<std::string_view> Alias(ListEntity entity) {
    if (entity == source_.listed) return "m";
    const Join* join = FindJoin(source_.listed, entity);
    if (join == nullptr) return InvalidArgument("entity is not allowed in filters");
    if (std::ranges::find(joined_, join) == joined_.end()) {
      joined_.push_back(join);
      joins_ += join->clause;
    }
    return join->alias;
  }

  Status AddPattern(const Condition& condition, const model::Column& column, const std::string& expression) {
    if (column.type != model::ColumnType::kText && column.type != model::ColumnType::kBytes) {
      return InvalidArgument(Cat("'", column.name, "' is not a text: contains and not_like do not apply to it"));
    }
    if (condition.values.size() != 1) return InvalidArgument(Cat("one value expected for '", column.name, "'"));
    const bool contains = condition.op == FilterOp::kContains;
    values_.emplace_back(contains ? Cat("%", condition.values.front(), "%") : condition.values.front());
    conditions_.push_back(Cat(expression, " ", OperatorText(condition.op), " ? ESCAPE '\\'"));
    return {};
  }

  Status AddSet(const Condition& condition, const model::Column& column, const std::string& expression) {
    std::string marks;
    for (const std::string& value : condition.values) {
      if (Status added = AddValue(column, value); !added) return added;
      marks += marks.empty() ? "?" : ", ?";
    }
    conditions_.push_back(Cat(expression, " ", OperatorText(condition.op), " (", marks, ")"));
    return {};
  }

  Status AddComparison(const Condition& condition, const model::Column& column, const std::string& expression) {
    if (condition.values.size() != 1) return InvalidArgument(Cat("one value expected for '", column.name, "'"));
    conditions_.push_back(Cat(expression, " ", OperatorText(condition.op), " ?"));
    return AddValue(column, condition.values.front());
  }

  Status AddValue(const model::Column& column, std::string_view text) {
    if (values_.size() >= kValuesMax) return InvalidArgument(Cat("more than ", kValuesMax, " values in filters"));
    auto value = model::ParseColumnValue(column, text);
    if (!value) return std::unexpected(value.error());
    values_.push_back(std::move(*value));
    return {};
  }

  const ListSource& source_;
  std::string joins_;
  std::vector<const Join*> joined_;
  std::vector<std::string> conditions_;
  std::vector<model::ColumnValue> values_;
  std::string order_;
};

}  // namespace

Result<ListStatement> MakeListSql(const ListSource& source, const ListQuery& query) {
  if (query.conditions.size() > kConditionsMax)
    return InvalidArgument(Cat("more than ", kConditionsMax, " terms in filters"));
  Builder builder(source);
  for (const Condition& condition : query.conditions) {
    if (Status added = builder.Add(condition); !added) return std::unexpected(added.error());
  }
  if (Status ordered = builder.OrderBy(query); !ordered) return std::unexpected(ordered.error());
  return builder.Take(query);
}

}  // namespace sandbox::store

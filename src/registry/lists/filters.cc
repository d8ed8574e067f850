// Filter texts. The grammar is that of an unanchored greedy pattern, (.+)\((.+),\s?(.+)\), whose consequences clients
// can see: the last comma separates, so a value has none, and a closing parenthesis inside it belongs to it.

#include "sandbox/registry/filters.h"

#include <algorithm>
#include <optional>

#include "sandbox/model/columns.h"

namespace sandbox::registry {
namespace {

struct EntityName {
  ListEntity entity;
  std::string_view prefix;  // before a field; empty: cannot be named
  std::string_view plural;  // in error texts
};

constexpr EntityName kEntities[] = {
    {ListEntity::kTask, "task.", "tasks"},
    {ListEntity::kWorkflow, "workflow.", "workflows"},
    {ListEntity::kLaunchPlan, "launch_plan.", "launch plans"},
    {ListEntity::kExecution, "execution.", "executions"},
    {ListEntity::kNodeExecution, "node_execution.", "node executions"},
    {ListEntity::kTaskExecution, "task_execution.", "task executions"},
    {ListEntity::kNamedEntity, "entities.", "named entities"},
    {ListEntity::kNamedEntityMetadata, "named_entity_metadata.", "metadata of named entities"},
    {ListEntity::kProject, "project.", "projects"},
    {ListEntity::kSignal, "signal.", "signals"},
    {ListEntity::kDescriptionEntity, "", "descriptions"},
    {ListEntity::kAdminTag, "admin_tag.", "tags"},
    {ListEntity::kExecutionAdminTag, "execution_admin_tag.", "tags of executions"},
    {ListEntity::kExecutionTag, "execution_tag.", "tags of executions"},
};

struct Function {
  std::string_view name;
  FilterOp op;
};

constexpr Function kFunctions[] = {
    {"contains", FilterOp::kContains},
    {"not_like", FilterOp::kNotLike},
    {"gt", FilterOp::kGt},
    {"gte", FilterOp::kGte},
    {"lt", FilterOp::kLt},
    {"lte", FilterOp::kLte},
    {"eq", FilterOp::kEq},
    {"ne", FilterOp::kNe},
    {"value_in", FilterOp::kIn},
    {"value_not_in", FilterOp::kNotIn},
};

bool IsAllowed(ListEntity listed, ListEntity other) {
  using enum ListEntity;
  if (listed == other) return true;
  switch (listed) {
    case kExecution:
      return other == kLaunchPlan || other == kWorkflow || other == kTask || other == kAdminTag ||
             other == kExecutionTag;
    case kNodeExecution: return other == kExecution;
    case kTaskExecution: return other == kTask || other == kExecution || other == kNodeExecution;
    case kLaunchPlan: return other == kWorkflow;
    case kNamedEntity: return other == kNamedEntityMetadata;
    default: return false;
  }
}

// The columns that a client can write a value for. Rows have an id and a time of deletion, which mean nothing to it.
std::string Columns(ListEntity entity, std::string_view prefix) {
  std::string out;
  for (const model::Column& column : model::ColumnsOf(entity)) {
    if (column.type == model::ColumnType::kBytes || column.name == "id" || column.name == "deleted_at") continue;
    out += Cat(out.empty() ? "" : ", ", prefix, column.name);
  }
  return out;
}

// What `listed` can be filtered by, as clients write it.
std::unexpected<Error> UnknownKey(ListEntity listed, std::string_view field) {
  const auto name = std::ranges::find(kEntities, listed, &EntityName::entity);
  std::string others;
  for (const EntityName& other : kEntities) {
    if (other.entity != listed && !other.prefix.empty() && IsAllowed(listed, other.entity))
      others += Cat("; by ", other.prefix, "K where K is ", Columns(other.entity, ""));
  }
  return InvalidArgument(
      Cat("invalid filter key [", field, "]: ", name->plural, " can be filtered by ", Columns(listed, ""), others));
}

struct Term {
  std::string_view function;
  std::string_view field;
  std::string_view value;
};

std::optional<Term> SplitAt(std::string_view text, size_t open, size_t close) {
  const std::string_view inside = text.substr(open + 1, close - open - 1);
  for (size_t comma = inside.rfind(','); comma != std::string_view::npos && comma > 0;
       comma = inside.rfind(',', comma - 1)) {
    std::string_view value = inside.substr(comma + 1);
    // One space may follow the comma, unless it is all there is.
    if (value.size() > 1 && std::string_view(" \t\r\n\f").find(value.front()) != std::string_view::npos)
      value.remove_prefix(1);
    if (!value.empty()) return Term{text.substr(0, open), inside.substr(0, comma), value};
  }
  return std::nullopt;
}

std::optional<Term> ParseTerm(std::string_view text) {
  const size_t close = text.rfind(')');
  if (close == std::string_view::npos || close == 0) return std::nullopt;
  for (size_t open = text.rfind('(', close); open != std::string_view::npos && open > 0;
       open = text.rfind('(', open - 1)) {
    if (auto term = SplitAt(text, open, close)) return term;
  }
  return std::nullopt;
}

std::vector<std::string> SplitValues(std::string_view text) {
  std::vector<std::string> values;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(';', start), text.size());
    values.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return values;
}

// In the reference's tables of runtime state these words mean the columns of the execution.
std::string RewriteColumn(ListEntity entity, std::string_view column) {
  using enum ListEntity;
  const bool is_runtime =
      entity == kExecution || entity == kNodeExecution || entity == kTaskExecution || entity == kSignal;
  if (is_runtime && (column == "project" || column == "domain" || column == "name")) return Cat("execution_", column);
  return std::string(column);
}

Status CheckValues(const Condition& condition, const model::Column& column) {
  const bool is_pattern = condition.op == FilterOp::kContains || condition.op == FilterOp::kNotLike;
  if (is_pattern && column.type != model::ColumnType::kText && column.type != model::ColumnType::kBytes) {
    return InvalidArgument(
        Cat("invalid value for filters: ", column.name, " is not a text, so contains and not_like do not apply"));
  }
  const bool takes_many = condition.op == FilterOp::kIn || condition.op == FilterOp::kNotIn;
  if (!takes_many && condition.values.size() > 1) {
    return InvalidArgument(
        Cat("invalid value for filters: one value expected for ", column.name, ", use value_in for several"));
  }
  for (const std::string& value : condition.values) {
    if (is_pattern) break;
    if (auto parsed = model::ParseColumnValue(column, value); !parsed) return std::unexpected(parsed.error());
  }
  return {};
}

Result<Condition> ParseCondition(ListEntity listed, std::string_view text) {
  const auto term = ParseTerm(text);
  if (!term) return InvalidArgument("invalid value for filters");

  ListEntity entity = listed;
  std::string_view field = term->field;
  const auto named = std::ranges::find_if(
      kEntities, [&](const EntityName& name) { return !name.prefix.empty() && field.starts_with(name.prefix); });
  if (named != std::end(kEntities)) {
    entity = named->entity;
    field.remove_prefix(named->prefix.size());
  }
  if (!IsAllowed(listed, entity)) return UnknownKey(listed, term->field);
  const model::Column* column = model::FindColumn(entity, field);
  if (column == nullptr) return UnknownKey(listed, term->field);

  const auto function = std::ranges::find(kFunctions, term->function, &Function::name);
  if (function == std::end(kFunctions)) return InvalidArgument(Cat("unrecognized filter function: ", term->function));

  Condition condition{entity, RewriteColumn(entity, field), function->op, SplitValues(term->value)};
  // In a pattern a semicolon is an ordinary character.
  if (condition.op == FilterOp::kContains || condition.op == FilterOp::kNotLike)
    condition.values = {std::string(term->value)};
  if (Status checked = CheckValues(condition, *column); !checked) return std::unexpected(checked.error());
  // Tags are stored as keys of execution tags.
  if (entity == ListEntity::kAdminTag && field == "name") {
    condition.entity = ListEntity::kExecutionTag;
    condition.column = "key";
  }
  return condition;
}

}  // namespace

Result<std::vector<Condition>> ParseFilters(ListEntity listed, std::string_view text) {
  std::vector<Condition> conditions;
  if (text.empty()) return conditions;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('+', start), text.size());
    auto condition = ParseCondition(listed, text.substr(start, end - start));
    if (!condition) return std::unexpected(condition.error());
    conditions.push_back(std::move(*condition));
    start = end + 1;
  }
  return conditions;
}

}  // namespace sandbox::registry

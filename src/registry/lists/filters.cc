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
  std::string_view code;    // in error texts
};

constexpr EntityName kEntities[] = {
    {ListEntity::kTask, "task.", "t"},
    {ListEntity::kWorkflow, "workflow.", "w"},
    {ListEntity::kLaunchPlan, "launch_plan.", "l"},
    {ListEntity::kExecution, "execution.", "e"},
    {ListEntity::kNodeExecution, "node_execution.", "ne"},
    {ListEntity::kTaskExecution, "task_execution.", "te"},
    {ListEntity::kNamedEntity, "entities.", "nen"},
    {ListEntity::kNamedEntityMetadata, "named_entity_metadata.", "nem"},
    {ListEntity::kProject, "project.", "p"},
    {ListEntity::kSignal, "signal.", "s"},
    {ListEntity::kDescriptionEntity, "", "de"},
    {ListEntity::kAdminTag, "admin_tag.", "at"},
    {ListEntity::kExecutionAdminTag, "execution_admin_tag.", "eat"},
    {ListEntity::kExecutionTag, "execution_tag.", "et"},
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

std::string_view Code(ListEntity entity) { return std::ranges::find(kEntities, entity, &EntityName::entity)->code; }

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
  if (!IsAllowed(listed, entity)) return InvalidArgument(Cat("'", Code(entity), "' entity is not allowed in filters"));
  const model::Column* column = model::FindColumn(entity, field);
  if (column == nullptr) return InvalidArgument(Cat("'", Code(entity), ".", field, "' is invalid filter"));

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

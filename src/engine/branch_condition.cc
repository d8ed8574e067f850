#include "branch_condition.h"

#include <compare>

#include "flyteidl/core/condition.pb.h"
#include "sandbox/base/error.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;
using Comparison = core::ComparisonExpression;

constexpr std::string_view kMalformed = "MalformedBranchUserError";

std::unexpected<Error> Malformed(std::string text) { return InvalidArgument(std::move(text)); }

Result<const core::Primitive*> ValueOf(const core::Operand& operand, const core::LiteralMap& inputs) {
// Old clients still send it.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
  if (operand.has_primitive()) return &operand.primitive();
#pragma clang diagnostic pop
  if (operand.has_scalar()) {
    if (operand.scalar().has_primitive()) return &operand.scalar().primitive();
    return Malformed("Only primitives can be compared. The constant is not a primitive");
  }
  const auto found = inputs.literals().find(operand.var());
  if (found == inputs.literals().end())
    return Malformed(Cat("Failed to find Value for Variable [", operand.var(), "]"));
  if (!found->second.scalar().has_primitive())
    return Malformed(Cat("Only primitives can be compared. Variable [", operand.var(), "] is not a primitive"));
  return &found->second.scalar().primitive();
}

// The reference's name of the type.
std::string_view TypeName(const core::Primitive& value) {
  switch (value.value_case()) {
    case core::Primitive::kInteger: return "*core.Primitive_Integer";
    case core::Primitive::kFloatValue: return "*core.Primitive_FloatValue";
    case core::Primitive::kStringValue: return "*core.Primitive_StringValue";
    case core::Primitive::kBoolean: return "*core.Primitive_Boolean";
    case core::Primitive::kDatetime: return "*core.Primitive_Datetime";
    case core::Primitive::kDuration: return "*core.Primitive_Duration";
    case core::Primitive::VALUE_NOT_SET: break;
  }
  return "<nil>";
}

// Instants and durations are compared by whole seconds.
std::partial_ordering Order(const core::Primitive& left, const core::Primitive& right) {
  switch (left.value_case()) {
    case core::Primitive::kInteger: return left.integer() <=> right.integer();
    case core::Primitive::kFloatValue: return left.float_value() <=> right.float_value();
    case core::Primitive::kStringValue: return left.string_value().compare(right.string_value()) <=> 0;
    case core::Primitive::kBoolean: return left.boolean() <=> right.boolean();
    case core::Primitive::kDatetime: return left.datetime().seconds() <=> right.datetime().seconds();
    case core::Primitive::kDuration: return left.duration().seconds() <=> right.duration().seconds();
    case core::Primitive::VALUE_NOT_SET: break;
  }
  return std::partial_ordering::unordered;
}

Result<bool> Evaluate(const Comparison& comparison, const core::LiteralMap& inputs) {
  const auto left = ValueOf(comparison.left_value(), inputs);
  if (!left) return std::unexpected(left.error());
  const auto right = ValueOf(comparison.right_value(), inputs);
  if (!right) return std::unexpected(right.error());
  if ((*left)->value_case() != (*right)->value_case()) {
    return Malformed(Cat("Comparison between different primitives types. lVal[", TypeName(**left), "]:rVal[",
                         TypeName(**right), "]"));
  }
  const Comparison::Operator op = comparison.operator_();
  if ((*left)->has_boolean() && op != Comparison::EQ && op != Comparison::NEQ)
    return Malformed(Cat("[", Comparison::Operator_Name(op), "] not defined for boolean operands."));
  const std::partial_ordering order = Order(**left, **right);
  switch (op) {
    case Comparison::EQ: return order == 0;
    case Comparison::NEQ: return order != 0;
    case Comparison::GT: return order > 0;
    case Comparison::GTE: return order >= 0;
    case Comparison::LT: return order < 0;
    case Comparison::LTE: return order <= 0;
    default: return Malformed(Cat("Unsupported operator type in Propeller. Operator [", static_cast<int>(op), "]"));
  }
}

Result<bool> Evaluate(const core::BooleanExpression& expression, const core::LiteralMap& inputs) {
  if (expression.has_comparison()) return Evaluate(expression.comparison(), inputs);
  if (!expression.has_conjunction()) return Malformed("No Expression found in a branch node");
  // Both sides always: an error on the right is the user's to know.
  const auto left = Evaluate(expression.conjunction().left_expression(), inputs);
  if (!left) return left;
  const auto right = Evaluate(expression.conjunction().right_expression(), inputs);
  if (!right) return right;
  return expression.conjunction().operator_() == core::ConjunctionExpression::OR ? *left || *right : *left && *right;
}

Chosen Fail(std::string_view code, std::string_view text) {
  return {0, model::ExecutionError{std::string(code), Cat("[", code, "] ", text), "", model::ErrorKind::kUser, {}, ""}};
}

void AddCompared(const core::BooleanExpression& expression, std::set<std::string>& names) {
  if (expression.has_conjunction()) {
    AddCompared(expression.conjunction().left_expression(), names);
    AddCompared(expression.conjunction().right_expression(), names);
  }
  for (const core::Operand* operand : {&expression.comparison().left_value(), &expression.comparison().right_value()}) {
    if (operand->val_case() == core::Operand::kVar) names.insert(operand->var());
  }
}

}  // namespace

std::set<std::string> ComparedInputs(const core::IfElseBlock& blocks) {
  std::set<std::string> out;
  AddCompared(blocks.case_().condition(), out);
  for (const core::IfBlock& block : blocks.other()) AddCompared(block.condition(), out);
  return out;
}

Chosen EvaluateBranch(const core::IfElseBlock& blocks, const core::LiteralMap& inputs) {
  uint32_t place = 0;
  const int count = 1 + blocks.other_size();
  for (int i = 0; i < count; ++i, ++place) {
    const auto holds = Evaluate(i == 0 ? blocks.case_().condition() : blocks.other(i - 1).condition(), inputs);
    if (!holds) return Fail(kMalformed, holds.error().message);
    if (*holds) return {place, std::nullopt};
  }
  if (blocks.has_else_node()) return {place, std::nullopt};
  if (blocks.has_error()) return Fail("UserProvidedError", blocks.error().message());
  return Fail(kMalformed, "No branch satisfied");
}

}  // namespace sandbox::engine

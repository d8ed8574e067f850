#include "branch_condition.h"

#include <compare>

#include "flyteidl/core/condition.pb.h"
#include "msgpack.h"
#include "sandbox/base/error.h"
#include "sandbox/model/promises.h"

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;
using Comparison = core::ComparisonExpression;

constexpr std::string_view kMalformed = "MalformedBranchUserError";

std::unexpected<Error> Malformed(std::string text) { return InvalidArgument(std::move(text)); }

// One side of a comparison.
struct Value {
  const core::Primitive* primitive = nullptr;  // null: none
  std::string attribute;                       // as its user wrote it; empty for constants and whole variables
};

// What a literal that is no primitive is, for users.
std::string_view KindOf(const core::Literal& literal) {
  switch (literal.value_case()) {
    case core::Literal::kCollection: return "a list";
    case core::Literal::kMap: return "a map";
    default: break;
  }
  if (literal.scalar().has_generic()) return "a map";
  if (literal.scalar().has_blob()) return "a file";
  const auto packed = ReadMsgpack(literal.scalar().binary().value());
  return packed && std::holds_alternative<MsgpackValue::Map>(packed->value) ? "a map" : "of another kind";
}

bool IsNone(const core::Literal& literal) {
  if (literal.scalar().has_none_type() || literal.value_case() == core::Literal::VALUE_NOT_SET) return true;
  if (!literal.scalar().has_binary()) return false;
  const auto packed = ReadMsgpack(literal.scalar().binary().value());
  return packed && std::holds_alternative<MsgpackValue::Nil>(packed->value);
}

Result<Value> ConstantOf(const core::Scalar& scalar) {
  if (scalar.has_primitive()) return Value{&scalar.primitive(), ""};
  if (scalar.has_none_type()) return Value{};
  return Malformed("Only primitives can be compared. The constant is not a primitive");
}

Result<Value> ValueOf(const core::Operand& operand, const core::LiteralMap& inputs, const AttributeInputs& attributes) {
// Old clients still send it.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
  if (operand.has_primitive()) return Value{&operand.primitive(), ""};
#pragma clang diagnostic pop
  if (operand.has_scalar()) return ConstantOf(operand.scalar());
  const auto found = inputs.literals().find(operand.var());
  if (found == inputs.literals().end())
    return Malformed(Cat("Failed to find Value for Variable [", operand.var(), "]"));
  const auto attribute = attributes.find(operand.var());
  Value value{nullptr, attribute == attributes.end() ? "" : attribute->second};
  const core::Literal* literal = &found->second;
  while (literal->scalar().has_union_()) literal = &literal->scalar().union_().value();
  if (literal->scalar().has_primitive()) {
    value.primitive = &literal->scalar().primitive();
  } else if (!IsNone(*literal)) {
    if (value.attribute.empty())
      return Malformed(Cat("Only primitives can be compared. Variable [", operand.var(), "] is not a primitive"));
    return Malformed(Cat("Only primitives can be compared. [", value.attribute, "] is ", KindOf(*literal)));
  }
  return value;
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

std::string_view KindName(const Value& value) {
  if (value.primitive == nullptr) return "none";
  switch (value.primitive->value_case()) {
    case core::Primitive::kInteger: return "an integer";
    case core::Primitive::kFloatValue: return "a float";
    case core::Primitive::kStringValue: return "a string";
    case core::Primitive::kBoolean: return "a boolean";
    case core::Primitive::kDatetime: return "a datetime";
    case core::Primitive::kDuration: return "a duration";
    case core::Primitive::VALUE_NOT_SET: break;
  }
  return "of another kind";
}

std::string Text(const Value& value) {
  return value.attribute.empty() ? "the other side" : Cat("[", value.attribute, "]");
}

std::unexpected<Error> DifferentKinds(const Value& left, const Value& right) {
  if (left.attribute.empty() && right.attribute.empty() && left.primitive != nullptr && right.primitive != nullptr) {
    return Malformed(Cat("Comparison between different primitives types. lVal[", TypeName(*left.primitive), "]:rVal[",
                         TypeName(*right.primitive), "]"));
  }
  const Value& first = left.attribute.empty() ? right : left;
  const Value& second = left.attribute.empty() ? left : right;
  return Malformed(Cat("Comparison between different types: ", Text(first), " is ", KindName(first), ", ", Text(second),
                       " is ", KindName(second)));
}

bool IsNumber(const core::Primitive& value) { return value.has_integer() || value.has_float_value(); }

// long double holds every integer.
long double NumberOf(const core::Primitive& value) {
  return value.has_integer() ? static_cast<long double>(value.integer()) : value.float_value();
}

Result<std::partial_ordering> Order(const Value& left, const Value& right, Comparison::Operator op) {
  const bool equality = op == Comparison::EQ || op == Comparison::NEQ;
  if (left.primitive == nullptr || right.primitive == nullptr) {
    if (!equality) return DifferentKinds(left, right);
    return left.primitive == right.primitive ? std::partial_ordering::equivalent : std::partial_ordering::unordered;
  }
  if (left.primitive->value_case() == right.primitive->value_case()) {
    if (left.primitive->has_boolean() && !equality)
      return Malformed(Cat("[", Comparison::Operator_Name(op), "] not defined for boolean operands."));
    return Order(*left.primitive, *right.primitive);
  }
  // A dataclass's float may be packed as an integer, and an older SDK packs every integer as a float.
  const bool packed = !left.attribute.empty() || !right.attribute.empty();
  if (!packed || !IsNumber(*left.primitive) || !IsNumber(*right.primitive)) return DifferentKinds(left, right);
  return NumberOf(*left.primitive) <=> NumberOf(*right.primitive);
}

Result<bool> Evaluate(const Comparison& comparison, const core::LiteralMap& inputs, const AttributeInputs& attributes) {
  const auto left = ValueOf(comparison.left_value(), inputs, attributes);
  if (!left) return std::unexpected(left.error());
  const auto right = ValueOf(comparison.right_value(), inputs, attributes);
  if (!right) return std::unexpected(right.error());
  const Comparison::Operator op = comparison.operator_();
  const auto order = Order(*left, *right, op);
  if (!order) return std::unexpected(order.error());
  switch (op) {
    case Comparison::EQ: return *order == 0;
    case Comparison::NEQ: return *order != 0;
    case Comparison::GT: return *order > 0;
    case Comparison::GTE: return *order >= 0;
    case Comparison::LT: return *order < 0;
    case Comparison::LTE: return *order <= 0;
    default: return Malformed(Cat("Unsupported operator type in Propeller. Operator [", static_cast<int>(op), "]"));
  }
}

Result<bool> Evaluate(const core::BooleanExpression& expression, const core::LiteralMap& inputs,
                      const AttributeInputs& attributes) {
  if (expression.has_comparison()) return Evaluate(expression.comparison(), inputs, attributes);
  if (!expression.has_conjunction()) return Malformed("No Expression found in a branch node");
  // Both sides always: an error on the right is the user's to know.
  const auto left = Evaluate(expression.conjunction().left_expression(), inputs, attributes);
  if (!left) return left;
  const auto right = Evaluate(expression.conjunction().right_expression(), inputs, attributes);
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

AttributeInputs FindAttributeInputs(const google::protobuf::RepeatedPtrField<core::Binding>& bindings) {
  AttributeInputs out;
  for (const core::Binding& binding : bindings) {
    const core::OutputReference& promise = binding.binding().promise();
    if (promise.attr_path_size() > 0) out.emplace(binding.var(), model::PromiseText(promise));
  }
  return out;
}

Chosen EvaluateBranch(const core::IfElseBlock& blocks, const core::LiteralMap& inputs,
                      const AttributeInputs& attributes) {
  uint32_t place = 0;
  const int count = 1 + blocks.other_size();
  for (int i = 0; i < count; ++i, ++place) {
    const auto holds =
        Evaluate(i == 0 ? blocks.case_().condition() : blocks.other(i - 1).condition(), inputs, attributes);
    if (!holds) return Fail(kMalformed, holds.error().message);
    if (*holds) return {place, std::nullopt};
  }
  if (blocks.has_else_node()) return {place, std::nullopt};
  if (blocks.has_error()) return Fail("UserProvidedError", blocks.error().message());
  return Fail(kMalformed, "No branch satisfied");
}

}  // namespace sandbox::engine

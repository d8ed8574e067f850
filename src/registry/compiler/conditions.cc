#include "registry/compiler/conditions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "registry/compiler/attribute_type.h"
#include "registry/compiler/bindings.h"
#include "registry/compiler/literal_type.h"
#include "registry/compiler/repeated_attributes.h"
#include "sandbox/base/error.h"
#include "sandbox/model/promises.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry::compiler {
namespace {

using flyteidl::core::Binding;
using flyteidl::core::BooleanExpression;
using flyteidl::core::ComparisonExpression;
using flyteidl::core::IfElseBlock;
using flyteidl::core::LiteralType;
using flyteidl::core::Operand;
using flyteidl::core::OutputReference;
using flyteidl::core::SimpleType;

// Deprecated in the interface definitions, yet what clients send and the only constants that the reference compares.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
const flyteidl::core::Primitive& PrimitiveOf(const Operand& operand) { return operand.primitive(); }
#pragma clang diagnostic pop

// One side of a comparison. Unknown types are not compared.
struct Side {
  std::optional<LiteralType> type;
  std::string text;        // as the user wrote it
  bool attribute = false;  // of an output, not all of it
  bool constant = false;
  bool packed = false;
};

bool IsNone(const LiteralType& type) {
  return type.type_case() == LiteralType::kSimple && type.simple() == flyteidl::core::NONE;
}

// The kinds of values of the type that can be compared; numbers are of one kind when `numbers_alike`.
std::set<SimpleType> Kinds(const LiteralType& type, bool numbers_alike) {
  std::set<SimpleType> out;
  if (type.has_enum_type()) out.insert(flyteidl::core::STRING);
  for (const LiteralType& variant : type.union_type().variants()) out.merge(Kinds(variant, numbers_alike));
  if (type.type_case() != LiteralType::kSimple) return out;
  switch (type.simple()) {
    case flyteidl::core::FLOAT: out.insert(numbers_alike ? flyteidl::core::INTEGER : flyteidl::core::FLOAT); break;
    case flyteidl::core::NONE:
    case flyteidl::core::INTEGER:
    case flyteidl::core::STRING:
    case flyteidl::core::BOOLEAN:
    case flyteidl::core::DATETIME:
    case flyteidl::core::DURATION: out.insert(type.simple()); break;
    default: break;
  }
  return out;
}

bool Meet(const std::set<SimpleType>& left, const std::set<SimpleType>& right) {
  return std::ranges::any_of(left, [&right](SimpleType kind) { return right.contains(kind); });
}

class Checker {
 public:
  Checker(WorkflowBuilder& workflow, NodeBuilder& branch)
      : workflow_(workflow), branch_(branch), errors_(workflow.errors()), id_(branch.node->id()) {}

  void Check(const IfElseBlock& block) {
    Count(block.case_().condition());
    for (const auto& other : block.other()) Count(other.condition());
    const Scope scope(errors_);
    if (block.has_case_()) CheckExpression(block.case_().has_condition(), block.case_().condition());
    for (const auto& other : block.other()) CheckExpression(other.has_condition(), other.condition());
    if (scope.Clean()) CheckRepeated(block);
  }

 private:
  void Count(const BooleanExpression& expression) {
    if (expression.has_conjunction()) {
      Count(expression.conjunction().left_expression());
      Count(expression.conjunction().right_expression());
    }
    for (const Operand* operand : {&expression.comparison().left_value(), &expression.comparison().right_value()}) {
      if (operand->has_var()) ++mentions_[operand->var()];
    }
  }

  void CheckExpression(bool present, const BooleanExpression& expression) {
    if (!present) {
      errors_.Collect("BranchNodeHasNoCondition", id_, "One of the branches on the node doesn't have a condition.");
      return;
    }
    switch (expression.expr_case()) {
      case BooleanExpression::kComparison: CheckComparison(expression.comparison()); return;
      case BooleanExpression::kConjunction: {
        const auto& both = expression.conjunction();
        CheckExpression(both.has_left_expression(), both.left_expression());
        CheckExpression(both.has_right_expression(), both.right_expression());
        return;
      }
      case BooleanExpression::EXPR_NOT_SET: errors_.ValueRequired(id_, "Expr"); return;
    }
  }

  void CheckComparison(const ComparisonExpression& comparison) {
    const Scope scope(errors_);
    const Side right = SideOf("RightValue", comparison.has_right_value(), comparison.right_value());
    const Side left = SideOf("LeftValue", comparison.has_left_value(), comparison.left_value());
    if (!scope.Clean()) return;
    if (!CanBeCompared(left) || !CanBeCompared(right) || !left.type || !right.type) return;
    const bool numbers_alike = left.attribute || right.attribute;
    if (Meet(Kinds(*left.type, numbers_alike), Kinds(*right.type, numbers_alike))) return;
    if (!left.attribute && !right.attribute) {
      if (GoText(*right.type) != GoText(*left.type))
        errors_.MismatchingTypes(id_, "RightValue", *right.type, *left.type);
      return;
    }
    errors_.Collect("MismatchingTypes", id_,
                    Cat("The condition compares ", Text(left), " with ", Text(right),
                        ", but both sides of a comparison have to be of one type.", Hint(comparison)));
  }

  // False when an error was collected. The reference lets everything pass that is a whole variable.
  bool CanBeCompared(const Side& side) {
    if (!side.attribute || !side.type) return true;
    const std::set<SimpleType> kinds = Kinds(*side.type, true);
    if (kinds.empty()) {
      errors_.Collect("MismatchingTypes", id_,
                      Cat("The condition compares ", Text(side),
                          ", but only integers, floats, strings, booleans, datetimes, durations and none can be "
                          "compared."));
      return false;
    }
    if (!side.packed || !(kinds.contains(flyteidl::core::DATETIME) || kinds.contains(flyteidl::core::DURATION)))
      return true;
    errors_.Collect("MismatchingTypes", id_,
                    Cat("The condition compares ", Text(side),
                        ", but inside of a dataclass such a value is kept as text or number: let a task return it as "
                        "an output of its own."));
    return false;
  }

  static std::string Text(const Side& side) {
    if (side.constant) return Cat("a constant (", TypeName(*side.type), ")");
    return Cat("[", side.text, "] (", side.type ? TypeName(*side.type) : "of unknown type", ")");
  }

  // Of several attributes of one output flytekit sends the first one only.
  std::string Hint(const ComparisonExpression& comparison) const {
    for (const Operand* operand : {&comparison.left_value(), &comparison.right_value()}) {
      const OutputReference* promise = operand->has_var() ? FindAttribute(operand->var()) : nullptr;
      if (promise != nullptr && mentions_.at(operand->var()) > 1) return Cat(" ", Advice(*promise));
    }
    return "";
  }

  static std::string Advice(const OutputReference& promise) {
    OutputReference whole = promise;
    whole.clear_attr_path();
    return Cat("flytekit sends only one attribute of each output per conditional: compare the other attributes of [",
               model::PromiseText(whole), "] in a conditional of their own, inside then() or after else_().");
  }

  void CheckRepeated(const IfElseBlock& block) {
    for (const auto& [variable, count] : mentions_) {
      const OutputReference* promise = FindAttribute(variable);
      if (promise == nullptr || count < 2 || !CannotBeOneValue(block, variable)) continue;
      errors_.Collect("AttributeLost", id_,
                      Cat("The conditions compare [", model::PromiseText(*promise), "] ", count,
                          " times in a way that makes no sense for one value. ", Advice(*promise)));
    }
  }

  const OutputReference* FindAttribute(const std::string& variable) const {
    const auto binding = std::ranges::find(branch_.node->inputs(), variable, &Binding::var);
    if (binding == branch_.node->inputs().end()) return nullptr;
    const OutputReference& promise = binding->binding().promise();
    return promise.attr_path_size() > 0 ? &promise : nullptr;
  }

  Side SideOf(const std::string& name, bool present, const Operand& operand) {
    if (!present) {
      errors_.ValueRequired(id_, name);
      return {};
    }
    if (operand.val_case() == Operand::kPrimitive) return Constant(TypeOfPrimitive(PrimitiveOf(operand)));
    if (operand.val_case() == Operand::kScalar) {
      const std::optional<LiteralType> type = TypeOfScalar(operand.scalar());
      if (type && (operand.scalar().has_primitive() || IsNone(*type))) return Constant(*type);
    }
    if (operand.var().empty()) {
      errors_.ValueRequired(id_, name + ".Val");
      return {};
    }
    if (!branch_.interface) {
      errors_.ValueRequired(id_, operand.var());
      return {};
    }
    if (const OutputReference* promise = FindAttribute(operand.var())) return AttributeSide(*promise);
    const auto& inputs = branch_.interface->inputs->variables();
    const auto input = inputs.find(operand.var());
    Side side;
    side.text = operand.var();
    if (input != inputs.end()) {
      side.type = input->second.type();
    } else if (!IsBound(*branch_.node, operand.var())) {
      errors_.VariableNotFound(id_, operand.var());
    }
    return side;
  }

  static Side Constant(LiteralType type) {
    Side side;
    side.type = std::move(type);
    side.constant = true;
    return side;
  }

  Side AttributeSide(const OutputReference& promise) {
    Side side;
    side.text = model::PromiseText(promise);
    side.attribute = true;
    NodeBuilder* producer = workflow_.FindNode(promise.node_id().empty() ? kStartNode : promise.node_id());
    if (producer == nullptr) return side;
    Errors ignored;  // the binding's errors have been collected
    const auto outputs = EffectiveOutputs(*producer, ignored);
    const auto output = outputs.variables().find(promise.var());
    if (output == outputs.variables().end()) return side;
    AttributeType found = FollowAttributes(output->second.type(), promise.attr_path());
    if (!found.problem.empty())
      errors_.Collect("FieldNotFound", id_, Cat("The condition compares [", side.text, "], but ", found.problem, "."));
    side.type = std::move(found.type);
    side.packed = found.packed;
    return side;
  }

  WorkflowBuilder& workflow_;
  NodeBuilder& branch_;
  Errors& errors_;
  const std::string& id_;
  std::map<std::string, int> mentions_;  // of variables in the conditions
};

}  // namespace

void CheckConditions(WorkflowBuilder& workflow, NodeBuilder& branch, const IfElseBlock& block) {
  Checker(workflow, branch).Check(block);
}

}  // namespace sandbox::registry::compiler

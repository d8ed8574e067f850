#include "registry/compiler/repeated_attributes.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "flyteidl/core/condition.pb.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry::compiler {
namespace {

using flyteidl::core::BooleanExpression;
using flyteidl::core::ComparisonExpression;
using flyteidl::core::ConjunctionExpression;
using flyteidl::core::Operand;
using flyteidl::core::Primitive;

// 2^kUnknownsMax times the number of constants are looked at, for each comparison.
constexpr size_t kUnknownsMax = 8;
constexpr size_t kComparisonsMax = 32;

using Constant = std::variant<bool, double, std::string>;

// Deprecated in the interface definitions, yet what clients send.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
const Primitive* FindPrimitive(const Operand& operand) {
  if (operand.has_primitive()) return &operand.primitive();
  return operand.scalar().has_primitive() ? &operand.scalar().primitive() : nullptr;
}
#pragma clang diagnostic pop

std::optional<Constant> FindConstant(const Operand& operand) {
  const Primitive* primitive = FindPrimitive(operand);
  if (primitive == nullptr) return std::nullopt;
  switch (primitive->value_case()) {
    case Primitive::kInteger: return static_cast<double>(primitive->integer());
    case Primitive::kFloatValue: return primitive->float_value();
    case Primitive::kStringValue: return primitive->string_value();
    case Primitive::kBoolean: return primitive->boolean();
    case Primitive::kDatetime:
    case Primitive::kDuration:
    case Primitive::VALUE_NOT_SET: break;
  }
  return std::nullopt;
}

ComparisonExpression::Operator Mirrored(ComparisonExpression::Operator op) {
  switch (op) {
    case ComparisonExpression::GT: return ComparisonExpression::LT;
    case ComparisonExpression::GTE: return ComparisonExpression::LTE;
    case ComparisonExpression::LT: return ComparisonExpression::GT;
    case ComparisonExpression::LTE: return ComparisonExpression::GTE;
    default: return op;
  }
}

bool Holds(ComparisonExpression::Operator op, std::partial_ordering order) {
  switch (op) {
    case ComparisonExpression::EQ: return order == 0;
    case ComparisonExpression::NEQ: return order != 0;
    case ComparisonExpression::GT: return order > 0;
    case ComparisonExpression::GTE: return order >= 0;
    case ComparisonExpression::LT: return order < 0;
    case ComparisonExpression::LTE: return order <= 0;
    default: return false;
  }
}

// One comparison: of the variable with a constant, or one whose outcome is not known.
struct Atom {
  ComparisonExpression::Operator op = ComparisonExpression::EQ;
  std::optional<Constant> constant;  // of the variable's
  size_t unknown = 0;                // else: which
};

// One case's condition as a tree over the atoms.
struct Condition {
  std::optional<size_t> atom;
  bool any = false;  // OR
  std::vector<Condition> sides;
};

// What all comparisons are worth: the variable's value, and one bit for each comparison that is not known.
struct World {
  Constant value;
  uint32_t unknowns = 0;
};

class Analysis {
 public:
  explicit Analysis(const std::string& variable) : variable_(variable) {}

  bool CannotBeOneValue(const flyteidl::core::IfElseBlock& block) {
    AddCase(block.case_().condition());
    for (const auto& other : block.other()) AddCase(other.condition());
    if (with_itself_) return true;
    if (atoms_.size() > kComparisonsMax || unknowns_.size() > kUnknownsMax) return false;
    if (std::ranges::count_if(atoms_, [](const Atom& atom) { return atom.constant.has_value(); }) < 2) return false;
    MakeWorlds();
    return SomeDoesNotMatter() || SomeCaseIsUnreachable();
  }

 private:
  void AddCase(const BooleanExpression& condition) {
    first_atom_.push_back(atoms_.size());
    cases_.push_back(Add(condition));
  }

  Condition Add(const BooleanExpression& expression) {
    Condition node;
    if (expression.has_conjunction()) {
      node.any = expression.conjunction().operator_() == ConjunctionExpression::OR;
      node.sides.push_back(Add(expression.conjunction().left_expression()));
      node.sides.push_back(Add(expression.conjunction().right_expression()));
      return node;
    }
    node.atom = atoms_.size();
    atoms_.push_back(MakeAtom(expression.comparison()));
    return node;
  }

  Atom MakeAtom(const ComparisonExpression& comparison) {
    const Operand& left = comparison.left_value();
    const Operand& right = comparison.right_value();
    const bool on_left = left.has_var() && left.var() == variable_;
    const bool on_right = right.has_var() && right.var() == variable_;
    with_itself_ = with_itself_ || (on_left && on_right);
    Atom atom;
    if (on_left) atom = {comparison.operator_(), FindConstant(right)};
    if (on_right && !on_left) atom = {Mirrored(comparison.operator_()), FindConstant(left)};
    if (!atom.constant) atom.unknown = unknowns_.emplace(GoText(comparison), unknowns_.size()).first->second;
    return atom;
  }

  // Every constant, and something below, between and above.
  void MakeWorlds() {
    std::set<Constant> values;
    for (const Atom& atom : atoms_) {
      if (!atom.constant) continue;
      values.insert(*atom.constant);
      if (const auto* number = std::get_if<double>(&*atom.constant)) {
        values.insert(*number - 0.5);
        values.insert(*number + 0.5);
      } else if (const auto* text = std::get_if<std::string>(&*atom.constant)) {
        values.insert(std::string());
        values.insert(*text + '\0');
      } else {
        values.insert(false);
        values.insert(true);
      }
    }
    for (const Constant& value : values) {
      for (uint32_t unknowns = 0; unknowns < (1u << unknowns_.size()); ++unknowns) worlds_.push_back({value, unknowns});
    }
  }

  bool IsTrue(const Atom& atom, const World& world) const {
    if (!atom.constant) return (world.unknowns >> atom.unknown & 1) != 0;
    // Comparisons with values of another type are errors, which others tell of.
    if (atom.constant->index() != world.value.index()) return false;
    return Holds(atom.op, world.value <=> *atom.constant);
  }

  // `fixed` is an atom that counts as `as`.
  bool IsTrue(const Condition& node, const World& world, std::optional<size_t> fixed = std::nullopt,
              bool as = false) const {
    if (node.atom) return node.atom == fixed ? as : IsTrue(atoms_[*node.atom], world);
    const bool left = IsTrue(node.sides[0], world, fixed, as);
    const bool right = IsTrue(node.sides[1], world, fixed, as);
    return node.any ? left || right : left && right;
  }

  bool SomeDoesNotMatter() const {
    for (size_t i = 0; i < cases_.size(); ++i) {
      const size_t end = i + 1 < cases_.size() ? first_atom_[i + 1] : atoms_.size();
      for (size_t atom = first_atom_[i]; atom < end; ++atom) {
        if (!atoms_[atom].constant) continue;
        for (const bool as : {false, true}) {
          if (std::ranges::all_of(worlds_, [&](const World& world) {
                return IsTrue(cases_[i], world) == IsTrue(cases_[i], world, atom, as);
              }))
            return true;
        }
      }
    }
    return false;
  }

  bool SomeCaseIsUnreachable() const {
    for (size_t i = 1; i < cases_.size(); ++i) {
      const bool reached = std::ranges::any_of(worlds_, [&](const World& world) {
        for (size_t before = 0; before < i; ++before) {
          if (IsTrue(cases_[before], world)) return false;
        }
        return IsTrue(cases_[i], world);
      });
      if (!reached) return true;
    }
    return false;
  }

  const std::string& variable_;
  bool with_itself_ = false;
  std::vector<Atom> atoms_;
  std::vector<Condition> cases_;
  std::vector<size_t> first_atom_;  // of each case
  std::map<std::string, size_t> unknowns_;
  std::vector<World> worlds_;
};

}  // namespace

bool CannotBeOneValue(const flyteidl::core::IfElseBlock& block, const std::string& variable) {
  return Analysis(variable).CannotBeOneValue(block);
}

}  // namespace sandbox::registry::compiler

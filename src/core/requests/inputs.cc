#include "core/requests/inputs.h"

#include <map>
#include <string>

#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::core {

namespace idl = flyteidl::core;

namespace {

// Errors must not depend on the order of a protobuf map.
template <typename Map>
auto Sorted(const Map& map) {
  std::map<std::string, const typename Map::mapped_type*> sorted;
  for (const auto& [name, value] : map) sorted.emplace(name, &value);
  return sorted;
}

Status CheckType(const std::string& name, const idl::Literal& literal, const idl::LiteralType& expected) {
  auto type = LiteralTypeOf(name, literal);
  if (!type) return std::unexpected(std::move(type.error()));
  if (registry::AreTypesCastable(*type, expected)) return {};
  return InvalidArgument(Cat("invalid ", name, " input wrong type. Expected ", registry::GoText(expected), ", but got ",
                             registry::GoText(*type)));
}

}  // namespace

Result<idl::LiteralType> LiteralTypeOf(const std::string& name, const idl::Literal& literal) {
  auto type = registry::LiteralTypeForLiteral(literal);
  if (type) return type;
  return InvalidArgument(Cat("Failed to validate literal type for [", name, "] with err: ", type.error().message));
}

Result<idl::LiteralMap> ResolveInputs(const idl::LiteralMap& given, const idl::LiteralMap& fixed,
                                      const idl::ParameterMap& expected) {
  idl::LiteralMap inputs;
  auto& literals = *inputs.mutable_literals();
  for (const auto& [name, literal] : Sorted(given.literals())) {
    if (!expected.parameters().contains(name)) return InvalidArgument(Cat("invalid input ", name));
    literals[name] = *literal;
  }
  for (const auto& [name, parameter] : Sorted(expected.parameters())) {
    auto found = literals.find(name);
    if (found != literals.end()) {
      if (auto ok = CheckType(name, found->second, parameter->var().type()); !ok)
        return std::unexpected(std::move(ok.error()));
    } else if (parameter->required()) {
      return InvalidArgument(Cat("expected_inputs ", name, " missing"));
    } else if (parameter->has_default_()) {
      literals[name] = parameter->default_();
    }
  }
  for (const auto& [name, literal] : Sorted(fixed.literals())) {
    if (literals.contains(name)) return InvalidArgument(Cat("fixed_inputs ", name, " cannot be overridden"));
    literals[name] = *literal;
  }
  return inputs;
}

}  // namespace sandbox::core

#include "control/inputs.h"

#include <map>
#include <string>

#include "sandbox/registry/compiler.h"

namespace sandbox::control {

namespace core = flyteidl::core;

namespace {

// Errors must not depend on the order of a protobuf map.
template <typename Map>
auto Sorted(const Map& map) {
  std::map<std::string, const typename Map::mapped_type*> sorted;
  for (const auto& [name, value] : map) sorted.emplace(name, &value);
  return sorted;
}

constexpr size_t kInputsTold = 20;

Status CheckType(const std::string& name, const core::Literal& literal, const core::LiteralType& expected) {
  auto type = LiteralTypeOf(name, literal);
  if (!type) return std::unexpected(std::move(type.error()));
  if (registry::AreTypesCastable(*type, expected)) return {};
  return InvalidArgument(Cat("invalid ", name, " input wrong type. Expected ", registry::ShortTypeText(expected),
                             ", but got ", registry::ShortTypeText(*type)));
}

// "a (integer), b (string)": the required inputs, or all of them with what is optional marked.
std::string InputsText(const core::ParameterMap& expected, bool required_only) {
  std::string out;
  size_t told = 0;
  for (const auto& [name, parameter] : Sorted(expected.parameters())) {
    if (required_only && !parameter->required()) continue;
    if (told++ == kInputsTold) return out + ", ...";
    const bool optional = !required_only && !parameter->required();
    out += Cat(out.empty() ? "" : ", ", name, " (", registry::TypeName(parameter->var().type()),
               optional ? ", optional)" : ")");
  }
  return out;
}

std::unexpected<Error> UnknownInput(const std::string& name, const core::LiteralMap& fixed,
                                    const core::ParameterMap& expected, const std::string& target) {
  if (fixed.literals().contains(name))
    return InvalidArgument(Cat("invalid input ", name, ": ", target, " fixes its value; leave it out"));
  const std::string inputs = InputsText(expected, false);
  return InvalidArgument(Cat("invalid input ", name, ": ", target, " has no such input, ",
                             inputs.empty() ? "and takes none" : Cat("it takes ", inputs)));
}

}  // namespace

Result<core::LiteralType> LiteralTypeOf(const std::string& name, const core::Literal& literal) {
  auto type = registry::LiteralTypeForLiteral(literal);
  if (type) return type;
  return InvalidArgument(Cat("Failed to validate literal type for [", name, "] with err: ", type.error().message));
}

Result<core::LiteralMap> ResolveInputs(const core::LiteralMap& given, const core::LiteralMap& fixed,
                                       const core::ParameterMap& expected, const std::string& target) {
  core::LiteralMap inputs;
  auto& literals = *inputs.mutable_literals();
  for (const auto& [name, literal] : Sorted(given.literals())) {
    if (!expected.parameters().contains(name)) return UnknownInput(name, fixed, expected, target);
    literals[name] = *literal;
  }
  for (const auto& [name, parameter] : Sorted(expected.parameters())) {
    auto found = literals.find(name);
    if (found != literals.end()) {
      if (auto ok = CheckType(name, found->second, parameter->var().type()); !ok)
        return std::unexpected(std::move(ok.error()));
    } else if (parameter->required()) {
      return InvalidArgument(
          Cat("expected_inputs ", name, " missing: ", target, " requires ", InputsText(expected, true)));
    } else if (parameter->has_default_()) {
      literals[name] = parameter->default_();
    }
  }
  for (const auto& [name, literal] : Sorted(fixed.literals())) {
    if (literals.contains(name))
      return InvalidArgument(Cat("fixed_inputs ", name, " cannot be overridden: ", target,
                                 " fixes it and has it among its default inputs, too"));
    literals[name] = *literal;
  }
  return inputs;
}

}  // namespace sandbox::control

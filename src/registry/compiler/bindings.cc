#include "registry/compiler/bindings.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/compiler/attribute_type.h"
#include "registry/compiler/literal_type.h"
#include "sandbox/base/error.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry::compiler {
namespace {

using flyteidl::core::Binding;
using flyteidl::core::BindingData;
using flyteidl::core::LiteralType;
using flyteidl::core::OutputReference;
using flyteidl::core::Variable;
using flyteidl::core::VariableMap;

struct Resolved {
  LiteralType type;
  std::vector<std::string> upstream;
};

// "[2].name" or "name": what a promise refers to.
struct VariableName {
  std::string name;
  bool indexed = false;
};

bool IsWord(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// Where the variable's name begins when "[2]." is at `at`; npos when something else is.
size_t AfterIndex(std::string_view text, size_t at) {
  if (text[at] != '[') return std::string_view::npos;
  const size_t digits_end = std::min(text.find_first_not_of("0123456789", at + 1), text.size());
  const bool complete = digits_end > at + 1 && text.substr(digits_end).starts_with("].") &&
                        digits_end + 2 < text.size() && IsWord(text[digits_end + 2]);
  return complete ? digits_end + 2 : std::string_view::npos;
}

// The reference's own text leaves the rule open.
std::string_view NameRule(std::string_view text) {
  const bool ascii = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return ascii ? "" : " Names of inputs and outputs consist of the letters A-Z and a-z, digits and underscores.";
}

// Exactly one name must be found; other characters around it are ignored.
std::optional<VariableName> ParseVariableName(std::string_view text) {
  std::optional<VariableName> found;
  for (size_t at = 0; at < text.size();) {
    const size_t after_index = AfterIndex(text, at);
    size_t end = after_index != std::string_view::npos ? after_index : at;
    const size_t start = end;
    while (end < text.size() && IsWord(text[end])) ++end;
    if (end == start) {
      ++at;
      continue;
    }
    if (found) return std::nullopt;
    found = VariableName{std::string(text.substr(start, end - start)), after_index != std::string_view::npos};
    at = end;
  }
  return found;
}

// The reference asks each variant for its simple type, which is NONE for variants of every other kind too.
bool IsOptional(const Variable& variable) {
  return std::ranges::any_of(variable.type().union_type().variants(),
                             [](const LiteralType& variant) { return variant.simple() == flyteidl::core::NONE; });
}

// Checks the bindings of one node. Types are compared only when `compare_types_`.
class BindingChecker {
 public:
  BindingChecker(WorkflowBuilder& workflow, NodeBuilder& node, bool compare_types)
      : workflow_(workflow), node_(node), compare_types_(compare_types) {}

  // None when something was wrong.
  std::optional<Resolved> Check(const std::string& parameter, BindingData& binding, const LiteralType& expected,
                                Errors& errors) {
    switch (binding.value_case()) {
      case BindingData::kScalar: return CheckScalar(parameter, binding, expected, errors);
      case BindingData::kPromise: return CheckPromise(parameter, *binding.mutable_promise(), expected, errors);
      case BindingData::kCollection:
      case BindingData::kMap:
      case BindingData::kOffloadedMetadata:
      case BindingData::VALUE_NOT_SET: break;
    }
    if (expected.has_union_type()) return CheckUnion(parameter, binding, expected, errors);
    if (binding.has_collection()) return CheckCollection(parameter, binding, expected, errors);
    if (binding.has_map()) return CheckMap(parameter, binding, expected, errors);
    CollectMismatch(parameter, expected, binding.has_offloaded_metadata() ? "*core.BindingData_OffloadedMetadata" : "",
                    errors);
    return std::nullopt;
  }

 private:
  const std::string& id() const { return node_.node->id(); }

  void CollectMismatch(const std::string& parameter, const LiteralType& expected, const std::string& received,
                       Errors& errors) const {
    errors.Collect("MismatchingBindings", id(),
                   Cat("Input [", parameter, "] on node [", id(), "] expects bindings of type [",
                       ShortTypeText(expected), "].  Received [", received, "]"));
  }

  // Exactly one variant must take the binding.
  std::optional<Resolved> CheckUnion(const std::string& parameter, BindingData& binding, const LiteralType& expected,
                                     Errors& errors) {
    const LiteralType* match = nullptr;
    std::optional<Resolved> resolved;
    const auto prefix = [&] {
      return Cat("Input [", parameter, "] on node [", id(), "] expects bindings of union type [",
                 ShortTypeText(expected), "].  Received [", ValueText(binding), "]");
    };
    for (const LiteralType& variant : expected.union_type().variants()) {
      Errors ignored;
      std::optional<Resolved> attempt = Check(parameter, binding, variant, ignored);
      if (!attempt) continue;
      if (match != nullptr) {
        errors.Collect("AmbiguousBindingUnionValue", id(),
                       Cat(prefix(), " which is ambiguous as both variants [", ShortTypeText(*match), "] and [",
                           ShortTypeText(variant), "] match."));
        return std::nullopt;
      }
      match = &variant;
      resolved = std::move(attempt);
    }
    if (match == nullptr)
      errors.Collect("IncompatibleBindingUnionValue", id(),
                     Cat(prefix(), " which does not match any of the variants."));
    return resolved;
  }

  std::optional<Resolved> CheckCollection(const std::string& parameter, BindingData& binding,
                                          const LiteralType& expected, Errors& errors) {
    if (!expected.has_collection_type()) {
      CollectMismatch(parameter, expected, ValueText(binding.collection()), errors);
      return std::nullopt;
    }
    const Scope scope(errors);
    Resolved resolved;
    resolved.type.mutable_collection_type();
    for (BindingData& element : *binding.mutable_collection()->mutable_bindings()) {
      AddMember(Check(parameter, element, expected.collection_type(), errors), *resolved.type.mutable_collection_type(),
                resolved);
    }
    return scope.Clean() ? std::optional(std::move(resolved)) : std::nullopt;
  }

  std::optional<Resolved> CheckMap(const std::string& parameter, BindingData& binding, const LiteralType& expected,
                                   Errors& errors) {
    if (!expected.has_map_value_type()) {
      CollectMismatch(parameter, expected, ValueText(binding.map()), errors);
      return std::nullopt;
    }
    const Scope scope(errors);
    Resolved resolved;
    resolved.type.mutable_map_value_type();
    for (auto& entry : *binding.mutable_map()->mutable_bindings()) {
      AddMember(Check(parameter, entry.second, expected.map_value_type(), errors),
                *resolved.type.mutable_map_value_type(), resolved);
    }
    return scope.Clean() ? std::optional(std::move(resolved)) : std::nullopt;
  }

  static void AddMember(std::optional<Resolved> member, LiteralType& member_type, Resolved& resolved) {
    if (!member) return;
    resolved.upstream.insert(resolved.upstream.end(), member->upstream.begin(), member->upstream.end());
    member_type = std::move(member->type);
  }

  std::optional<Resolved> CheckScalar(const std::string& parameter, const BindingData& binding,
                                      const LiteralType& expected, Errors& errors) const {
    const Scope scope(errors);
    std::optional<LiteralType> type = TypeOfScalar(binding.scalar());
    if (!type) {
      errors.Collect("UnrecognizedValue", id(),
                     Cat("Unrecognized value [", binding.scalar().has_blob() ? "*core.Scalar_Blob" : "<nil>", "]."));
    } else if (compare_types_ && !AreTypesCastable(*type, expected)) {
      errors.MismatchingTypes(id(), parameter, *type, expected);
    }
    if (expected.has_enum_type())
      CheckEnum(parameter, binding.scalar().primitive().string_value(), expected.enum_type(), errors);
    return scope.Clean() ? std::optional(Resolved{*std::move(type), {}}) : std::nullopt;
  }

  void CheckEnum(const std::string& parameter, const std::string& value, const flyteidl::core::EnumType& type,
                 Errors& errors) const {
    if (std::ranges::find(type.values(), value) != type.values().end()) return;
    std::string values;
    for (const std::string& legal : type.values()) values += (values.empty() ? "" : " ") + legal;
    errors.Collect("IllegalEnumValue", id(),
                   Cat("Input [", parameter, "] on node [", id(), "] is an Enum and expects value to be one of [[",
                       values, "]].  Received [", value, "]"));
  }

  std::optional<Resolved> CheckPromise(const std::string& parameter, OutputReference& promise,
                                       const LiteralType& expected, Errors& errors) {
    NodeBuilder* producer = workflow_.FindNode(promise.node_id().empty() ? kStartNode : promise.node_id());
    if (producer == nullptr) {
      errors.Collect("NodeReferenceNotFound", promise.node_id(),
                     Cat("Referenced node [", promise.node_id(), "] not found."));
      errors.ParameterNotBound(id(), parameter);
      return std::nullopt;
    }
    const std::optional<VariableName> name = ParseVariableName(promise.var());
    if (!name) {
      errors.Collect("SyntaxError", id(),
                     Cat("Failed to parse element [", promise.var(), "].", NameRule(promise.var())));
      return std::nullopt;
    }
    const Scope scope(errors);
    const VariableMap outputs = EffectiveOutputs(*producer, errors);
    const auto output = outputs.variables().find(name->name);
    if (scope.Clean() && output == outputs.variables().end()) errors.VariableNotFound(producer->node->id(), name->name);
    if (!scope.Clean()) {
      errors.ParameterNotBound(id(), parameter);
      return std::nullopt;
    }
    return CheckPromisedType(parameter, promise, *producer, output->second.type(), name->indexed, expected, errors);
  }

  // A mismatch of the index alone is collected but does not stop: the whole list may still fit.
  std::optional<Resolved> CheckPromisedType(const std::string& parameter, OutputReference& promise,
                                            const NodeBuilder& producer, const LiteralType& output, bool indexed,
                                            const LiteralType& expected, Errors& errors) const {
    // Of a branch node whatever is bound is an input: an attribute has a type of its own there when the types tell, and
    // the check of its conditions says which attribute there is not.
    if (node_.node->has_branch_node() && promise.attr_path_size() > 0) {
      promise.set_node_id(producer.node->id());
      return Resolved{FollowAttributes(output, promise.attr_path()).type.value_or(output), {producer.node->id()}};
    }
    const LiteralType* type = &output;
    if (indexed && output.has_collection_type()) {
      type = &output.collection_type();
    } else if (indexed) {
      CollectVariables(parameter, promise, producer, output, expected, errors);
    }
    for (const auto& attribute : promise.attr_path()) {
      if (type->has_collection_type()) {
        type = &type->collection_type();
      } else if (type->has_map_value_type()) {
        type = &type->map_value_type();
      } else if (!type->structure().dataclass_type().empty()) {
        const auto& fields = type->structure().dataclass_type();
        const auto field = fields.find(attribute.string_value());
        if (field == fields.end()) {
          errors.Collect("FieldNotFound", id(),
                         Cat("Variable [", promise.var(), "] (type [", ShortTypeText(*type), "]) doesn't have field [",
                             attribute.string_value(), "]."));
          return std::nullopt;
        }
        type = &field->second;
      }
    }
    if (compare_types_ && !AreTypesCastable(*type, expected)) {
      CollectVariables(parameter, promise, producer, *type, expected, errors);
      return std::nullopt;
    }
    promise.set_node_id(producer.node->id());
    return Resolved{output, {producer.node->id()}};
  }

  void CollectVariables(const std::string& parameter, const OutputReference& promise, const NodeBuilder& producer,
                        const LiteralType& type, const LiteralType& expected, Errors& errors) const {
    const auto full_name = [](const flyteidl::core::Node& node, const std::string& variable) {
      return node.has_metadata() ? Cat(node.metadata().name(), ".", variable) : variable;
    };
    errors.Collect(
        "MismatchingTypes", id(),
        Cat("The output variable '", full_name(*producer.node, promise.var()), "' has type [", TypeText(type),
            "], but it's assigned to the input variable '", full_name(*node_.node, parameter),
            "' which has type type [", TypeText(expected), "]", FieldDifference(type, expected), "."));
  }

  WorkflowBuilder& workflow_;
  NodeBuilder& node_;
  const bool compare_types_;
};

// `parameters` is nullptr when whatever is bound is a parameter.
VariableMap CheckAll(WorkflowBuilder& workflow, NodeBuilder& node, const VariableMap* parameters, Edges edges) {
  static const LiteralType kAnything = [] {
    LiteralType type;
    type.set_simple(flyteidl::core::NONE);
    return type;
  }();
  Errors& errors = workflow.errors();
  const std::string& id = node.node->id();
  BindingChecker checker(workflow, node, parameters != nullptr);
  std::set<std::string> bound;
  VariableMap types;
  for (Binding& binding : *node.node->mutable_inputs()) {
    const std::string& name = binding.var();
    if (parameters != nullptr && !parameters->variables().contains(name)) {
      errors.VariableNotFound(id, name);
    } else if (!binding.has_binding()) {
      errors.ValueRequired(id, "Binding");
    } else if (!bound.insert(name).second) {
      errors.Collect("ParameterBoundMoreThanOnce", id, Cat("Input [", name, "] is bound more than once."));
    } else {
      const LiteralType& expected = parameters != nullptr ? parameters->variables().at(name).type() : kAnything;
      std::optional<Resolved> resolved = checker.Check(name, *binding.mutable_binding(), expected, errors);
      if (!resolved) continue;
      for (const std::string& producer : resolved->upstream) workflow.AddEdge(producer, id, edges);
      *(*types.mutable_variables())[name].mutable_type() = std::move(resolved->type);
    }
  }
  if (parameters == nullptr) return types;
  for (const auto& [name, variable] : parameters->variables()) {
    if (!bound.contains(name) && !IsOptional(variable)) errors.ParameterNotBound(id, name);
  }
  return types;
}

}  // namespace

void CheckBindings(WorkflowBuilder& workflow, NodeBuilder& node, const VariableMap& parameters, Edges edges) {
  CheckAll(workflow, node, &parameters, edges);
}

VariableMap TypesOfBindings(WorkflowBuilder& workflow, NodeBuilder& node) {
  return CheckAll(workflow, node, nullptr, Edges::kUpstream);
}

void AddNodeEdges(WorkflowBuilder& workflow, NodeBuilder& node, Edges edges) {
  if (!node.interface) return;
  if (edges == Edges::kBoth) {
    for (const std::string& upstream : node.node->upstream_node_ids())
      workflow.AddEdge(upstream, node.node->id(), edges);
  }
  CheckBindings(workflow, node, *node.interface->inputs, edges);
}

bool IsBound(const flyteidl::core::Node& node, const std::string& variable) {
  return std::ranges::any_of(node.inputs(), [&variable](const Binding& binding) { return binding.var() == variable; });
}

VariableMap EffectiveOutputs(NodeBuilder& node, Errors& errors) {
  const std::string& id = node.node->id();
  std::map<std::string, std::string> aliases;
  for (const auto& alias : node.node->output_aliases()) {
    if (aliases.emplace(alias.var(), alias.alias()).second) continue;
    errors.Collect(
        "DuplicateAlias", id,
        Cat("Duplicate alias [", alias.alias(), "] found. An output alias can only be used once in the Workflow."));
  }
  VariableMap outputs;
  if (!node.interface) return outputs;
  for (const auto& [name, variable] : node.interface->outputs->variables()) {
    const auto alias = aliases.find(name);
    (*outputs.mutable_variables())[alias != aliases.end() ? alias->second : name] = variable;
    if (alias != aliases.end()) aliases.erase(alias);
  }
  for (const auto& [name, alias] : aliases) errors.ParameterNotBound(id, alias);
  return outputs;
}

}  // namespace sandbox::registry::compiler

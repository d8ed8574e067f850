#include "registry/compiler/errors.h"

#include <map>
#include <utility>

#include "sandbox/base/error.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry::compiler {

using flyteidl::core::LiteralType;

void Errors::Collect(std::string_view code, std::string_view node, std::string description) {
  ++collected_;
  entries_.insert({std::string(code), Cat("Code: ", code, ", Node Id: ", node, ", Description: ", description)});
}

std::string Errors::Text() const {
  std::string out = Cat("Collected Errors: ", entries_.size(), "\n");
  size_t index = 0;
  for (const Entry& entry : entries_) out += Cat("\tError ", index++, ": ", entry.text, "\n");
  return out;
}

void Errors::ValueRequired(std::string_view node, std::string_view what) {
  Collect("ValueRequired", node, Cat("Value required [", what, "]."));
}

void Errors::ParameterNotBound(std::string_view node, std::string_view name) {
  Collect("ParameterNotBound", node, Cat("Parameter not bound [", name, "]."));
}

void Errors::VariableNotFound(std::string_view node, std::string_view name) {
  Collect("VariableNameNotFound", node, Cat("Variable [", name, "] not found on node [", node, "]."));
}

void Errors::TaskNotFound(std::string_view node, std::string_view id) {
  Collect("TaskReferenceNotFound", node, Cat("Referenced Task [", id, "] not found."));
}

void Errors::WorkflowNotFound(std::string_view node, std::string_view id) {
  Collect("WorkflowReferenceNotFound", node, Cat("Referenced Workflow [", id, "] not found."));
}

void Errors::MismatchingTypes(std::string_view node, std::string_view variable, const LiteralType& type,
                              const LiteralType& expected) {
  Collect("MismatchingTypes", node,
          Cat("Variable [", variable, "] (type [", TypeText(type), "]) doesn't match expected type [",
              TypeText(expected), "]."));
}

std::string IdText(bool present, const flyteidl::core::Identifier& id) { return present ? GoText(id) : "<nil>"; }

std::string TypeText(const LiteralType& type) {
  if (type.simple() != flyteidl::core::STRUCT) return GoText(type);
  const auto& fields = type.structure().dataclass_type();
  std::string out = "simple: STRUCT structure{";
  bool first = true;
  for (const auto& [key, value] : std::map<std::string, LiteralType>(fields.begin(), fields.end())) {
    out += Cat(std::exchange(first, false) ? "" : ", ", "dataclass_type:{key:", key, " value:{", TypeText(value), "}");
  }
  return out + "}";
}

}  // namespace sandbox::registry::compiler

#include "registry/compiler/errors.h"

#include <map>
#include <utility>

#include "sandbox/base/error.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry::compiler {

using flyteidl::core::LiteralType;

namespace {

std::string WholeTypeText(const LiteralType& type) {
  if (type.simple() != flyteidl::core::STRUCT) return GoText(type);
  const auto& fields = type.structure().dataclass_type();
  std::string out = "simple: STRUCT structure{";
  bool first = true;
  for (const auto& [key, value] : std::map<std::string, LiteralType>(fields.begin(), fields.end())) {
    out += Cat(std::exchange(first, false) ? "" : ", ", "dataclass_type:{key:", key, " value:{", WholeTypeText(value),
               "}");
  }
  return out + "}";
}

}  // namespace

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
              TypeText(expected), "]", FieldDifference(type, expected), "."));
}

std::string IdText(bool present, const flyteidl::core::Identifier& id) { return present ? GoText(id) : "<nil>"; }

std::string TypeText(const LiteralType& type) {
  const std::string out = WholeTypeText(type);
  return out.size() > kTypeTextBytesMax ? TypeName(type) : out;
}

std::string FieldDifference(const LiteralType& type, const LiteralType& expected) {
  if (WholeTypeText(type).size() <= kTypeTextBytesMax && WholeTypeText(expected).size() <= kTypeTextBytesMax) return "";
  if (TypeName(type) != TypeName(expected)) return "";
  const LiteralType* left = &type;
  const LiteralType* right = &expected;
  while (left->type_case() == right->type_case() && (left->has_collection_type() || left->has_map_value_type())) {
    left = left->has_collection_type() ? &left->collection_type() : &left->map_value_type();
    right = right->has_collection_type() ? &right->collection_type() : &right->map_value_type();
  }
  const auto& have = left->structure().dataclass_type();
  const auto& want = right->structure().dataclass_type();
  std::map<std::string, std::string> differences;
  for (const auto& [name, field] : want) {
    const auto found = have.find(name);
    if (found == have.end()) {
      differences[name] = "missing";
    } else if (GoText(found->second) != GoText(field)) {
      differences[name] = Cat(TypeName(found->second), " instead of ", TypeName(field));
    }
  }
  for (const auto& [name, field] : have) {
    if (!want.contains(name)) differences[name] = "not expected";
  }
  std::string out;
  for (const auto& [name, difference] : differences) {
    if (out.size() > kTypeTextBytesMax) return out + ", ...";
    out += Cat(out.empty() ? ", in the fields [" : ", [", name, "] (", difference, ")");
  }
  return out;
}

std::string ValueText(const google::protobuf::Message& value) {
  std::string out = GoText(value);
  if (out.size() <= kTypeTextBytesMax) return out;
  size_t end = kTypeTextBytesMax;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  return Cat(out.substr(0, end), "...");
}

}  // namespace sandbox::registry::compiler

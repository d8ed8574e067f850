#include "registry/compiler/attribute_type.h"

#include <google/protobuf/struct.pb.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "registry/compiler/json_object.h"
#include "sandbox/base/error.h"
#include "sandbox/registry/compiler.h"

namespace sandbox::registry::compiler {
namespace {

using flyteidl::core::LiteralType;
using flyteidl::core::PromiseAttribute;
using google::protobuf::Struct;
using google::protobuf::Value;

constexpr size_t kFieldsTold = 20;
constexpr int kHopsMax = 40;

std::string StepText(const PromiseAttribute& step) {
  return step.has_string_value() ? Cat("\"", step.string_value(), "\"") : Cat("[", step.int_value(), "]");
}

template <typename Map>
std::string Fields(const Map& map) {
  std::set<std::string> names;
  for (const auto& entry : map) names.insert(entry.first);
  std::string out;
  size_t told = 0;
  for (const std::string& name : names) {
    out += Cat(told > 0 ? ", " : "", told < kFieldsTold ? name : "...");
    if (told++ == kFieldsTold) break;
  }
  return out;
}

// Of an optional value what it is when it is there; nullptr for a union of several.
const LiteralType* WithoutNone(const LiteralType& type) {
  if (!type.has_union_type()) return &type;
  const LiteralType* only = nullptr;
  for (const LiteralType& variant : type.union_type().variants()) {
    if (variant.type_case() == LiteralType::kSimple && variant.simple() == flyteidl::core::NONE) continue;
    if (only != nullptr) return nullptr;
    only = &variant;
  }
  return only;
}

// Walks a JSON schema. What it does not know it does not judge: the result is then nullptr.
class SchemaWalk {
 public:
  explicit SchemaWalk(const Struct& root) : root_(root) {}

  const Struct* Resolve(const Struct* schema) const {
    for (int hops = 0; schema != nullptr && hops < kHopsMax; ++hops) {
      if (const Value* reference = Find(*schema, "$ref")) {
        schema = Follow(reference->string_value());
      } else if (const Value* any = Find(*schema, "anyOf")) {
        schema = OnlyObject(any->list_value());
      } else {
        return schema;
      }
    }
    return nullptr;
  }

  const Struct* Step(const Struct& schema, const PromiseAttribute& step, std::string& problem) const {
    if (!step.has_string_value()) return Resolve(FindObject(schema, "items"));
    if (const Struct* properties = FindObject(schema, "properties")) {
      if (const Struct* property = FindObject(*properties, step.string_value())) return Resolve(property);
      if (FindObject(schema, "additionalProperties") == nullptr)
        problem = Cat("there is no field ", StepText(step), "; there are: ", Fields(properties->fields()));
    }
    return Resolve(FindObject(schema, "additionalProperties"));
  }

  static std::optional<LiteralType> Leaf(const Struct& schema) {
    static constexpr std::pair<std::string_view, flyteidl::core::SimpleType> kTypes[] = {
        {"integer", flyteidl::core::INTEGER},
        {"number", flyteidl::core::FLOAT},
        {"string", flyteidl::core::STRING},
        {"boolean", flyteidl::core::BOOLEAN},
    };
    const Value* name = Find(schema, "type");
    const auto found = std::ranges::find(kTypes, name != nullptr ? std::string_view(name->string_value()) : "",
                                         [](const auto& type) { return type.first; });
    if (found == std::end(kTypes) || Find(schema, "format") != nullptr) return std::nullopt;
    LiteralType type;
    type.set_simple(found->second);
    return type;
  }

 private:
  // "#/definitions/Inner" and the like.
  const Struct* Follow(std::string_view path) const {
    const Struct* at = &root_;
    if (!path.starts_with("#/")) return nullptr;
    for (path.remove_prefix(2); at != nullptr && !path.empty();) {
      const size_t end = std::min(path.find('/'), path.size());
      at = FindObject(*at, std::string(path.substr(0, end)));
      path.remove_prefix(std::min(end + 1, path.size()));
    }
    return at;
  }

  static const Struct* OnlyObject(const google::protobuf::ListValue& variants) {
    const Struct* only = nullptr;
    for (const Value& variant : variants.values()) {
      const Value* name = Find(variant.struct_value(), "type");
      if (name != nullptr && name->string_value() == "null") continue;
      if (only != nullptr) return nullptr;
      only = &variant.struct_value();
    }
    return only;
  }

  const Struct& root_;
};

AttributeType FollowSchema(const LiteralType& type, const auto& path, int from) {
  const SchemaWalk walk(type.metadata());
  AttributeType out;
  out.packed = true;
  const Struct* schema = walk.Resolve(&type.metadata());
  for (int i = from; schema != nullptr && i < path.size(); ++i) {
    schema = walk.Step(*schema, path[i], out.problem);
    if (!out.problem.empty()) out.problem = Cat("in ", TypeName(type), " ", out.problem);
  }
  if (schema != nullptr) out.type = SchemaWalk::Leaf(*schema);
  return out;
}

// One step into a type that is no JSON schema; nullptr with a problem when there is no such part.
const LiteralType* Step(const LiteralType& type, const PromiseAttribute& step, std::string& problem) {
  if (type.has_collection_type()) {
    if (step.has_int_value() && step.int_value() >= 0) return &type.collection_type();
    problem = Cat("a ", TypeName(type), " is indexed by numbers from 0, not by ", StepText(step));
  } else if (type.has_map_value_type()) {
    if (step.has_string_value()) return &type.map_value_type();
    problem = Cat("a ", TypeName(type), " is indexed by strings, not by ", StepText(step));
  } else if (!type.structure().dataclass_type().empty()) {
    const auto& fields = type.structure().dataclass_type();
    const auto field = fields.find(step.string_value());
    if (step.has_string_value() && field != fields.end()) return &field->second;
    problem = Cat(TypeName(type), " has no field ", StepText(step), "; there are: ", Fields(fields));
  } else {
    problem = Cat("the ", TypeName(type), " before ", StepText(step), " has no attributes");
  }
  return nullptr;
}

}  // namespace

AttributeType FollowAttributes(const LiteralType& type,
                               const google::protobuf::RepeatedPtrField<PromiseAttribute>& path) {
  AttributeType out;
  const LiteralType* at = &type;
  for (int i = 0; i < path.size(); ++i) {
    at = WithoutNone(*at);
    if (at == nullptr) return out;
    if (at->simple() == flyteidl::core::STRUCT) {
      out.packed = true;
      if (at->structure().dataclass_type().empty()) {
        if (at->has_metadata()) return FollowSchema(*at, path, i);
        return out;
      }
    }
    at = Step(*at, path[i], out.problem);
    if (at == nullptr) return out;
  }
  out.type = *at;
  return out;
}

}  // namespace sandbox::registry::compiler

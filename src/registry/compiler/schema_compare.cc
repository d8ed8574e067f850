#include "registry/compiler/schema_compare.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>

#include "registry/compiler/json_object.h"

namespace sandbox::registry::compiler {
namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;
using google::protobuf::Value;
using google::protobuf::util::MessageDifferencer;

// Schemas may refer to themselves: what lies deeper is taken as equal.
constexpr int kDepthMax = 40;

const ListValue* FindList(const Struct& schema, const std::string& key) {
  const Value* value = Find(schema, key);
  return value != nullptr && value->has_list_value() && value->list_value().values_size() > 0 ? &value->list_value()
                                                                                              : nullptr;
}

std::set<std::string> Names(const Struct& schema, const std::string& key) {
  std::set<std::string> names;
  const Value* value = Find(schema, key);
  if (value == nullptr) return names;
  if (value->kind_case() == Value::kStringValue) names.insert(value->string_value());
  for (const Value& name : value->list_value().values()) names.insert(name.string_value());
  return names;
}

std::string Text(const Struct& schema, const std::string& key) {
  const Value* value = Find(schema, key);
  return value != nullptr ? value->string_value() : std::string();
}

class Comparison {
 public:
  Comparison(const Struct& sub_root, const Struct& super_root) : sub_root_(sub_root), super_root_(super_root) {}

  bool Fits(const Struct& sub_schema, const Struct& super_schema, int depth) const {
    if (depth > kDepthMax) return true;
    const Struct* sub = Resolve(sub_root_, sub_schema);
    const Struct* super = Resolve(super_root_, super_schema);
    if (sub == nullptr || super == nullptr) return false;
    const std::set<std::string> types = Names(*sub, "type");
    if (!TypesFit(types, Names(*super, "type"))) return false;
    if (types.contains("string") && !StringFits(*sub, *super)) return false;
    if (types.contains("number") && !NumberFits(*sub, *super)) return false;
    if (types.contains("array") && !ArrayFits(*sub, *super, depth)) return false;
    if ((types.contains("object") || types.empty()) && !ObjectFits(*sub, *super, depth)) return false;
    for (const char* key : {"allOf", "anyOf", "oneOf"}) {
      if (!AlternativesFit(*sub, *super, key, depth)) return false;
    }
    const Value* constant = Find(*sub, "const");
    if (constant == nullptr) return true;
    const Value* other = Find(*super, "const");
    return other != nullptr && MessageDifferencer::Equals(*constant, *other);
  }

 private:
  // Follows "#/definitions/X" and the like; nullptr when it leads nowhere.
  static const Struct* Resolve(const Struct& root, const Struct& schema) {
    const Struct* current = &schema;
    for (int hops = 0; hops < kDepthMax; ++hops) {
      const Value* reference = Find(*current, "$ref");
      if (reference == nullptr) return current;
      std::string_view path = reference->string_value();
      if (!path.starts_with('#')) return nullptr;
      path.remove_prefix(1);
      current = &root;
      while (!path.empty()) {
        path.remove_prefix(1);
        const size_t end = std::min(path.find('/'), path.size());
        current = FindObject(*current, std::string(path.substr(0, end)));
        if (current == nullptr) return nullptr;
        path.remove_prefix(end);
      }
    }
    return nullptr;
  }

  static bool TypesFit(const std::set<std::string>& sub, const std::set<std::string>& super) {
    if (!std::ranges::includes(super, sub)) return false;
    return std::ranges::all_of(
        super, [&sub](const std::string& type) { return sub.contains(type) || (type == "object" && sub.empty()); });
  }

  // A bound of `sub` must be a bound of `super` that is not looser than it: `upper` tells which way it bounds.
  static bool BoundFits(const Struct& sub, const Struct& super, const std::string& key, bool upper) {
    const Value* bound = Find(sub, key);
    if (bound == nullptr) return true;
    const Value* other = Find(super, key);
    if (other == nullptr) return false;
    return upper ? other->number_value() <= bound->number_value() : other->number_value() >= bound->number_value();
  }

  static bool StringFits(const Struct& sub, const Struct& super) {
    if (Text(sub, "format") != Text(super, "format")) return false;
    if (Find(sub, "enum") != nullptr && !std::ranges::includes(Names(sub, "enum"), Names(super, "enum"))) return false;
    if (Find(sub, "pattern") != nullptr && Text(sub, "pattern") != Text(super, "pattern")) return false;
    return BoundFits(sub, super, "maxLength", true) && BoundFits(sub, super, "minLength", false);
  }

  static bool NumberFits(const Struct& sub, const Struct& super) {
    if (!BoundFits(sub, super, "maximum", true) || !BoundFits(sub, super, "minimum", false)) return false;
    const Value* factor = Find(sub, "multipleOf");
    const Value* other = Find(super, "multipleOf");
    if (factor == nullptr && other == nullptr) return true;
    if (factor == nullptr || other == nullptr || factor->number_value() == 0) return false;
    return std::fmod(other->number_value(), factor->number_value()) == 0;
  }

  bool ArrayFits(const Struct& sub, const Struct& super, int depth) const {
    if (!BoundFits(sub, super, "minItems", false) || !BoundFits(sub, super, "maxItems", true)) return false;
    const Value* unique = Find(sub, "uniqueItems");
    if (unique != nullptr && unique->bool_value() &&
        (Find(super, "uniqueItems") == nullptr || !Find(super, "uniqueItems")->bool_value()))
      return false;
    const Value* items = Find(sub, "items");
    if (items == nullptr) return true;
    const Value* others = Find(super, "items");
    if (others == nullptr || items->kind_case() != others->kind_case()) return false;
    if (items->has_struct_value()) return Fits(items->struct_value(), others->struct_value(), depth + 1);
    const auto& left = items->list_value().values();
    const auto& right = others->list_value().values();
    return std::ranges::equal(left, right, [&](const Value& a, const Value& b) {
      return Fits(a.struct_value(), b.struct_value(), depth + 1);
    });
  }

  bool ObjectFits(const Struct& sub, const Struct& super, int depth) const {
    if (!std::ranges::includes(Names(super, "required"), Names(sub, "required"))) return false;
    if (!BoundFits(sub, super, "minProperties", false) || !BoundFits(sub, super, "maxProperties", true)) return false;
    for (const char* key : {"if", "then", "else"}) {
      const Struct* left = FindObject(sub, key);
      const Struct* right = FindObject(super, key);
      if ((left == nullptr) != (right == nullptr) || (left != nullptr && !Fits(*left, *right, depth + 1))) return false;
    }
    const Struct* properties = FindObject(sub, "properties");
    if (properties == nullptr) return true;
    const Struct* others = FindObject(super, "properties");
    for (const auto& [name, property] : properties->fields()) {
      const Value* other = others != nullptr ? Find(*others, name) : nullptr;
      if (other == nullptr || !Fits(property.struct_value(), other->struct_value(), depth + 1)) return false;
    }
    return true;
  }

  // Every alternative of `super` has its like in `sub`.
  bool AlternativesFit(const Struct& sub, const Struct& super, const std::string& key, int depth) const {
    const ListValue* left = FindList(sub, key);
    const ListValue* right = FindList(super, key);
    if (left == nullptr || right == nullptr) return left == right;
    return std::ranges::all_of(right->values(), [&](const Value& wanted) {
      return std::ranges::any_of(left->values(), [&](const Value& have) {
        return Fits(have.struct_value(), wanted.struct_value(), depth + 1);
      });
    });
  }

  const Struct& sub_root_;
  const Struct& super_root_;
};

bool KnownDialect(const Struct& schema) {
  if (Find(schema, "$schema") == nullptr) return true;
  const std::string dialect = Text(schema, "$schema");
  constexpr std::string_view kBase = "http://json-schema.org/";
  if (!dialect.starts_with(kBase)) return false;
  const std::string_view version = std::string_view(dialect).substr(kBase.size());
  return version == "schema#" || version == "draft-07/schema#" || version == "draft-06/schema#" ||
         version == "draft-04/schema#";
}

}  // namespace

bool IsSuperSchema(const Struct& produced, const Struct& wanted) {
  return KnownDialect(produced) && KnownDialect(wanted) && Comparison(wanted, produced).Fits(wanted, produced, 0);
}

}  // namespace sandbox::registry::compiler

#include "registry/compiler/literal_type.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace compiler {
namespace {

using flyteidl::core::Literal;
using flyteidl::core::LiteralType;
using flyteidl::core::Primitive;
using flyteidl::core::Scalar;

LiteralType Simple(flyteidl::core::SimpleType simple) {
  LiteralType type;
  type.set_simple(simple);
  return type;
}

std::optional<LiteralType> TypeOf(const Literal& literal);

// Lists and maps of different values: a union of their types, in the order of their texts. Variants that are lists of
// unions are merged into one list of a union.
LiteralType Union(const std::vector<std::pair<std::string, LiteralType>>& types) {
  LiteralType out;
  bool nested = false;
  for (const auto& [text, type] : types) nested = nested || type.collection_type().has_union_type();
  auto& variants = *(nested ? *out.mutable_collection_type() : out).mutable_union_type();
  for (const auto& [text, type] : types) {
    if (type.collection_type().has_union_type()) {
      variants.MergeFrom(type.collection_type().union_type());
    } else {
      *variants.add_variants() = type;
    }
  }
  return out;
}

// None when a member is of an unknown kind.
std::optional<LiteralType> TypeOfMembers(const std::vector<const Literal*>& literals) {
  std::map<std::string, LiteralType> distinct;
  std::optional<LiteralType> empty_list;
  for (const Literal* literal : literals) {
    std::optional<LiteralType> type = TypeOf(*literal);
    if (!type) return std::nullopt;
    if (literal->has_collection() && literal->collection().literals().empty()) {
      empty_list = std::move(type);  // counts only when there is nothing else
      continue;
    }
    distinct.emplace(GoText(*type), *type);
  }
  if (distinct.empty()) return empty_list ? *empty_list : Simple(flyteidl::core::NONE);
  if (distinct.size() == 1) return distinct.begin()->second;
  return Union({distinct.begin(), distinct.end()});
}

std::optional<LiteralType> TypeOf(const Literal& literal) {
  LiteralType type;
  std::vector<const Literal*> members;
  switch (literal.value_case()) {
    case Literal::kScalar: return TypeOfScalar(literal.scalar());
    case Literal::kCollection: {
      for (const Literal& member : literal.collection().literals()) members.push_back(&member);
      const std::optional<LiteralType> element = TypeOfMembers(members);
      if (!element) return std::nullopt;
      *type.mutable_collection_type() = *element;
      return type;
    }
    case Literal::kMap: {
      for (const auto& [key, member] : literal.map().literals()) members.push_back(&member);
      const std::optional<LiteralType> element = TypeOfMembers(members);
      if (!element) return std::nullopt;
      *type.mutable_map_value_type() = *element;
      return type;
    }
    case Literal::kOffloadedMetadata:
      if (!literal.offloaded_metadata().has_inferred_type()) return std::nullopt;
      return literal.offloaded_metadata().inferred_type();
    case Literal::VALUE_NOT_SET: break;
  }
  return std::nullopt;
}

}  // namespace

LiteralType TypeOfPrimitive(const Primitive& primitive) {
  switch (primitive.value_case()) {
    case Primitive::kInteger: return Simple(flyteidl::core::INTEGER);
    case Primitive::kFloatValue: return Simple(flyteidl::core::FLOAT);
    case Primitive::kStringValue: return Simple(flyteidl::core::STRING);
    case Primitive::kBoolean: return Simple(flyteidl::core::BOOLEAN);
    case Primitive::kDatetime: return Simple(flyteidl::core::DATETIME);
    case Primitive::kDuration: return Simple(flyteidl::core::DURATION);
    case Primitive::VALUE_NOT_SET: break;
  }
  return Simple(flyteidl::core::NONE);
}

std::optional<LiteralType> TypeOfScalar(const Scalar& scalar) {
  LiteralType type;
  switch (scalar.value_case()) {
    case Scalar::kPrimitive: return TypeOfPrimitive(scalar.primitive());
    case Scalar::kBlob:
      if (!scalar.blob().has_metadata()) return std::nullopt;
      *type.mutable_blob() = scalar.blob().metadata().type();
      return type;
    case Scalar::kBinary:
      return Simple(scalar.binary().tag() == "msgpack" ? flyteidl::core::STRUCT : flyteidl::core::BINARY);
    case Scalar::kSchema: *type.mutable_schema() = scalar.schema().type(); return type;
    case Scalar::kStructuredDataset:
      *type.mutable_structured_dataset_type() = scalar.structured_dataset().metadata().structured_dataset_type();
      return type;
    case Scalar::kNoneType: return Simple(flyteidl::core::NONE);
    case Scalar::kError: return Simple(flyteidl::core::ERROR);
    case Scalar::kGeneric: return Simple(flyteidl::core::STRUCT);
    case Scalar::kUnion: *type.mutable_union_type()->add_variants() = scalar.union_().type(); return type;
    case Scalar::VALUE_NOT_SET: break;
  }
  return std::nullopt;
}

}  // namespace compiler

Result<flyteidl::core::LiteralType> LiteralTypeForLiteral(const flyteidl::core::Literal& literal) {
  std::optional<flyteidl::core::LiteralType> type = compiler::TypeOf(literal);
  if (type) return *std::move(type);
  return InvalidArgument(
      "got unknown literal type: [<nil>].\n"
      "Suggested solution: Please update all your Flyte deployment images to the latest version and try again");
}

}  // namespace sandbox::registry

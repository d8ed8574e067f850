#include <algorithm>
#include <string>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

using flyteidl::core::LiteralType;

// Types nest as deep as clients like; so much of them says enough.
constexpr int kDepthMax = 4;
constexpr int kPartsMax = 8;

std::string Name(const LiteralType& type, int depth);

std::string SimpleName(const LiteralType& type) {
  switch (type.simple()) {
    case flyteidl::core::NONE: return "none";
    case flyteidl::core::INTEGER: return "integer";
    case flyteidl::core::FLOAT: return "float";
    case flyteidl::core::STRING: return "string";
    case flyteidl::core::BOOLEAN: return "boolean";
    case flyteidl::core::DATETIME: return "datetime";
    case flyteidl::core::DURATION: return "duration";
    case flyteidl::core::BINARY: return "binary";
    case flyteidl::core::ERROR: return "error";
    case flyteidl::core::STRUCT: break;
    default: return "unknown type";
  }
  const auto title = type.metadata().fields().find("title");
  if (title != type.metadata().fields().end() && !title->second.string_value().empty())
    return Cat("dataclass ", title->second.string_value());
  return type.structure().dataclass_type().empty() ? "struct" : "dataclass";
}

std::string BlobName(const flyteidl::core::BlobType& blob) {
  const std::string_view kind = blob.dimensionality() == flyteidl::core::BlobType::MULTIPART ? "directory" : "file";
  return blob.format().empty() ? std::string(kind) : Cat(kind, " of format ", blob.format());
}

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) out += Cat(i > 0 ? separator : std::string_view(), parts[i]);
  return out;
}

std::string EnumName(const flyteidl::core::EnumType& type) {
  std::vector<std::string> values(type.values().begin(), type.values().end());
  if (values.size() > kPartsMax) {
    values.resize(kPartsMax);
    values.emplace_back("...");
  }
  return Cat("enum of ", Join(values, ", "));
}

std::string UnionName(const flyteidl::core::UnionType& type, int depth) {
  std::vector<std::string> variants;
  for (const LiteralType& variant : type.variants()) {
    if (variants.size() == kPartsMax) {
      variants.emplace_back("...");
      break;
    }
    variants.push_back(Name(variant, depth + 1));
  }
  return variants.empty() ? "union" : Join(variants, " or ");
}

std::string Name(const LiteralType& type, int depth) {
  if (depth > kDepthMax) return "...";
  switch (type.type_case()) {
    case LiteralType::kSimple: return SimpleName(type);
    case LiteralType::kCollectionType: return Cat("list of ", Name(type.collection_type(), depth + 1));
    case LiteralType::kMapValueType: return Cat("map of ", Name(type.map_value_type(), depth + 1));
    case LiteralType::kBlob: return BlobName(type.blob());
    case LiteralType::kSchema: return "schema";
    case LiteralType::kStructuredDatasetType: return "structured dataset";
    case LiteralType::kEnumType: return EnumName(type.enum_type());
    case LiteralType::kUnionType: return UnionName(type.union_type(), depth);
    case LiteralType::TYPE_NOT_SET: break;
  }
  return "unknown type";
}

}  // namespace

std::string TypeName(const LiteralType& type) { return Name(type, 0); }

std::string ShortTypeText(const LiteralType& type) {
  std::string text = GoText(type);
  return text.size() > kTypeTextBytesMax ? TypeName(type) : text;
}

}  // namespace sandbox::registry

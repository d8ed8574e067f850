#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "flyteidl/core/types.pb.h"
#include "registry/compiler/schema_compare.h"
#include "sandbox/base/text.h"
#include "sandbox/registry/compiler.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

using flyteidl::core::LiteralType;
using flyteidl::core::SchemaType;
using flyteidl::core::StructuredDatasetType;
using ColumnType = SchemaType::SchemaColumn::SchemaColumnType;

// Schemas are always stored as parquet.
bool IsParquet(const std::string& format) { return format.empty() || LowerCase(format) == "parquet"; }

bool IsNone(const LiteralType& type) {
  return type.type_case() == LiteralType::kSimple && type.simple() == flyteidl::core::NONE;
}

bool ColumnMatches(ColumnType column, const LiteralType& type) {
  switch (column) {
    case SchemaType::SchemaColumn::INTEGER: return type.simple() == flyteidl::core::INTEGER;
    case SchemaType::SchemaColumn::FLOAT: return type.simple() == flyteidl::core::FLOAT;
    case SchemaType::SchemaColumn::STRING: return type.simple() == flyteidl::core::STRING;
    case SchemaType::SchemaColumn::BOOLEAN: return type.simple() == flyteidl::core::BOOLEAN;
    case SchemaType::SchemaColumn::DATETIME: return type.simple() == flyteidl::core::DATETIME;
    case SchemaType::SchemaColumn::DURATION: return type.simple() == flyteidl::core::DURATION;
    default: return false;
  }
}

bool CastsFrom(const LiteralType& upstream, const LiteralType& downstream);

// Every downstream column exists upstream with a type that `matches`. A side without columns fits everything.
template <typename Upstream, typename Downstream, typename Matches>
bool ColumnsFit(const Upstream& upstream, const Downstream& downstream, Matches matches) {
  if (upstream.columns().empty() || downstream.columns().empty()) return true;
  std::map<std::string_view, const typename std::decay_t<decltype(upstream.columns(0))>*> columns;
  for (const auto& column : upstream.columns()) columns[column.name()] = &column;
  return std::ranges::all_of(downstream.columns(), [&](const auto& wanted) {
    const auto found = columns.find(wanted.name());
    return found != columns.end() && matches(*found->second, wanted);
  });
}

bool SchemaFrom(const LiteralType& upstream, const SchemaType& downstream) {
  if (upstream.has_schema()) {
    return ColumnsFit(upstream.schema(), downstream,
                      [](const auto& have, const auto& want) { return have.type() == want.type(); });
  }
  if (!upstream.has_structured_dataset_type() || !IsParquet(upstream.structured_dataset_type().format())) return false;
  return ColumnsFit(upstream.structured_dataset_type(), downstream,
                    [](const auto& have, const auto& want) { return ColumnMatches(want.type(), have.literal_type()); });
}

bool StructuredDatasetFrom(const LiteralType& upstream, const StructuredDatasetType& downstream) {
  if (IsNone(upstream)) return true;
  if (upstream.has_schema()) {
    return IsParquet(downstream.format()) &&
           ColumnsFit(upstream.schema(), downstream, [](const auto& have, const auto& want) {
             return ColumnMatches(have.type(), want.literal_type());
           });
  }
  if (!upstream.has_structured_dataset_type()) return false;
  const StructuredDatasetType& dataset = upstream.structured_dataset_type();
  if (!dataset.format().empty() && !downstream.format().empty() &&
      LowerCase(dataset.format()) != LowerCase(downstream.format()))
    return false;
  return ColumnsFit(dataset, downstream, [](const auto& have, const auto& want) {
    return CastsFrom(have.literal_type(), want.literal_type());
  });
}

bool UnionFrom(const LiteralType& upstream, const LiteralType& downstream) {
  const auto& variants = downstream.union_type().variants();
  if (upstream.has_union_type()) {
    return std::ranges::all_of(upstream.union_type().variants(), [&variants](const LiteralType& have) {
      return std::ranges::any_of(variants, [&have](const LiteralType& want) { return AreTypesCastable(have, want); });
    });
  }
  return std::ranges::count_if(variants,
                               [&upstream](const LiteralType& want) { return AreTypesCastable(upstream, want); }) == 1;
}

bool StructFrom(const LiteralType& upstream, const LiteralType& downstream) {
  if (!upstream.has_metadata() || !downstream.has_metadata()) return true;
  return google::protobuf::util::MessageDifferencer::Equals(upstream.metadata(), downstream.metadata()) ||
         compiler::IsSuperSchema(upstream.metadata(), downstream.metadata());
}

bool SameBareType(const LiteralType& a, const LiteralType& b) {
  if (a.type_case() == LiteralType::kSimple && b.type_case() == LiteralType::kSimple) return a.simple() == b.simple();
  const auto bare = [](LiteralType type) {
    type.clear_structure();
    type.clear_metadata();
    type.clear_annotation();
    return GoText(type);
  };
  return a.type_case() == b.type_case() && bare(a) == bare(b);
}

bool TrivialFrom(const LiteralType& upstream, const LiteralType& downstream) {
  if (upstream.has_enum_type() && downstream.simple() == flyteidl::core::STRING) return true;
  if (downstream.has_enum_type() && upstream.simple() == flyteidl::core::STRING) return true;
  if (!upstream.structure().tag().empty() && upstream.structure().tag() != downstream.structure().tag()) return false;
  if (upstream.simple() == flyteidl::core::STRUCT && downstream.simple() == flyteidl::core::STRUCT)
    return StructFrom(upstream, downstream);
  return SameBareType(upstream, downstream);
}

bool CastsFrom(const LiteralType& upstream, const LiteralType& downstream) {
  switch (downstream.type_case()) {
    case LiteralType::kCollectionType:
      return upstream.has_collection_type() && (IsNone(upstream.collection_type()) ||
                                                CastsFrom(upstream.collection_type(), downstream.collection_type()));
    case LiteralType::kMapValueType:
      return upstream.has_map_value_type() &&
             (IsNone(upstream.map_value_type()) || CastsFrom(upstream.map_value_type(), downstream.map_value_type()));
    case LiteralType::kBlob:
      return upstream.has_blob() && (upstream.blob().format().empty() || downstream.blob().format().empty() ||
                                     upstream.blob().format() == downstream.blob().format());
    case LiteralType::kSchema: return SchemaFrom(upstream, downstream.schema());
    case LiteralType::kStructuredDatasetType:
      return StructuredDatasetFrom(upstream, downstream.structured_dataset_type());
    case LiteralType::kUnionType: return UnionFrom(upstream, downstream);
    case LiteralType::kSimple:
    case LiteralType::kEnumType:
    case LiteralType::TYPE_NOT_SET: break;
  }
  return IsNone(downstream) ? IsNone(upstream) : TrivialFrom(upstream, downstream);
}

}  // namespace

bool AreTypesCastable(const LiteralType& upstream, const LiteralType& downstream) {
  if (upstream.union_type().variants_size() == 1 && CastsFrom(upstream.union_type().variants(0), downstream))
    return true;
  return CastsFrom(upstream, downstream);
}

}  // namespace sandbox::registry

#include "cache/cache_key.h"

#include <algorithm>

#include "flyteidl/core/types.pb.h"
#include "sandbox/base/encoding.h"
#include "sandbox/registry/digest.h"

namespace sandbox::cache {

namespace core = flyteidl::core;

namespace {

constexpr size_t kDatasetHashLength = 8;

std::string ShortHash(const core::VariableMap& variables) {
  return Base64Url(registry::ObjectHash(StripVariables(variables))).substr(0, kDatasetHashLength);
}

void Strip(core::LiteralType& type) {
  type.clear_metadata();
  if (type.has_annotation() && !type.annotation().annotations().fields().contains("cache-key-metadata"))
    type.clear_annotation();
  if (type.has_structure()) {
    for (auto& [name, field] : *type.mutable_structure()->mutable_dataclass_type()) Strip(field);
  }
  switch (type.type_case()) {
    case core::LiteralType::kCollectionType: return Strip(*type.mutable_collection_type());
    case core::LiteralType::kMapValueType: return Strip(*type.mutable_map_value_type());
    case core::LiteralType::kUnionType:
      for (core::LiteralType& variant : *type.mutable_union_type()->mutable_variants()) Strip(variant);
      return;
    case core::LiteralType::kStructuredDatasetType:
      for (auto& column : *type.mutable_structured_dataset_type()->mutable_columns()) {
        if (column.has_literal_type()) Strip(*column.mutable_literal_type());
      }
      return;
    default: return;
  }
}

}  // namespace

core::VariableMap StripVariables(const core::VariableMap& variables) {
  core::VariableMap out = variables;
  for (auto& [name, variable] : *out.mutable_variables()) {
    variable.clear_description();
    if (variable.has_type()) Strip(*variable.mutable_type());
  }
  return out;
}

std::string ContentHash(const core::Literal& literal) { return Base64Url(registry::ObjectHash(literal)); }

std::string BytesHash(std::string_view bytes) { return Base64Url(registry::TextHash(bytes)); }

core::Literal Hashified(const core::Literal& literal) {
  core::Literal out;
  if (!literal.hash().empty()) {
    out.set_hash(literal.hash());
  } else if (literal.has_collection()) {
    auto& list = *out.mutable_collection();
    for (const core::Literal& item : literal.collection().literals()) *list.add_literals() = Hashified(item);
  } else if (literal.has_map()) {
    auto& map = *out.mutable_map()->mutable_literals();
    for (const auto& [key, value] : literal.map().literals()) map[key] = Hashified(value);
  } else {
    out = literal;
  }
  return out;
}

Result<CacheKey> MakeCacheKey(const core::TaskTemplate& task, const core::LiteralMap& inputs) {
  const core::TaskMetadata& metadata = task.metadata();
  if (metadata.discovery_version().empty()) return InvalidArgument("task is cached, but its cache version is empty");
  core::LiteralMap counted;
  for (const auto& [name, literal] : inputs.literals()) {
    if (std::ranges::find(metadata.cache_ignore_input_vars(), name) != metadata.cache_ignore_input_vars().end())
      continue;
    (*counted.mutable_literals())[name] = Hashified(literal);
  }
  CacheKey key;
  key.dataset.project = task.id().project();
  key.dataset.domain = task.id().domain();
  key.dataset.name = "flyte_task-" + task.id().name();
  key.dataset.version = Cat(metadata.discovery_version(), "-", ShortHash(task.interface().inputs()), "-",
                            ShortHash(task.interface().outputs()));
  key.tag = "flyte_cached-" + Base64Url(registry::ObjectHash(counted));
  return key;
}

}  // namespace sandbox::cache

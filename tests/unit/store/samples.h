#pragma once

// Records with every field set to something of its own.

#include <string>

#include "sandbox/model/entities.h"
#include "sandbox/model/records.h"
#include "sandbox/ports/metadata_store.h"

namespace sandbox::store::samples {

inline Instant At(int64_t seconds) { return Instant(std::chrono::seconds(1'700'000'000 + seconds)); }

inline EntityId Id(EntityKind kind, std::string name, std::string version = "v1") {
  return {kind, "flytesnacks", "development", std::move(name), std::move(version)};
}

inline ExecutionId RunId(std::string name) { return {"flytesnacks", "development", std::move(name)}; }

model::EntityRecord Entity(EntityId id);
model::ExecutionRecord Execution(std::string name);
model::NodeRecord Node(const std::string& execution, std::string node);
model::TaskRecord Task(const std::string& execution, std::string node, uint32_t attempt);

// Text of every field, for comparing and for reading in a failed test. Row numbers are left out.
std::string Print(const model::EntityRecord& r);
std::string Print(const model::ExecutionRecord& r);
std::string Print(const model::NodeRecord& r);
std::string Print(const model::TaskRecord& r);

inline Condition Where(ListEntity entity, std::string column, FilterOp op, std::vector<std::string> values) {
  return {entity, std::move(column), op, std::move(values)};
}

// "a b c" of the names that `name` makes of the rows.
template <typename Rows, typename Name>
std::string Names(const Rows& rows, Name name) {
  std::string out;
  for (const auto& row : rows) out += (out.empty() ? "" : " ") + name(row);
  return out;
}

}  // namespace sandbox::store::samples

#pragma once

// A checked list request: what registry/filters makes of a client's filter, sort and token texts, and what the store
// turns into SQL. Column names are the reference's database columns (protocol/control-plane 3.9, 3.10).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/model/columns.h"

namespace sandbox {

enum class FilterOp { kContains, kNotLike, kGt, kGte, kLt, kLte, kEq, kNe, kIn, kNotIn };

struct Condition {
  ListEntity entity;   // the table that owns the column; a join when it is not the listed one
  std::string column;  // a known column of that table, already checked
  FilterOp op = FilterOp::kEq;
  std::vector<std::string> values;  // as text; the store converts by column (phases are names, times RFC 3339)
};

struct ListQuery {
  std::vector<Condition> conditions;  // all must hold
  std::string sort_column;            // empty: insert order
  bool ascending = false;
  uint64_t offset = 0;
  uint64_t limit = 0;  // 0: no limit
};

}  // namespace sandbox

#pragma once

// ListQuery to SQL. The listed table has the alias m.

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/ports/list_query.h"

namespace sandbox::store {

struct ListSource {
  ListEntity listed;
  std::string_view select;          // "SELECT m.a, m.b FROM table m"
  std::string where = {};           // condition in force beside the query's, or empty
  std::string_view order = "m.id";  // without a sort
};

struct ListStatement {
  std::string sql;
  std::vector<model::ColumnValue> values;
};

// INVALID_ARGUMENT when a value does not fit its column or a table cannot be joined.
Result<ListStatement> MakeListSql(const ListSource& source, const ListQuery& query);

}  // namespace sandbox::store

#pragma once

// A query that a user typed, of a database that another process may be writing.

#include <string>

#include "sandbox/base/error.h"
#include "sandbox/ports/query_rows.h"

namespace sandbox::store {

// Opens the file for reading only, and allows nothing but reading: other statements are INVALID_ARGUMENT, reason
// BAD_VALUE, with what SQLite says. UNAVAILABLE: the file is not there, or no database.
Result<QueryRows> ReadQuery(const std::string& file, const std::string& sql);

}  // namespace sandbox::store

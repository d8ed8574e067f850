#pragma once

// The answer to a query that a user typed.

#include <string>
#include <vector>

namespace sandbox {

struct QueryCell {
  enum class Kind { kNull, kNumber, kText, kBytes };  // of kBytes the text says how many
  Kind kind = Kind::kNull;
  std::string text;
};

struct QueryRows {
  std::vector<std::string> columns;
  std::vector<std::vector<QueryCell>> rows;
};

}  // namespace sandbox

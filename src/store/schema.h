#pragma once

#include <string_view>
#include <vector>

namespace sandbox::store {

// Number n (from 1) brings a database of version n - 1 to version n. Forward only: a released one is never edited.
const std::vector<std::string_view>& Migrations();

}  // namespace sandbox::store

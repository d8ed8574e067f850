#pragma once

#include <string>

#include "sandbox/base/error.h"

namespace sandbox::store {

// A copy of the database as one commit left it, while others read and write it. The file is there whole, and on the
// disk, or not at all; one of that name is replaced. Blocks. COPY_FAILED says what the system says.
Status CopyDatabase(const std::string& from, const std::string& to);

}  // namespace sandbox::store

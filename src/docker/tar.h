#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::docker {

// The content of the first regular file of a tar archive, cut to `bytes_max`. NOT_FOUND when there is none; DATA_LOSS, reason
// BAD_ARCHIVE, for a damaged header or an archive that ends within the file.
Result<std::string> FirstFileOfTar(std::string_view archive, size_t bytes_max);

// Directories that everyone may write to; absolute paths of at most 99 characters, longer ones are left out.
std::string TarOfDirectories(const std::vector<std::string>& paths);

}  // namespace sandbox::docker

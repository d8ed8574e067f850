#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::docker {

// The content of the first regular file of a tar archive, cut to `bytes_max`. NOT_FOUND when there is none; DATA_LOSS,
// reason BAD_ARCHIVE, for a damaged header or an archive that ends within the file.
Result<std::string> FirstFileOfTar(std::string_view archive, size_t bytes_max);

// Directories that everyone may write to; absolute paths.
std::string TarOfDirectories(const std::vector<std::string>& paths);

// An archive of regular files that everyone may read, owned by root, with the directories on their way but the first.
// Paths are relative to where it is unpacked.
std::string TarOf(const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace sandbox::docker

#pragma once

// An archive that tar reads, of files that are in memory.

#include <ctime>
#include <string>
#include <utility>
#include <vector>

namespace sandbox::cli {

// For the user alone (mode 0600). `files` are names and contents.
std::string TarOf(const std::vector<std::pair<std::string, std::string>>& files, std::time_t now);

}  // namespace sandbox::cli

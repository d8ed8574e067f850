#pragma once

// An archive that tar reads, of files that are in memory.

#include <ctime>
#include <string>
#include <utility>
#include <vector>

namespace sandbox::cli {

// In the form of POSIX (ustar). `files` are names of less than 100 bytes and contents.
std::string TarOf(const std::vector<std::pair<std::string, std::string>>& files, std::time_t now);

}  // namespace sandbox::cli

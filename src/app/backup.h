#pragma once

// A data directory in one file, a tar archive, and back: docs/reference/backup.md. Blocks.

#include <filesystem>

#include "home/home.h"
#include "home/host.h"
#include "sandbox/base/error.h"

namespace sandbox::app {

// As home::Host says.
Result<home::BackedUp> Backup(const home::Home& home, const std::filesystem::path& file);
Result<home::BackedUp> Restore(const home::Home& home, const std::filesystem::path& file);

}  // namespace sandbox::app

#pragma once

// The page of this build, as scripts/build-console made it. Only the program that links `sandbox_console_files` has it.

#include <span>

#include "api/console/console.h"

// NOLINTBEGIN(readability-identifier-naming): names of the assembler file.
extern "C" {
extern const sandbox::api::ConsoleFile sandbox_console_files[];
extern const uint64_t sandbox_console_count;
extern const uint64_t sandbox_console_is_placeholder;
}
// NOLINTEND(readability-identifier-naming)

namespace sandbox::api {

inline std::span<const ConsoleFile> EmbeddedConsole() { return {sandbox_console_files, sandbox_console_count}; }
// The page was left out: the build had no Node.js, or was told so.
inline bool EmbeddedConsoleIsPlaceholder() { return sandbox_console_is_placeholder != 0; }

}  // namespace sandbox::api

#pragma once

// A sandbox that has just started: whether it serves, and what its user is told.

#include <filesystem>
#include <string>

#include "cli/context.h"
#include "home/home.h"

namespace sandbox::cli {

// Waits until an HTTP, a gRPC and an S3 round trip have succeeded. False after `timeout_ms`; `why` tells what did not
// answer.
bool WaitUntilServing(const home::RuntimeInfo& info, int timeout_ms, std::string& why);

// Where it listens and where its files are.
void PrintBanner(const Context& context, const home::RuntimeInfo& info, bool already_running);

// The same as JSON, with the variables of `sandbox env`. The file is there whole or not at all.
Status WriteReadyFile(const Context& context, const home::RuntimeInfo& info, const std::filesystem::path& file);

// Writes the files that lead clients here; what the user has to know of it goes to standard error.
void PublishClientConfigs(const Context& context, const home::RuntimeInfo& info);

}  // namespace sandbox::cli

#pragma once

#include "cli/verbs.h"

namespace sandbox::app {

// The sandbox itself, in this process, until SIGTERM or SIGINT. Writes runtime.json once it listens, then one byte to
// `ready_fd` (-1: nobody waits); what goes wrong before that is written there as text instead. Returns the exit code.
int Serve(const cli::Common& common, const cli::StartOptions& options, int ready_fd);

// `sandbox start`: a running sandbox is reported; else one is started in the background (or here, with foreground).
int StartVerb(const cli::Common& common, const cli::StartOptions& options);

// `sandbox teardown`: stops, removes every Docker object of this data directory, then the directory. Nothing else.
int TeardownVerb(const cli::Common& common);

}  // namespace sandbox::app

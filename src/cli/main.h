#pragma once

#include "home/host.h"

namespace sandbox::cli {

// The whole command line: reads it, runs the verb, and returns the process's exit code.
int Main(int argc, char** argv, const home::Host& host);

}  // namespace sandbox::cli

#include <cstdio>

#include "cli/place.h"
#include "cli/verbs.h"

namespace sandbox::cli {

int Complain(ExitCode code, const std::string& message) {
  std::fprintf(stderr, "error: %s\n", message.c_str());
  return code;
}

int NotRunning(const Common& common) {
  return Complain(kExitNotRunning, Cat("no sandbox runs in ", common.home.root.string(),
                                       "; start it with: ", CommandLine(common, "start")));
}

}  // namespace sandbox::cli

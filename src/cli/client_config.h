#pragma once

// Where clients find the sandbox: files for flytectl and pyflyte, and variables for everything else.

#include <string>
#include <utility>
#include <vector>

#include "home/home.h"
#include "sandbox/base/error.h"

namespace sandbox::cli {

using home::Home;
using home::RuntimeInfo;

// Writes HOME/client.yaml; from the default home ~/.flyte/config-sandbox.yaml, too. Of that one, a text that no sandbox
// wrote stays when it leads to this sandbox, and else is kept in a file beside it. `notes`: what the user has to know.
Status WriteClientConfigs(const Home& home, const RuntimeInfo& info, std::vector<std::string>& notes);

// At teardown: from the default home, ~/.flyte/config-sandbox.yaml when a sandbox wrote it. False: it is there and
// stays.
bool RemoveSharedClientConfig(const Home& home);

// The file to show to users: the shared one for the default home.
std::filesystem::path ClientConfigToShow(const Home& home);

// On standard error, where that is a terminal and it is not the default sandbox: "# sandbox ci on localhost:30180".
void SayWhich(const Home& home, const RuntimeInfo& info);

using Variables = std::vector<std::pair<std::string, std::string>>;
// What a shell needs so that pyflyte, flytectl, aws and docker use this sandbox. DOCKER_HOST only where docker would
// go elsewhere without it; where this process's environment names a proxy, NO_PROXY with this machine besides.
Variables ClientVariables(const Home& home, const RuntimeInfo& info);
// Sets them, and DOCKER_HOST, in this process, for the programs that it starts; with the files that they name.
Status UseClientVariables(const Home& home, const RuntimeInfo& info);

}  // namespace sandbox::cli

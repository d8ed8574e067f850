#pragma once

// What the checks of src/doctor need to know of this machine. Blocks: it asks the engine and looks at sockets.

#include <functional>
#include <optional>

#include "app/config.h"
#include "docker/engine_address.h"
#include "doctor/doctor.h"
#include "home/home.h"
#include "home/start_options.h"

namespace sandbox::app {

struct Asked {
  const home::Home& home;
  // The ports that a sandbox has; nullopt: none runs, and those of its next start are looked at.
  std::optional<home::RuntimeInfo> running;
  // The engine that a running sandbox uses; nullopt: the one that a start would find.
  std::optional<docker::EngineAddress> engine;
  // How that start is asked for.
  home::StartOptions options{};
  // Tries whether containers reach the sandbox, when the engine answers; empty: that is not tried.
  std::function<doctor::ReachFound()> reach{};
};

// Without images: who has the registered tasks knows them.
doctor::Findings Gather(const Asked& asked);

}  // namespace sandbox::app

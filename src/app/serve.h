#pragma once

#include <functional>

#include "home/home.h"
#include "home/start_options.h"
#include "sandbox/base/error.h"

namespace sandbox::app {

// The sandbox itself, in this process, until SIGTERM or SIGINT, as home::Host says. Its log goes to standard error.
Status Serve(const home::Home& home, const home::StartOptions& options,
             const std::function<void(const home::RuntimeInfo&)>& ready);

}  // namespace sandbox::app

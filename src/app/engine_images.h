#pragma once

#include <memory>

#include "home/home.h"
#include "sandbox/ports/image_engine.h"

namespace sandbox::app {

// The images of the Docker Engine that the sandbox of this data directory uses, or would use if it ran. UNAVAILABLE,
// reason ENGINE_UNREACHABLE, says what was tried.
Result<std::shared_ptr<ImageEngine>> OpenEngineImages(const home::Home& home);

}  // namespace sandbox::app

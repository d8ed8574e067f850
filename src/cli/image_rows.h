#pragma once

// Images as the verbs of `sandbox image` see them: rows of GET /sandbox/v1/images.

#include <nlohmann/json.hpp>
#include <string>

#include "cli/context.h"
#include "sandbox/ports/image_engine.h"

namespace sandbox::cli {

// {"images": [...], "engine_answers"} of the running sandbox; without one, of the engine alone, where no task is known
// and nothing is missing for sure: "tasks_known" is false then.
Result<nlohmann::json> ImagesWithTasks(const Context& context);
void PrintImages(const Context& context, const nlohmann::json& answer);

// Why an image has to stay, by its name or its id: a container runs in it, or a pod of an execution waits for it.
// Empty: it need not.
std::string WhyInUse(const Context& context, ImageEngine& engine, const std::string& reference);

}  // namespace sandbox::cli

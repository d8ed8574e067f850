#pragma once

// `task_resources:` and `capacity:` of config.yaml.

#include <filesystem>

#include "app/config.h"
#include "sandbox/base/error.h"
#include "sandbox/registry/registry.h"

namespace YAML {
class Node;
}

namespace sandbox::app {

// On top of what is there. Errors are BAD_CONFIG and name file, line and field.
Status ReadTaskResources(const std::filesystem::path& file, const YAML::Node& block,
                         registry::TaskResources& resources);
Status ReadCapacity(const std::filesystem::path& file, const YAML::Node& block, Config::Capacity& into);

}  // namespace sandbox::app

#pragma once

// `notifications:` and `connectors:` of config.yaml: services that the sandbox calls.

#include <filesystem>
#include <vector>

#include "notify/notify.h"
#include "sandbox/base/error.h"
#include "sandbox/ports/connectors.h"

namespace YAML {
class Node;
}

namespace sandbox::app {

// "host:port", "[::1]:8000".
bool IsAddress(const std::string& text);

// Errors are BAD_CONFIG and name file, line and field.
Status ReadNotifications(const std::filesystem::path& file, const YAML::Node& block, notify::Options& into);
Result<std::vector<ConnectorEndpoint>> ReadConnectors(const std::filesystem::path& file, const YAML::Node& list);

}  // namespace sandbox::app

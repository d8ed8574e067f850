#pragma once

// `projects:` and `domains:` of config.yaml: a list of ids, or of {id, name, description}.

#include <filesystem>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/registry/registry.h"

namespace YAML {
class Node;
}

namespace sandbox::app {

// Errors are BAD_CONFIG and name file, line and field.
Result<std::vector<registry::ProjectSeed>> ReadProjects(const std::filesystem::path& file, const YAML::Node& list);
Result<std::vector<registry::DomainEntry>> ReadDomains(const std::filesystem::path& file, const YAML::Node& list);

// Adds what `start --project` gives to the list, once. BAD_VALUE says what an id may be.
Status AddProjects(const std::vector<std::string>& ids, std::vector<registry::ProjectSeed>& projects);

}  // namespace sandbox::app

#pragma once

// Which task resources and settings are in force, and who set them.

#include <nlohmann/json_fwd.hpp>

#include "api/local/local_api.h"
#include "api/local/target.h"

namespace sandbox::api {

// GET /sandbox/v1/limits: for a place, or for a workflow of it. `from` of a resource is who sets all of them: config,
// project, domain, project_domain or workflow; `default_from` and `limit_from` name the line or the preset where that
// is config. `config_default` and `config_limit` are what is in force where nothing else is set.
Result<nlohmann::json> Limits(MetadataReader& reader, const LocalApiDeps& deps, const Target& target);

// GET /sandbox/v1/settings: those of the whole machine, by name.
Result<nlohmann::json> Settings(MetadataReader& reader, const LocalApiDeps& deps, const Target& target);

// The word for who set the narrowest attributes of that kind: config, project, domain, project_domain, workflow,
// launch_plan.
std::string SetBy(MetadataReader& reader, const model::AttributesKey& key);
// Who set a setting of the machine; "default" for one that is not known.
std::string OriginOf(const std::vector<Setting>& settings, const std::string& name);

}  // namespace sandbox::api

#pragma once

// GET /sandbox/v1/runs/PROJECT/DOMAIN/NAME/settings and limits: what is in force for an execution, and who set it:
// request, launch_plan, workflow, project_domain, domain, project, "config.yaml:LINE", preset, command line or default.
// What was in force at its launch is kept; who set it is read off what is set now, and null where none of that fits any
// more.

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "api/local/setting.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/registry/registry.h"

namespace sandbox::api {

struct SettingSources {
  const registry::RegistryConfig& config;
  const std::vector<Setting>& settings;  // of the machine
};

// {settings[{name, value, from}]}: numbers, flags and texts as such, labels and the like as objects.
nlohmann::json RunSettingsView(MetadataReader& reader, const SettingSources& sources,
                               const model::ExecutionRecord& record);
// {resources[{resource, default, limit, default_from, limit_from}]}.
nlohmann::json RunLimitsView(MetadataReader& reader, const SettingSources& sources,
                             const model::ExecutionRecord& record);

}  // namespace sandbox::api

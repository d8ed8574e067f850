#pragma once

// Which of what is asked for, launch plan, attributes, configuration wins for each setting of a run:
// protocol/control-plane 5.3.

#include <string>

#include "flyteidl/admin/launch_plan.pb.h"
#include "sandbox/control/launch_spec.h"
#include "sandbox/model/records.h"
#include "sandbox/registry/registry.h"

namespace sandbox::control {

struct SettingsSources {
  const LaunchSpec& given;
  const flyteidl::admin::LaunchPlanSpec* launch_plan = nullptr;  // null for a single task
  EntityId workflow;                                             // what runs
};

struct EffectiveSettings {
  model::RunSettings run;
  flyteidl::core::SecurityContext security_context;  // as it is read back; run_as is always there
  google::protobuf::RepeatedPtrField<flyteidl::admin::Notification> notifications;
};

EffectiveSettings ResolveSettings(MetadataReader& reader, const registry::RegistryConfig& config,
                                  const SettingsSources& sources);

}  // namespace sandbox::control

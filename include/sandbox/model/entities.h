#pragma once

// Rows of the registry: registered definitions, and the settings and texts that belong to them.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/base/ids.h"
#include "sandbox/base/time.h"

namespace sandbox::model {

struct EntityRecord {
  EntityId id;
  int64_t row = 0;
  std::string digest;   // semantic digest, 32 bytes
  std::string spec;     // launch plan: admin.LaunchPlanSpec; else empty
  std::string closure;  // core.CompiledTask | core.CompiledWorkflowClosure | admin.LaunchPlanClosure; empty in lists of
                        // workflows
  std::string typed_interface;  // core.TypedInterface
  std::string short_description;
  std::string type;           // tasks: template.type
  int state = 0;              // launch plans: admin.LaunchPlanState (0 INACTIVE, 1 ACTIVE)
  std::string schedule_type;  // launch plans: "NONE", "CRON", "RATE"
  EntityId workflow;          // launch plans: what they launch
  Instant created_at{};
  Instant updated_at{};
};

// A launch plan's schedule and how far it has come.
struct ScheduleRecord {
  EntityId launch_plan;
  std::string spec;  // admin.LaunchPlanSpec
  Instant active_since{};
  Instant fired_at{};  // scheduled time of the last tick that was fired or skipped; zero: none
};

struct NamedEntityRecord {
  EntityId id;  // version empty
  std::string description;
  int state = 0;  // admin.NamedEntityState
};

struct DescriptionRecord {
  EntityId id;
  std::string description;  // admin.DescriptionEntity bytes without id
  Instant created_at{};
};

struct ProjectRecord {
  std::string id;
  std::string name;
  std::string description;
  int state = 0;       // admin.Project.ProjectState
  std::string labels;  // admin.Labels bytes
  Instant created_at{};
  Instant updated_at{};
};

// Empty fields are wildcards. Priority is derived: workflow 100 > project-domain 10 > project 5.
struct AttributesKey {
  std::string project;
  std::string domain;
  std::string workflow;
  std::string launch_plan;
  int resource = 0;  // admin.MatchableResource
  auto operator<=>(const AttributesKey&) const = default;
};

struct AttributesRecord {
  AttributesKey key;
  int priority = 0;
  std::string attributes;  // admin.MatchingAttributes bytes
};

struct SignalRecord {
  ExecutionId execution;
  std::string signal_id;
  std::string type;   // core.LiteralType bytes
  std::string value;  // core.Literal bytes; empty: not set
  Instant created_at{};
};

}  // namespace sandbox::model

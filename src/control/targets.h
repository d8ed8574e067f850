#pragma once

// What launch plans and tasks come to when they are launched, worked out once for each version and kept: a registered
// version never changes. Any thread.

#include <memory>
#include <optional>

#include "control/single_task.h"
#include "flyteidl/admin/launch_plan.pb.h"
#include "sandbox/base/lru_cache.h"
#include "sandbox/executor/plans.h"

namespace sandbox::control {

// The workflow to run and how its inputs are checked.
struct Target {
  EntityId entity;
  EntityId workflow;
  std::shared_ptr<const engine::Plan> plan;
  flyteidl::admin::LaunchPlanSpec launch_plan;  // empty for a task
  flyteidl::core::ParameterMap expected_inputs;
  std::optional<model::ExecutionError> bad_override;  // with it no execution can run
  std::shared_ptr<const TaskWrapper> owed;            // of a task: rows that are still to be stored; null: none

  bool IsTask() const { return entity.kind == EntityKind::kTask; }
};

class Targets {
 public:
  explicit Targets(executor::Plans& plans) : plans_(plans) {}

  // `id`: of a launch plan or a task. NOT_FOUND names what is not registered.
  Result<std::shared_ptr<const Target>> Find(MetadataReader& reader, const EntityId& id, Instant now);

 private:
  static constexpr uint64_t kBytesMax = 64ull << 20;  // of the rows that the kept targets are made of

  Result<std::shared_ptr<const Target>> LaunchPlan(MetadataReader& reader, const EntityId& id);
  Result<std::shared_ptr<const Target>> Task(MetadataReader& reader, const EntityId& id, Instant now);

  executor::Plans& plans_;
  LruCache<EntityId, Target> targets_{kBytesMax};
};

}  // namespace sandbox::control

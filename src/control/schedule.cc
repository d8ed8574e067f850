// Ticks of schedules: protocol/control-plane 8.2.

#include <chrono>

#include "control/launch.h"
#include "idl/times.h"
#include "sandbox/base/names.h"
#include "sandbox/control/requests.h"
#include "sandbox/registry/registry.h"

namespace sandbox::control {

namespace admin = flyteidl::admin;

namespace {

LaunchSpec SpecOf(const ScheduledTick& tick) {
  const EntityId& plan = tick.launch_plan;
  LaunchSpec out;
  out.id = {plan.project, plan.domain,
            ScheduledExecutionName(plan, std::chrono::floor<std::chrono::seconds>(tick.at).time_since_epoch().count())};
  out.target = plan;
  out.origin.mode = admin::ExecutionMetadata::SCHEDULED;
  out.origin.scheduled_at = tick.at;
  if (!tick.kickoff_argument.empty()) {
    auto& kickoff = (*out.inputs.mutable_literals())[tick.kickoff_argument];
    *kickoff.mutable_scalar()->mutable_primitive()->mutable_datetime() = idl::ToIdl(tick.at);
  }
  return out;
}

Status CheckActive(MetadataReader& reader, const ScheduledTick& tick) {
  constexpr int kActive = 1;  // admin.LaunchPlanState
  const auto plan = reader.FindEntity(tick.launch_plan);
  if (plan && plan->state == kActive && plan->updated_at == tick.active_since) return {};
  return Fail(Code::kFailedPrecondition, "NOT_ACTIVE",
              Cat("launch plan ", tick.launch_plan.name, " ", tick.launch_plan.version, " is not active any more"));
}

}  // namespace

void Requests::FireSchedule(const ScheduledTick& tick, Reply<ExecutionId> reply) {
  auto prepared = deps_.store.Query([&](MetadataReader& reader) { return launcher_->Prepare(reader, SpecOf(tick)); });
  if (prepared.launch) {
    // Looked at again where it counts: an update that was answered before this commit has made the schedule silent.
    prepared.launch->also = [tick, also = std::move(prepared.launch->also)](MetadataWriter& writer) -> Status {
      if (auto active = CheckActive(writer, tick); !active) return active;
      if (also) {
        if (auto done = also(writer); !done) return done;
      }
      return writer.PutScheduleFire(tick.launch_plan, tick.at);
    };
  }
  launcher_->Launch(std::move(prepared), std::move(reply));
}

}  // namespace sandbox::control

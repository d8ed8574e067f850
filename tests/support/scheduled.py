"""A launch plan with a schedule, without containers: its one node echoes the time of the tick."""

import datetime

from flytekit import LaunchPlan, kwtypes, workflow
from flytekit.configuration import ImageConfig, SerializationSettings
from flytekit.core.task import Echo
from flytekit.models.launch_plan import LaunchPlanState
from flytekit.models.schedule import Schedule

PROJECT, DOMAIN, NAME = "flytesnacks", "development", "scheduled.plan"
SCHEDULED = 1  # ExecutionMetadata.Mode

say = Echo(name="scheduled.say", inputs=kwtypes(at=datetime.datetime))


@workflow
def scheduled_workflow(at: datetime.datetime):
    say(at=at)


def register(remote, version, cron):
    """Registers version of the plan; cron as the server takes it (flytekit's own check knows less)."""
    settings = SerializationSettings(
        ImageConfig.auto(img_name="none:v1"), project=PROJECT, domain=DOMAIN, version=version
    )
    remote.register_workflow(scheduled_workflow, settings, version=version)
    LaunchPlan.CACHE.pop(NAME, None)
    schedule = Schedule(kickoff_time_input_arg="at", cron_schedule=Schedule.CronSchedule(cron, ""))
    plan = LaunchPlan.create(NAME, scheduled_workflow, schedule=schedule)
    remote.register_launch_plan(plan, version=version, project=PROJECT, domain=DOMAIN)


def set_active(remote, version, active):
    plan = remote.fetch_launch_plan(project=PROJECT, domain=DOMAIN, name=NAME, version=version)
    remote.client.update_launch_plan(plan.id, LaunchPlanState.ACTIVE if active else LaunchPlanState.INACTIVE)


def ticks(remote, version):
    """Scheduled times of the executions of a version, oldest first; checks what each of them must have."""
    out = []
    for execution in remote.client.list_executions_paginated(PROJECT, DOMAIN, limit=1000)[0]:
        plan, metadata = execution.spec.launch_plan, execution.spec.metadata
        if (plan.name, plan.version) != (NAME, version):
            continue
        at = metadata.scheduled_at
        assert metadata.mode == SCHEDULED and not metadata.principal
        assert execution.id.name.startswith("f") and len(execution.id.name) == 20
        data = remote.client.get_execution_data(execution.id)
        assert data.full_inputs.literals["at"].to_flyte_idl().scalar.primitive.datetime.seconds == int(
            at.replace(tzinfo=datetime.timezone.utc).timestamp()
        )
        out.append(at)
    return sorted(out)


def every(times, seconds):
    """Whether they are one interval apart, none missing and none twice."""
    return all((b - a).total_seconds() == seconds for a, b in zip(times, times[1:]))

"""Executions that wait: for memory, for their turn, for an image, for an answer, for an execution that they started.

What runs ends when somebody says so: `docker exec CONTAINER touch /tmp/go`.
"""

import datetime

from flytekit import ContainerTask, LaunchPlan, Resources, approve, kwtypes, workflow
from flytekit.core.task import Echo

HOLD = "until [ -e /tmp/go ]; do sleep 0.1; done; echo gone"
SMALL = Resources(cpu="50m", mem="20Mi")


def shell(name, script, image="busybox", requests=SMALL):
    return ContainerTask(
        name=name, image=image, command=["sh", "-c", script], requests=requests, limits=Resources(mem=requests.mem)
    )


# Two of them do not fit beside each other: the page tests' sandbox has 6 GiB for pods.
big = shell("waits.big", HOLD, requests=Resources(cpu="50m", mem="4Gi"))
hold = shell("waits.hold", HOLD)
unbuilt = shell("waits.unbuilt", "echo built", image="pages-unbuilt:v1")
echo = Echo(name="waits.echo", inputs=kwtypes(n=int))


@workflow
def memory():
    big()


@workflow
def turn():
    hold()
    hold()


@workflow
def image():
    unbuilt()


@workflow
def answer() -> int:
    return echo(n=approve(echo(n=1), "fine", timeout=datetime.timedelta(hours=1)))


@workflow
def inner():
    hold()


inner_plan = LaunchPlan.get_or_create(inner, "waits.inner_plan")


@workflow
def child():
    inner_plan()

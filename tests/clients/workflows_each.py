"""One workflow for each kind of node around one task, whose input says how it ends: below zero it fails, from a hundred
on it takes its time."""

import typing
from datetime import timedelta

from flytekit import ContainerTask, LaunchPlan, Resources, approve, conditional, dynamic, kwtypes, workflow

FEW = Resources(cpu="50m", mem="32Mi")
SMALL, LARGE = Resources(cpu="100m", mem="300Mi"), Resources(cpu="1", mem="600Mi")
BY_VALUE = "[ $x -ge 0 ] || exit 1; [ $x -lt 100 ] || { trap 'exit 143' TERM; sleep 6 & wait; }"


def box(name, text):
    return ContainerTask(
        name="workflows_each." + name,
        image="busybox:latest",
        command=["sh", "-c", text],
        inputs=kwtypes(x=int),
        outputs=kwtypes(o0=int),
        input_data_dir="/var/inputs",
        output_data_dir="/var/outputs",
        requests=FEW,
    )


step = box("step", "cp /var/inputs/x /var/outputs/o0")
trial = box("trial", f"x=$(cat /var/inputs/x); {BY_VALUE}; echo $(( x + 1 )) > /var/outputs/o0")
item = ContainerTask(
    name="workflows_each.item",
    image="busybox:latest",
    command=["sh", "-c", "x={{.inputs.x}}; " + BY_VALUE],
    inputs=kwtypes(x=typing.List[int]),
    requests=FEW,
)


@workflow
def inner(x: int) -> int:
    return trial(x=x)


inner_plan = LaunchPlan.get_or_create(inner, name="workflows_each.inner_plan")


@dynamic(requests=SMALL, limits=LARGE)
def unfolds(x: int) -> int:
    return trial(x=x)


@workflow
def task(x: int) -> int:
    return trial(x=step(x=x))


@workflow
def sub(x: int) -> int:
    return inner(x=step(x=x))


@workflow
def branch(x: int) -> int:
    y = step(x=x)
    return conditional("way").if_(y == 12345).then(step(x=y)).else_().then(trial(x=y))


@workflow
def plan(x: int) -> int:
    return inner_plan(x=step(x=x))


@workflow
def grows(x: int) -> int:
    return unfolds(x=step(x=x))


@workflow
def gate(x: int) -> int:
    return trial(x=approve(step(x=x), "yes", timeout=timedelta(minutes=5)))


@workflow(on_failure=step)
def cleans(x: int) -> int:
    return trial(x=step(x=x))

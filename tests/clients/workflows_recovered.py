"""A workflow with a node of every kind, all of which end before the last one begins. That one takes its time from a
hundred on.
"""

import typing

from flytekit import (
    ContainerTask,
    Deck,
    LaunchPlan,
    Resources,
    conditional,
    dynamic,
    kwtypes,
    map_task,
    task,
    wait_for_input,
    workflow,
)
from datetime import timedelta

FEW = Resources(cpu="50m", mem="32Mi")
SMALL, LARGE = Resources(cpu="100m", mem="300Mi"), Resources(cpu="1", mem="600Mi")


def box(name, text):
    return ContainerTask(
        name="workflows_recovered." + name,
        image="busybox:latest",
        command=["sh", "-c", text],
        inputs=kwtypes(x=int),
        outputs=kwtypes(o0=int),
        input_data_dir="/var/inputs",
        output_data_dir="/var/outputs",
        requests=FEW,
    )


step = box("step", "cp /var/inputs/x /var/outputs/o0")
slow = box(
    "slow",
    "x=$(cat /var/inputs/x); trap 'exit 143' TERM; [ $x -lt 100 ] || { sleep 6 & wait; }; echo $x > /var/outputs/o0",
)


@task(enable_deck=True, requests=SMALL, limits=LARGE)
def shows(x: int) -> int:
    Deck("numbers", f"<b>{x}</b>")
    return x


@task(cache=True, cache_version="1.0", requests=SMALL, limits=LARGE)
def squared(x: int) -> int:
    return x * x


@workflow
def innermost(x: int) -> int:
    return step(x=x)


@workflow
def inner(x: int) -> int:
    return innermost(x=step(x=x))


inner_plan = LaunchPlan.get_or_create(innermost, name="workflows_recovered.inner_plan")


@dynamic(requests=SMALL, limits=LARGE)
def unfolds(x: int) -> int:
    return innermost(x=step(x=x))


@workflow
def every_kind(x: int, xs: typing.List[int]) -> typing.Tuple[int, typing.List[int]]:
    plain = shows(x=x)
    mapped = map_task(squared)(x=xs)
    sub = inner(x=x)
    branch = conditional("way").if_(x == 12345).then(step(x=x)).else_().then(inner(x=x))
    grown = unfolds(x=x)
    plan = inner_plan(x=x)
    gate = wait_for_input("number", timeout=timedelta(minutes=10), expected_type=int)
    last = slow(x=x)
    for node in (plain, mapped, sub, branch, grown, plan, gate):
        node >> last
    return last, mapped

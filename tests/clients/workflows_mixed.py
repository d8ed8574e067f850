"""Workflows of every kind on a tiny image: containers that end in a moment, so that many of them can run."""

import typing
from datetime import timedelta

from flytekit import ContainerTask, LaunchPlan, Resources, conditional, kwtypes, sleep, wait_for_input, workflow

FEW = Resources(cpu="50m", mem="32Mi")


def box(name, text, outputs=None, **more):
    return ContainerTask(
        name="workflows_mixed." + name,
        image="busybox:latest",
        command=["sh", "-ec", text],
        inputs=kwtypes(x=int),
        outputs=outputs,
        input_data_dir="/var/inputs",
        output_data_dir="/var/outputs",
        requests=FEW,
        **more,
    )


step = box("step", "echo $(( $(cat /var/inputs/x) + 1 )) > /var/outputs/o0", kwtypes(o0=int))
double = box("double", "echo $(( $(cat /var/inputs/x) * 2 )) > /var/outputs/o0", kwtypes(o0=int))
# The second attempt ends well.
shaky = box("shaky", "[ $FLYTE_ATTEMPT_NUMBER != 0 ]; cp /var/inputs/x /var/outputs/o0", kwtypes(o0=int), retries=2)
# Fails for every multiple of 300, and for what is negative.
picky = box(
    "picky", "x=$(cat /var/inputs/x); [ $x -ge 0 ]; [ $(( x % 300 )) != 0 ]; echo $x > /var/outputs/o0", kwtypes(o0=int)
)
# One item of a map, which arrays.py makes of it: flytekit maps Python tasks only.
item = ContainerTask(
    name="workflows_mixed.item",
    image="busybox:latest",
    command=["sh", "-ec", "[ $(( {{.inputs.x}} % 300 )) != 0 ]"],
    inputs=kwtypes(x=typing.List[int]),
    requests=FEW,
)
sweep = box("sweep", "cat /var/inputs/x")


@workflow
def chain(x: int) -> int:
    return step(x=step(x=double(x=x)))


@workflow
def deep(x: int) -> int:
    return chain(x=chain(x=x))


@workflow
def side(x: int) -> int:
    y = step(x=x)
    return conditional("side").if_(y > 10).then(double(x=y)).elif_(y >= 0).then(chain(x=y)).else_().fail("too small")


chain_plan = LaunchPlan.get_or_create(chain, name="workflows_mixed.chain_plan")


@workflow
def parent(x: int) -> int:
    return step(x=chain_plan(x=x))


@workflow
def retried(x: int) -> int:
    return step(x=shaky(x=x))


@workflow
def late(x: int) -> int:
    nap = sleep(timedelta(seconds=3))
    y = step(x=x)
    nap >> y
    return y


@workflow
def asks(x: int) -> int:
    return step(x=wait_for_input("number", timeout=timedelta(minutes=10), expected_type=int))


@workflow(on_failure=sweep)
def swept(x: int) -> int:
    return step(x=picky(x=x))

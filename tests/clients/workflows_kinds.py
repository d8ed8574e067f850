"""One workflow with every kind of node, and smaller ones that fail, wait, or are stopped."""

import typing
from datetime import timedelta

from flytekit import (
    LaunchPlan,
    Resources,
    approve,
    conditional,
    dynamic,
    map_task,
    task,
    wait_for_input,
    workflow,
)  # noqa: F401

SMALL = Resources(cpu="100m", mem="300Mi")
LARGE = Resources(cpu="1", mem="600Mi")


@task(requests=SMALL, limits=LARGE)
def double(x: int) -> int:
    return 2 * x


@task(requests=SMALL, limits=LARGE)
def total(xs: typing.List[int]) -> int:
    return sum(xs)


@task(requests=SMALL, limits=LARGE)
def fail_on(x: int, bad: int) -> int:
    if x == bad:
        raise ValueError(f"{x} is bad")
    return x


@task(requests=SMALL, limits=LARGE)
def clean_up(x: int, bad: int) -> None:
    print(f"cleaning up after {x}, {bad}")


@dynamic(requests=SMALL, limits=LARGE)
def mapped(n: int) -> int:
    return total(xs=map_task(double)(x=list(range(n))))


@workflow
def sub(x: int) -> int:
    y = double(x=x)
    return conditional("size").if_(y > 10).then(double(x=y)).else_().then(double(x=1))


child_plan = LaunchPlan.get_or_create(sub, name="workflows_kinds.child", default_inputs={"x": 1})


@workflow(on_failure=clean_up)
def everything(x: int, bad: int) -> typing.Tuple[int, int, int, int]:
    a = mapped(n=x)
    b = sub(x=a)
    c = child_plan(x=x)
    d = conditional("parity").if_(c == 2).then(double(x=b)).elif_(c == 4).then(double(x=c)).else_().fail("neither")
    asked = wait_for_input("amount", timeout=timedelta(minutes=5), expected_type=int)
    e = fail_on(x=asked, bad=bad)
    return a, b, d, e


@workflow
def neither(x: int) -> int:
    return conditional("never").if_(x < 0).then(double(x=x)).else_().fail("x must be negative")


@workflow
def waits(x: int) -> int:
    y = double(x=x)
    return double(x=approve(y, "ok", timeout=timedelta(minutes=5)))


@workflow
def holds(x: int) -> int:
    return child_plan(x=wait_for_input("never", timeout=timedelta(minutes=5), expected_type=int))

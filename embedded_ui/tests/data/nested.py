"""A launch plan that starts another one, whose execution has a map; after tests/data/graphs.py has been registered."""

import typing

from flytekit import ContainerTask, LaunchPlan, Resources, kwtypes, reference_launch_plan, workflow


@reference_launch_plan(project="flytesnacks", domain="development", name="graphs.counted", version="v1")
def counted(xs: typing.List[int]): ...


# Says its number, and sleeps so many seconds.
sleeps = ContainerTask(
    name="nested.sleeps",
    image="busybox:latest",
    command=["sh", "-c", "echo nested {{.inputs.n}}; sleep {{.inputs.n}}"],
    inputs=kwtypes(n=int),
    requests=Resources(cpu="50m", mem="32Mi"),
)


@workflow
def inner(n: int, xs: typing.List[int]):
    sleeps(n=n)
    counted(xs=xs)


child = LaunchPlan.get_or_create(inner, name="nested.child")


@workflow
def outer(n: int, xs: typing.List[int]):
    child(n=n, xs=xs)

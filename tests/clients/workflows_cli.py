"""Workflows whose trees, pods and signals the command line shows; their tasks need no Python."""

import typing
from datetime import timedelta

from flytekit import ContainerTask, LaunchPlan, Resources, approve, conditional, kwtypes, wait_for_input, workflow

FEW = Resources(cpu="50m", mem="32Mi")


def box(name, text):
    return ContainerTask(
        name="workflows_cli." + name,
        image="busybox:latest",
        command=["sh", "-c", text],
        inputs=kwtypes(x=int),
        outputs=kwtypes(o0=int),
        input_data_dir="/var/inputs",
        output_data_dir="/var/outputs",
        requests=FEW,
    )


step = box("step", "echo stepping; cp /var/inputs/x /var/outputs/o0")
trial = box("trial", "x=$(cat /var/inputs/x); echo trying $x; [ $x -ge 0 ] || exit 1; cp /var/inputs/x /var/outputs/o0")
item = ContainerTask(
    name="workflows_cli.item",
    image="busybox:latest",
    command=["sh", "-c", "x={{.inputs.x}}; echo item $x; [ $x -ge 0 ] || exit 1"],
    inputs=kwtypes(x=typing.List[int]),
    requests=FEW,
)


@workflow
def inner(x: int) -> int:
    return trial(x=x)


inner_plan = LaunchPlan.get_or_create(inner, name="workflows_cli.inner_plan")


@workflow
def single(x: int) -> int:
    return step(x=x)


@workflow
def planned(x: int) -> int:
    return inner_plan(x=x)


@workflow
def nested(x: int) -> int:
    a = step(x=x)
    b = conditional("way").if_(a > 100).then(step(x=a)).else_().then(inner(x=a))
    return inner_plan(x=b)


@workflow
def gates(x: int) -> int:
    amount = wait_for_input("amount", timeout=timedelta(minutes=50), expected_type=int)
    sizes = wait_for_input("sizes", timeout=timedelta(minutes=50), expected_type=typing.List[float])  # noqa: F841
    return step(x=approve(amount, "ok", timeout=timedelta(minutes=50)))


@workflow
def outer() -> int:
    return LaunchPlan.get_or_create(gates, name="workflows_cli.gates_plan", default_inputs={"x": 1})()

"""Every kind of node, as cheap as it can be had: for the page tests of the graph, of many items, and of comparing.

Tasks of the type echo run no container, those of busybox a small one; only `unfolds` starts Python.
"""

import datetime
import heapq
import os
import typing

from flytekit import (
    ContainerTask,
    LaunchPlan,
    Resources,
    TaskMetadata,
    conditional,
    dynamic,
    kwtypes,
    sleep,
    task,
    workflow,
)
from flytekit.core.task import Echo

# Its two versions differ in this, too.
MEMORY = os.environ.get("GRAPHS_MEMORY", "32Mi")
SMALL, LARGE = Resources(cpu="100m", mem="300Mi"), Resources(cpu="1", mem="600Mi")

echo = Echo(name="graphs.echo", inputs=kwtypes(n=int))
load = Echo(name="graphs.load", inputs=kwtypes(n=int))
publish = Echo(name="graphs.publish", inputs=kwtypes(n=int))
item = Echo(name="graphs.item", inputs=kwtypes(x=typing.List[int]))
# An item that says its number and sleeps so many seconds; it fails when that is none, or less: after so many.
counts = ContainerTask(
    name="graphs.counts",
    image="busybox:latest",
    command=["sh", "-c", "echo item {{.inputs.x}}; x={{.inputs.x}}; sleep ${x#-}; [ $x -gt 0 ]"],
    inputs=kwtypes(x=typing.List[int]),
    requests=Resources(cpu="50m", mem="32Mi"),
)
# Long enough for a sample of its memory, which a test reads.
measure = ContainerTask(
    name="graphs.measure",
    image="busybox:latest",
    command=["sh", "-c", "sleep 2; n=$(cat /var/inputs/n); [ $n -ge 0 ] || exit 3; cp /var/inputs/n /var/outputs/o0"],
    inputs=kwtypes(n=int),
    outputs=kwtypes(o0=int),
    input_data_dir="/var/inputs",
    output_data_dir="/var/outputs",
    requests=Resources(cpu="50m", mem=MEMORY),
    limits=Resources(cpu="50m", mem=MEMORY),
)


kept = ContainerTask(
    name="graphs.kept",
    image="busybox:latest",
    command=["cp", "/var/inputs/n", "/var/outputs/o0"],
    inputs=kwtypes(n=int),
    outputs=kwtypes(o0=int),
    input_data_dir="/var/inputs",
    output_data_dir="/var/outputs",
    metadata=TaskMetadata(cache=True, cache_version="1"),
)


@workflow
def inner(n: int) -> int:
    m = echo(n=n)
    return conditional("size").if_(m > 10).then(load(n=m)).else_().then(publish(n=m))


child = LaunchPlan.get_or_create(inner, name="graphs.child")


@dynamic(requests=SMALL, limits=LARGE)
def unfolds(n: int) -> typing.List[int]:
    return [echo(n=each) for each in range(n)]


@workflow
def kinds(n: int) -> typing.Tuple[int, int, typing.List[int]]:
    loaded = load(n=n)
    pause = sleep(datetime.timedelta(seconds=1))
    inside = inner(n=loaded)
    pause >> inside
    return inside, child(n=loaded), unfolds(n=loaded)


@workflow
def remembered(n: int) -> int:
    first, again = kept(n=n), kept(n=n)
    first >> again
    return again


@workflow
def compared(n: int) -> int:
    return publish(n=measure(n=load(n=n)))


@task
def sort(xs: typing.List[int]) -> typing.List[int]:
    return sorted(xs)


@task
def merge(a: typing.List[int], b: typing.List[int]) -> typing.List[int]:
    return list(heapq.merge(a, b))


@dynamic
def sort_halves(xs: typing.List[int], size: int) -> typing.List[int]:
    half = size // 2
    return merge(a=merge_sort(xs=xs[:half], size=half), b=merge_sort(xs=xs[half:], size=size - half))


@workflow
def merge_sort(xs: typing.List[int], size: int) -> typing.List[int]:
    """As the one of the tutorials: a branch, and what it chose comes back to the same workflow."""
    return conditional("small").if_(size <= 2).then(sort(xs=xs)).else_().then(sort_halves(xs=xs, size=size))

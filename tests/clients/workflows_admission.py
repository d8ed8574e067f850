"""Containers that take memory and sleep."""

from flytekit import ContainerTask, Resources, dynamic, workflow


def sleeper(name, seconds, **amounts):
    return ContainerTask(
        name=f"admission.{name}",
        image="busybox:latest",
        command=["sleep", str(seconds)],
        requests=Resources(**amounts),
        limits=Resources(**amounts),
    )


two = sleeper("two", 4, cpu="100m", mem="2Gi")
huge = sleeper("huge", 1, cpu="100m", mem="4Gi")
on_a_gpu = sleeper("on_a_gpu", 1, cpu="100m", mem="10Mi", gpu="1")
small = sleeper("small", 1, cpu="400m", mem="10Mi")


@workflow
def pair():
    two()
    two()


@workflow
def many():
    for _ in range(6):
        small()


@workflow
def with_a_gpu():
    on_a_gpu()


@workflow
def never():
    huge()


@dynamic(requests=Resources(cpu="100m", mem="300Mi"), limits=Resources(cpu="1", mem="600Mi"))
def unfolds():
    huge()


@workflow
def grows():
    unfolds()

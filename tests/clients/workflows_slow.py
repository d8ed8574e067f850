import time

from flytekit import task, workflow


@task
def slow(seconds: int, n: int) -> int:
    print(f"begin {n}", flush=True)
    time.sleep(seconds)
    print(f"end {n}", flush=True)
    return n + 1


@workflow
def chain(seconds: int) -> int:
    return slow(seconds=seconds, n=slow(seconds=seconds, n=slow(seconds=1, n=0)))


@task
def quick(n: int) -> int:
    return n * 2

import typing

import time

from flytekit import map_task, task, workflow


@task(cache=True, cache_version="1.0")
def squared(x: int, salt: str) -> int:
    return x * x


@task(cache=True, cache_version="1.0", cache_serialize=True)
def alone(x: int, salt: str, seconds: int) -> int:
    print("begin", flush=True)
    time.sleep(seconds)
    return x + 1


@workflow
def twice(x: int, y: int, salt: str) -> typing.Tuple[int, int]:
    return squared(x=x, salt=salt), squared(x=y, salt=salt)


@workflow
def in_turn(x: int, salt: str) -> typing.Tuple[int, int]:
    first = squared(x=x, salt=salt)
    second = squared(x=x, salt=salt)
    first >> second
    return first, second


@workflow
def items(xs: typing.List[int], salts: typing.List[str]) -> typing.List[int]:
    return map_task(squared)(x=xs, salt=salts)

"""Tasks that fail in the ways of the tutorial."""

import os

from flytekit import Resources, task
from flytekit.exceptions.user import FlyteRecoverableException


# The memory is the preset's; a tenth of a CPU would make each attempt take half a minute.
CPU = Resources(cpu="1")


def attempt() -> int:
    return int(os.environ.get("FLYTE_ATTEMPT_NUMBER", "0"))


def fail(error: Exception):
    raise error  # apart from the tasks: flytekit wants a return statement in each


def leave(code: int):
    print("leaving", flush=True)
    os._exit(code)


def eat(megabytes: int) -> int:
    block = bytearray(megabytes * 1024 * 1024)
    block[::4096] = b"x" * len(block[::4096])
    return len(block)


@task(retries=3, requests=CPU, limits=CPU)
def recoverable_forever() -> int:
    fail(FlyteRecoverableException(f"attempt {attempt()}"))
    return 0


@task(retries=3, requests=CPU, limits=CPU)
def good_on_the_third() -> int:
    if attempt() < 2:
        raise FlyteRecoverableException(f"attempt {attempt()}")
    return attempt()


@task(retries=3, requests=CPU, limits=CPU)
def good_on_the_fourth() -> int:
    if attempt() == 0:
        raise FlyteRecoverableException("attempt 0")
    if attempt() == 1:
        leave(3)
    if attempt() == 2:
        eat(300)
    return attempt()


@task(retries=3, requests=CPU, limits=CPU)
def ordinary_exception() -> int:
    fail(ValueError("no use to try again"))
    return 0


@task(retries=1, requests=CPU, limits=CPU)
def exits_with_3() -> int:
    leave(3)
    return 0


@task(retries=0, requests=CPU, limits=CPU)
def eats_300_mb() -> int:
    return eat(300)

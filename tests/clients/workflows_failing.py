"""Tasks that fail in the ways of the tutorial."""
import os

from flytekit import current_context, task
from flytekit.exceptions.user import FlyteRecoverableException


def attempt() -> int:
    return int(os.environ.get("FLYTE_ATTEMPT_NUMBER", "0"))


@task(retries=3)
def recoverable_forever() -> int:
    raise FlyteRecoverableException(f"attempt {attempt()}")


@task(retries=3)
def good_on_the_third() -> int:
    if attempt() < 2:
        raise FlyteRecoverableException(f"attempt {attempt()}")
    return attempt()


@task(retries=3)
def ordinary_exception() -> int:
    raise ValueError("no use to try again")


@task(retries=0)
def eats_300_mb() -> int:
    block = bytearray(300 * 1024 * 1024)
    block[::4096] = b"x" * len(block[::4096])
    return len(block)

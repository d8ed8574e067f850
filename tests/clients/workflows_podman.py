"""What a sandbox on Podman has to run."""

import os
import time

from flytekit import Resources, task
from flytekit.exceptions.user import FlyteRecoverableException


@task(retries=2)
def good_on_the_third(word: str) -> str:
    attempt = int(os.environ.get("FLYTE_ATTEMPT_NUMBER", "0"))
    print(f"attempt {attempt} of {word}", flush=True)
    if attempt < 2:
        raise FlyteRecoverableException(f"attempt {attempt}")
    return word.upper()


@task(limits=Resources(mem="400Mi"))
def greedy() -> int:
    time.sleep(1)
    block = bytearray(800 << 20)
    block[::4096] = b"x" * len(block[::4096])
    return len(block)


@task
def sleeps(seconds: int) -> int:
    print("begin", flush=True)
    time.sleep(seconds)
    print("end", flush=True)
    return seconds


@task(requests=Resources(gpu="1"), limits=Resources(gpu="1"))
def wants_a_gpu() -> int:
    return 1

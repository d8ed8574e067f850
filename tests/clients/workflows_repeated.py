"""A task with inputs, variables and a secret as a file, to be looked into while it runs and to be repeated by hand."""

import os
import time
import typing

from flytekit import Resources, Secret, current_context, task


@task(
    requests=Resources(cpu="100m", mem="300Mi"),
    limits=Resources(cpu="1", mem="600Mi"),
    environment={"HELD": "yes", "WORD": "of the task"},
    secret_requests=[Secret(group="repeated", key="key", mount_requirement=Secret.MountType.FILE)],
)
def repeated(words: typing.List[str], times: int) -> str:
    execution = current_context().execution_id
    print("got", *words, "times", times, "in", execution.domain, execution.name, flush=True)
    # Until somebody lets it go; values of variables are not repeated.
    end = time.monotonic() + 200
    while os.environ.get("HELD") and not os.path.exists("/tmp/go") and time.monotonic() < end:
        time.sleep(0.1)
    return " ".join(words * times)

"""A task that runs in an image that `sandbox build` made."""

from flytekit import task


@task(container_image="sandbox-test/built:v1")
def reads() -> str:
    with open("/built/word") as file:
        return file.read().strip()

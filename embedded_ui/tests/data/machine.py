"""Tasks that want what this machine does not have, for the page tests: nothing of it is launched."""

from flytekit import Secret, task


@task(secret_requests=[Secret(group="user-info", key="user_secret"), Secret(group="user-info", key="absent")])
def read_secret() -> int:
    return 1


@task(container_image="sandbox-pages/absent:v1")
def absent_image() -> int:
    return 1

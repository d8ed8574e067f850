"""Tasks that ask for secrets; they give back digests, never values."""

import hashlib
import os
import time

from flytekit import Resources, Secret, current_context, task, workflow
from flytekit.exceptions.user import FlyteRecoverableException

CPU = Resources(cpu="1", mem="500Mi")
GROUP, KEY = "user-info", "user_secret"


def digest(text) -> str:
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


@task(
    requests=CPU,
    limits=CPU,
    secret_requests=[Secret(group=GROUP, key=KEY, mount_requirement=Secret.MountType.ENV_VAR, env_var="MY_SECRET")],
)
def by_env() -> str:
    value = current_context().secrets.get(GROUP, KEY)
    assert os.environ["_FSEC_USER-INFO_USER_SECRET"] == os.environ["MY_SECRET"] == value
    assert not os.path.exists("/etc/flyte/secrets")
    return digest(value)


@task(
    requests=CPU,
    limits=CPU,
    secret_requests=[
        Secret(group=GROUP, key=KEY, mount_requirement=Secret.MountType.FILE, env_var="MY_FILE"),
        Secret(group="Other", key="Bytes"),
    ],
)
def by_file() -> str:
    assert os.environ["MY_FILE"] == "/etc/flyte/secrets/user-info/user_secret"
    assert os.stat(os.environ["MY_FILE"]).st_mode & 0o777 == 0o444
    assert not any(name.startswith("_FSEC_") for name in os.environ)
    with open("/etc/flyte/secrets/other/bytes", "rb") as file:
        other = file.read()
    return digest(current_context().secrets.get(GROUP, KEY)) + digest(other)


@task(requests=CPU, limits=CPU, retries=1, secret_requests=[Secret(group=GROUP, key=KEY)])
def twice() -> str:
    seen = digest(current_context().secrets.get(GROUP, KEY))
    if os.environ["FLYTE_ATTEMPT_NUMBER"] == "0":
        time.sleep(8)
        assert seen == digest(current_context().secrets.get(GROUP, KEY))
        fail(FlyteRecoverableException("once"))
    return seen


@task(requests=CPU, limits=CPU, retries=2, secret_requests=[Secret(group="nobody", key="stored-this")])
def missing() -> str:
    return ""


def fail(error: Exception):
    raise error


@workflow
def both() -> tuple[str, str]:
    return by_env(), by_file()

"""A Flyte platform for the time of one test run: fixture `flyte`.

Copy this file beside your tests. It needs `sandbox` in PATH (or SANDBOX=/path/to/sandbox) and a Docker Engine. The
sandbox has ports and a directory of its own, so that several runs at once do not meet, and it leaves nothing behind:
it ends with the process of pytest, even when that one is killed.
"""

import dataclasses
import json
import os
import subprocess
import time

import pytest

STARTS_WITHIN = 60


@dataclasses.dataclass
class Flyte:
    endpoint: str  # "localhost:41234", of gRPC, REST and the console
    object_store: str  # "http://localhost:41235"
    env: dict  # for commands: subprocess.run(["pyflyte", "run", "--remote", ...], env=flyte.env)

    def remote(self, project="flytesnacks", domain="development"):
        """A flytekit.remote.FlyteRemote of it."""
        from flytekit.configuration import Config, DataConfig, PlatformConfig, S3Config
        from flytekit.remote import FlyteRemote

        s3 = S3Config(self.object_store, access_key_id="minio", secret_access_key="miniostorage")
        config = Config(PlatformConfig(endpoint=self.endpoint, insecure=True), data_config=DataConfig(s3=s3))
        return FlyteRemote(config, default_project=project, default_domain=domain)


@pytest.fixture(scope="session")
def flyte(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flyte")
    ready, log = folder / "ready.json", folder / "sandbox.log"
    command = [os.environ.get("SANDBOX", "sandbox"), "start", "--ephemeral", "--auto-ports", "--ready-file", str(ready)]
    with open(log, "w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
    try:
        end = time.monotonic() + STARTS_WITHIN
        while not ready.exists():
            assert process.poll() is None, f"the sandbox ended: {log.read_text()}"
            assert time.monotonic() < end, f"the sandbox is not ready after {STARTS_WITHIN} s: {log.read_text()}"
            time.sleep(0.05)
        told = json.loads(ready.read_text())
        yield Flyte(told["endpoint"], told["object_store"], {**os.environ, **told["env"]})
    finally:
        process.terminate()
        process.wait(60)

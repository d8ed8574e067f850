"""A real sandbox for the tests in Python: the release executable, real containers, unmodified clients."""

import json
import os
import pathlib
import subprocess
import sys
import time

import ports

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "build" / "clients"
PYFLYTE = str(pathlib.Path(sys.executable).parent / "pyflyte")
FLYTECTL = os.environ.get("FLYTECTL", str(CLIENTS / "flytectl"))
IMAGE = "acc/flytekit:v1"


def wait_for(condition, seconds, what):
    """The value of condition() once it is true; fails with the last value after the deadline."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s (last: {value!r})"
        time.sleep(0.1)


class Sandbox:
    """A sandbox with a data directory, a home directory and ports of its own: whoever runs the tests may run a
    sandbox, too."""

    def __init__(self, home, preset="standard"):
        self.home, self.preset, self.ports = pathlib.Path(home), preset, ports.take()
        self.port_base = self.ports.base
        self.port, self.s3, self.registry = self.port_base + 80, self.port_base + 2, self.port_base
        self.executable = os.environ.get("SANDBOX", str(ROOT / "build" / "release" / "sandbox"))
        self.env = {
            **os.environ,
            "HOME": str(self.home.parent),
            "SANDBOX_HOME": str(self.home),
            "DOCKER_BUILDKIT": "0",
        }

    def run(self, *arguments, check=True, **kw):
        p = subprocess.run(
            [self.executable, *map(str, arguments)],
            env=self.env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=600,
            **kw,
        )
        if check:
            assert p.returncode == 0, (
                f"sandbox {' '.join(map(str, arguments))}: exit {p.returncode}\n{p.stdout}\n{p.stderr}"
            )
        return p

    def start(self, *more):
        return self.run("start", "--preset", self.preset, "--port-base", self.port_base, *more)

    def exec(self, *command, check=True, **kw):
        return self.run("exec", "--", *command, check=check, **kw)

    def register(self, file, version, *more, project="flytesnacks", domain="development", check=True):
        """pyflyte register of one file, from its folder."""
        place = ["-p", project, "-d", domain]
        what = ["--image", IMAGE, "--version", version, *more, file.name]
        return self.exec(PYFLYTE, "register", *place, *what, check=check, cwd=file.parent)

    def pid(self):
        return json.loads((self.home / "runtime.json").read_text())["pid"]

    def kill(self):
        """kill -9, and wait until the process is gone."""
        pid = self.pid()
        os.kill(pid, 9)
        wait_for(lambda: not alive(pid), 10, "the end of the process")

    def pods(self, namespace="flytesnacks-development"):
        return json.loads(self.run("pods", "-n", namespace, "-o", "json").stdout)["pods"]

    def remote(self, project="flytesnacks", domain="development"):
        from flytekit.configuration import Config, DataConfig, PlatformConfig, S3Config
        from flytekit.remote import FlyteRemote

        s3 = S3Config(endpoint=f"http://localhost:{self.s3}", access_key_id="minio", secret_access_key="miniostorage")
        return FlyteRemote(
            Config(
                platform=PlatformConfig(endpoint=f"localhost:{self.port}", insecure=True), data_config=DataConfig(s3=s3)
            ),
            default_project=project,
            default_domain=domain,
            interactive_mode_enabled=False,
        )

    def finish(self, remote, execution, seconds=240):
        """Waits for a terminal phase; returns the execution's name of it and the closure."""
        from flytekit.models.core.execution import WorkflowExecutionPhase as Phase

        terminal = (Phase.SUCCEEDED, Phase.FAILED, Phase.ABORTED, Phase.TIMED_OUT)
        end = time.monotonic() + seconds
        while True:
            got = remote.client.get_execution(execution.id)
            if got.closure.phase in terminal:
                return Phase.enum_to_string(got.closure.phase), got.closure
            assert time.monotonic() < end, (
                f"{execution.id.name} is {Phase.enum_to_string(got.closure.phase)} after {seconds} s"
            )
            time.sleep(0.2)


def alive(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def started(tmp_path_factory, name, **kw):
    sandbox = Sandbox(tmp_path_factory.mktemp(name) / "sandbox", **kw)
    sandbox.start()
    yield sandbox
    log = (sandbox.home / "sandbox.log").read_text(errors="replace")
    sandbox.run("teardown")
    assert "BUG: " not in log, log[log.index("BUG: ") :][:500]

"""What the task benches share: a client of the sandbox, and the same containers through the raw Docker API."""

import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from flyteidl.admin.common_pb2 import NamedEntityIdentifier, ResourceListRequest
from flytekit.clients.raw import RawSynchronousFlyteClient
from flytekit.configuration import Config, PlatformConfig
from flytekit.models.core.execution import WorkflowExecutionPhase as Phase
from flytekit.models.execution import ExecutionMetadata, ExecutionSpec
from flytekit.models.literals import LiteralMap
from flytekit.remote import FlyteRemote

port = int(sys.argv[1])
runs = int(sys.argv[2]) if len(sys.argv) > 2 else 16
IMAGE = "acc/flytekit:v1"
LIMITS = {"CpuShares": 512, "Memory": 2**30, "MemorySwap": 2**30}
TERMINAL = (Phase.SUCCEEDED, Phase.FAILED, Phase.ABORTED)
remote = FlyteRemote(
    Config(platform=PlatformConfig(endpoint=f"localhost:{port}", insecure=True)),
    default_project="flytesnacks",
    default_domain="development",
    interactive_mode_enabled=False,
)


class Engine(http.client.HTTPConnection):
    def __init__(self):
        super().__init__("localhost", timeout=300)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect("/var/run/docker.sock")

    def call(self, method, path, body=None):
        self.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
        answer = self.getresponse()
        text = answer.read()
        assert answer.status < 400, text
        return json.loads(text) if text.strip().startswith(b"{") else None


def raw(image, command, limits=None, env=None):
    engine = Engine()
    container = engine.call(
        "POST", "/containers/create", {"Image": image, "Cmd": command, "Env": env or [], "HostConfig": limits or {}}
    )["Id"]
    engine.call("POST", f"/containers/{container}/start")
    engine.call("POST", f"/containers/{container}/wait")
    engine.call("DELETE", f"/containers/{container}")


def finish(execution, pause=0.005):
    """Waits for SUCCEEDED, looking every `pause`: eight impatient lookers would be what is measured."""
    while (phase := remote.client.get_execution(execution.id).closure.phase) not in TERMINAL:
        time.sleep(pause)
    assert phase == Phase.SUCCEEDED, execution.id.name


def execute(entity, inputs, pause=0.005):
    """Seconds from CreateExecution to SUCCEEDED."""
    return clock(lambda: finish(remote.execute(entity, inputs=inputs), pause))


def clock(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def per_second(work, n, at_once):
    """n of them, so many at a time."""
    with ThreadPoolExecutor(at_once) as pool:
        return n / clock(lambda: list(pool.map(lambda _: work(), range(n))))


def executions_per_second(entity, n, at_once):
    """n executions without inputs, never more than so many at a time. One look finds the ends of all, and it is a cheap
    one: looking takes
    processor time from what is measured."""
    spec = ExecutionSpec(entity.id, ExecutionMetadata(ExecutionMetadata.ExecutionMode.MANUAL, "bench", 0))
    unfinished = ResourceListRequest(
        id=NamedEntityIdentifier(project=entity.id.project, domain=entity.id.domain),
        limit=100,
        # Whatever is no end: an execution that the engine has not looked at yet is UNDEFINED.
        filters="value_in(phase,UNDEFINED;QUEUED;RUNNING;SUCCEEDING;FAILING;ABORTING)",
    )
    begin = time.perf_counter()
    ids, going = [], set()
    while len(ids) < n or going:
        while len(ids) < n and len(going) < at_once:
            ids.append(remote.client.create_execution(entity.id.project, entity.id.domain, "", spec, LiteralMap({})))
            going.add(ids[-1].name)
        time.sleep(0.01)
        going &= {
            row.id.name
            for row in RawSynchronousFlyteClient.list_executions_paginated(remote.client, unfinished).executions
        }
    seconds = time.perf_counter() - begin
    assert {remote.client.get_execution(each).closure.phase for each in ids} == {Phase.SUCCEEDED}
    return n / seconds


def register(text, name):
    version = f"b{int(time.time())}"
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, f"{name}.py").write_text(text)
        config = pathlib.Path(folder, "config.yaml")
        config.write_text(f"admin:\n  endpoint: dns:///localhost:{port}\n  insecure: true\n")
        pyflyte = str(pathlib.Path(sys.executable).parent / "pyflyte")
        subprocess.run(
            [
                pyflyte,
                "-c",
                str(config),
                "register",
                "-p",
                "flytesnacks",
                "-d",
                "development",
                "--image",
                IMAGE,
                "--version",
                version,
                f"{name}.py",
            ],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "FLYTECTL_CONFIG": str(config)},
        )
    return version

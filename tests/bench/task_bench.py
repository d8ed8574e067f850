"""Executions of container tasks against the same containers through the raw Docker API, in one run.

    python tests/bench/task_bench.py [PORT] [RUNS]       a sandbox runs on PORT (default 30080)

Prints: a no-op task one by one and eight at a time; a workflow of two small Python tasks against its two containers by hand, with the same command,
environment and limits.
"""
import http.client
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from flytekit.configuration import Config, PlatformConfig
from flytekit.models.core.execution import WorkflowExecutionPhase as Phase
from flytekit.remote import FlyteRemote

port = int(sys.argv[1]) if len(sys.argv) > 1 else 30080
runs = int(sys.argv[2]) if len(sys.argv) > 2 else 16
IMAGE = "acc/flytekit:v1"
remote = FlyteRemote(Config(platform=PlatformConfig(endpoint=f"localhost:{port}", insecure=True)), default_project="flytesnacks", default_domain="development",
                     interactive_mode_enabled=False)


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
    container = engine.call("POST", "/containers/create", {"Image": image, "Cmd": command, "Env": env or [], "HostConfig": limits or {}})["Id"]
    engine.call("POST", f"/containers/{container}/start")
    engine.call("POST", f"/containers/{container}/wait")
    engine.call("DELETE", f"/containers/{container}")


def recorded(entity):
    """Runs it once; its containers in their order, as arguments of raw: what runs by hand is what ran here."""
    seen = {}
    execution = remote.execute(entity, inputs={})
    engine = Engine()
    while remote.client.get_execution(execution.id).closure.phase not in (Phase.SUCCEEDED, Phase.FAILED, Phase.ABORTED):
        engine.request("GET", "/containers/json?all=1")
        for row in json.loads(engine.getresponse().read()):
            if row["Id"] not in seen and row["Names"][0].startswith(f"/{execution.id.name}-"):
                engine.request("GET", f"/containers/{row['Id']}/json")
                answer = engine.getresponse()
                details = json.loads(answer.read())
                if answer.status == 200:
                    seen[row["Id"]] = details
    kept = ("NanoCpus", "CpuQuota", "CpuPeriod", "CpuShares", "Memory", "MemorySwap", "ExtraHosts", "NetworkMode", "ShmSize")
    return [(c["Config"]["Image"], (c["Config"]["Entrypoint"] or []) + c["Config"]["Cmd"], {k: c["HostConfig"][k] for k in kept}, c["Config"]["Env"])
            for c in sorted(seen.values(), key=lambda c: c["Created"])]


def execute(entity, inputs, pause=0.005):
    """Seconds from CreateExecution to SUCCEEDED, looked at every `pause`: eight impatient lookers would be what is measured."""
    begin = time.perf_counter()
    execution = remote.execute(entity, inputs=inputs)
    while (phase := remote.client.get_execution(execution.id).closure.phase) not in (Phase.SUCCEEDED, Phase.FAILED, Phase.ABORTED):
        time.sleep(pause)
    assert phase == Phase.SUCCEEDED, execution.id.name
    return time.perf_counter() - begin


def clock(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def register(text, name):
    version = f"b{int(time.time())}"
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, f"{name}.py").write_text(text)
        config = pathlib.Path(folder, "config.yaml")
        config.write_text(f"admin:\n  endpoint: dns:///localhost:{port}\n  insecure: true\n")
        pyflyte = str(pathlib.Path(sys.executable).parent / "pyflyte")
        subprocess.run([pyflyte, "-c", str(config), "register", "-p", "flytesnacks", "-d", "development", "--image", IMAGE, "--version", version, f"{name}.py"],
                       cwd=folder, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "FLYTECTL_CONFIG": str(config)})
    return version


# Eight of them fit on two processors: by default each would ask for half a processor, and four would wait for their turn.
version = register("from flytekit import ContainerTask, Resources\n\nnoop = ContainerTask(name='noop', image='busybox:latest', command=['true'], inputs={}, outputs={},\n"
                   "                     requests=Resources(cpu='200m'), limits=Resources(cpu='500m'))\n", "noops")
noop = remote.fetch_task(name="noop", version=version)
limits = {"NanoCpus": 500000000, "Memory": 2**30, "MemorySwap": 2**30}
ours, theirs = [], []
for _ in range(runs):
    ours.append(execute(noop, {}))
    theirs.append(clock(lambda: raw("busybox:latest", ["true"], limits)))
a, b = statistics.median(ours), statistics.median(theirs)
print(f"no-op one by one: sandbox {a * 1000:.0f} ms   raw API {b * 1000:.0f} ms   ratio {a / b:.2f} (goal 1.10)")


def eight_at_a_time(work, n):
    with ThreadPoolExecutor(8) as pool:
        return n / clock(lambda: list(pool.map(lambda _: work(), range(n))))


ours = eight_at_a_time(lambda: execute(noop, {}, 0.05), runs * 2)
theirs = eight_at_a_time(lambda: raw("busybox:latest", ["true"], limits), runs * 2)
print(f"no-op eight at a time: sandbox {ours:.2f}/s   raw API {theirs:.2f}/s   ratio {ours / theirs:.2f} (goal 0.95)")

version = register("from flytekit import task, workflow\n\n\n@task\ndef one() -> int:\n    return 1\n\n\n@task\ndef two(a: int) -> int:\n    return a + 1\n\n\n"
                   "@workflow\ndef pair() -> int:\n    return two(a=one())\n", "pairs")
pair = remote.fetch_workflow(name="pairs.pair", version=version)
containers = recorded(pair)
assert len(containers) == 2, containers
ours, theirs = [], []
for _ in range(max(3, runs // 3)):
    ours.append(execute(pair, {}))
    theirs.append(clock(lambda: [raw(*container) for container in containers]))
a, b = statistics.median(ours), statistics.median(theirs)
print(f"two Python tasks: sandbox {a:.2f} s   their two containers by hand {b:.2f} s   ratio {a / b:.2f} (goal 1.05)")

"""Many executions of every kind on containers that end in a moment: a wide map, and ten kills in the
middle of it all."""

import collections
import pathlib
import subprocess

import pytest
from flyteidl.core.execution_pb2 import TaskExecution

from arrays import register_map
from harness import Sandbox, wait_for

HERE = pathlib.Path(__file__).parent
VERSION = "x1"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    own = Sandbox(tmp_path_factory.mktemp("mixed") / "sandbox")
    own.start()
    own.register(HERE / "workflows_mixed.py", VERSION)
    remote = own.remote()
    register_map(remote, "many", "workflows_mixed.item", VERSION, parallelism=8, min_success_ratio=0.99)
    register_map(remote, "strict", "workflows_mixed.item", VERSION)
    yield own
    own.run("teardown")


class Events:
    """What Docker tells of the sandbox's containers from here on. (It remembers the last 256 only, so somebody
    listens.)"""

    def __init__(self, sandbox, folder):
        instance = (sandbox.home / "instance").read_text().strip()
        self.path = folder / "events"
        self.process = subprocess.Popen(
            [
                "docker",
                "events",
                "--filter",
                "type=container",
                "--filter",
                f"label=sandbox.instance={instance}",
                "--format",
                "{{.Action}} {{.Actor.Attributes.name}}",
            ],
            stdout=self.path.open("w"),
        )

    def __call__(self):
        """(action, container's name), in order."""
        return [tuple(line.split(" ", 1)) for line in self.path.read_text().splitlines()]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def launch(remote, name, **inputs):
    workflow = name if name in ("many", "strict") else f"workflows_mixed.{name}"
    return remote.execute(remote.fetch_workflow(name=workflow, version=VERSION), inputs=inputs)


def high_water(pid):
    """Most resident memory so far, in bytes."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def test_many_items_eight_at_a_time(sandbox, tmp_path, request):
    items = request.config.getoption("--items")
    bad = set(range(299, items, 300))
    remote = sandbox.remote()
    with Events(sandbox, tmp_path) as events:
        execution = launch(remote, "many", xs=list(range(1, items + 1)))
        phase, closure = sandbox.finish(remote, execution, 900)
    assert phase == "SUCCEEDED", closure.error
    assert high_water(sandbox.pid()) < 300 << 20
    at_once = most = 0
    names = collections.Counter()
    for action, name in events():
        if action == "start":
            names[name] += 1
            at_once += 1
            most = max(most, at_once)
        elif action == "die":
            at_once -= 1
    # A container that ends by itself with an error is tried three more times, as any pod that fails.
    assert len(names) == items + 3 * len(bad) and set(names.values()) == {1}
    assert 2 <= most <= 8
    node = next(n for n in remote.client.list_node_executions(execution.id, limit=10)[0] if n.id.node_id == "n0")
    assert node.closure.phase == 3
    tasks = remote.client.list_task_executions_paginated(node.id, limit=10)[0]
    rows = tasks[0].closure.to_flyte_idl().metadata.external_resources
    # One row for each try of an item, as upstream lists them.
    assert collections.Counter((row.index, row.retry_attempt) for row in rows) == collections.Counter(
        (index, attempt) for index in range(items) for attempt in range(4 if index in bad else 1)
    )
    assert {row.index for row in rows if row.phase == TaskExecution.FAILED} == bad


def test_one_item_too_many_fails(sandbox):
    remote = sandbox.remote()
    phase, closure = sandbox.finish(remote, launch(remote, "strict", xs=[1, 300, 2]))
    assert phase == "FAILED" and "[1]" in closure.error.message, closure.error


# kind, inputs, phase, outputs or what the error says
MIX = [
    ("chain", {"x": 3}, "SUCCEEDED", 8),
    ("chain", {"x": -1}, "SUCCEEDED", 0),
    ("chain", {"x": 40}, "SUCCEEDED", 82),
    ("deep", {"x": 1}, "SUCCEEDED", 10),
    ("deep", {"x": 2}, "SUCCEEDED", 14),
    ("deep", {"x": 0}, "SUCCEEDED", 6),
    ("side", {"x": 10}, "SUCCEEDED", 22),
    ("side", {"x": 9}, "SUCCEEDED", 22),
    ("side", {"x": -1}, "SUCCEEDED", 2),
    ("side", {"x": -2}, "FAILED", "too small"),
    ("parent", {"x": 5}, "SUCCEEDED", 13),
    ("parent", {"x": 6}, "SUCCEEDED", 15),
    ("parent", {"x": 7}, "SUCCEEDED", 17),
    ("many", {"xs": list(range(1, 31))}, "SUCCEEDED", None),
    ("many", {"xs": []}, "SUCCEEDED", None),
    ("strict", {"xs": [1, 2, 300]}, "FAILED", "[2]"),
    ("retried", {"x": 4}, "SUCCEEDED", 5),
    ("retried", {"x": 14}, "SUCCEEDED", 15),
    ("late", {"x": 1}, "SUCCEEDED", 2),
    ("late", {"x": 2}, "SUCCEEDED", 3),
    ("asks", {"x": 0}, "SUCCEEDED", 12),
    ("asks", {"x": 1}, "SUCCEEDED", 12),
    ("swept", {"x": 2}, "SUCCEEDED", 3),
    ("swept", {"x": 300}, "FAILED", "exit code (1)"),
    ("swept", {"x": -5}, "FAILED", "exit code (1)"),
]
KILLS = 10


def test_ten_kills_while_25_executions_run(sandbox, tmp_path):
    remote = sandbox.remote()
    with Events(sandbox, tmp_path) as events:
        executions = [launch(remote, kind, **inputs) for kind, inputs, _, _ in MIX]
        asking = [e for e, (kind, *_) in zip(executions, MIX) if kind == "asks"]
        for kill in range(KILLS):
            # Some containers further each time.
            begun = len(events())
            wait_for(lambda: len(events()) > begun + 5, 60, "a few containers")
            sandbox.kill()
            sandbox.start()
            if kill == KILLS // 2:
                for execution in asking:
                    remote.set_signal(
                        "number", execution.id.name, 11, project="flytesnacks", domain="development", python_type=int
                    )
        ends = [sandbox.finish(remote, execution, 300) for execution in executions]
    for execution, (phase, closure), (kind, inputs, expected, result) in zip(executions, ends, MIX):
        assert phase == expected, (kind, inputs, closure.error)
        if phase == "FAILED":
            assert result in closure.error.message, (kind, inputs, closure.error)
        elif result is not None:
            assert remote.sync(execution).outputs.get("o0", as_type=int) == result, (kind, inputs)
    starts = collections.Counter(name for action, name in events() if action == "start")
    assert starts and set(starts.values()) == {1}, {name: n for name, n in starts.items() if n > 1}

"""Stop, kill -9, docker kill and an engine restart in the middle of an execution: nothing is lost, nothing runs
twice."""

import pathlib
import subprocess

import pytest

from harness import Sandbox, wait_for

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    own = Sandbox(tmp_path_factory.mktemp("restart") / "sandbox")
    own.start()
    own.register(HERE / "workflows_slow.py", "s1")
    yield own
    own.run("teardown")


def launch(sandbox, seconds):
    remote = sandbox.remote()
    return remote, remote.execute(
        remote.fetch_workflow(name="workflows_slow.chain", version="s1"), inputs={"seconds": seconds}
    )


def running(sandbox, execution, node):
    name = f"{execution.id.name}-{node}-0"
    wait_for(
        lambda: any(p["name"] == name and p["status"] == "Running" for p in sandbox.pods()), 90, f"pod {name} Running"
    )
    return name


def ends_well_with_each_attempt_once(sandbox, remote, execution):
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["o0"] == 3
    pods = [p for p in sandbox.pods() if p["name"].startswith(execution.id.name)]
    assert sorted(p["name"] for p in pods) == [f"{execution.id.name}-n{i}-0" for i in range(3)]
    for i in range(3):
        printed = sandbox.run("logs", f"{execution.id.name}-n{i}-0").stdout.splitlines()
        assert [line for line in printed if line.startswith(("begin", "end"))] == [f"begin {i}", f"end {i}"]


def test_stop_and_start(sandbox):
    remote, execution = launch(sandbox, 6)
    running(sandbox, execution, "n1")
    sandbox.run("stop")
    assert sandbox.run("status", check=False).returncode == 3
    sandbox.start()
    ends_well_with_each_attempt_once(sandbox, sandbox.remote(), execution)


def test_kill_9_and_start(sandbox):
    remote, execution = launch(sandbox, 6)
    running(sandbox, execution, "n1")
    sandbox.kill()
    sandbox.start()
    ends_well_with_each_attempt_once(sandbox, sandbox.remote(), execution)


def test_docker_kill_ends_the_attempt_as_interrupted(sandbox):
    remote, execution = launch(sandbox, 6)
    pod = running(sandbox, execution, "n1")
    subprocess.run(["docker", "kill", pod], check=True, stdout=subprocess.DEVNULL)
    phase, closure = sandbox.finish(sandbox.remote(), execution)
    # A system failure: tried again with the system's budget.
    assert phase == "SUCCEEDED", closure.error
    pods = {p["name"]: p["status"] for p in sandbox.pods() if p["name"].startswith(f"{execution.id.name}-n1-")}
    assert pods == {f"{execution.id.name}-n1-0": "Error", f"{execution.id.name}-n1-1": "Completed"}

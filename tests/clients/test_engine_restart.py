"""The Docker Engine is restarted or killed under running tasks: their attempts end in a stated phase, and none runs
twice."""

import os
import pathlib
import shutil
import signal

import pytest

from engine import Engine
from harness import Sandbox, wait_for

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def engine():
    if os.geteuid() != 0 or not all(map(shutil.which, ("dockerd", "unshare", "ip"))):
        pytest.skip("needs root, dockerd, unshare and ip")  # skip: a second Docker Engine is not for every user
    own = Engine()
    try:
        assert own.start(), "a second Docker Engine does not start here: " + (own.folder / "log").read_text()[-500:]
        own.load("busybox:latest")
        yield own
    finally:
        own.remove()


@pytest.fixture(scope="module")
def sandbox(engine, tmp_path_factory):
    own = Sandbox(tmp_path_factory.mktemp("engine") / "sandbox")
    own.env["DOCKER_HOST"] = engine.address
    own.start()
    own.register(HERE / "workflows_container.py", "e1")
    yield own
    own.run("teardown")


def launch(sandbox, task="long"):
    remote = sandbox.remote()
    return remote, remote.execute(remote.fetch_task(name=f"workflows_container.{task}", version="e1"), inputs={"x": 5})


def pods(sandbox, execution):
    return {p["name"].rsplit("-", 1)[1]: p["status"] for p in sandbox.pods() if p["name"].startswith(execution.id.name)}


def printed(sandbox, execution, attempt):
    name = next(
        p["name"]
        for p in sandbox.pods()
        if p["name"].startswith(execution.id.name) and p["name"].endswith(f"-{attempt}")
    )
    return sandbox.run("logs", name).stdout.split()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_restart_ends_the_attempt_as_interrupted(engine, sandbox, how):
    remote, execution = launch(sandbox)
    wait_for(lambda: pods(sandbox, execution) == {"0": "Running"}, 60, "the pod to run")
    engine.restart(how)
    phase, closure = sandbox.finish(remote, execution)
    # The engine ends its containers when it ends, or finds them dead: a system failure, tried again with the system's
    # budget.
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["o0"] == 5
    assert pods(sandbox, execution) == {"0": "Error", "1": "Completed"}
    assert printed(sandbox, execution, 0) == ["begin"]
    assert printed(sandbox, execution, 1) == ["begin", "end"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_task_that_ends_in_the_grace_of_the_engine_keeps_its_outputs(engine, sandbox, how):
    remote, execution = launch(sandbox, "stubborn")
    wait_for(lambda: pods(sandbox, execution) == {"0": "Running"}, 60, "the pod to run")
    engine.restart(how)
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", [p["reason"] for p in sandbox.pods() if p["name"].startswith(execution.id.name)]
    assert remote.sync(execution).outputs["o0"] == 5
    assert pods(sandbox, execution) == {"0": "Completed"}
    assert printed(sandbox, execution, 0) == ["begin", "end"]


def test_containers_that_outlive_the_engine_go_on(engine, sandbox):
    engine.restart(signal.SIGTERM, "--live-restore")
    remote, execution = launch(sandbox)
    wait_for(lambda: pods(sandbox, execution) == {"0": "Running"}, 60, "the pod to run")
    engine.restart(signal.SIGKILL, "--live-restore")
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert pods(sandbox, execution) == {"0": "Completed"}
    assert printed(sandbox, execution, 0) == ["begin", "end"]


def test_a_task_that_is_launched_while_no_engine_runs_waits_for_one(engine, sandbox):
    engine.end()
    remote, execution = launch(sandbox)
    wait_for(
        lambda: any(
            "waiting for the Docker Engine" in p["reason"]
            for p in sandbox.pods()
            if p["name"].startswith(execution.id.name)
        ),
        60,
        "the pod to say what it waits for",
    )
    assert engine.start()
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert pods(sandbox, execution) == {"0": "Completed"}

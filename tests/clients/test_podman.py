"""The main job on Podman, which answers as a Docker Engine does, but for what docs/reference/engines.md lists.

The Podman is Debian's, run by root with a storage and a network of its own: tests/support/podman.py."""

import json
import os
import pathlib
import shutil
import signal
import subprocess

import pytest

from harness import IMAGE, Sandbox, wait_for
from podman import Podman
from test_pods import launched, shares

HERE = pathlib.Path(__file__).parent
BUILT = "sandbox-test/built:v1"


@pytest.fixture(scope="module")
def podman():
    if os.geteuid() != 0 or not all(map(shutil.which, ("podman", "runc"))):
        pytest.skip("needs root, podman and runc")  # skip: root's Podman is not for every user
    own = Podman()
    try:
        own.start()
        own.load(IMAGE)
        yield own
    finally:
        own.remove()


@pytest.fixture(scope="module")
def sandbox(podman, tmp_path_factory):
    own = Sandbox(tmp_path_factory.mktemp("podman") / "sandbox")
    own.env["DOCKER_HOST"] = podman.address
    own.start()
    own.register(HERE / "workflows_podman.py", "p1")
    yield own
    own.run("teardown")
    assert podman.run("ps", "--all", "--quiet").stdout == ""
    assert podman.run("volume", "ls", "--quiet").stdout == ""


def launch(sandbox, task, version="p1", file="workflows_podman", **inputs):
    remote = sandbox.remote()
    return remote, remote.execute(remote.fetch_task(name=f"{file}.{task}", version=version), inputs=inputs)


def pods(sandbox, execution):
    """The status of each attempt."""
    return {p["name"].rsplit("-", 1)[1]: p["status"] for p in sandbox.pods() if p["name"].startswith(execution.id.name)}


def printed(sandbox, execution, attempt):
    name = next(
        p["name"]
        for p in sandbox.pods()
        if p["name"].startswith(execution.id.name) and p["name"].endswith(f"-{attempt}")
    )
    return [
        line for line in sandbox.run("logs", name).stdout.splitlines() if line.startswith(("begin", "end", "attempt"))
    ]


def runs(sandbox, execution):
    wait_for(lambda: pods(sandbox, execution) == {"0": "Running"}, 90, "the pod to run")
    wait_for(lambda: "begin" in printed(sandbox, execution, 0), 60, "the task to begin")


def test_it_is_found_and_named(podman, sandbox):
    said = sandbox.run("status").stdout
    assert podman.address in said
    found = json.loads(sandbox.run("doctor", "-o", "json", check=False).stdout)
    engine = next(check for check in found["checks"] if check["id"] == "engine")
    assert engine["verdict"] == "OK" and engine["text"].startswith("Podman "), engine


def test_retries_logs_and_outputs(sandbox):
    remote, execution = launch(sandbox, "good_on_the_third", word="yes")
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["o0"] == "YES"
    assert pods(sandbox, execution) == {"0": "Error", "1": "Error", "2": "Completed"}
    for attempt in range(3):
        assert printed(sandbox, execution, attempt)[0] == f"attempt {attempt} of yes"


def test_want_of_memory(sandbox):
    """Podman 4 does not tell of it where control groups are version 1: what the kernel counts is read here."""
    remote, execution = launch(sandbox, "greedy")
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "FAILED" and "OOMKilled" in closure.error.code, closure.error
    assert pods(sandbox, execution) == {"0": "OOMKilled"}


def test_abort(podman, sandbox):
    remote, execution = launch(sandbox, "sleeps", seconds=600)
    runs(sandbox, execution)
    sandbox.run("terminate", execution.id.name)
    phase, _ = sandbox.finish(remote, execution, 60)
    assert phase == "ABORTED"
    wait_for(lambda: podman.run("ps", "--all", "--quiet").stdout == "", 60, "the end of its container")


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_running_task_is_adopted(sandbox, how):
    remote, execution = launch(sandbox, "sleeps", seconds=8)
    runs(sandbox, execution)
    sandbox.kill() if how == "kill" else sandbox.run("stop")
    sandbox.start()
    phase, closure = sandbox.finish(sandbox.remote(), execution)
    assert phase == "SUCCEEDED", closure.error
    assert pods(sandbox, execution) == {"0": "Completed"}
    assert printed(sandbox, execution, 0) == ["begin", "end"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_task_goes_on_while_the_service_is_away(podman, sandbox, how):
    remote, execution = launch(sandbox, "sleeps", seconds=8)
    runs(sandbox, execution)
    podman.end(how)
    podman.start()
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert pods(sandbox, execution) == {"0": "Completed"}
    assert printed(sandbox, execution, 0) == ["begin", "end"]


def test_a_killed_container_is_no_end_of_its_engine(podman, sandbox):
    remote, execution = launch(sandbox, "sleeps", seconds=8)
    runs(sandbox, execution)
    podman.end()
    podman.start()
    podman.run("kill", podman.run("ps", "--quiet").stdout.strip())
    phase, closure = sandbox.finish(remote, execution)
    # SIGKILL of a python task is tried again with the system's budget.
    assert phase == "SUCCEEDED", closure.error
    assert pods(sandbox, execution) == {"0": "Error", "1": "Completed"}


def test_a_loaded_image_and_files_of_raw_containers(podman, sandbox, tmp_path):
    saved = tmp_path / "busybox.tar"
    subprocess.run(["docker", "save", "busybox:latest", "-o", saved], check=True)
    assert "busybox:latest" in sandbox.run("image", "load", saved).stdout
    assert "busybox:latest" in sandbox.run("image", "ls", "-o", "name").stdout.splitlines()
    sandbox.register(HERE / "workflows_container.py", "p1")
    remote = sandbox.remote()
    workflow = remote.fetch_workflow(name="workflows_container.files", version="p1")
    execution = remote.execute(workflow, inputs={"text": "hello"})
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["o0"] == 10
    assert remote.sync(execution).outputs["o1"] == "loud quiet"


def test_containers_of_a_pod_share_files_and_network(podman, sandbox):
    phase, error, rows = launched(sandbox, shares(2), "shares")
    assert phase == "SUCCEEDED", error
    assert sandbox.run("logs", rows[0]["name"]).stdout.splitlines() == ["prepared", "over the wire"]
    wait_for(lambda: podman.run("volume", "ls", "--quiet").stdout == "", 60, "the end of its volume")


def test_a_built_image(podman, sandbox, tmp_path):
    # Its builder knows what Docker leaves to BuildKit.
    run = "RUN --mount=type=cache,target=/kept mkdir /built && echo hello > /built/word"
    (tmp_path / "Dockerfile").write_text(f"FROM {IMAGE}\n{run}\n")
    built = sandbox.run("build", tmp_path, "-t", BUILT)
    assert "mkdir /built" in built.stdout and f"built {BUILT}  sha256:" in built.stdout
    # What Podman itself builds has no registry in its name, and is found without.
    podman.run("tag", BUILT, "localhost/own:v1")
    names = sandbox.run("image", "ls", "-o", "name").stdout.splitlines()
    assert BUILT in names
    sandbox.register(HERE / "workflows_built.py", "p1")
    remote, execution = launch(sandbox, "reads", file="workflows_built")
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["o0"] == "hello"


def test_a_failing_build_says_why(sandbox, tmp_path):
    (tmp_path / "Dockerfile").write_text(f"FROM {IMAGE}\nRUN echo before && exit 3\n")
    failed = sandbox.run("build", tmp_path, "-t", "sandbox-test/built:failing", check=False)
    assert failed.returncode == 1
    assert "before" in failed.stderr and "exit status 3" in failed.stderr


def test_a_build_with_a_secret_is_refused(sandbox, tmp_path):
    (tmp_path / "Dockerfile").write_text(f"FROM {IMAGE}\nRUN --mount=type=secret,id=token true\n")
    (tmp_path / "token").write_text("s")
    refused = sandbox.run(
        "build", tmp_path, "-t", "sandbox-test/built:secret", "--secret", f"id=token,src={tmp_path}/token", check=False
    )
    assert refused.returncode == 1
    assert "the engine has no BuildKit that asks for secrets" in refused.stderr, refused.stderr


def test_an_image_that_cannot_be_had(sandbox):
    failed = sandbox.run("image", "pull", "localhost:1/nothing:v1", check=False)
    assert failed.returncode == 1 and "localhost:1" in failed.stderr


def test_a_task_that_wants_a_gpu_is_told_that_podman_gives_none(podman, sandbox):
    with pytest.raises(Exception, match="gpu: needs 1, this machine has 0 for tasks; .* .Podman hands out none"):
        launch(sandbox, "wants_a_gpu")
    assert podman.run("ps", "--all", "--quiet").stdout == ""

"""Raw containers: files in, files out, whatever the image."""

import pathlib
import subprocess

import pytest

from harness import Sandbox, wait_for

HERE = pathlib.Path(__file__).parent
IMAGES = {
    "sandbox-test/no-shell:v1": "FROM busybox:latest AS box\nFROM scratch\nCOPY --from=box /bin/busybox /cp\n",
    "sandbox-test/not-root:v1": "FROM busybox:latest\nUSER 1234\n",
}


def docker(*arguments, **kw):
    return subprocess.run(["docker", *arguments], check=True, text=True, stdout=subprocess.PIPE, **kw).stdout


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    own = Sandbox(tmp_path_factory.mktemp("raw") / "sandbox")
    for name, text in IMAGES.items():
        docker("build", "-q", "-t", name, "-", input=text, env=own.env)
    own.start()
    own.register(HERE / "workflows_container.py", "r1")
    yield own
    own.run("teardown")
    docker("rmi", "-f", *IMAGES)


def launch(sandbox, task, **inputs):
    remote = sandbox.remote()
    return remote, remote.execute(remote.fetch_task(name=f"workflows_container.{task}", version="r1"), inputs=inputs)


def outputs(sandbox, task, **inputs):
    remote, execution = launch(sandbox, task, **inputs)
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    return remote.sync(execution).outputs


def failure(sandbox, task, **inputs):
    """The execution's error, the last reason of its task, and its last pod."""
    remote, execution = launch(sandbox, task, **inputs)
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "FAILED"
    node = next(
        n
        for n in remote.client.list_node_executions(execution.id)[0]
        if n.metadata.spec_node_id not in ("start-node", "end-node")
    )
    from flyteidl.admin.task_execution_pb2 import TaskExecutionListRequest

    tasks = remote.client._stub.ListTaskExecutions(
        TaskExecutionListRequest(node_execution_id=node.id.to_flyte_idl(), limit=10)
    ).task_executions
    return (
        closure.error,
        tasks[-1].closure.reason,
        [p for p in sandbox.pods() if p["name"].startswith(execution.id.name)][-1],
    )


def test_values_in_and_out(sandbox):
    got = outputs(sandbox, "add", a=4, b=38, word="quiet")
    assert (got["total"], got["loud"]) == (42, "QUIET")


def test_inputs_as_json_and_an_output_that_is_a_struct(sandbox):
    assert outputs(sandbox, "as_json", a=4, b="x")["o"] == {"a": 4, "b": "x"}


def test_an_image_without_a_shell(sandbox):
    assert outputs(sandbox, "copy", x=7)["o0"] == 7


def test_an_image_whose_user_is_not_root(sandbox):
    assert outputs(sandbox, "humble", x=1)["uid"] == 1234


def test_files_and_directories(sandbox):
    remote = sandbox.remote()
    execution = remote.execute(
        remote.fetch_workflow(name="workflows_container.files", version="r1"), inputs={"text": "some text"}
    )
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["o0"] == 18
    assert remote.sync(execution).outputs["o1"] == "loud quiet"


def test_a_missing_output_is_named(sandbox):
    error, reason, pod = failure(sandbox, "forgets")
    assert error.code == "RetriesExhausted|OutputsNotFound"
    assert reason == "output [b]: there is no /var/outputs/b"
    assert (pod["status"], pod["reason"]) == ("Error", reason)


def test_a_link_that_leads_outside_is_not_followed(sandbox):
    error, reason, _ = failure(sandbox, "points_out")
    assert error.code == "RetriesExhausted|OutputsNotFound"
    assert reason == "output [f]: a link to /etc/passwd leads outside of /var/outputs"


def test_a_container_that_ends_while_no_sandbox_runs(sandbox):
    remote, execution = launch(sandbox, "slow", x=11)
    running = lambda: [
        p for p in sandbox.pods() if p["name"].startswith(execution.id.name) and p["status"] == "Running"
    ]
    wait_for(running, 60, "the pod to run")
    pod = running()[0]["name"]
    sandbox.kill()
    assert docker("wait", pod).strip() == "0"
    sandbox.start()
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["o0"] == 11


def test_nothing_is_left_behind(sandbox):
    left = lambda: [path for path in sandbox.home.glob("archives/**/*") if path.is_file()]
    wait_for(lambda: not left(), 20, "the archives to go")
    instance = (sandbox.home / "instance").read_text().strip()
    wait_for(
        lambda: not docker("ps", "-aq", "--filter", f"label=sandbox.instance={instance}"), 30, "the containers to go"
    )

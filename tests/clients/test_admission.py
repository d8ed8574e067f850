"""Containers start only while cpu and memory last; what waits says for what; what can never fit is refused."""

import pathlib
import subprocess

import pytest
from flyteidl.admin.task_execution_pb2 import TaskExecutionListRequest

from harness import Sandbox, wait_for

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    home = tmp_path_factory.mktemp("admission") / "sandbox"
    home.mkdir()
    (home / "config.yaml").write_text("capacity: {cpu: 1, memory: 3Gi}\n")
    own = Sandbox(home)
    own.start()
    own.register(HERE / "workflows_admission.py", "a1")
    yield own
    own.run("teardown")


def launch(sandbox, name):
    remote = sandbox.remote()
    return remote, remote.execute(remote.fetch_workflow(name=f"workflows_admission.{name}", version="a1"), inputs={})


def attempts(remote, execution):
    """As the server sends them: flytekit's own model leaves the reasons out."""
    out = []
    for node in remote.client.list_node_executions(execution.id, limit=100)[0]:
        request = TaskExecutionListRequest(node_execution_id=node.id.to_flyte_idl(), limit=10)
        out += remote.client._stub.ListTaskExecutions(request).task_executions
    return out


def spans(remote, execution):
    """Start and end of each attempt's container, by start."""
    out = []
    for task in attempts(remote, execution):
        start = task.closure.started_at.ToNanoseconds()
        out.append((start, start + task.closure.duration.ToNanoseconds()))
    return sorted(out)


def overlap(times):
    return max(sum(a <= at < b for a, b in times) for at, _ in times)


def test_the_second_waits_and_says_for_what(sandbox):
    remote, execution = launch(sandbox, "pair")
    pods = wait_for(
        lambda: [p for p in sandbox.pods() if p["execution"] == execution.id.name and p["reason"]],
        20,
        "a pod that waits",
    )
    assert [(p["status"], p["reason"]) for p in pods] == [("Pending", "waits for memory: needs 2Gi, 1Gi of 3Gi free")]
    assert "waits for memory: needs 2Gi, 1Gi of 3Gi free" in sandbox.run("get", execution.id.name).stdout
    sandbox.kill()  # who runs goes on, who waits waits on
    sandbox.start()
    remote = sandbox.remote()
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    said = [reason.message for task in attempts(remote, execution) for reason in task.closure.reasons]
    assert "waits for memory: needs 2Gi, 1Gi of 3Gi free" in said
    assert overlap(spans(remote, execution)) == 1


def test_executions_share_the_cpu(sandbox):
    launched = [launch(sandbox, "many") for _ in range(2)]
    times = []
    for remote, execution in launched:
        phase, closure = sandbox.finish(remote, execution)
        assert phase == "SUCCEEDED", closure.error
        times.append(spans(remote, execution))
    assert overlap(sorted(times[0] + times[1])) <= 2
    # Neither has to wait for the other's end.
    assert times[1][0][0] < times[0][-1][0] and times[0][0][0] < times[1][-1][0]


def test_what_can_never_fit_is_refused_at_launch(sandbox):
    with pytest.raises(
        Exception,
        match=r"task \[admission.huge\] of node \[n0\] can never run: requested resources exceed limits: "
        r"memory: needs 4Gi, this machine has 3Gi for tasks",
    ):
        launch(sandbox, "never")


def test_a_gpu_that_is_not_there(sandbox):
    engine = subprocess.run(["docker", "info"], stdout=subprocess.PIPE, text=True, check=True).stdout
    if "nvidia" in engine:
        remote, execution = launch(sandbox, "with_a_gpu")
        phase, closure = sandbox.finish(remote, execution)
        assert phase == "SUCCEEDED", closure.error
        return
    with pytest.raises(
        Exception,
        match=r"task \[admission.on_a_gpu\] of node \[n0\] can never run: requested resources exceed limits: "
        r"gpu: needs 1, this machine has 0 for tasks; install NVIDIA's driver and Container Toolkit .* take `gpu` out",
    ):
        launch(sandbox, "with_a_gpu")


def test_what_a_dynamic_task_starts_and_can_never_fit_fails(sandbox):
    remote, execution = launch(sandbox, "grows")
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "FAILED"
    assert closure.error.code == "ResourceRequestsExceedLimits"
    assert closure.error.message.startswith(
        "requested resources exceed limits: memory: needs 4Gi, this machine has 3Gi for tasks; lower the task's request"
    )

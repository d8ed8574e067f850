"""Pod tasks of all three versions, with containers that share files and a network; what needs Kubernetes is refused by
name."""

import pytest
from flyteidl.admin import execution_pb2, task_pb2
from flyteidl.core import identifier_pb2, tasks_pb2
from google.protobuf import json_format

PROJECT = {"project": "flytesnacks", "domain": "development"}
SCRATCH = {"volumes": [{"name": "scratch", "emptyDir": {}}]}


def box(name, text, mount="/scratch", **more):
    return {
        "name": name,
        "image": "busybox:latest",
        "command": ["sh", "-c", text],
        "volumeMounts": [{"name": "scratch", "mountPath": mount}],
        **more,
    }


def sidecar(version, spec, primary="main"):
    template = tasks_pb2.TaskTemplate(type="sidecar", task_type_version=version)
    custom = {"podSpec": spec, "primaryContainerName": primary} if version == 0 else spec
    json_format.ParseDict(custom, template.k8s_pod.pod_spec if version == 2 else template.custom)
    if version > 0:
        template.config["primary_container_name"] = primary
    return template


def launched(sandbox, template, name):
    """Registers it and runs it to its end: phase, error, and the rows of its pods."""
    remote = sandbox.remote()
    template.id.CopyFrom(
        identifier_pb2.Identifier(resource_type=identifier_pb2.TASK, name=name, version="p1", **PROJECT)
    )
    template.interface.inputs.SetInParent()
    template.interface.outputs.SetInParent()
    template.metadata.retries.SetInParent()
    template.metadata.runtime.type = 1
    template.metadata.runtime.version, template.metadata.runtime.flavor = "1.0", "python"
    remote.client._stub.CreateTask(
        task_pb2.TaskCreateRequest(id=template.id, spec=task_pb2.TaskSpec(template=template))
    )
    execution = remote.client._stub.CreateExecution(
        execution_pb2.ExecutionCreateRequest(spec=execution_pb2.ExecutionSpec(launch_plan=template.id), **PROJECT)
    )
    phase, closure = sandbox.finish(remote, remote.fetch_execution(name=execution.id.name))
    pods = [p for p in sandbox.pods() if p["name"].startswith(execution.id.name)]
    return phase, closure.error, sorted(pods, key=lambda p: p["name"])


@pytest.fixture
def run(standard, request):
    name = request.node.name.replace("[", ".").replace("]", "")
    return lambda template: launched(standard, template, name)


def shares(version):
    """A pod whose primary prints what an init container wrote, and what another container says over the network."""
    spec = {
        **SCRATCH,
        "initContainers": [box("prep", "echo prepared > /scratch/a")],
        "containers": [
            box("helper", "cat /other/a; while true; do echo over the wire | nc -l -p 7000; done", mount="/other"),
            box(
                "main",
                "cat /scratch/a; until nc localhost 7000 < /dev/null > /o 2> /dev/null "
                "&& [ -s /o ]; do sleep 0.2; done; cat /o",
                resources={"limits": {"memory": "64Mi"}},
            ),
        ],
    }
    return sidecar(version, spec)


@pytest.mark.parametrize("version", [0, 1, 2])
def test_the_primary_decides_and_all_share_files_and_network(standard, run, version):
    phase, error, pods = run(shares(version))
    assert phase == "SUCCEEDED", error
    assert [p["status"] for p in pods] == ["Completed"]
    assert standard.run("logs", pods[0]["name"]).stdout.splitlines() == ["prepared", "over the wire"]


def test_a_primary_that_fails_while_others_run_is_the_users_failure(run):
    phase, error, pods = run(
        sidecar(1, {**SCRATCH, "containers": [box("main", "sleep 2; exit 9"), box("helper", "sleep 600")]})
    )
    assert phase == "FAILED"
    assert error.code == "RetriesExhausted|Error"
    assert (
        error.message == "[1/1] currentAttempt done. Last Error: USER::\r\n[main] terminated with "
        "exit code (9). Reason [Error]. Message: \n."
    )
    assert len(pods) == 1


def test_where_no_primary_is_named_the_last_end_counts_and_init_containers_come_first(run):
    spec = {
        "initContainers": [box("prep", "true")],
        "containers": [box("main", "exit 3"), box("helper", "echo lost; sleep 2; exit 5")],
    }
    template = sidecar(2, {**SCRATCH, **spec})
    template.type = "python-task"
    phase, error, pods = run(template)
    assert phase == "FAILED"
    assert error.code == "RetriesExhausted|Interrupted"
    assert error.message == (
        "[3/3] currentAttempt done. Last Error: SYSTEM::Pod failed. No message received from kubernetes."
        "\r\n[prep] terminated with ExitCode 0."
        "\r\n[helper] terminated with exit code (5). Reason [Error]. Message: \n."
        "\r\n[main] terminated with exit code (3). Reason [Error]. Message: \n."
    )
    assert [p["status"] for p in pods] == ["Error"] * 4


def test_a_sidecar_is_started_again_and_goes_with_the_pod(run):
    count = "echo x >> /scratch/lives; exit 5"
    spec = {
        "initContainers": [box("proxy", count, restartPolicy="Always")],
        "containers": [box("main", "while [ $(wc -l < /scratch/lives) -lt 3 ]; do sleep 0.2; done")],
    }
    phase, error, pods = run(sidecar(1, {**SCRATCH, **spec}))
    assert phase == "SUCCEEDED", error
    assert [p["status"] for p in pods] == ["Completed"]


def test_a_pod_that_is_active_for_too_long(run):
    spec = {
        "activeDeadlineSeconds": 3,
        "containers": [box("main", "trap 'echo -n bye > /dev/termination-log; exit 143' TERM; sleep 60 & wait")],
    }
    phase, error, pods = run(sidecar(1, {**SCRATCH, **spec}))
    assert phase == "FAILED"
    assert error.code == "RetriesExhausted|DeadlineExceeded"
    assert error.message == (
        "[1/1] currentAttempt done. Last Error: USER::Pod was active on the node longer than the specified deadline"
        "\r\n[main] terminated with exit code (143). Reason [Error]. Message: \nbye."
    )
    assert [p["status"] for p in pods] == ["DeadlineExceeded"]


@pytest.mark.parametrize(
    "more, field",
    [
        ({"hostNetwork": True}, "hostNetwork"),
        ({"volumes": [{"name": "s", "secret": {"secretName": "x"}}]}, "volumes[s].secret"),
    ],
)
def test_what_needs_kubernetes_is_refused_by_name(run, more, field):
    phase, error, _ = run(sidecar(1, {"containers": [{"name": "main", "image": "busybox:latest"}], **more}))
    assert phase == "FAILED"
    assert error.code == "FailedToBuildResource"
    assert f"field [{field}] of the pod cannot be had without Kubernetes" in error.message


def test_a_primary_that_is_not_there(run):
    phase, error, _ = run(sidecar(1, {"containers": [{"name": "main", "image": "busybox:latest"}]}, primary="other"))
    assert phase == "FAILED"
    assert "primary container [other] not defined" in error.message

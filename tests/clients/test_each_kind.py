"""Every kind of node: one execution that ends well, one that fails, one that is terminated in the middle, and one that
recovers that."""

import pathlib

import pytest

from arrays import register_map
from harness import wait_for

HERE = pathlib.Path(__file__).parent
VERSION = "e1"
# For each kind the node of the trial, and what else runs again when it is recovered.
KINDS = {
    "task": ("n1", []),
    "sub": ("n1-0-n0", []),
    "branch": ("n1-0-n1-n1", []),
    "plan": ("n0", []),
    "grows": ("n1-0-dn0", []),
    "gate": ("n2", []),
    "cleans": ("n1", []),
    "array": ("n0-0-n1", ["n0-0-n0", "n0-0-n2"]),
}


@pytest.fixture(scope="module")
def remote(standard):
    standard.register(HERE / "workflows_each.py", VERSION)
    remote = standard.remote()
    register_map(remote, "workflows_each.array", "workflows_each.item", VERSION)
    return remote


def launch(standard, remote, kind, x):
    workflow = remote.fetch_workflow(name=f"workflows_each.{kind}", version=VERSION)
    execution = remote.execute(workflow, inputs={"xs": [1, x, 2]} if kind == "array" else {"x": x})
    if kind == "gate":
        answer(remote, execution)
    return execution


def answer(remote, execution):
    wait_for(lambda: remote.list_signals(execution.id.name, "flytesnacks", "development"), 60, "the gate")
    remote.set_signal("yes", execution.id.name, True, project="flytesnacks", domain="development")


def output(remote, execution):
    return remote.sync(execution).outputs.get("o0", as_type=int)


def owner(remote, execution):
    """The execution that runs the trial: the child that a launch-plan node made, or itself."""
    children = [
        n.closure.workflow_node_metadata.execution_id
        for n in remote.client.list_node_executions(execution.id, limit=50)[0]
        if n.closure.workflow_node_metadata
    ]
    return children[0] if children else execution.id


def pods(standard, execution_id):
    """Status of the execution's pods, by name without the execution's."""
    start = execution_id.name + "-"
    return {p["name"].removeprefix(start): p["status"] for p in standard.pods() if p["name"].startswith(start)}


@pytest.mark.parametrize("kind", KINDS)
def test_ends_well(standard, remote, kind):
    execution = launch(standard, remote, kind, 3)
    phase, closure = standard.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert kind == "array" or output(remote, execution) == 4


@pytest.mark.parametrize("kind", KINDS)
def test_fails_with_the_error_of_its_kind(standard, remote, kind):
    execution = launch(standard, remote, kind, -3)
    phase, closure = standard.finish(remote, execution)
    helpers = (
        ["flyte-copilot-downloader"] if kind == "array" else ["flyte-copilot-uploader", "flyte-copilot-downloader"]
    )
    message = (
        "[3/3] currentAttempt done. Last Error: SYSTEM::Pod failed. No message received from kubernetes."
        + "".join(f"\r\n[{name}] terminated with ExitCode 0." for name in helpers)
        + f"\r\n[{owner(remote, execution).name}-{KINDS[kind][0]}-3] terminated with exit code (1). "
        "Reason [Error]. Message: \n."
    )
    expected = ("", f"[1]: {message}\n") if kind == "array" else ("RetriesExhausted|Interrupted", message)
    assert (phase, closure.error.code, closure.error.message) == ("FAILED", *expected)


@pytest.mark.parametrize("kind", KINDS)
def test_terminated_and_recovered(standard, remote, kind):
    node, others = KINDS[kind]
    first = launch(standard, remote, kind, 100)
    runs = lambda: (
        (kind != "plan" or owner(remote, first) != first.id)
        and pods(standard, owner(remote, first)).get(f"{node}-0") == "Running"
    )  # noqa: E731
    wait_for(runs, 90, "the slow pod")
    remote.client.terminate_execution(first.id, "enough of it")
    phase, closure = standard.finish(remote, first, 15)
    assert phase == "ABORTED" and closure.abort_metadata.cause == "enough of it"
    wait_for(lambda: "Running" not in pods(standard, owner(remote, first)).values(), 10, "the end of its pods")

    second = remote.fetch_execution(
        project="flytesnacks", domain="development", name=remote.client.recover_execution(first.id).name
    )
    phase, closure = standard.finish(remote, second)
    assert phase == "SUCCEEDED", closure.error
    assert kind == "array" or output(remote, second) == 101
    # The step had ended: its node is recovered, and nothing runs for it.
    assert pods(standard, owner(remote, second)) == {f"{name}-0": "Completed" for name in [node, *others]}

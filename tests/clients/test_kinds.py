"""Every kind of node, through unmodified clients and real containers."""

import pathlib

import pytest

from harness import wait_for

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def remote(standard):
    standard.register(HERE / "workflows_kinds.py", "k1")
    return standard.remote()


def launch(remote, name, **inputs):
    return remote.execute(remote.fetch_workflow(name=f"workflows_kinds.{name}", version="k1"), inputs=inputs)


def answer(remote, execution, signal, value):
    """Gives a value as soon as the gate has been reached."""
    wait_for(
        lambda: any(
            s.id.signal_id == signal for s in remote.list_signals(execution.id.name, "flytesnacks", "development")
        ),
        240,
        f"signal {signal}",
    )
    remote.set_signal(signal, execution.id.name, value, project="flytesnacks", domain="development")


def test_one_workflow_has_them_all(standard, remote):
    execution = launch(remote, "everything", x=3, bad=-1)
    answer(remote, execution, "amount", 41)
    done = remote.wait(execution, sync_nodes=True, poll_interval=1)
    # mapped(3) = 0+2+4; sub(6) = double(double(6)); sub(3) = double(1) as 6 is small; parity(2) doubles 24.
    assert done.outputs.get("o0", as_type=int) == 6
    assert done.outputs.get("o1", as_type=int) == 24
    assert done.outputs.get("o2", as_type=int) == 48
    assert done.outputs.get("o3", as_type=int) == 41
    nodes = done.node_executions
    assert nodes["n0"].metadata.is_dynamic
    assert "n0-0-dn0" in nodes["n0"]._underlying_node_executions or nodes["n0"].subworkflow_node_executions


def test_the_failure_node_runs_and_the_first_error_stays(standard, remote):
    execution = launch(remote, "everything", x=3, bad=7)
    answer(remote, execution, "amount", 7)
    phase, closure = standard.finish(remote, execution)
    assert phase == "FAILED" and "7 is bad" in closure.error.message and closure.error.code == "USER:RuntimeError"
    pods = [p for p in standard.pods() if p["name"].startswith(execution.id.name)]
    assert any("-fn0-" in p["name"] and p["status"] == "Completed" for p in pods), pods


def test_a_branch_that_fails_says_what_its_author_wrote(standard, remote):
    phase, closure = standard.finish(remote, launch(remote, "neither", x=3))
    assert phase == "FAILED" and (closure.error.code, closure.error.message) == (
        "UserProvidedError",
        "[UserProvidedError] x must be negative",
    )


@pytest.mark.parametrize("value, phase", [(True, "SUCCEEDED"), (False, "FAILED")])
def test_approval(standard, remote, value, phase):
    execution = launch(remote, "waits", x=2)
    answer(remote, execution, "ok", value)
    got, closure = standard.finish(remote, execution)
    assert got == phase
    if not value:
        assert closure.error.code == "ReceivedRejectSignal"


def test_a_value_of_the_wrong_type_is_refused_and_the_gate_still_waits(standard, remote):
    execution = launch(remote, "holds", x=2)
    wait_for(lambda: remote.list_signals(execution.id.name, "flytesnacks", "development"), 60, "the gate")
    assert "waits for signal never (integer)" in standard.run("get", execution.id.name).stdout
    with pytest.raises(Exception, match="takes a value of type integer, and the given value is of type string"):
        remote.set_signal(
            "never", execution.id.name, "word", project="flytesnacks", domain="development", python_type=str
        )
    remote.client.terminate_execution(execution.id, "enough")
    assert standard.finish(remote, execution)[0] == "ABORTED"


def test_terminating_ends_the_child_too(standard, remote):
    execution = launch(remote, "everything", x=5, bad=-1)
    child = wait_for(
        lambda: next(
            (
                n.closure.workflow_node_metadata.execution_id
                for n in remote.client.list_node_executions(execution.id, limit=50)[0]
                if n.closure.workflow_node_metadata
            ),
            None,
        ),
        120,
        "the child execution",
    )
    remote.client.terminate_execution(execution.id, "enough")
    assert standard.finish(remote, execution)[0] == "ABORTED"
    got = remote.client.get_execution(child)
    if got.closure.phase != 4:  # it may have been faster
        wait_for(lambda: remote.client.get_execution(child).closure.phase in (4, 7), 30, "the end of the child")
    running = lambda: [
        p
        for p in standard.pods()
        if p["name"].startswith((execution.id.name, child.name)) and p["status"] in ("Running", "Pending")
    ]  # noqa: E731
    wait_for(lambda: not running(), 30, "the end of its pods")


def test_kill_minus_nine_in_the_middle(standard, remote):
    execution = launch(remote, "everything", x=3, bad=-1)
    wait_for(
        lambda: any(p["name"].startswith(execution.id.name) and p["status"] == "Running" for p in standard.pods()),
        60,
        "a running pod",
    )
    standard.kill()
    standard.start()
    answer(remote, execution, "amount", 5)
    phase, closure = standard.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error

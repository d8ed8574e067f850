"""A recovered execution tells of what it takes over as the first one did: flytekit reads both alike, whatever the
kind of node.
"""

import pathlib
from datetime import timedelta

import grpc
import pytest
from flytekit.exceptions.system import FlyteSystemException
from flytekit.models.core.execution import NodeExecutionPhase as Phase

from harness import PYFLYTE, wait_for

HERE = pathlib.Path(__file__).parent
VERSION = "r1"
# By spec id: what the row says besides its phase.
MARKS = ("is_parent_node", "is_array", "is_dynamic", "spec_node_id", "retry_group")


@pytest.fixture(scope="module")
def remote(standard):
    standard.register(HERE / "workflows_recovered.py", VERSION)
    return standard.remote()


def rows(remote, execution_id, parent=None):
    found, _ = remote.client.list_node_executions(execution_id, limit=100, unique_parent_id=parent)
    return {node.id.node_id: node for node in found}


@pytest.fixture(scope="module")
def both(standard, remote):
    """One that was terminated when all but its last node had ended, and the one that recovered it; both read with all
    their nodes.
    """
    workflow = remote.fetch_workflow(name="workflows_recovered.every_kind", version=VERSION)
    first = remote.execute(workflow, inputs={"x": 100, "xs": [1, 2, 3]})
    wait_for(lambda: remote.list_signals(first.id.name, "flytesnacks", "development"), 300, "the gate")
    remote.set_signal("number", first.id.name, 7, project="flytesnacks", domain="development")
    last = max(workflow._node_map, key=lambda name: int(name[1:]))
    wait_for(
        lambda: last in rows(remote, first.id) and rows(remote, first.id)[last].closure.phase == Phase.RUNNING,
        900,
        "the last node",
    )
    with pytest.raises(FlyteSystemException) as refused:
        remote.client.recover_execution(first.id)
    remote.client.terminate_execution(first.id, "enough of it")
    standard.finish(remote, first, 30)
    name = remote.client.recover_execution(first.id).name
    second = remote.fetch_execution(project="flytesnacks", domain="development", name=name)
    remote.wait(second, poll_interval=timedelta(seconds=1), sync_nodes=True)
    first = remote.sync_execution(first, sync_nodes=True)
    return first, second, last, refused.value


def test_one_that_runs_is_refused(both):
    first, _, _, refused = both
    assert isinstance(refused.__cause__, grpc.RpcError)
    assert refused.__cause__.code() == grpc.StatusCode.FAILED_PRECONDITION
    details = refused.__cause__.details()
    assert f"execution [{first.id.name}] is RUNNING" in details and "terminate it first" in details


def test_ends_well_with_the_outputs_of_both(both):
    _, second, _, _ = both
    assert second.closure.phase == 4 and second.error is None
    assert second.outputs.get("o0", as_type=int) == 100
    assert second.outputs.get("o1", as_type=list[int]) == [1, 4, 9]


def test_rows_say_what_the_first_ones_said(remote, both):
    first, second, last, _ = both
    kinds = set()

    def compare(parent):
        before, after = rows(remote, first.id, parent), rows(remote, second.id, parent)
        assert after.keys() >= before.keys() - {last}
        for name in before.keys() - {last, "start-node", "end-node"}:
            old, new = before[name], after[name]
            if old.metadata.spec_node_id == "start-node":
                continue
            assert new.closure.phase == Phase.RECOVERED, name
            for mark in MARKS:
                assert getattr(new.metadata, mark) == getattr(old.metadata, mark), (name, mark)
            assert new.closure.deck_uri == old.closure.deck_uri
            assert new.closure.workflow_node_metadata == old.closure.workflow_node_metadata
            kinds.add((old.metadata.is_parent_node, old.metadata.is_array, old.metadata.is_dynamic))
            one, other = (remote.client.get_node_execution_data(node.id) for node in (old, new))
            assert other.full_inputs == one.full_inputs and other.full_outputs == one.full_outputs, name
            assert (other.dynamic_workflow is None) == (one.dynamic_workflow is None)
            if one.dynamic_workflow is not None:
                assert other.dynamic_workflow.compiled_workflow == one.dynamic_workflow.compiled_workflow
            if old.metadata.is_parent_node:
                assert compare(name) > 0
        return len(before)

    compare(None)
    assert {(True, False, False), (False, True, False), (True, False, True), (False, False, False)} <= kinds


def test_flytekit_reads_every_node(both):
    first, second, last, _ = both
    assert second.node_executions.keys() == first.node_executions.keys() | {"end-node"}
    for name, node in second.node_executions.items():
        old = first.node_executions.get(name)
        if old is None or name in (last, "start-node", "end-node"):
            continue
        assert node.closure.phase == Phase.RECOVERED
        assert (node._interface is None) == (old._interface is None), name
        assert len(node.workflow_executions) == len(old.workflow_executions)
        assert len(node.subworkflow_node_executions or {}) == len(old.subworkflow_node_executions or {})


def test_the_child_of_a_launch_plan_is_the_first_ones(both):
    first, second, _, _ = both
    children = lambda execution: [  # noqa: E731
        child.id.name for node in execution.node_executions.values() for child in node.workflow_executions
    ]
    assert len(children(second)) == 1 and children(second) == children(first)


def test_what_was_recovered_can_be_recovered(standard, remote, both):
    _, second, _, _ = both
    name = remote.client.recover_execution(second.id).name
    third = remote.fetch_execution(project="flytesnacks", domain="development", name=name)
    third = remote.wait(third, poll_interval=timedelta(seconds=1), sync_nodes=True)
    assert third.closure.phase == 4
    marks = lambda execution: {  # noqa: E731
        name: [getattr(node.metadata, mark) for mark in MARKS] for name, node in execution.node_executions.items()
    }
    assert marks(third) == marks(second)


@pytest.mark.parametrize("view", ["dump", "explain"])
def test_metrics_are_of_all_levels(standard, both, view):
    """Without an option, pyflyte asks for depth -1."""
    first, _, _, _ = both
    text = standard.exec(PYFLYTE, "metrics", view, first.id.name).stdout
    assert "WORKFLOW_SETUP" in text and "TASK_RUNTIME" in text, text
    assert "n0" in text

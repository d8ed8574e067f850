"""Cached tasks: a hit starts no container (counted from Docker's events), and what is asked for again after a change
runs again."""

import pathlib
import subprocess
import time

import pytest

from harness import Sandbox, wait_for

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    own = Sandbox(tmp_path_factory.mktemp("cache") / "sandbox")
    own.start()
    own.register(HERE / "workflows_cached.py", "c1")
    yield own
    own.run("teardown")


def run(sandbox, name, inputs, version="c1", wait=True, **options):
    remote = sandbox.remote()
    fetch = remote.fetch_workflow if name in ("twice", "in_turn", "items") else remote.fetch_task
    execution = remote.execute(fetch(name=f"workflows_cached.{name}", version=version), inputs=inputs, **options)
    if wait:
        phase, closure = sandbox.finish(remote, execution)
        assert phase == "SUCCEEDED", closure.error
    return execution


def containers(execution, since):
    """How many containers of an execution were made."""
    seen = subprocess.run(
        [
            "docker",
            "events",
            "--since",
            str(since),
            "--until",
            str(int(time.time()) + 1),
            "--filter",
            "event=create",
            "--filter",
            f"label=sandbox.execution={execution.id.name}",
            "--format",
            "{{.ID}}",
        ],
        text=True,
        check=True,
        stdout=subprocess.PIPE,
    )
    return len(seen.stdout.split())


def nodes(sandbox, execution):
    client = sandbox.remote().client
    found, _ = client.list_node_executions(execution.id, limit=50)
    return {n.id.node_id: n.closure.task_node_metadata for n in found if n.closure.task_node_metadata}


def status(sandbox, execution):
    return [int(n.cache_status) for _, n in sorted(nodes(sandbox, execution).items())]


HIT, POPULATED = 2, 3


def test_second_run_is_a_hit_without_a_container(sandbox):
    since = int(time.time())
    first = run(sandbox, "squared", {"x": 5, "salt": "hit"})
    second = run(sandbox, "squared", {"x": 5, "salt": "hit"})
    assert (status(sandbox, first), status(sandbox, second)) == ([POPULATED], [HIT])
    assert (containers(first, since), containers(second, since)) == (1, 0)
    key = next(iter(nodes(sandbox, second).values())).catalog_key
    assert key.source_task_execution.node_execution_id.execution_id.name == first.id.name
    assert key.dataset_id.name == "flyte_task-workflows_cached.squared" and key.artifact_tag.name.startswith(
        "flyte_cached-"
    )
    assert sandbox.remote().sync(second).outputs["o0"] == 25


def test_changed_input_and_overwrite_run_again(sandbox):
    since = int(time.time())
    run(sandbox, "twice", {"x": 2, "y": 3, "salt": "changed"})
    again = run(sandbox, "twice", {"x": 2, "y": 4, "salt": "changed"})
    assert (status(sandbox, again), containers(again, since)) == ([HIT, POPULATED], 1)
    over = run(sandbox, "twice", {"x": 2, "y": 4, "salt": "changed"}, overwrite_cache=True)
    assert (status(sandbox, over), containers(over, since)) == ([POPULATED, POPULATED], 2)
    after = run(sandbox, "twice", {"x": 2, "y": 4, "salt": "changed"})
    assert status(sandbox, after) == [HIT, HIT]
    sources = {
        n.catalog_key.source_task_execution.node_execution_id.execution_id.name for n in nodes(sandbox, after).values()
    }
    assert sources == {over.id.name}


def test_a_node_finds_what_the_one_before_it_has_made(sandbox):
    since = int(time.time())
    execution = run(sandbox, "in_turn", {"x": 3, "salt": "in turn"})
    assert (status(sandbox, execution), containers(execution, since)) == ([POPULATED, HIT], 1)


def test_map_runs_what_is_missing(sandbox):
    since = int(time.time())
    run(sandbox, "items", {"xs": [1, 2], "salts": ["map", "map"]})
    partly = run(sandbox, "items", {"xs": [2, 3], "salts": ["map", "map"]})
    assert containers(partly, since) == 1
    assert sandbox.remote().sync(partly).outputs["o0"] == [4, 9]


def test_a_serialized_task_runs_once_even_if_the_server_dies_meanwhile(sandbox):
    since = int(time.time())
    inputs = {"x": 1, "salt": f"alone{since}", "seconds": 15}
    both = [run(sandbox, "alone", inputs, wait=False) for _ in range(2)]
    wait_for(lambda: sum(containers(e, since) for e in both) == 1, 90, "one container")
    holder, waiter = sorted(both, key=lambda e: -containers(e, since))
    reason = f" of execution flytesnacks/development/{holder.id.name} makes (cache_serialize)"
    seen = lambda: sandbox.run("get", waiter.id.name).stdout  # noqa: E731
    wait_for(lambda: reason in seen(), 10, "the holder in what is waited for")
    sandbox.kill()
    sandbox.start()
    wait_for(lambda: reason in seen(), 10, "the holder, after a restart")
    remote = sandbox.remote()
    assert [sandbox.finish(remote, e)[0] for e in both] == ["SUCCEEDED", "SUCCEEDED"]
    assert sum(containers(e, since) for e in both) == 1
    assert sorted(status(sandbox, both[0]) + status(sandbox, both[1])) == [HIT, POPULATED]


def test_the_catalog_is_served(sandbox):
    import grpc
    from flyteidl.datacatalog import datacatalog_pb2 as dc
    from flyteidl.datacatalog.datacatalog_pb2_grpc import DataCatalogStub

    made = run(sandbox, "squared", {"x": 9, "salt": "served"})
    key = next(iter(nodes(sandbox, made).values())).catalog_key
    stub = DataCatalogStub(grpc.insecure_channel(f"localhost:{sandbox.port}"))
    dataset = dc.DatasetID(
        project=key.dataset_id.project,
        domain=key.dataset_id.domain,
        name=key.dataset_id.name,
        version=key.dataset_id.version,
    )
    artifact = stub.GetArtifact(dc.GetArtifactRequest(dataset=dataset, tag_name=key.artifact_tag.name)).artifact
    assert artifact.data[0].value.scalar.primitive.integer == 81
    assert artifact.metadata.key_map["execution-name"] == made.id.name

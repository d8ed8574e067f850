"""Values that are too large for what carries them: offloaded, refused, or let through, as config.yaml says."""

import pathlib
import sys

import pytest

from harness import FLYTECTL, Sandbox, wait_for

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
import workflows_large  # noqa: E402

OFFLOADING = "literal_offloading: {enabled: true, min_size_mb: 1, max_size_mb: 20}\n"
LINES = 1500  # 1.8 MB of them


def configured(tmp_path_factory, name, text):
    own = Sandbox(tmp_path_factory.mktemp(name) / "sandbox")
    own.home.mkdir(parents=True)
    (own.home / "config.yaml").write_text(text)
    own.start()
    try:
        own.register(HERE / "workflows_large.py", "l1")
        yield own
    finally:
        own.run("teardown")


@pytest.fixture(scope="module")
def offloading(tmp_path_factory):
    yield from configured(tmp_path_factory, "offloading", OFFLOADING)


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    yield from configured(tmp_path_factory, "usual", "")


@pytest.fixture(scope="module")
def raised(tmp_path_factory):
    yield from configured(tmp_path_factory, "raised", "max_output_mb: 30\n")


def launch(sandbox, name, **inputs):
    remote = sandbox.remote()
    return remote, remote.execute(remote.fetch_workflow(name=f"workflows_large.{name}", version="l1"), inputs=inputs)


def run(sandbox, name, **inputs):
    """The execution with its nodes and outputs; it has succeeded."""
    remote, execution = launch(sandbox, name, **inputs)
    phase, closure = sandbox.finish(remote, execution, seconds=600)
    assert phase == "SUCCEEDED", closure.error
    return remote, remote.sync(execution, sync_nodes=True)


def failure(sandbox, remote, entity, **inputs):
    execution = remote.execute(entity, inputs=inputs)
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "FAILED"
    return execution, closure.error


def literal(remote, execution, node, name="o0"):
    """A node's output as GetNodeExecutionData has it."""
    from flytekit.models.core.identifier import NodeExecutionIdentifier

    return remote.client.get_node_execution_data(NodeExecutionIdentifier(node, execution.id)).full_outputs.literals[
        name
    ]


def same(got, wanted, types):
    for i, (value, kind) in enumerate(zip(wanted if isinstance(wanted, tuple) else (wanted,), types)):
        assert got.outputs.get(f"o{i}", as_type=kind) == value, f"o{i}"


def test_large_outputs_are_offloaded_and_read_by_what_follows(offloading):
    remote, done = run(offloading, "whole", n=LINES, mb=3)
    same(done, workflows_large.whole(n=LINES, mb=3), [list[str], int, int])
    made = literal(remote, done, "n0")
    assert (
        made.offloaded_metadata.uri.endswith("/n0/data/0/o0_offloaded_metadata.pb")
        and made.offloaded_metadata.size_bytes > 1 << 20
    )
    assert made.hash
    shown = offloading.run("get", done.id.name).stdout
    assert f'o0 = "<{made.offloaded_metadata.size_bytes} bytes at {made.offloaded_metadata.uri}>"' in shown, shown


def test_an_element_of_an_offloaded_list(offloading):
    _, done = run(offloading, "element", n=LINES)
    same(done, workflows_large.element(n=LINES), [str, int])


def test_an_attribute_of_an_offloaded_dataclass(offloading):
    remote, done = run(offloading, "attribute", mb=2)
    same(done, workflows_large.attribute(mb=2), [int])
    assert literal(remote, done, "n0").offloaded_metadata


def test_a_map_over_an_offloaded_list_makes_one(offloading):
    remote, done = run(offloading, "mapped", n=4)
    same(done, workflows_large.mapped(n=4), [list[str], int])
    assert literal(remote, done, "n0").offloaded_metadata
    made = literal(remote, done, "n1")
    assert made.offloaded_metadata.uri.endswith("/n1/data/0/o0_offloaded_metadata.pb") and made.hash


@pytest.mark.parametrize("word", ["w", "y"])
def test_conditions_look_at_offloaded_values(offloading, word):
    _, done = run(offloading, "choose", mb=2, word=word)
    same(done, workflows_large.choose(mb=2, word=word), [int])


def test_dynamic_and_launch_plan_nodes_pass_them_on_and_the_cache_knows_them(offloading):
    remote, first = run(offloading, "nested", n=LINES)
    same(first, workflows_large.nested(n=LINES), [int, int, int])
    _, second = run(offloading, "nested", n=LINES)
    statuses = [
        n.closure.task_node_metadata.cache_status
        for n in remote.client.list_node_executions(second.id, limit=50)[0]
        if n.closure.task_node_metadata
    ]
    assert 2 in statuses, statuses  # CACHE_HIT: another object, the same value


def test_a_raw_container_gets_the_value_as_a_file(offloading):
    _, done = run(offloading, "raw", n=LINES, mb=2)
    assert done.outputs.get("o0", as_type=int) == 2 << 20
    assert done.outputs.get("o1", as_type=str) == "000007000007"


def test_what_is_above_the_largest_size_fails_with_a_word_about_it(offloading):
    remote = offloading.remote()
    _, error = failure(offloading, remote, remote.fetch_task(name="workflows_large.text", version="l1"), mb=21)
    assert "Literal o0 is too large to be offloaded. Max literal size is 20971520" in error.message, error


def test_a_map_over_an_offloaded_list_survives_a_restart(offloading):
    items = 4
    remote, execution = launch(offloading, "slow_map", n=items)
    wait_for(
        lambda: [
            p for p in offloading.pods() if p["name"].startswith(f"{execution.id.name}-n1") and p["status"] == "Running"
        ],
        300,
        "an item",
    )
    offloading.kill()
    offloading.start()
    remote = offloading.remote()
    phase, closure = offloading.finish(remote, execution, seconds=600)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs.get("o0", as_type=list[int]) == [300 * 1024] * items


def test_the_usual_limit_of_outputs(usual):
    remote = usual.remote()
    execution, error = failure(usual, remote, remote.fetch_task(name="workflows_large.text", version="l1"), mb=3)
    root = f"s3://my-s3-bucket/metadata/propeller/flytesnacks-development-{execution.id.name}"
    prefix = f"{root}/workflowslargetext/data/0/outputs.pb"
    assert error.code == "OutputSizeExceeded"
    assert error.message == (
        f"Remote output size exceeds max, err: [output file @[{prefix}] is too large [3145757] bytes, "
        "max allowed [2097152] bytes: "
        "remote file exceeds max size]"
    )


def test_a_dynamic_workflow_that_carries_too_much_is_refused(usual):
    remote = usual.remote()
    _, error = failure(usual, remote, remote.fetch_task(name="workflows_large.carries", version="l1"), mb=3)
    assert error.code == "DynamicWorkflowBuildFailed"
    assert "/futures.pb] is too large [" in error.message and "bytes, max allowed [2097152] bytes" in error.message


def test_inputs_that_are_too_large_are_refused_with_their_name(usual):
    import grpc

    remote = usual.remote()
    with pytest.raises(Exception) as refused:
        remote.execute(
            remote.fetch_task(name="workflows_large.length", version="l1"), inputs={"text": "x" * (11 << 20)}
        )
    assert "inputs are too large [11534" in str(
        refused.value
    ) and "max allowed [10485760] bytes; the largest is [text] with [" in str(refused.value), refused.value
    with pytest.raises(Exception) as refused:
        remote.execute(
            remote.fetch_task(name="workflows_large.length", version="l1"), inputs={"text": "x" * (70 << 20)}
        )
    cause = refused.value if isinstance(refused.value, grpc.RpcError) else refused.value.__cause__
    assert "eceived message larger than max (7340" in str(cause or refused.value) + str(refused.value), refused.value
    # What is below the limit runs.
    execution = remote.execute(
        remote.fetch_task(name="workflows_large.length", version="l1"), inputs={"text": "x" * (9 << 20)}
    )
    phase, closure = usual.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs.get("o0", as_type=int) == 9 << 20


def test_large_outputs_with_the_raised_limit(raised):
    remote, done = run(raised, "whole", n=LINES, mb=9)
    items = workflows_large.lines(n=LINES)
    assert done.outputs.get("o0", as_type=list[str]) == items
    assert done.outputs.get("o2", as_type=int) == 9 << 20
    assert (
        remote.client.get_execution_data(done.id).full_outputs.literals
        and len(literal(remote, done, "n2").scalar.primitive.string_value) == 9 << 20
    )
    assert remote.get(
        f"flyte://v1/flytesnacks/development/{done.id.name}/n2/o/o0"
    ).scalar.primitive.string_value == "x" * (9 << 20)


def test_outputs_that_are_too_large_for_a_message_are_a_link(raised):
    remote = raised.remote()
    execution = remote.execute(remote.fetch_task(name="workflows_large.text", version="l1"), inputs={"mb": 25})
    phase, closure = raised.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    data = remote.client.get_execution_data(execution.id)
    assert not data.full_outputs.literals and data.outputs.bytes > 25 << 20 and data.outputs.url.endswith("/outputs.pb")
    assert remote.sync(execution).outputs.get("o0", as_type=str) == "x" * (25 << 20)
    assert f"<{data.outputs.bytes} bytes at {data.outputs.url}>" in raised.run("get", execution.id.name).stdout
    raised.exec(FLYTECTL, "get", "execution", "-p", "flytesnacks", "-d", "development", execution.id.name, "--details")

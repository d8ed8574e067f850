"""Secrets by environment and by file, rotation, a missing one, and that no value is found where it should not be."""

import hashlib
import pathlib
import subprocess
import time

import pytest

from harness import Sandbox, wait_for

HERE = pathlib.Path(__file__).parent
# The end of each value is long enough that no digest or container id of an answer has it by chance.
FIRST, SECOND, END_OF_BYTES = "correct-horse-battery-7f3a", "staple-rotated-9c1d", "-tail-of-bytes-5e77"
BYTES = b"\x00bytes\xff\n" + END_OF_BYTES.encode()


def digest(value):
    return hashlib.sha256(value if isinstance(value, bytes) else value.encode()).hexdigest()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    own = Sandbox(tmp_path_factory.mktemp("secrets") / "sandbox")
    own.start()
    own.register(HERE / "workflows_secrets.py", "s1")
    yield own
    own.run("teardown")


def nowhere_in_clear(sandbox, *values):
    for file in sandbox.home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for value in values:
                assert (value if isinstance(value, bytes) else value.encode()) not in content, file


def launch(sandbox, name, kind="task"):
    remote = sandbox.remote()
    entity = (remote.fetch_task if kind == "task" else remote.fetch_workflow)(
        name=f"workflows_secrets.{name}", version="s1"
    )
    return remote, remote.execute(entity, inputs={})


def test_set_list_delete(sandbox, tmp_path):
    sandbox.run("secrets", "set", "user-info", "user_secret", input=FIRST + "\n")
    file = tmp_path / "value"
    file.write_bytes(BYTES)
    sandbox.run("secrets", "set", "Other", "Bytes", "--from-file", file)
    sandbox.run("secrets", "set", "gone", "soon", input="x")
    sandbox.run("secrets", "delete", "gone", "soon")
    assert sandbox.run("secrets", "delete", "gone", "soon", check=False).returncode == 1
    listed = sandbox.run("secrets", "list").stdout
    head, *rows = [line.split() for line in listed.splitlines()]
    assert head == ["GROUP", "KEY", "SET"]
    assert [row[:2] for row in rows] == [["Other", "Bytes"], ["user-info", "user_secret"]]
    assert all(row[2].startswith("20") for row in rows)
    assert sandbox.run("secrets", "set", "a/b", "c", input="x", check=False).returncode == 2
    assert "empty" in sandbox.run("secrets", "set", "a", "b", input="", check=False).stderr
    for path in (sandbox.home / "secrets").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    nowhere_in_clear(sandbox, FIRST, BYTES)


def test_environment_and_files(sandbox):
    remote, execution = launch(sandbox, "both", "workflow")
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    outputs = remote.sync(execution).outputs
    assert outputs["o0"] == digest(FIRST)
    assert outputs["o1"] == digest(FIRST) + digest(BYTES)


def test_the_next_attempt_gets_the_new_value(sandbox):
    remote, execution = launch(sandbox, "twice")
    wait_for(
        lambda: any(p["execution"] == execution.id.name and p["status"] == "Running" for p in sandbox.pods()),
        60,
        "the first attempt",
    )
    nowhere_in_clear(sandbox, FIRST, SECOND, BYTES)
    sandbox.run("secrets", "set", "user-info", "user_secret", input=SECOND)
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["o0"] == digest(SECOND)
    assert len([p for p in sandbox.pods() if p["execution"] == execution.id.name]) == 2


def test_a_missing_one_ends_the_attempt_at_once(sandbox):
    began = time.monotonic()
    remote, execution = launch(sandbox, "missing")
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "FAILED" and time.monotonic() - began < 10
    assert closure.error.code == "MissingSecret"
    assert "group nobody" in closure.error.message and "key stored-this" in closure.error.message
    assert (
        subprocess.run(["docker", "ps", "-aq", "--filter", f"name={execution.id.name}"], stdout=subprocess.PIPE).stdout
        == b""
    )


def test_no_value_is_found_where_it_should_not_be(sandbox):
    nowhere_in_clear(sandbox, FIRST, SECOND, BYTES)
    remote = sandbox.remote()
    answers = []
    client = remote.client
    for execution in client.list_executions_paginated("flytesnacks", "development", limit=100)[0]:
        answers.append(client.get_execution(execution.id).to_flyte_idl())
        answers.append(client.get_execution_data(execution.id).to_flyte_idl())
        for node in client.list_node_executions(execution.id, limit=100)[0]:
            answers.append(node.to_flyte_idl())
            answers += [task.to_flyte_idl() for task in client.list_task_executions_paginated(node.id, limit=100)[0]]
    for name in ("by_env", "by_file", "twice"):
        answers.append(remote.fetch_task(name=f"workflows_secrets.{name}", version="s1").to_flyte_idl())
    text = "".join(str(answer) for answer in answers) + sandbox.run("pods", "-o", "json").stdout
    for pod in sandbox.pods():
        text += sandbox.run("logs", pod["name"]).stdout
    assert len(answers) > 10
    for value in (FIRST, SECOND, END_OF_BYTES):
        assert value not in text

"""Retries, memory and exceptions, in preset classic: how the pods end and what the execution says."""

import pathlib

import pytest


HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def remote(classic):
    classic.register(HERE / "workflows_failing.py", "f1")
    return classic.remote()


def run(classic, remote, task):
    execution = remote.execute(remote.fetch_task(name=f"workflows_failing.{task}", version="f1"), inputs={})
    phase, closure = classic.finish(remote, execution)
    pods = sorted((p for p in classic.pods() if p["name"].startswith(execution.id.name)), key=lambda p: p["name"])
    return execution, phase, closure, pods


def test_a_recoverable_failure_is_tried_until_the_budget_is_gone(classic, remote):
    _, phase, closure, pods = run(classic, remote, "recoverable_forever")
    assert phase == "FAILED"
    assert [p["name"][-2:] for p in pods] == ["-0", "-1", "-2", "-3"]
    assert [p["status"] for p in pods] == ["Error"] * 4
    assert closure.error.code == "RetriesExhausted|USER:Recoverable"
    assert closure.error.message.startswith("[4/4] currentAttempt done. Last Error: USER::")


def test_a_later_attempt_succeeds(classic, remote):
    execution, phase, _, pods = run(classic, remote, "good_on_the_third")
    assert phase == "SUCCEEDED"
    assert [p["status"] for p in pods] == ["Error", "Error", "Completed"]
    assert remote.sync(execution).outputs["o0"] == 2


def test_an_ordinary_exception_is_not_tried_again(classic, remote):
    _, phase, closure, pods = run(classic, remote, "ordinary_exception")
    assert phase == "FAILED"
    assert [p["status"] for p in pods] == ["Error"]
    assert "no use to try again" in closure.error.message


def test_an_exit_code_is_the_users_failure_and_tried_as_often_as_the_user_says(classic, remote):
    _, phase, closure, pods = run(classic, remote, "exits_with_3")
    assert phase == "FAILED"
    assert [p["status"] for p in pods] == ["Error"] * 2
    assert closure.error.code == "RetriesExhausted|Error"
    [last] = [p["name"] for p in pods if p["name"].endswith("-1")]
    assert (
        closure.error.message == f"[2/2] currentAttempt done. Last Error: USER::\r\n[{last}] "
        "terminated with exit code (3). Reason [Error]. Message: \n\nleaving\n."
    )


def test_memory_over_the_default_is_oom_killed(classic, remote):
    _, phase, closure, pods = run(classic, remote, "eats_300_mb")
    assert phase == "FAILED"
    assert [p["status"] for p in pods] == ["OOMKilled"]
    assert closure.error.code == "RetriesExhausted|OOMKilled"
    assert closure.error.message.startswith("[1/1] currentAttempt done. Last Error: USER::")
    assert "OOMKilled" in closure.error.message

"""Runs that ended long ago are forgotten: by hand, and by themselves; what is cached goes on to work."""

import pathlib
import sqlite3

import pytest

from harness import Sandbox, started, wait_for
from schemas import answer_of

HERE = pathlib.Path(__file__).parent
VERSION = "g1"
CACHE_HIT = 2  # core.CatalogCacheStatus


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    for own in started(tmp_path_factory, "gc"):
        own.register(HERE / "workflows_retained.py", VERSION)
        yield own


def finished(sandbox, text):
    remote = sandbox.remote()
    workflow = remote.fetch_workflow(name="workflows_retained.both", version=VERSION)
    execution = remote.execute(workflow, inputs={"text": text})
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    return execution.id


def cache_hits(sandbox, execution):
    nodes, _ = sandbox.remote().client.list_node_executions(execution, limit=50)
    found = [node.closure.task_node_metadata for node in nodes]
    return sum(1 for each in found if each is not None and each.cache_status == CACHE_HIT)


def stored(sandbox, name):
    """Files below the home directory whose path names the execution."""
    return [path for path in sandbox.home.rglob("*") if path.is_file() and name in str(path)]


def test_old_runs_go_and_what_is_cached_stays(sandbox):
    first = finished(sandbox, "treasure").name
    assert any(path.suffix == ".log" for path in stored(sandbox, first))
    counted = answer_of(sandbox, "gc", "--older-than", "0s", "--dry-run")
    assert counted["runs"] == 1 and counted["logs"] == 3 and counted["objects"] > 5 and counted["dry_run"]
    assert counted["folders_kept"] == 1

    (run,) = counted["list"]
    assert run["id"] == first and run["bytes"] == counted["bytes"] > 0
    assert sandbox.run("gc", "--keep", "0", "--dry-run", "-o", "name").stdout.split() == [first]
    assert answer_of(sandbox, "gc", "--keep", "1Gi", "--dry-run")["list"] == []
    said = sandbox.run("gc", "--keep", "1Gi").stdout
    assert said == "nothing to remove: those that ended take at most 1.0 GiB\n", said
    table = sandbox.run("gc", "--older-than", "0s", "--keep", "1Ki", "--dry-run").stdout
    assert table.startswith("would remove 1 run that ended more than 0s ago or are the oldest beyond 1.0 KiB, with ")
    assert f"\n{first}   flytesnacks/development   " in table, table

    refused = sandbox.run("gc", "--older-than", "0s", check=False)
    assert refused.returncode == 2 and "--yes does it" in refused.stderr and "1 run" in refused.stderr
    told = sandbox.run("gc", "--older-than", "0s", "--yes").stdout
    assert told.startswith("removed 1 run that ended more than 0s ago, with 3 logs and "), told
    assert "1 folder of objects stays: something that is cached lies there" in told
    gone = sandbox.run("get", first, check=False)
    assert gone.returncode == 1 and f"no execution {first}" in gone.stderr
    assert not [path for path in stored(sandbox, first) if "logs" in path.parts]
    assert not answer_of(sandbox, "pods")["pods"]

    second = finished(sandbox, "treasure")  # its file comes from the run that is gone
    assert cache_hits(sandbox, second) == 1
    left = answer_of(sandbox, "gc", "--older-than", "1h", "--dry-run")
    assert left["runs"] == 0
    assert "nothing to remove: no run ended more than 1h ago" in sandbox.run("gc", "--older-than", "1h").stdout


def test_gc_says_what_is_missing(sandbox):
    without = sandbox.run("gc", check=False)
    assert (
        without.returncode == 1
        and "kept for ever" in without.stderr
        and "retention: {runs: 30d, size: 20Gi}" in without.stderr
    )
    wrong = sandbox.run("gc", "--older-than", "soon", check=False)
    assert wrong.returncode == 1 and "older_than: 'soon' is no age" in wrong.stderr and "30d" in wrong.stderr
    wrong = sandbox.run("gc", "--keep", "little", check=False)
    assert wrong.returncode == 1 and "size: 'little' is no size, such as 500Mi or 20Gi" in wrong.stderr


def test_the_size_that_runs_may_take_is_a_setting(sandbox, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("retention: {size: 1Mi}\n")
    wrong = sandbox.run("config", "check", "--home", tmp_path, check=False)
    assert wrong.returncode == 2 and "'1Mi' is no size of at least 100Mi, such as 20Gi" in wrong.stderr
    config.write_text("retention: {size: 20Gi}\n")
    (row,) = [
        row
        for row in answer_of(sandbox, "config show", "--home", tmp_path)["settings"]
        if row["name"] == "retention.size"
    ]
    assert (row["value"], row["from"]) == (str(20 << 30), "config.yaml:1")


def test_a_run_that_is_older_than_the_configuration_says_goes_by_itself(tmp_path):
    own = Sandbox(tmp_path / "sandbox")
    own.home.mkdir()
    (own.home / "config.yaml").write_text("retention: {runs: 2h}\n")
    own.start()
    try:
        own.register(HERE / "workflows_cli.py", VERSION, "--non-fast")
        for name in ("gc-old", "gc-new"):
            own.run("run", "workflows_cli.single", "x=3", "--name", name, "--watch")
        own.run("stop")
        with sqlite3.connect(own.home / "state.db") as state:
            moved = "UPDATE executions SET updated_at = updated_at - ? WHERE execution_name = 'gc-old'"
            assert state.execute(moved, (3 * 3600 * 10**9,)).rowcount == 1
        state.close()
        own.start()

        def names():
            return own.run("executions", "-o", "name").stdout.split()

        wait_for(lambda: names() == ["gc-new"], 30, "the old run to go")
        assert not stored(own, "gc-old") and stored(own, "gc-new")
        assert "runs older than 2h removed: 1; " in (own.home / "sandbox.log").read_text()
    finally:
        own.run("teardown")

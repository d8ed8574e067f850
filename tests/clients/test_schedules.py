"""Schedules with real clients, in seconds; tests/slow has the same in minutes."""

import time

import pytest

import scheduled
from harness import started, wait_for


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    yield from started(tmp_path_factory, "schedules")


def test_no_tick_is_lost_or_doubled_by_kill_9_and_the_version_switch_is_heeded(sandbox):
    remote = sandbox.remote()
    for version in ("v1", "v2"):
        scheduled.register(remote, version, "@every 3s")
    scheduled.set_active(remote, "v2", True)
    wait_for(lambda: len(scheduled.ticks(remote, "v2")) >= 2, 20, "ticks of the active version")
    assert scheduled.ticks(remote, "v1") == []  # registered, not active

    scheduled.set_active(remote, "v1", True)
    before = scheduled.ticks(remote, "v2")
    for count in (1, 2, 3):
        wait_for(lambda: len(scheduled.ticks(remote, "v1")) >= count, 20, f"tick {count}")
        sandbox.kill()
        sandbox.start()
        remote = sandbox.remote()
    sandbox.run("stop")
    stopped = time.monotonic()
    wait_for(lambda: time.monotonic() > stopped + 7, 10, "the time of two ticks")  # they are missed, and made up for
    sandbox.start()
    remote = sandbox.remote()
    wait_for(lambda: len(scheduled.ticks(remote, "v1")) >= 6, 20, "catching up")

    scheduled.set_active(remote, "v2", True)
    first = scheduled.ticks(remote, "v1")
    assert scheduled.every(first, 3), first
    wait_for(lambda: len(scheduled.ticks(remote, "v2")) >= len(before) + 2, 20, "ticks of the other version")
    assert scheduled.ticks(remote, "v1") == first

    scheduled.set_active(remote, "v2", False)
    second = scheduled.ticks(remote, "v2")
    assert second[: len(before)] == before and scheduled.every(second[len(before) :], 3), second
    # Two ticks of the other version pass, without one of this.
    scheduled.set_active(remote, "v1", True)
    wait_for(lambda: len(scheduled.ticks(remote, "v1")) >= len(first) + 2, 20, "ticks of the first version again")
    scheduled.set_active(remote, "v1", False)
    assert scheduled.ticks(remote, "v2") == second
    executions = remote.client.list_executions_paginated("flytesnacks", "development", limit=1000)[0]
    for execution in executions:
        assert sandbox.finish(remote, execution)[0] == "SUCCEEDED"

"""A schedule of every minute over three ticks, with a kill -9 after each: about four minutes."""

import pytest

import scheduled
from harness import started, wait_for


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    yield from started(tmp_path_factory, "minutes")


def test_every_minute(sandbox):
    remote = sandbox.remote()
    for version in ("v1", "v2"):
        scheduled.register(remote, version, "*/1 * * * *")
    scheduled.set_active(remote, "v1", True)
    for count in (1, 2, 3):
        wait_for(lambda: len(scheduled.ticks(remote, "v1")) >= count, 70, f"tick {count}")
        sandbox.kill()
        sandbox.start()
        remote = sandbox.remote()
    first = scheduled.ticks(remote, "v1")
    scheduled.set_active(remote, "v2", True)
    assert len(first) == 3 and scheduled.every(first, 60) and all(at.second == 0 for at in first), first
    wait_for(lambda: len(scheduled.ticks(remote, "v2")) == 1, 70, "a tick of the other version")
    assert scheduled.ticks(remote, "v1") == first

"""A backup of a running sandbox and the way back; a disk that fills up."""

import io
import json
import os
import stat
import subprocess
import tarfile
import urllib.error

import pytest

from harness import wait_for
from schemas import answer_of
from user import User, ask, containers_of, launch


@pytest.fixture
def user(tmp_path):
    own = User(tmp_path)
    yield own
    own.end()


def phase(port, name):
    return ask(port, f"/api/v1/executions/flytesnacks/development/{name}")["closure"]["phase"]


def tar_of(path, members):
    with tarfile.open(path, "w") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def test_a_backup_of_a_running_sandbox_is_another_sandbox(user, tmp_path):
    first = user.start("first")
    user.run("--name", "first", "secrets", "set", "group", "key", input="treasure")
    launch(first, "runs")
    wait_for(lambda: containers_of(user.home("first")), 60, "a container")
    file = tmp_path / "backup.tar"
    told = answer_of(user, "backup", file, "--name", "first")
    assert told["file"] == str(file) and told["files"] > 3 and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("backup.tar.*"))
    again = user.run("--name", "first", "backup", file, check=False)
    assert again.returncode == 2 and "there already" in again.stderr

    refused = user.run("--name", "first", "restore", file, check=False)
    assert refused.returncode == 2 and "is not empty" in refused.stderr
    home = user.home("second")
    restored = answer_of(user, "restore", file, "--name", "second")
    assert restored["home"] == str(home) and restored["files"] == told["files"]
    assert not (home / "instance").exists() and not (home / "ports.json").exists()
    secrets = [path for path in (home / "secrets").rglob("*") if path.is_file()]
    assert secrets and all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in secrets)
    # The first one ends, so that the other's pod can have the name of its container.
    user.run("--name", "first", "teardown")
    second = user.start("second")
    assert "group" in user.run("--name", "second", "secrets", "list").stdout
    assert phase(second, "runs") == "RUNNING"
    ask(second, "/api/v1/executions/flytesnacks/development/runs", {"cause": "enough"}, "DELETE")


def test_what_is_no_backup_is_refused_and_leaves_nothing(user, tmp_path):
    file = tmp_path / "bad.tar"
    manifest = ("backup.json", b'{"format": 1}')
    for members, why in (
        ([manifest, ("../escaped", b"x")], "../escaped"),
        ([manifest, ("/etc/escaped", b"x")], "/etc/escaped"),
        ([manifest, ("objects/../../escaped", b"x")], "escaped"),
        ([manifest, ("lock", b"x")], "lock"),
        ([manifest], "no database"),
        ([("state.db", b"x")], "no manifest"),
    ):
        tar_of(file, members)
        refused = user.run("--name", "new", "restore", file, check=False)
        assert refused.returncode == 2 and why in refused.stderr, refused.stderr
    tar_of(file, [("backup.json", b'{"format": 99}')])
    assert user.run("--name", "new", "restore", file, check=False).returncode == 9
    tar_of(file, [manifest, ("state.db", b"x" * 5000)])
    file.write_bytes(file.read_bytes()[:3000])
    assert "ends in the middle" in user.run("--name", "new", "restore", file, check=False).stderr
    file.write_bytes(b"x" * 2000)
    assert "damaged" in user.run("--name", "new", "restore", file, check=False).stderr
    assert not list((user.folder / ".flyte").glob("*")) and not list(tmp_path.rglob("escaped"))


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    subprocess.run([*sudo, "mount", "-t", "tmpfs", "-o", f"size=96m,uid={os.getuid()}", "none", disk], check=True)
    yield disk
    subprocess.run([*sudo, "umount", disk], check=True)


def test_a_full_disk_stops_new_work_until_it_is_free_again(small_disk, tmp_path):
    user = User(small_disk)
    try:
        home = user.home("one")
        home.mkdir(parents=True)
        (home / "config.yaml").write_text("disk_reserve_mb: 32\n")
        port = user.start("one")
        launch(port, "before")
        wait_for(lambda: containers_of(home), 60, "a container")
        filler = small_disk / "filler"
        with open(filler, "wb") as file:
            wait_for(lambda: grown(file, small_disk), 20, "a full disk")
        status = wait_for(lambda: problems(user), 20, "the sandbox to see it")
        assert "no work is taken until there is room" in status
        assert "no work is taken" in user.run("--name", "one", "status").stdout
        with pytest.raises(urllib.error.HTTPError) as refused:
            launch(port, "refused")
        assert "disk_reserve_mb" in refused.value.read().decode()
        assert phase(port, "before") == "RUNNING"
        filler.unlink()
        wait_for(lambda: not problems(user), 20, "the sandbox to go on")
        launch(port, "after")
        wait_for(lambda: phase(port, "after") == "RUNNING", 60, "the next execution")
    finally:
        user.end()


def grown(file, disk):
    """Whether little is left; else less is."""
    free = os.statvfs(disk)
    if free.f_bavail * free.f_frsize < 8 << 20:
        return True
    file.write(b"x" * (4 << 20))
    file.flush()
    return False


def problems(user):
    found = json.loads(user.run("--name", "one", "status", "-o", "json").stdout)["problems"]
    return found[0]["message"] if found else ""

"""Several sandboxes of one user: by name, and for the time of another process."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

import ports
from harness import CLIENTS, IMAGE, ROOT, wait_for
from schemas import VERBS, answer_of, check
from user import User, ask, containers, containers_of, launch

PARENT = "import subprocess, sys; subprocess.run(sys.argv[1:])"
PLACES = """\
projects:
- flytesnacks
- {id: team, name: The team, description: What it does}
domains: [development, {id: qa, name: Quality}]
"""


@pytest.fixture
def user(tmp_path):
    own = User(tmp_path)
    yield own
    own.end()


def start_ephemeral(user, ready, *parent):
    command = [*parent, user.executable, "start", "--ephemeral", "--auto-ports", "--ready-file", str(ready)]
    said = ready.with_suffix(".out")
    with said.open("w") as out:
        process = subprocess.Popen([*command, "-o", "json"], env=user.env, stdout=out, stderr=subprocess.DEVNULL)
    wait_for(lambda: ready.exists() or process.poll() is not None, 30, "an ephemeral sandbox")
    told, printed = json.loads(ready.read_text()), json.loads(wait_for(said.read_text, 10, "what it prints"))
    check(printed, VERBS["start"])
    check(told["env"], VERBS["env"])
    assert {**printed, "env": told["env"]} == told and not told["already_running"]
    assert parent or told["pid"] == process.pid
    return process, told


def test_two_named_and_an_ephemeral_one_at_once(user, tmp_path):
    user.home("one").mkdir(parents=True)
    (user.home("one") / "config.yaml").write_text(PLACES)
    one, two = user.start("one", "--project", "extra"), user.start("two")
    parent, told = start_ephemeral(user, tmp_path / "ready.json", sys.executable, "-c", PARENT)
    three, third_home = int(told["endpoint"].split(":")[1]), pathlib.Path(told["state"])

    # Each has its own client configuration, and the default's is nobody's.
    for home, port in ((user.home("one"), one), (user.home("two"), two), (third_home, three)):
        assert f"dns:///localhost:{port}\n" in (home / "client.yaml").read_text()
    assert not (user.folder / ".flyte" / "config-sandbox.yaml").exists()
    assert told["env"]["FLYTE_PLATFORM_URL"] == f"localhost:{three}"
    variables = json.loads(user.run("--name", "two", "env", "-o", "json").stdout)
    assert variables["FLYTECTL_CONFIG"] == str(user.home("two") / "client.yaml")
    exec_in_one = user.run("exec", "--name", "one", "--", "sh", "-c", "echo $FLYTE_PLATFORM_URL")
    assert exec_in_one.stdout.strip() == f"localhost:{one}"
    said, _ = user.typed(b"", "env", "--name", "two")
    assert f"# sandbox two on localhost:{two}" in said

    seen = {each["home"]: each for each in user.instances()}
    assert {each["state"] for each in seen.values()} == {"running"} and len(seen) == 3
    assert [seen[str(user.home(name))]["name"] for name in ("one", "two")] == ["one", "two"]
    assert seen[str(third_home)]["ephemeral"] and seen[str(third_home)]["ports"]["platform"] == three
    table = user.run("instances").stdout.splitlines()
    assert table[0].split() == ["NAME", "STATE", "ENDPOINT", "VERSION", "HOME"] and len(table) == 4

    # Projects and domains are the configuration's.
    projects = {each["id"]: each for each in ask(one, "/api/v1/projects")["projects"]}
    assert set(projects) == {"extra", "flytesnacks", "team"} and projects["team"]["description"] == "What it does"
    assert [(each["id"], each["name"]) for each in projects["team"]["domains"]] == [
        ("development", "development"),
        ("qa", "Quality"),
    ]
    assert len(ask(two, "/api/v1/domains")["domains"]) == 3
    with pytest.raises(urllib.error.HTTPError) as refused:
        launch(one, "refused", domain="staging")
    assert "domain [staging] is unrecognized by system" in refused.value.read().decode()

    user.run("start", "--name", "one", "--project", "extra", "--project", "late")
    assert ask(one, "/api/v1/projects/late")["name"] == "late"

    # A changed configuration is applied to one that runs; a mistake in it stops nothing.
    config = user.home("one") / "config.yaml"
    config.write_text("max_parallelism: many\n")
    assert "line 1" in user.run("reload", "--name", "one", check=False).stderr
    config.write_text(PLACES + "max_parallelism: 7\n")
    differs = answer_of(user, "reload", "--name", "one", "--dry-run")
    assert differs == {"changed": [{"name": "max_parallelism", "before": "25", "after": "7"}], "restarted": False}
    assert "max_parallelism: 25 -> 7" in user.run("reload", "--name", "one", "--dry-run").stdout
    assert answer_of(user, "reload", "--name", "one") == {**differs, "restarted": True}
    assert "nothing is different" in user.run("reload", "--name", "one").stdout
    settings = {each["name"]: each["value"] for each in ask(one, "/sandbox/v1/settings")["settings"]}
    assert settings["max_parallelism"] == "7"

    launch(one, "first", domain="qa", project="team")
    launch(two, "second")
    launch(three, "third")
    for home in (user.home("one"), user.home("two"), third_home):
        wait_for(lambda: containers_of(home), 60, f"a container of {home}")
    second, third = containers_of(user.home("two")), containers_of(third_home)

    label = f"sandbox.instance={(user.home('one') / 'instance').read_text().strip()}"
    user.run("teardown", "--name", "one")
    assert containers(label) == [] and not user.home("one").exists()
    assert containers_of(user.home("two")) == second and containers_of(third_home) == third
    assert len(user.instances()) == 2

    # The calling process is killed: the ephemeral one goes with it, and nothing is left.
    label = f"sandbox.instance={(third_home / 'instance').read_text().strip()}"
    parent.kill()
    parent.wait()
    wait_for(lambda: not third_home.exists(), 30, "the end of the ephemeral sandbox")
    assert containers(label) == [] and not (tmp_path / "ready.json").exists()
    assert [each["name"] for each in user.instances()] == ["two"]

    # Ports are kept with the home.
    stopped = answer_of(user, "stop", "--name", "two")
    assert stopped == {"state": "stopped", "home": str(user.home("two"))}
    assert user.instances()[0]["state"] == "stopped" and user.instances()[0]["ports"]["platform"] == two
    told = answer_of(user, "start", "--name", "two")
    assert told["endpoint"] == f"localhost:{two}"
    wait_for(lambda: containers_of(user.home("two")) == second, 20, "its container to go on")


def test_what_killed_ones_left_goes_with_the_next_start(user, tmp_path):
    killed, told = start_ephemeral(user, tmp_path / "ready.json")
    home = pathlib.Path(told["state"])
    launch(int(told["endpoint"].split(":")[1]), "left")
    left = wait_for(lambda: containers_of(home), 60, "a container")
    owner = subprocess.run(
        ["docker", "inspect", "-f", '{{index .Config.Labels "sandbox.ephemeral"}}', left[0]],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    ).stdout.strip()
    killed.kill()
    killed.wait()
    # One whose directory is gone, too, and one whose process runs: this one.
    begin = pathlib.Path(f"/proc/{os.getpid()}/stat").read_text().rsplit(")", 1)[1].split()[19]
    alive_owner = "/".join([*owner.split("/")[:3], str(os.getpid()), begin])
    make = ["docker", "create", "--label"]
    orphan, kept = (
        subprocess.run(
            [*make, f"sandbox.ephemeral={of}", "busybox:latest"], check=True, text=True, stdout=-1
        ).stdout.strip()
        for of in (owner, alive_owner)
    )
    try:
        user.start("next")
        wait_for(lambda: not home.exists() and not user.ephemerals(), 30, "the sweep of the directory")
        wait_for(lambda: containers(f"sandbox.ephemeral={owner}") == [], 30, "the sweep of containers")
        assert containers(f"sandbox.ephemeral={alive_owner}") == [kept[:12]]
        assert [each["name"] for each in user.instances()] == ["next"]
    finally:
        subprocess.run(["docker", "rm", "-f", orphan, kept], capture_output=True)

    # On a terminal teardown says what goes, and asks.
    said, code = user.typed(b"n\n", "teardown", "--name", "next")
    assert code == 0 and "nothing was removed" in said and str(user.home("next")) in said
    assert user.home("next").exists()
    said, code = user.typed(b"y\n", "teardown", "--name", "next")
    assert code == 0 and "container(s)" in said and not user.home("next").exists()


def test_names_and_where_they_stand(user):
    for name in ("Upper", "a/b", "-x", "", "x" * 33):
        refused = user.run("status", f"--name={name}", check=False)
        assert refused.returncode == 2, refused.stderr
    both = user.run("status", "--name", "one", "--home", "/tmp/x", check=False)
    assert both.returncode == 2 and "give one of them" in both.stderr
    # A verb may have a --name of its own: before the verb it is the sandbox's.
    away = user.run("--name", "one", "relaunch", "e", "--name", "again", check=False)
    assert away.returncode == 3 and "--name one start" in away.stderr
    refused = user.run("start", "--ephemeral", "--name", "one", check=False)
    assert refused.returncode == 2 and "a data directory of its own" in refused.stderr
    # What a stopped sandbox keeps is not given to another one.
    user.home("one").mkdir(parents=True)
    (user.home("one") / "lock").touch()
    taken = {"platform": 30180, "object_store": 30102, "registry": 30100}
    (user.home("one") / "ports.json").write_text(json.dumps(taken))

    def planned(name):
        checks = json.loads(user.run("doctor", "--name", name, "-o", "json", check=False).stdout)["checks"]
        return int(next(check["values"]["port"] for check in checks if check["id"] == "port.platform"))

    assert planned("one") == 30180 and planned("other") > 30180
    assert json.loads(user.run("instances", "-o", "json").stdout)["instances"][0]["ports"] == taken


def test_a_taken_port_is_told_with_its_owner(user):
    base = user.base()
    with ports.bound(base + 80, "127.0.0.1") as taken:
        taken.listen()
        refused = user.run("start", "--name", "one", "--port-base", base, check=False)
    program = pathlib.Path(os.readlink("/proc/self/exe")).name
    assert refused.returncode == 4 and f"in use by {program} (pid {os.getpid()})" in refused.stderr
    assert "--port-base" in refused.stderr and "--auto-ports" in refused.stderr
    user.run("start", "--name", "one", "--port-base", base)
    refused = user.run("start", "--name", "two", "--port-base", base, check=False)
    assert refused.returncode == 4 and "the sandbox one" in refused.stderr


def test_two_starts_at_once_are_one_sandbox(user):
    home = user.home("one")
    home.mkdir(parents=True)
    (home / "sandbox.log.1").write_text("before")
    with open(home / "sandbox.log", "w") as log:
        log.truncate(16 << 20)
    command = [user.executable, "start", "--name", "one", "--port-base", str(user.base()), "-o", "json"]
    both = [subprocess.Popen(command, env=user.env, text=True, stdout=subprocess.PIPE) for _ in range(2)]
    told = [json.loads(process.communicate(timeout=60)[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert told[0]["pid"] == told[1]["pid"]
    # A full log begins anew, and the one before is kept.
    assert "listens on" in (home / "sandbox.log").read_text()
    assert (home / "sandbox.log.1").stat().st_size >= 16 << 20 and (home / "sandbox.log.2").read_text() == "before"


def blocks(pid, number):
    """Whether the process keeps the signal for its own thread to take."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    mask = int(next(line.split()[1] for line in status.splitlines() if line.startswith("SigBlk")), 16)
    return mask >> (number - 1) & 1


def test_a_signal_during_the_start_ends_it(user):
    import fcntl

    home = user.home("one")
    home.mkdir(parents=True)
    # As after a kill: the start waits for the end of the process that held the lock.
    (home / "runtime.json").write_text(json.dumps({"pid": 1 << 30, "port": 1}))
    command = [user.executable, "start", "--foreground", "--name", "one", "--port-base", str(user.base())]
    with open(home / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(command, env=user.env, text=True, stderr=subprocess.PIPE)
        wait_for(lambda: blocks(process.pid, signal.SIGTERM), 10, "the start")
        process.terminate()
        assert process.wait(5) == 128 + signal.SIGTERM
    assert "during the start" in process.stderr.read()
    assert not (home / "runtime.json").exists()


def test_a_home_that_cannot_be_written_says_so(user, tmp_path):
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    script = 'mount -t tmpfs -o ro,size=1m none "$1" && exec "$2" --home "$1/home" start'
    refused = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", mounted, user.executable],
        env=user.env,
        text=True,
        capture_output=True,
    )
    assert refused.returncode == 1 and "cannot be written: Read-only file system" in refused.stderr, refused
    assert "--home" in refused.stderr


def test_the_fixture_for_pytest(user, tmp_path):
    example = tmp_path / "example"
    shutil.copytree(ROOT / "examples" / "pytest", example, ignore=shutil.ignore_patterns("__pycache__"))
    env = {
        **user.env,
        "SANDBOX": user.executable,
        "TASK_IMAGE": IMAGE,
        "PATH": f"{CLIENTS / 'venv' / 'bin'}:{os.environ['PATH']}",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", example, example],
        env=env, text=True, capture_output=True, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0 and "1 passed" in ran.stdout, ran.stdout + ran.stderr
    assert user.instances() == [] and not user.ephemerals()

"""The doctor on a good machine, and with faults that are made on purpose: the right line, and the fix that mends it."""

import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading

import pytest

import ports
from examined import SUDO, bridge, examined, mended, registered, verdicts
from harness import PYFLYTE, wait_for
from user import User, ask, containers_of, launch


@pytest.fixture
def user(tmp_path):
    (tmp_path / "user").mkdir()
    user = User(tmp_path / "user")
    user.env["PATH"] = f"{pathlib.Path(PYFLYTE).parent}:{user.env['PATH']}"
    yield user
    user.end()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A user with a sandbox, `one`."""
    user = User(tmp_path_factory.mktemp("doctor"))
    user.env["PATH"] = f"{pathlib.Path(PYFLYTE).parent}:{user.env['PATH']}"
    user.port = user.start("one")
    yield user
    user.end()


def test_a_good_machine(running):
    registered(running.port, "good", "busybox:latest")
    checks = examined(running, "--name", "one", code=0)
    assert not [each for each in checks.values() if each["verdict"] == "FAIL"]
    assert verdicts(checks, "engine", "names", "reach") == [("OK", "engine.ok"), ("OK", "names.ok"), ("OK", "reach.ok")]
    doors = f"flyte-sandbox-grpc.flyte:{running.port}, flyte-sandbox-minio.flyte:{running.port - 78}"
    assert checks["reach"]["values"]["doors"] == doors
    assert (
        checks["client.flytekit"]["text"] == f"{PYFLYTE} is flytekit {checks['client.flytekit']['values']['version']}."
    )
    assert checks["client.docker"]["code"] == "client.ok"
    assert {"client.flytectl", "client.kubectl"} <= checks.keys()
    assert not containers_of(running.home("one"))


@pytest.mark.parametrize("image", ["python:3.11-bookworm", "debian:bookworm-slim", "busybox:latest"])
def test_a_container_of_a_tasks_image_tries_the_way_back(running, image):
    registered(running.port, f"tries-{image.split(':')[0]}", image)
    checks = examined(running, "--name", "one", code=0)
    assert verdicts(checks, "names", "reach") == [("OK", "names.ok"), ("OK", "reach.ok")]
    assert checks["reach"]["values"]["image"] == image


def test_an_image_without_a_shell_is_passed_over(running):
    image = f"sandbox-test/empty-{os.getpid()}:v1"
    nothing = subprocess.run(["tar", "-c", "-T", os.devnull], check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["docker", "import", "-", image], input=nothing, check=True, stdout=subprocess.DEVNULL)
    try:
        registered(running.port, "empty", image)
        reach = examined(running, "--name", "one", code=0)["reach"]
        assert reach["code"] == "reach.ok" and reach["values"]["image"] != image
    finally:
        subprocess.run(["docker", "rmi", image], check=True, stdout=subprocess.DEVNULL)
    assert not containers_of(running.home("one"))


def test_a_missing_image(running):
    image = f"sandbox-test/absent-{os.getpid()}:v1"
    registered(running.port, "absent", image)
    missing = examined(running, "--name", "one", code=0)["images"]
    assert (missing["verdict"], missing["code"]) == ("WARN", "images.missing")
    assert image in missing["text"] and missing["fix"] == f"sandbox build . -t {image}"
    registered(running.port, "present", "busybox:latest")
    assert examined(running, "--name", "one", code=0)["images"]["code"] == "images.ok"


def test_a_firewall_between_containers_and_the_sandbox(running):
    where = f"{running.port},{running.port - 78}"
    drops = ["-i", "docker0", "-p", "tcp", "-m", "multiport", "--dports", where, "-j", "DROP"]
    accepts = [*drops[:-1], "ACCEPT"]
    subprocess.run([*SUDO, "iptables", "-I", "INPUT", *drops], check=True)
    try:
        checks = examined(running, "--name", "one", code=10)
        assert verdicts(checks, "names", "reach") == [("OK", "names.ok"), ("FAIL", "reach.closed")]
        assert f"flyte-sandbox-minio.flyte:{running.port - 78}" in checks["reach"]["text"]
        assert not containers_of(running.home("one"))
        mended(running, checks["reach"]["fix"])
        assert examined(running, "--name", "one", code=0)["reach"]["code"] == "reach.ok"
    finally:
        for rule in (drops, accepts):
            subprocess.run([*SUDO, "iptables", "-D", "INPUT", *rule], check=False, stderr=subprocess.DEVNULL)


def test_a_proxy_between_clients_and_the_sandbox(running):
    before = ["env", "HTTPS_PROXY=http://proxy.example:3128"]
    proxy = examined(running, "--name", "one", code=0, before=before)["proxy"]
    assert (proxy["verdict"], proxy["code"], proxy["values"]) == ("WARN", "proxy.between", {"variable": "HTTPS_PROXY"})
    mend = proxy["fix"].replace("sandbox env", f"'{running.executable}' --name one env")
    before += ["sh", "-c", f'{mend} && exec "$@"', "sh"]
    assert examined(running, "--name", "one", code=0, before=before)["proxy"]["code"] == "proxy.spares"


def test_an_old_client_first_in_path(running, tmp_path):
    """What its Python knows of flytekit is another release than the one that runs the tests."""
    metadata = tmp_path / "old" / "flytekit-1.2.11.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: flytekit\nVersion: 1.2.11\n")
    pyflyte, flytectl = tmp_path / "pyflyte", tmp_path / "flytectl"
    pyflyte.write_text(f"#!{sys.executable}\n")
    flytectl.write_text('#!/bin/sh\n[ "$1" = version ] && echo \'{"App": "flytectl", "Version": "v0.6.3"}\'\n')
    for each in (pyflyte, flytectl):
        each.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{running.env['PATH']}", "PYTHONPATH": str(metadata.parent)}
    checks = examined(running, "--name", "one", code=0, env=environment)
    assert verdicts(checks, "client.flytekit", "client.flytectl") == [("WARN", "client.old")] * 2
    assert checks["client.flytekit"]["text"] == f"{pyflyte} is flytekit 1.2.11, which is older than 1.10."
    assert checks["client.flytekit"]["fix"] == "pip install --upgrade flytekit"
    assert checks["client.flytectl"]["fix"] == "flytectl upgrade"


def test_no_client_at_all(user, tmp_path):
    checks = examined(user, "--name", "one", code=0, before=["env", f"PATH={tmp_path}"])
    assert verdicts(checks, "client.flytekit", "client.kubectl") == [("OK", "client.none")] * 2


def test_another_program_where_tasks_look_for_the_sandbox(user):
    base = user.base()

    class Other(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer((bridge(), base + 2), Other) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        user.run("start", "--name", "one", "--port-base", base)
        checks = examined(user, "--name", "one", code=10)
        assert verdicts(checks, "names", "reach") == [("OK", "names.ok"), ("FAIL", "reach.other")]
        assert checks["reach"]["values"]["doors"] == f"flyte-sandbox-minio.flyte:{base + 2}"
        assert checks["reach"]["fix"] == "sandbox stop && sandbox start --port-base 31000"
        mended(user, checks["reach"]["fix"].replace("31000", str(user.base())))
        assert examined(user, "--name", "one", code=0)["reach"]["code"] == "reach.ok"
        other.shutdown()


def test_an_engine_that_is_away(user, tmp_path):
    nowhere = f"unix://{tmp_path}/nowhere.sock"
    checks = examined(user, "--name", "one", code=10, env={"DOCKER_HOST": nowhere})
    engine = checks["engine"]
    assert engine["verdict"] == "FAIL" and nowhere in engine["text"] and engine["fix_is_command"]
    assert not {"images", "reach", "names"} & checks.keys()
    if engine["code"] == "engine.elsewhere":
        words = engine["fix"].split(" && ")[0]
        before = ["sh", "-c", f'{words} && exec "$@"', "sh"]
        assert examined(user, "--name", "one", code=0, before=before)["engine"]["code"] == "engine.ok"
    else:
        assert (engine["code"], engine["fix"]) == ("engine.away", "sudo systemctl start docker")


def test_an_engine_that_is_away_while_a_sandbox_runs(user, tmp_path):
    user.env["DOCKER_HOST"] = f"unix://{tmp_path}/nowhere.sock"
    user.start("one")
    checks = examined(user, "--name", "one", code=10)
    assert checks["engine"]["verdict"] == "FAIL" and not {"images", "reach"} & checks.keys()


def test_a_taken_port(user):
    base = user.base()
    user.run("start", "--name", "one", "--port-base", base)
    user.run("--name", "one", "stop")
    with ports.bound(base + 80, "127.0.0.1") as taken:
        taken.listen()
        port = examined(user, "--name", "one", code=10)["port.platform"]
    program = pathlib.Path(os.readlink("/proc/self/exe")).name
    assert (port["verdict"], port["code"]) == ("FAIL", "port.taken.by")
    assert port["text"] == f"Port {base + 80} (platform) is taken by {program} (pid {os.getpid()})."
    assert port["fix"] == "sandbox start --port-base 31000"
    assert examined(user, "--name", "one", code=0)["port.platform"]["code"] == "port.free"


def test_a_wrong_configuration(user):
    config = user.home("one") / "config.yaml"
    config.parent.mkdir(parents=True)
    config.write_text("preset: standard\ncapacityy: 3\n")
    wrong = examined(user, "--name", "one", code=10)["config"]
    assert (wrong["verdict"], wrong["code"]) == ("FAIL", "config.wrong")
    assert f"{config} line 2: " in wrong["text"] and wrong["fix"] == f"Correct {config}, or remove the line."
    config.unlink()
    config.mkdir()
    wrong = examined(user, "--name", "one", code=10)["config"]
    assert wrong["text"] == f"cannot read {config}: Is a directory."
    assert "Is a directory" in user.run("start", "--name", "one", check=False).stderr
    config.rmdir()
    assert examined(user, "--name", "one", code=0)["config"]["code"] == "config.ok"


@pytest.fixture
def mount(tmp_path):
    """mount(OPTIONS): a directory with a file system of its own."""
    made = []

    def new(options):
        made.append(tmp_path / f"disk-{len(made)}")
        made[-1].mkdir()
        subprocess.run(
            [*SUDO, "mount", "-t", "tmpfs", "-o", f"{options},uid={os.getuid()}", "none", made[-1]], check=True
        )
        return made[-1]

    yield new
    for each in made:
        subprocess.run([*SUDO, "umount", each], check=True)


def test_a_home_that_cannot_be_written(user, mount, tmp_path):
    (tmp_path / "file").write_text("")
    for folder, why in ((mount("ro"), "Read-only file system"), (tmp_path / "file", "Not a directory")):
        home = examined(user, "--home", folder / "sandbox", code=10)["home"]
        assert (home["verdict"], home["code"]) == ("FAIL", "home.unfit")
        assert home["text"] == f"{folder} cannot be written: {why}."
        assert home["fix"] == "Choose another home with --home."
    assert examined(user, "--name", "one", code=0)["home"]["code"] == "home.ok"


@pytest.fixture
def far(tmp_path):
    """A folder that says of itself that it is another machine's, by FUSE."""
    own, there = tmp_path / "own", tmp_path / "there"
    own.mkdir()
    there.mkdir()
    subprocess.run([*SUDO, "bindfs", "-o", "subtype=sshfs,allow_other", own, there], check=True)
    yield there
    subprocess.run([*SUDO, "umount", there], check=True)


def test_a_home_on_another_machines_disk(user, far):
    home = far / "sandbox"
    found = examined(user, "--home", home, code=0)["home"]
    assert (found["verdict"], found["code"], found["values"]["type"]) == ("WARN", "home.network", "fuse.sshfs")
    assert found["fix"] == "Choose a folder on a disk of this machine with --home or SANDBOX_HOME."
    # It is said, and it works.
    base = user.base()
    started = user.run("--home", home, "start", "--port-base", base)
    assert f"note: {home} is another machine's (fuse.sshfs)" in started.stderr
    launch(base + 80, "far")

    def runs():
        phase = ask(base + 80, "/api/v1/executions/flytesnacks/development/far")["closure"]["phase"]
        return phase == "RUNNING" and containers_of(home)

    wait_for(runs, 60, "the container")
    first = containers_of(home)
    os.kill(json.loads((home / "runtime.json").read_text())["pid"], signal.SIGKILL)
    user.run("--home", home, "start", "--port-base", base)
    wait_for(runs, 60, "the execution")
    assert containers_of(home) == first
    user.run("--home", home, "teardown", "--yes")


def test_a_small_disk(user, mount):
    folder = mount("size=64m")
    disk = examined(user, "--home", folder / "sandbox", code=10)["disk"]
    assert (disk["verdict"], disk["code"]) == ("FAIL", "disk.low.home")
    assert disk["text"] == f"Only 64 MiB are free on {folder}."
    mend = f"Forget old runs (sandbox gc), make room on {folder}, or choose another home with --home."
    assert disk["fix"] == mend


def test_few_open_files(user):
    def looked(*commands):
        before = ["sh", "-c", " && ".join([*commands, 'exec "$@"']), "sh"]
        return examined(user, "--name", "one", code=0, before=before)["files"]

    files = looked("ulimit -S -n 1024")
    assert (files["verdict"], files["code"], files["values"]) == ("WARN", "files.few", {"most": "1024"})
    assert looked("ulimit -S -n 1024", files["fix"])["code"] == "files.ok"


def test_the_doctor_with_a_sandbox(standard):
    answer = standard.run("doctor", "-o", "json")
    report = json.loads(answer.stdout)
    assert {check["id"] for check in report["checks"]} >= {"engine", "port.platform", "config", "home", "images"}
    assert report["fail"] == 0, report
    text = standard.run("doctor").stdout
    assert "OK    Docker " in text and text.endswith("0 FAIL\n")


def test_the_doctor_without_a_sandbox(standard, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        command = [standard.executable, "--home", tmp_path / "none", "doctor", "-o", "json"]
        environment = {**standard.env, "DOCKER_HOST": f"tcp://127.0.0.1:{taken.getsockname()[1]}"}
        answer = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert answer.returncode == 10, answer.stderr
    engine = next(check for check in json.loads(answer.stdout)["checks"] if check["id"] == "engine")
    assert engine["verdict"] == "FAIL" and engine["fix"], engine
    assert not any(check["id"] == "images" for check in json.loads(answer.stdout)["checks"])

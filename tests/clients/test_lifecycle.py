"""start, status, stop, teardown, exec, version: exit codes, idempotence, mistakes, and a bare machine's libraries."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import urllib.request

import pytest

from harness import Sandbox, wait_for
from schemas import answer_of


@pytest.fixture
def sandbox(tmp_path):
    own = Sandbox(tmp_path / "sandbox")
    yield own
    own.run("teardown", check=False)


def test_needs_nothing_but_libc(sandbox):
    libraries = subprocess.run(["ldd", sandbox.executable], check=True, text=True, stdout=subprocess.PIPE).stdout.split(
        "\n"
    )
    names = {line.split()[0].split("/")[-1] for line in libraries if line.strip()}
    assert names <= {"linux-vdso.so.1", "libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"}, names


def test_start_is_idempotent_and_stop_leaves_nothing_running(sandbox):
    first = sandbox.start()
    lines = first.stdout.strip().splitlines()
    assert len(lines) <= 12 and f"localhost:{sandbox.port}" in first.stdout
    assert "already running" in sandbox.start().stdout
    assert sandbox.run("status").returncode == 0
    config = (sandbox.home / "client.yaml").read_text()
    assert f"endpoint: dns:///localhost:{sandbox.port}" in config and "insecure: true" in config
    sandbox.run("stop")
    assert sandbox.run("stop", check=False).returncode == 3
    assert sandbox.run("status", check=False).returncode == 3


def test_a_verb_waits_for_a_sandbox_that_starts(sandbox):
    start = ["start", "--foreground", "--port-base", str(sandbox.port_base)]
    process = subprocess.Popen([sandbox.executable, *start], env=sandbox.env, stdout=subprocess.DEVNULL)
    wait_for(lambda: (sandbox.home / "lock").exists(), 20, "the lock")
    assert json.loads(sandbox.run("status", "-o", "json").stdout)["pid"] == process.pid
    sandbox.run("stop")
    assert process.wait(20) == 0


def test_json_output(sandbox):
    banner = answer_of(sandbox, "start", "--port-base", sandbox.port_base)
    assert banner["endpoint"] == f"localhost:{sandbox.port}"
    assert json.loads(sandbox.run("status", "-o", "json").stdout)["state"] == "running"


def test_usage_mistakes_are_exit_code_2(sandbox):
    for arguments in (
        ["start", "--no-such-flag"],
        ["frobnicate"],
        [],
        ["start", "--preset", "huge"],
        ["start", "--port-base", "x"],
    ):
        assert sandbox.run(*arguments, check=False).returncode == 2, arguments
    assert "unknown command frobnicate" in sandbox.run("frobnicate", check=False).stderr
    assert "unknown command show" in sandbox.run("secrets", "show", check=False).stderr


def listening(pid):
    """The addresses at which the process listens, with their ports: (address, port)."""
    folder = pathlib.Path(f"/proc/{pid}/fd")
    sockets = set()
    for file in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            sockets.add(os.readlink(file))
    out = set()
    for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for row in pathlib.Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            words = row.split()
            if words[3] != "0A" or f"socket:[{words[9]}]" not in sockets:
                continue
            address, port = words[1].split(":")
            # Words of four bytes in the machine's order.
            raw = b"".join(bytes.fromhex(address[i : i + 8])[::-1] for i in range(0, len(address), 8))
            out.add((socket.inet_ntop(family, raw), int(port, 16)))
    return out


def test_it_listens_on_loopback_and_the_bridge_alone(sandbox):
    sandbox.start()
    told = subprocess.run(
        ["docker", "network", "inspect", "bridge", "-f", "{{range .IPAM.Config}}{{.Gateway}} {{end}}"],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    found = listening(sandbox.pid())
    of_ours = {sandbox.port, sandbox.s3, sandbox.registry}
    assert {port for _, port in found} == of_ours
    for port in of_ours:
        addresses = {address for address, each in found if each == port}
        assert "127.0.0.1" in addresses and addresses <= {"127.0.0.1", "::1", *told.stdout.split()}, found
    # As a machine beside it: by an address of this one that is neither.
    outside = subprocess.run(["hostname", "-I"], text=True, stdout=subprocess.PIPE).stdout.split()
    others = [each for each in outside if ":" not in each and each not in told.stdout.split()]
    for address in others:
        with socket.socket() as client:
            client.settimeout(5)
            assert client.connect_ex((address, sandbox.port)) != 0, address


def test_a_taken_port_is_named(sandbox):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", sandbox.port))
        taken.listen()
        refused = sandbox.run("start", "--port-base", sandbox.port_base, check=False)
        assert refused.returncode == 4 and str(sandbox.port) in refused.stderr and "--port-base" in refused.stderr
        moved = json.loads(sandbox.start("--auto-ports", "-o", "json").stdout)
        assert moved["endpoint"] != f"localhost:{sandbox.port}"


def test_a_mistake_in_the_configuration_is_told_by_line(sandbox):
    sandbox.home.mkdir(parents=True)
    config = sandbox.home / "config.yaml"
    for text, line, word in [
        ("preset: standard\ntask_resources:\n  limits:\n    memory: 1GiBB\n", "line 4", "memory"),
        ("presett: classic\n", "line 1", "presett"),
        ("preset: [\n", "line", "config.yaml"),
        ("max_parallelism: many\n", "line 1", "max_parallelism"),
        ("max_output_mb: 0\n", "line 1", "from 1 to 1024"),
        ("literal_offloading:\n  min_size_mb: 9\n  max_size_mb: 9\n", "line 2", "must be below"),
        ("allowed_hosts:\n- mybox.local:30080\n", "line 2", "without scheme and port"),
        ("allowed_origins: [http://localhost:3000/]\n", "line 1", "http://host:port"),
    ]:
        config.write_text(text)
        refused = sandbox.run("start", "--port-base", sandbox.port_base, check=False)
        assert refused.returncode == 2, refused.stderr
        assert line in refused.stderr and word in refused.stderr


def test_a_state_of_a_newer_version_is_refused(sandbox):
    sandbox.start()
    sandbox.run("stop")
    import sqlite3

    with sqlite3.connect(sandbox.home / "state.db") as db:
        ours = db.execute("PRAGMA user_version").fetchone()[0]
        db.execute("PRAGMA user_version = 9999")
    refused = sandbox.run("start", "--port-base", sandbox.port_base, check=False)
    assert refused.returncode == 9
    assert f"{sandbox.home}/state.db has schema version 9999" in refused.stderr
    assert f"this program knows up to {ours}" in refused.stderr
    assert "use that one or another data directory" in refused.stderr
    with sqlite3.connect(sandbox.home / "state.db") as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == 9999
        db.execute(f"PRAGMA user_version = {ours}")
    sandbox.start()


def test_it_starts_without_docker_and_says_so(sandbox):
    sandbox.env["DOCKER_HOST"] = "unix:///nonexistent/docker.sock"
    started = sandbox.start()
    assert "not reachable" in started.stdout
    del sandbox.env["DOCKER_HOST"]


def test_the_engine_of_the_command_line(sandbox, tmp_path):
    wrong = sandbox.run("start", "--docker-host", "ssh://box", check=False)
    assert wrong.returncode == 2 and "--docker-host" in wrong.stderr and "unix:///path" in wrong.stderr
    socket_there = tmp_path / "engine.sock"
    socket_there.symlink_to("/var/run/docker.sock")
    sandbox.start("--docker-host", f"unix://{socket_there}", "--log-level", "warning")
    status = json.loads(sandbox.run("status", "-o", "json").stdout)
    assert (status["addresses"]["docker"], status["docker_source"]) == (f"unix://{socket_there}", "setting")
    (sandbox.home / "config.yaml").write_text("max_parallelism: 7\n")
    changed = json.loads(sandbox.run("reload", "-o", "json").stdout)
    assert [row["name"] for row in changed["changed"]] == ["max_parallelism"]
    of_command = {
        row["name"]: row["value"]
        for row in json.loads(sandbox.run("config", "show", "-o", "json").stdout)["settings"]
        if row["from"] == "command line" and row["name"] != "preset"
    }
    assert of_command == {"docker_host": f"unix://{socket_there}", "log_level": "warning"}
    assert str(socket_there) in sandbox.run("status").stdout


def test_the_log_as_objects_and_as_words(sandbox):
    sandbox.home.mkdir(exist_ok=True)
    (sandbox.home / "config.yaml").write_text("log_format: xml\n")
    wrong = sandbox.run("start", "--port-base", sandbox.port_base, check=False)
    assert wrong.returncode == 2 and "log_format: 'xml' is none: use text or json" in wrong.stderr
    (sandbox.home / "config.yaml").write_text("log_format: json\n")
    log = sandbox.home / "sandbox.log"
    log.unlink(missing_ok=True)
    sandbox.start()
    sandbox.run("stop")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"time", "level", "component", "message"} == set(lines[0])
    assert (lines[0]["level"], lines[0]["component"]) == ("info", "start")
    assert [line["message"] for line in lines if line["component"] == "stop"][-1] == "done"
    (sandbox.home / "config.yaml").unlink()
    sandbox.start()
    assert " info start: version " in log.read_text().splitlines()[-1]


def test_it_listens_where_it_is_told_and_nowhere_else(sandbox):
    def answers(address):
        try:
            with socket.create_connection((address, sandbox.port), timeout=5):
                return True
        except ConnectionRefusedError:
            return False

    sandbox.start()
    assert answers("127.0.0.1") and not answers("127.0.0.2")
    (sandbox.home / "config.yaml").write_text("listen: [0.0.0.0]\n")
    wrong = sandbox.run("config", "check", check=False)
    assert wrong.returncode == 2 and "'0.0.0.0'" in wrong.stderr and "192.168.1.5" in wrong.stderr
    (sandbox.home / "config.yaml").write_text("listen: [127.0.0.2]\n")
    sandbox.run("reload")
    assert answers("127.0.0.1") and answers("127.0.0.2") and not answers("127.0.0.3")
    with urllib.request.urlopen(f"http://127.0.0.2:{sandbox.port}/sandbox/v1/status", timeout=10) as answer:
        assert answer.status == 200
    said = (sandbox.home / "sandbox.log").read_text()
    assert "listening on 127.0.0.2 too: who reaches it can run containers" in said
    # An address that comes later, as of another network, is no reason not to start.
    (sandbox.home / "config.yaml").write_text("listen: [192.0.2.1]\n")
    sandbox.run("reload")
    assert answers("127.0.0.1") and not answers("127.0.0.2")


def test_the_engine_of_a_context_is_waited_for(sandbox, tmp_path):
    late = tmp_path / "late.sock"
    meta = tmp_path / "contexts/meta/one"
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": "colima", "Endpoints": {"docker": {"Host": f"unix://{late}"}}}))
    (tmp_path / "config.json").write_text(json.dumps({"currentContext": "colima"}))
    sandbox.env["DOCKER_CONFIG"] = str(tmp_path)
    sandbox.env.pop("DOCKER_HOST", None)
    assert "not reachable" in sandbox.start().stdout

    def status():
        return json.loads(sandbox.run("status", "-o", "json").stdout)

    before = status()
    assert before["addresses"]["docker"] == f"unix://{late}" and "colima" in before["docker_source"]
    assert before["images_missing"] is None
    late.symlink_to("/var/run/docker.sock")
    wait_for(lambda: status()["images_missing"] == [], 30, "the engine to be found where the context says")


def test_a_dry_run_says_what_stands_in_the_way(sandbox):
    tried = sandbox.run("start", "--dry-run", "--port-base", sandbox.port_base)
    assert f"Would start a sandbox in {sandbox.home}" in tried.stdout and f"Port {sandbox.port} is free" in tried.stdout
    assert not sandbox.home.exists()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", sandbox.port))
        taken.listen()
        refused = sandbox.run("start", "--dry-run", "--port-base", sandbox.port_base, check=False)
        assert refused.returncode == 10 and f"Port {sandbox.port} (platform) is taken by python" in refused.stdout
        moved = sandbox.run("start", "--dry-run", "--auto-ports", "--port-base", sandbox.port_base)
        assert "A free port is taken for the platform" in moved.stdout
    sandbox.start()
    assert "start would leave it as it is" in sandbox.run("start", "--dry-run").stdout


def test_exec_configures_clients_and_returns_their_exit_code(sandbox):
    sandbox.start()
    got = sandbox.exec(
        "sh", "-c", "echo $FLYTECTL_CONFIG $FLYTE_PLATFORM_URL $AWS_ACCESS_KEY_ID $DOCKER_HOST; exit 37", check=False
    )
    assert got.returncode == 37
    config, url, key, docker = got.stdout.split()
    assert (
        config == str(sandbox.home / "client.yaml")
        and url == f"localhost:{sandbox.port}"
        and key == "minio"
        and docker.startswith("unix://")
    )


def test_teardown_removes_the_data_directory(sandbox):
    sandbox.start()
    removed = answer_of(sandbox, "teardown")
    assert removed == {"removed": str(sandbox.home), "containers": 0}
    assert not sandbox.home.exists()
    again = sandbox.run("teardown", check=False)
    assert again.returncode == 3 and f"there is nothing at {sandbox.home}" in again.stderr


def test_version(sandbox):
    assert "Flyte v1." in sandbox.run("version").stdout
    assert json.loads(sandbox.run("version", "-o", "json").stdout)["version"]


def test_the_foreground_ends_on_a_signal(sandbox):
    process = subprocess.Popen(
        [sandbox.executable, "start", "--foreground", "--port-base", str(sandbox.port_base)],
        env=sandbox.env,
        stdout=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: (sandbox.home / "runtime.json").exists(), 20, "runtime.json")
    process.terminate()
    assert process.wait(20) == 0

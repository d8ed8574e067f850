"""Two sandboxes of one user at once: each has its client file, and ~/.flyte/config-sandbox.yaml is the default
home's.
"""

import json
import subprocess
import sys

import pytest

from harness import Sandbox

ENDPOINT = "from flytekit.configuration import Config; print(Config.auto().platform.endpoint)"


@pytest.fixture
def homes(tmp_path):
    """The default home of a user, and another one."""
    usual, other = Sandbox(tmp_path / ".flyte" / "sandbox"), Sandbox(tmp_path / "other")
    usual.env["HOME"] = other.env["HOME"] = str(tmp_path)
    yield usual, other
    for sandbox in (usual, other):
        sandbox.run("teardown", check=False)


def shared(tmp_path):
    return tmp_path / ".flyte" / "config-sandbox.yaml"


def seen_by_flytekit(sandbox):
    return sandbox.exec(sys.executable, "-c", ENDPOINT).stdout.strip()


def test_exec_leads_to_its_own_sandbox_whatever_the_other_one_does(homes, tmp_path):
    usual, other = homes
    usual.start()
    assert f"export FLYTECTL_CONFIG={shared(tmp_path)}" in usual.run("status").stdout
    config = shared(tmp_path).read_text()
    assert f"endpoint: dns:///localhost:{usual.port}" in config and "insecure: true" in config

    other.start()
    assert f"export FLYTECTL_CONFIG={other.home / 'client.yaml'}" in other.run("status").stdout
    assert shared(tmp_path).read_text() == config
    assert seen_by_flytekit(usual) == f"localhost:{usual.port}"
    assert seen_by_flytekit(other) == f"localhost:{other.port}"

    other.run("teardown")
    assert shared(tmp_path).read_text() == config
    assert seen_by_flytekit(usual) == f"localhost:{usual.port}"
    usual.run("teardown")
    assert not shared(tmp_path).exists()


def test_env_configures_a_shell(homes):
    _, other = homes
    assert other.run("env", check=False).returncode == 3
    other.env["DOCKER_HOST"] = "unix:///var/run/docker.sock"
    other.start()
    variables = json.loads(other.run("env", "-o", "json").stdout)
    assert variables["FLYTECTL_CONFIG"] == str(other.home / "client.yaml")
    assert variables["AWS_ENDPOINT_URL"] == f"http://localhost:{other.s3}"
    assert "DOCKER_HOST" not in variables
    other.env["DOCKER_HOST"] = "unix:///elsewhere/docker.sock"
    assert json.loads(other.run("env", "-o", "json").stdout)["DOCKER_HOST"] == "unix:///var/run/docker.sock"

    script = f'eval "$("{other.executable}" env)" && "{sys.executable}" -c "{ENDPOINT}" && echo "$AWS_ACCESS_KEY_ID"'
    said = subprocess.run(["sh", "-c", script], env=other.env, text=True, stdout=subprocess.PIPE, check=True).stdout
    assert said.split() == [f"localhost:{other.port}", "minio"]


def test_a_shared_file_of_somebody_else_is_kept_and_the_user_is_told(homes, tmp_path):
    usual, _ = homes
    shared(tmp_path).parent.mkdir(parents=True)
    shared(tmp_path).write_text("admin:\n  endpoint: dns:///flyte.example.com\n")
    started = usual.start()
    saved = tmp_path / ".flyte" / "config-sandbox.yaml.saved"
    assert str(saved) in started.stderr
    assert "flyte.example.com" in saved.read_text()
    assert f"localhost:{usual.port}" in shared(tmp_path).read_text()

    shared(tmp_path).write_text(shared(tmp_path).read_text() + "logger:\n  level: 5\n")
    assert "already running" in usual.start().stdout
    assert "level: 5" in shared(tmp_path).read_text()
    removed = usual.run("teardown")
    assert "it stays" in removed.stderr and shared(tmp_path).exists()

"""The doctor with a sandbox and without one."""

import json
import socket
import subprocess


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

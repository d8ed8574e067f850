"""The doctor's report of a sandbox, and faults that a test mends as it says."""

import json
import os
import subprocess

from schemas import VERBS, check
from user import ask

SUDO = [] if os.geteuid() == 0 else ["sudo"]
PROXIES = [f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")]
PLAIN = ["env", *(f"--unset={name}" for each in PROXIES for name in (each, each.upper()))]


def examined(user, *words, code, before=(), env=None):
    """The checks by their ids; the exit code and the lines for people say the same. `before`: what runs the command."""
    command = [*PLAIN, *before, user.executable, "doctor", *map(str, words)]
    ran = [
        subprocess.run([*command, *form], env={**user.env, **(env or {})}, text=True, capture_output=True, timeout=120)
        for form in (["-o", "json"], [])
    ]
    report = json.loads(ran[0].stdout)
    check(report, VERBS["doctor"])
    said = [(each["id"], each["verdict"], each["text"]) for each in report["checks"]]
    assert [each.returncode for each in ran] == [code, code], said
    assert (report["fail"] > 0) == (code == 10)
    lines = ran[1].stdout.splitlines()
    for each in report["checks"]:
        if each["verdict"] != "OK":
            assert each["fix"] and f"      {each['fix']}" in lines, (each, lines)
    return {each["id"]: each for each in report["checks"]}


def verdicts(checks, *ids):
    return [(checks[each]["verdict"], checks[each]["code"]) for each in ids]


def mended(user, fix):
    """Does what a fix says, for the sandbox `one` and as this user may."""
    said = fix if SUDO else fix.replace("sudo ", "")
    said = said.replace("sandbox ", f"'{user.executable}' --name one ")
    subprocess.run(["sh", "-c", said], check=True, env=user.env, stdout=subprocess.DEVNULL)


def registered(port, version, image):
    name = {"resource_type": "TASK", "project": "flytesnacks", "domain": "development", "name": "t", "version": version}
    template = {
        "type": "python-task",
        "metadata": {"runtime": {"version": "1"}, "retries": {}},
        "interface": {"inputs": {}, "outputs": {}},
        "container": {"image": image, "command": ["true"]},
    }
    ask(port, "/api/v1/tasks", {"id": name, "spec": {"template": template}})


def bridge():
    """The address of this machine by which containers reach it."""
    told = subprocess.run(
        ["ip", "-json", "-4", "address", "show", "docker0"], check=True, stdout=subprocess.PIPE
    ).stdout
    return json.loads(told)[0]["addr_info"][0]["local"]

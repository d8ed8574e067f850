"""A user with several sandboxes, and containers in them without any client."""

import json
import os
import subprocess
import urllib.error
import urllib.request

import ports
from harness import ROOT
from schemas import answer_of
from terminal import on_terminal


class User:
    """A user's home directory, and the command line in it."""

    def __init__(self, folder):
        self.folder, self.blocks = folder, []
        self.executable = os.environ.get("SANDBOX", str(ROOT / "build" / "release" / "sandbox"))
        self.env = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder / "tmp")}
        self.env.pop("XDG_STATE_HOME", None)
        (folder / "tmp").mkdir()

    def run(self, *arguments, check=True, **kw):
        command = [self.executable, *map(str, arguments)]
        ran = subprocess.run(command, env=self.env, text=True, capture_output=True, timeout=120, **kw)
        assert not check or ran.returncode == 0, f"{command}: exit {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
        return ran

    def base(self):
        self.blocks.append(ports.take())
        return self.blocks[-1].base

    def home(self, name):
        return self.folder / ".flyte" / f"sandbox-{name}"

    def start(self, name, *more):
        base = self.base()
        told = answer_of(self, "start", "--name", name, "--port-base", base, *more)
        assert told["endpoint"] == f"localhost:{base + 80}" and told["name"] == name
        return base + 80

    def instances(self):
        return answer_of(self, "instances")["instances"]

    def end(self):
        for instance in self.instances():
            self.run("--home", instance["home"], "teardown", "--yes", check=False)
        for block in self.blocks:
            block.release()

    def ephemerals(self):
        return list((self.folder / "tmp").glob("sandbox-ephemeral-*"))

    def typed(self, answer, *arguments):
        """What the command prints on a terminal on which `answer` is typed, and its exit code."""
        return on_terminal([self.executable, *arguments], self.env, answer)


def ask(port, path, body=None, method=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"http://localhost:{port}{path}", data, headers, method=method)
    return json.loads(urllib.request.urlopen(request).read() or b"{}")


def launch(port, name, domain="development", project="flytesnacks"):
    """A container that runs until it is removed."""
    place = {"project": project, "domain": domain, "name": "sleeps", "version": "v1"}
    container = {"image": "busybox:latest", "command": ["sleep", "600"]}
    template = {
        "type": "python-task",
        "metadata": {"runtime": {"version": "1"}, "retries": {}},
        "interface": {"inputs": {}, "outputs": {}},
        "container": container,
    }
    try:
        ask(port, "/api/v1/tasks", {"id": {"resource_type": "TASK", **place}, "spec": {"template": template}})
    except urllib.error.HTTPError as there:
        if there.code != 409:
            raise
    spec = {"launch_plan": {"resource_type": "TASK", **place}, "metadata": {}}
    ask(port, "/api/v1/executions", {"project": project, "domain": domain, "name": name, "spec": spec, "inputs": {}})


def containers(label):
    command = ["docker", "ps", "-aq", "--filter", f"label={label}"]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.split()


def containers_of(home):
    return containers(f"sandbox.instance={(home / 'instance').read_text().strip()}")

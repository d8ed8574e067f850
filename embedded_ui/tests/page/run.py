#!/usr/bin/env python3
"""The page tests: a sandbox of their own with what real clients registered and launched, and Chromium before it.

    run.py [--report FILE] [ARGUMENTS OF PLAYWRIGHT...]      with the Python that has flytekit (build/clients/venv)
    run.py --shots [ARGUMENTS OF PLAYWRIGHT...]              pictures of all pages instead: build/page/shots/index.html
    run.py --bench [ARGUMENTS OF PLAYWRIGHT...]              how long a person waits, for scripts/bench

Traces and screenshots of what failed: build/page/results.
"""

import argparse
import contextlib
import json
import os
import pathlib
import signal
import socketserver
import sqlite3
import sys
import tempfile
import threading
from importlib.machinery import SourceFileLoader

ROOT = pathlib.Path(__file__).resolve().parents[3]
UI = ROOT / "embedded_ui"
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "tests/clients")]
import alone  # noqa: E402
import scheduled  # noqa: E402
from arrays import register_map  # noqa: E402
from harness import FLYTECTL, IMAGE, PYFLYTE, Sandbox, wait_for  # noqa: E402

# tests/data/waits.py asks for more than half of the memory, and outputs.py has a value of 30 MiB.
CONFIG = "capacity: {memory: 6Gi}\nliteral_offloading: {enabled: true}\n"
PROJECT, DOMAIN, TASK, VERSION = "flytesnacks", "staging", "core.flyte_basics.task.run_batch", "v1"
NEXT_VERSION = "v2"


def tutorial(sandbox):
    """Registered and launched; it goes on while the browser looks."""
    folder = ROOT / "examples/tutorial"
    image = ["--build-arg", f"FLYTEKIT_IMAGE={IMAGE}", "--tag", "flytebasics:pages"]
    sandbox.exec("docker", "build", "-q", ".", *image, cwd=folder)
    where = ["-p", PROJECT, "-d", DOMAIN, "--image", "flytebasics:pages", "--version", VERSION, "--non-fast"]
    sandbox.exec(PYFLYTE, "register", *where, "core", cwd=folder)
    remote = sandbox.remote(PROJECT, DOMAIN)
    execution = remote.execute(remote.fetch_task(name=TASK, version=VERSION), inputs={})
    place = {"project": PROJECT, "domain": DOMAIN, "task": TASK, "version": VERSION}
    return {**place, "execution": execution.id.name, "printed": remote.generate_console_url(execution)}


def forms(sandbox):
    """What is launched with values of every type, what waits, and what uses and prints much."""
    where = ["-p", PROJECT, "-d", "development", "--image", IMAGE, "--version", VERSION, "--copy", "none"]
    files = ["every_type.py", "gates.py", "machine.py", "usage.py", "waits.py"]
    sandbox.exec(PYFLYTE, "register", *where, *files, cwd=UI / "tests/data")
    return {"project": PROJECT, "domain": "development", "version": VERSION}


def schedule(sandbox):
    """A launch plan that ticks daily and was active for three days in which the sandbox did not run."""
    remote = sandbox.remote()
    scheduled.register(remote, VERSION, "TZ=Asia/Seoul 0 2 * * *")
    scheduled.register(remote, "v2", "TZ=Asia/Seoul 30 3 * * *")
    scheduled.set_active(remote, VERSION, True)
    sandbox.run("stop")
    with sqlite3.connect(sandbox.home / "state.db") as state:
        days = 3 * 24 * 3600 * 10**9
        moved = "UPDATE entities SET updated_at = updated_at - ? WHERE kind = 3 AND name = ? AND version = ?"
        assert state.execute(moved, (days, scheduled.NAME, VERSION)).rowcount == 1
    state.close()
    sandbox.start()
    wait_for(lambda: len(scheduled.ticks(sandbox.remote(), VERSION)) == 3, 30, "the ticks that were missed")
    return {"project": scheduled.PROJECT, "domain": scheduled.DOMAIN, "plan": scheduled.NAME, "version": VERSION}


def graphs(sandbox):
    """Runs with every kind of node, with a thousand items and a thousand siblings; a good and a bad one to compare."""
    file, name = UI / "tests/data/graphs.py", "graphs.compared"
    sandbox.register(file, VERSION)
    remote = sandbox.remote()
    register_map(remote, "graphs.map", "graphs.item", VERSION)
    register_map(remote, "graphs.counted", "graphs.counts", VERSION)
    sandbox.register(UI / "tests/data/nested.py", VERSION)
    register_again(remote, file, {"GRAPHS_MEMORY": "64Mi"}, "compared", NEXT_VERSION)

    def workflow(name, version, **inputs):
        found = remote.fetch_workflow(name=name, version=version)
        return remote.execute(found, inputs=inputs).id.name

    many = remote.execute(remote.fetch_task(name="graphs.unfolds", version=VERSION), inputs={"n": 1000}).id.name
    return {
        "project": PROJECT,
        "domain": "development",
        "version": VERSION,
        "next": NEXT_VERSION,
        "kinds": workflow("graphs.kinds", VERSION, n=14),
        "siblings": many,
        "items": workflow("graphs.map", VERSION, xs=list(range(1000))),
        "sorted": workflow("graphs.merge_sort", VERSION, xs=[3, 1, 2], size=3),
        "remembered": workflow("graphs.remembered", VERSION, n=5),
        "good": workflow(name, VERSION, n=1),
        "bad": workflow(name, NEXT_VERSION, n=-1),
    }


def register_again(remote, file, environment, workflow, version):
    """A workflow of a file as it is in another environment, under another version."""
    from flytekit.configuration import SerializationSettings

    os.environ.update(environment)
    module = SourceFileLoader(file.stem, str(file)).load_module()
    settings = SerializationSettings(
        image_config=None, project=PROJECT, domain="development", version=version, env=None
    )
    remote.register_workflow(getattr(module, workflow), settings, version=version)


def outputs(sandbox):
    """A run with values, files and a deck of every kind that is shown; it goes on while the browser looks elsewhere."""
    sandbox.register(UI / "tests/data/outputs.py", VERSION)
    remote = sandbox.remote(PROJECT, "development")
    execution = remote.execute(remote.fetch_launch_plan(name="outputs.outputs", version=VERSION), inputs={})
    return {"project": PROJECT, "domain": "development", "execution": execution.id.name}


def build(sandbox):
    """The id of a build that failed."""
    words = ["build", UI / "tests/data/failing_image", "-t", "sandbox-pages/fails:v1"]
    assert sandbox.run(*words, check=False).returncode != 0, "a step of this build fails"
    return json.loads(sandbox.run("builds", "-o", "json").stdout)["builds"][0]["id"]


def facts(sandbox):
    ticked = schedule(sandbox)
    ran = tutorial(sandbox)
    written = outputs(sandbox)
    namespace = f"{PROJECT}-{DOMAIN}"
    pod = wait_for(lambda: sandbox.pods(namespace), 10, "a pod of the tutorial")[0]["name"]
    return {
        "base": f"http://localhost:{sandbox.port}",
        "home": str(sandbox.home),
        "executable": sandbox.executable,
        "tutorial": ran,
        "forms": forms(sandbox),
        "schedule": ticked,
        "flytectl": FLYTECTL,
        "graphs": graphs(sandbox),
        "outputs": written,
        "build": build(sandbox),
        "python": sys.executable,
        "pod": {"namespace": namespace, "name": pod},
    }


@contextlib.contextmanager
def remote_control(sandbox, path):
    """A socket through which a test kills, stops and starts the sandbox: a line `kill` is answered by `ok`.

    Tests are in a network of their own, where they cannot start it themselves.
    """
    acts = {"kill": sandbox.kill, "stop": lambda: sandbox.run("stop"), "start": sandbox.start}

    class Wish(socketserver.StreamRequestHandler):
        def handle(self):
            word = self.rfile.readline().decode().strip()
            try:
                acts[word]()
                self.wfile.write(b"ok\n")
            except Exception as problem:
                self.wfile.write(f"{word}: {problem}\n".encode())

    with socketserver.ThreadingUnixStreamServer(str(path), Wish) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


def sheet(folder):
    """One page with all pictures, a row for each state."""
    rows = {}
    for picture in sorted(folder.glob("*.png")):
        state, width, look, language = picture.stem.rsplit("-", 3)
        rows.setdefault(state, []).append((language, look, int(width), picture.name))
    out = [
        "<!doctype html><meta charset=utf-8><title>Pages</title><style>img{height:420px;border:1px solid #888}</style>"
    ]
    for state, pictures in rows.items():
        out.append(f"<h2>{state}</h2>")
        out += [f'<a href="{name}"><img src="{name}" alt="{name}"></a>' for *_, name in sorted(pictures)]
    (folder / "index.html").write_text("\n".join(out))
    print(f"{sum(map(len, rows.values()))} pictures of {len(rows)} states: {folder / 'index.html'}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shots", dest="tests", action="store_const", const="shots", default="page")
    parser.add_argument("--bench", dest="tests", action="store_const", const="bench")
    parser.add_argument("--report", type=pathlib.Path, default=ROOT / "build/page/report.xml")
    options, arguments = parser.parse_known_args()
    out = ROOT / "build/page"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sandbox-pages-") as home:
        sandbox = Sandbox(pathlib.Path(home) / "sandbox")
        sandbox.home.mkdir()
        (sandbox.home / "config.yaml").write_text(CONFIG)
        sandbox.start()
        try:
            known = facts(sandbox)
            (out / "facts.json").write_text(json.dumps(known, indent=2))
            control = pathlib.Path(home) / "control"
            environment = {
                **sandbox.env,
                "PAGE_BASE": known["base"],
                "PAGE_CONTROL": str(control),
                "PAGE_FACTS": str(out / "facts.json"),
                "PAGE_OUT": str(out),
                "PAGE_REPORT": str(options.report.resolve()),
            }
            command = [ROOT / "build/node/bin/node", UI / "node_modules/@playwright/test/cli.js", "test"]
            command += ["--config", UI / "tests" / options.tests / "playwright.config.ts", *arguments]
            with remote_control(sandbox, control):
                code = alone.run([sandbox.port, sandbox.s3], command, cwd=UI, env=environment)
            if options.tests == "shots":
                sheet(out / "shots")
            return code
        finally:
            log = (sandbox.home / "sandbox.log").read_text(errors="replace")
            (out / "sandbox.log").write_text(log)
            sandbox.run("teardown")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # The sandbox is removed all the same.
    os.environ.setdefault("DOCKER_CONFIG", str(pathlib.Path.home() / ".docker"))
    sys.exit(main())

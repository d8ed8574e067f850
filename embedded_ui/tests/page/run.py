#!/usr/bin/env python3
"""The page tests: a sandbox of their own with what real clients registered and launched, and Chromium before it.

    run.py [--report FILE] [ARGUMENTS OF PLAYWRIGHT...]      with the Python that has flytekit (build/clients/venv)

Traces and screenshots of what failed: build/page/results.
"""

import argparse
import json
import os
import pathlib
import signal
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
UI = ROOT / "embedded_ui"
sys.path.insert(0, str(ROOT / "tests/support"))
import alone  # noqa: E402
from harness import FLYTECTL, IMAGE, PYFLYTE, Sandbox, wait_for  # noqa: E402

CONFIG = "capacity: {memory: 6Gi}\n"  # tests/data/waits.py asks for more than half of it
PROJECT, DOMAIN, TASK, VERSION = "flytesnacks", "staging", "core.flyte_basics.task.run_batch", "v1"


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
    files = ["every_type.py", "gates.py", "usage.py", "waits.py"]
    sandbox.exec(PYFLYTE, "register", *where, *files, cwd=UI / "tests/data")
    return {"project": PROJECT, "domain": "development", "version": VERSION}


def facts(sandbox):
    ran = tutorial(sandbox)
    namespace = f"{PROJECT}-{DOMAIN}"
    pod = wait_for(lambda: sandbox.pods(namespace), 10, "a pod of the tutorial")[0]["name"]
    return {
        "base": f"http://localhost:{sandbox.port}",
        "home": str(sandbox.home),
        "executable": sandbox.executable,
        "tutorial": ran,
        "forms": forms(sandbox),
        "flytectl": FLYTECTL,
        "pod": {"namespace": namespace, "name": pod},
    }


def main():
    parser = argparse.ArgumentParser()
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
            environment = {
                **sandbox.env,
                "PAGE_BASE": known["base"],
                "PAGE_FACTS": str(out / "facts.json"),
                "PAGE_OUT": str(out),
                "PAGE_REPORT": str(options.report.resolve()),
            }
            command = [ROOT / "build/node/bin/node", UI / "node_modules/@playwright/test/cli.js", "test"]
            command += ["--config", UI / "tests/page/playwright.config.ts", *arguments]
            return alone.run([sandbox.port, sandbox.s3], command, cwd=UI, env=environment)
        finally:
            log = (sandbox.home / "sandbox.log").read_text(errors="replace")
            (out / "sandbox.log").write_text(log)
            sandbox.run("teardown")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # The sandbox is removed all the same.
    os.environ.setdefault("DOCKER_CONFIG", str(pathlib.Path.home() / ".docker"))
    sys.exit(main())

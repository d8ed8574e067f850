"""The recorded executions, run again on a sandbox of the test run. selection.py says which."""

import os
import pathlib
import subprocess
import sys

import pytest

from harness import IMAGE

HERE = pathlib.Path(__file__).parent
TOOLS = HERE / "tools"
sys.path[:0] = [str(HERE), str(TOOLS)]
from selection import chosen  # noqa: E402

SECONDS_MAX = 3 * 3600  # of all cases
# The traces of these carry another salt: failure/README.md.
OTHER_SALT = """
    cache_changed_input cache_dynamic cache_failure cache_hash_method cache_ignored_input cache_named_tuple
    cache_no_output cache_serialize cache_sub_workflow
""".split()


def tool(name, *arguments, env=os.environ):
    done = subprocess.run(
        [sys.executable, str(TOOLS / name), *map(str, arguments)],
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS_MAX,
    )
    return done.stdout


def record(folder, cases, sandbox, out):
    """Runs the cases on the sandbox, and writes their traces to `out`. What the recorder said."""
    place = ["--endpoint", f"localhost:{sandbox.port}", "--s3", f"http://localhost:{sandbox.s3}", "--image", IMAGE]
    place += ["--cases", HERE / folder, "--out", out, "--version", "v1"]
    said = ""
    for salt in ("n1", "n3"):
        some = [case for case in cases if (case in OTHER_SALT) == (salt == "n3")]
        if some:
            said += tool("record.py", *place, "--salt", salt, "--only", *some, env=sandbox.env)
    return said


@pytest.fixture(scope="session")
def recorded(standard, tmp_path_factory, request):
    done = {}
    subprocess.run(
        ["docker", "tag", IMAGE, "flytekit:py3.11-1.16.24"], check=True
    )  # another name that two cases ask for

    def once(folder):
        if folder not in done:
            out = tmp_path_factory.mktemp(folder)
            done[folder] = (out, record(folder, chosen(request.config, folder), standard, out))
        return done[folder]

    return once


@pytest.fixture(scope="session")
def entities(recorded, standard, tmp_path_factory):
    """What the server tells about everything that the cases of the language have registered: a folder of JSON files."""
    recorded("language")
    out = tmp_path_factory.mktemp("entities")
    tool("entities.py", "--endpoint", f"localhost:{standard.port}", "--cases", HERE / "language", "--out", out)
    return out


def pytest_ignore_collect(collection_path, config):
    """Everything is registered only when all cases run."""
    return True if collection_path.name == "test_entities.py" and config.getoption("--cases") != "all" else None

"""Recorded executions, run again and compared path by path; selection.py says which. scripts/dev/golden runs all of them."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from harness import IMAGE
from selection import chosen, files_of_entities

HERE = pathlib.Path(__file__).parent
TOOLS = HERE / "tools"
sys.path.insert(0, str(TOOLS))
import compare  # noqa: E402

SECONDS_MAX = 3 * 3600  # of all cases
# The traces of these carry another salt: failure/README.md.
OTHER_SALT = """cache_changed_input cache_dynamic cache_failure cache_hash_method cache_ignored_input cache_named_tuple cache_no_output
    cache_serialize cache_sub_workflow""".split()


def pytest_generate_tests(metafunc):
    for folder in ("language", "failure"):
        if f"{folder}_case" in metafunc.fixturenames:
            metafunc.parametrize(f"{folder}_case", chosen(metafunc.config, folder))
    if "entities_of" in metafunc.fixturenames:
        metafunc.parametrize("entities_of", files_of_entities(metafunc.config))


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


@pytest.fixture(scope="module")
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


def same(folder, case, recorded):
    out, said = recorded(folder)
    here = out / f"{case}.json"
    assert here.exists(), f"no trace of {case}: {said[-2000:]}"
    wanted = json.loads((HERE / folder / "traces" / f"{case}.json").read_text())
    assert wanted["nodes"], "an empty trace"
    differences = compare.differences(wanted, json.loads(here.read_text()))
    assert not differences, "\n".join(differences)


def test_language(language_case, recorded):
    same("language", language_case, recorded)


def test_failure(failure_case, recorded):
    same("failure", failure_case, recorded)


@pytest.fixture(scope="module")
def entities(recorded, standard, tmp_path_factory):
    recorded("language")
    out = tmp_path_factory.mktemp("entities")
    tool("entities.py", "--endpoint", f"localhost:{standard.port}", "--cases", HERE / "language", "--out", out)
    return out


def test_entities(entities_of, entities):
    wanted = json.loads((HERE / "language" / "entities" / f"{entities_of}.json").read_text())
    here = json.loads((entities / f"{entities_of}.json").read_text())
    assert any(wanted.values()), "nothing recorded"
    for kind in wanted:
        for name in wanted[kind]:
            assert name in here[kind], f"{kind} {name} is missing"
            differences = compare.differences(wanted[kind][name], here[kind][name])
            assert not differences, f"{kind} {name}:\n" + "\n".join(differences)

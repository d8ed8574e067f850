"""Recorded executions, run again and compared path by path; selection.py says which. scripts/dev/golden runs all of
them."""

import json
import pathlib

import compare
from selection import chosen

HERE = pathlib.Path(__file__).parent


def pytest_generate_tests(metafunc):
    for folder in ("language", "failure"):
        if f"{folder}_case" in metafunc.fixturenames:
            metafunc.parametrize(f"{folder}_case", chosen(metafunc.config, folder))


def same(folder, case, recorded):
    out, said = recorded(folder)
    here = out / f"{case}.json"
    assert here.exists(), f"no trace of {case}: {said[-2000:]}"
    wanted = json.loads((HERE / folder / "traces" / f"{case}.json").read_text())
    assert wanted["nodes"] or wanted["execution"]["closure"]["error"], "an empty trace"
    differences = compare.differences(wanted, json.loads(here.read_text()))
    assert not differences, "\n".join(differences)


def test_language(language_case, recorded):
    same("language", language_case, recorded)


def test_failure(failure_case, recorded):
    same("failure", failure_case, recorded)

"""Recorded executions, run again and compared path by path; selection.py says which. scripts/dev/golden runs all of
them."""

import json
import pathlib
import re

import compare
from selection import chosen, traces

HERE = pathlib.Path(__file__).parent


def pytest_generate_tests(metafunc):
    for folder in ("language", "failure"):
        if f"{folder}_case" in metafunc.fixturenames:
            metafunc.parametrize(f"{folder}_case", chosen(metafunc.config, folder))


def deviations():
    """(case, pattern of paths, reason) of what may differ from a recorded execution."""
    lines = (HERE / "trace_deviations.txt").read_text().splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def test_deviations_are_of_cases_that_there_are():
    assert {case for case, _, _ in deviations()} <= {*traces("language"), *traces("failure")}


def same(folder, case, recorded):
    out, said = recorded(folder)
    here = out / f"{case}.json"
    assert here.exists(), f"no trace of {case}: {said[-2000:]}"
    wanted = json.loads((HERE / folder / "traces" / f"{case}.json").read_text())
    assert wanted["nodes"] or wanted["execution"]["closure"]["error"], "an empty trace"
    differences = compare.differences(wanted, json.loads(here.read_text()))
    for pattern, reason in [row[1:] for row in deviations() if row[0] == case]:
        others = [each for each in differences if not re.search(pattern, each.split("\n", 1)[0])]
        assert len(others) < len(differences) or reason.startswith("2:"), f"{case}: listed, but the same: {reason}"
        differences = others
    assert not differences, "\n".join(differences)


def test_language(language_case, recorded):
    same("language", language_case, recorded)


def test_failure(failure_case, recorded):
    same("failure", failure_case, recorded)

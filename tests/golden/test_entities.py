"""Registered tasks, workflows and launch plans, as the server tells them, against the recorded ones."""

import json
import pathlib

import compare
import pytest

RECORDED = pathlib.Path(__file__).parent / "language" / "entities"


@pytest.mark.parametrize("file", sorted(path.name for path in RECORDED.glob("*.json")))
def test_entities(file, entities):
    wanted = json.loads((RECORDED / file).read_text())
    here = json.loads((entities / file).read_text())
    assert any(wanted.values()), "nothing recorded"
    for kind in wanted:
        for name in wanted[kind]:
            assert name in here[kind], f"{kind} {name} is missing"
            differences = compare.differences(wanted[kind][name], here[kind][name])
            assert not differences, f"{kind} {name}:\n" + "\n".join(differences)

"""Every recorded call of the control plane gets the recorded answer, except the deviations that deviations.txt
lists."""

import json
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE / "control"))
FILES = sorted((HERE / "control").glob("*.json"))


def deviations():
    """(file, step id) of each step whose answer differs on purpose; the third column of the list is the reason."""
    rows = [
        line.rstrip("\n").split("\t")
        for line in (HERE / "deviations.txt").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    assert all(len(r) == 3 and r[2] for r in rows), "deviations.txt: FILE<TAB>STEP<TAB>REASON"
    return {(r[0], r[1]): r[2] for r in rows}


def steps_of(path):
    return [s for s in json.loads(path.read_text()) if "generate" not in s]


def test_at_most_one_step_in_twenty_deviates():
    total = sum(len(steps_of(f)) for f in FILES)
    assert len(deviations()) <= total / 20


def hurried(step):
    """A listed step that waits for a state may never see it: it is compared after a few seconds."""
    return {**step, "until": {**step["until"], "timeout": 5}} if "until" in step else step


def replay(path, sandbox, listed):
    """How many steps were played, and the ids of those whose answer differs, with what differs."""
    import http_transcript
    import transcript

    module = http_transcript if path.name.startswith("http_") else transcript
    player = module.Player(f"localhost:{sandbox.port}")
    played, bad = 0, {}
    for step in json.loads(path.read_text()):
        if "generate" in step:
            player.generate(step)
            continue
        if step["id"] in listed:
            step = hurried(step)
        difference = module.compare(step, player.run(step)[0], ())
        played += 1
        if difference:
            bad[step["id"]] = difference[:4]
    return played, bad


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_replay(path, standard):
    listed = {step for name, step in deviations() if name == path.stem}
    played, bad = replay(path, standard, listed)
    assert played == len(steps_of(path)) > 0
    unexpected = {k: v for k, v in bad.items() if k not in listed}
    assert not unexpected, "\n".join(f"{k}: {v}" for k, v in unexpected.items())
    assert not listed - set(bad), (
        f"listed as deviations of {path.stem}, but the answers are the recorded ones: {sorted(listed - set(bad))}"
    )

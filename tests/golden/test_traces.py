"""A part of the recorded executions, run again and compared path by path. scripts/dev/golden runs all of them."""

import pathlib
import re
import subprocess
import sys

import pytest

from harness import IMAGE

HERE = pathlib.Path(__file__).parent

# A few of each kind, chosen so that the whole takes about two minutes.
LANGUAGE = [
    "scalars_made",
    "lists",
    "dc_make",
    "union_int",
    "files",
    "frames",
    "fan",
    "straight",
    "over_amounts",
    "single",
    "ref_task",
    "enums",
    "cond_nested",
    "cond_in_sub",
    "sub3",
    "sub_holds",
    "gate_asked",
    "gate_in_sub",
    "gate_nap",
    "dyn_nested",
    "map_several",
    "lp_calls",
    "lp_tower",
    "map_empty",
    "legacy_simple",
    "legacy_empty",
    "legacy_slow",
]
FAILURE = [
    "raise_plain",
    "raise_recoverable_1",
    "raise_exit_1",
    "raise_oom",
    "raise_no_plugin",
    "raise_error_file_and_outputs",
    "prop_parallel_now",
    "pod_labelled",
    "ctl_stop_task",
    "ctl_relaunch",
    "raw_scalars",
    "raw_missing",
    "raw_file_chain",
    "prop_branch_fail",
    "prop_gate_rejected",
    "prop_dynamic_compile",
    "prop_on_failure_sub",
    "prop_map_some",
    "prop_old_map_some",
    "ctl_stop_launch_plan",
    "ctl_recover_dynamic",
]


def record(folder, cases, sandbox, out):
    command = [
        sys.executable,
        str(HERE / folder / "tools" / "record.py"),
        "--endpoint",
        f"localhost:{sandbox.port}",
        "--s3",
        f"http://localhost:{sandbox.s3}",
        "--image",
        IMAGE,
        "--cases",
        str(HERE / folder),
        "--out",
        str(out),
        "--only",
        *cases,
    ]
    if folder == "failure":
        command += ["--version", "v1", "--salt", "n1"]
    return subprocess.run(
        command, env=sandbox.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900
    )


# Whether a very short container was seen running at all (golden/README): recorded without a start, it may have one here.
UNSEEN = re.compile(
    r"^\S*\.tasks\[\d+\]\.task\.closure\.(?:started_at|duration)\n    recorded null\n    here .*\n", re.M
)

# The version of a dynamic workflow is drawn at random; the failure traces have it as it fell (reason 2 of docs/compatibility.md).
DRAWN = re.compile(
    r'^\S*storage\[\d+\]\n    recorded ("\S*_dynamic_\w+_)[bcdfghjklmnpqrstvwxz2456789]{10}"\n    here     \1[bcdfghjklmnpqrstvwxz2456789]{10}"\n',
    re.M,
)


def differences(folder, case, out, tmp_path):
    wanted = tmp_path / "wanted"
    wanted.mkdir(exist_ok=True)
    (wanted / f"{case}.json").write_text((HERE / folder / "traces" / f"{case}.json").read_text())
    got = subprocess.run(
        [sys.executable, str(HERE / folder / "tools" / "compare.py"), str(wanted), str(out)],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    (wanted / f"{case}.json").unlink()
    left = DRAWN.sub("", UNSEEN.sub("", got.stdout))
    return left if re.search(r"^    recorded", left, re.M) or "no trace here" in left else ""


@pytest.fixture(scope="module")
def recorded(standard, tmp_path_factory):
    done = {}

    def once(folder, cases):
        if folder not in done:
            out = tmp_path_factory.mktemp(folder)
            done[folder] = (out, record(folder, cases, standard, out).stdout)
        return done[folder]

    return once


@pytest.mark.parametrize("case", LANGUAGE)
def test_language(case, recorded, tmp_path):
    out, said = recorded("language", LANGUAGE)
    assert not differences("language", case, out, tmp_path), differences("language", case, out, tmp_path) + said[-2000:]


@pytest.mark.parametrize("case", FAILURE)
def test_failure(case, recorded, tmp_path):
    out, said = recorded("failure", FAILURE)
    assert not differences("failure", case, out, tmp_path), differences("failure", case, out, tmp_path) + said[-2000:]

"""Runs every_type.py with `pyflyte run --remote` and prints what the platform got for it, as JSON.

Its output is the truth for the page's literals: recorded in values.json.

    FLYTECTL_CONFIG=... PATH_OF/python values.py http://localhost:30080 IMAGE > values.json
"""

import json
import pathlib
import re
import subprocess
import sys
import urllib.request

HERE = pathlib.Path(__file__).parent
WORDS = {
    "integer": "-42",
    "big": "9007199254740993",
    "real": "1.5",
    "infinite": "inf",
    "text": 'it\'s "quoted" ü',
    "spaces": " a  b ",
    "truth": "true",
    "when": "2026-11-29T05:00:00",
    "day": "2026-11-29",
    "span": "1h30m",
    "colour": "green",
    "mode": "slow",
    "point": '{"x": 3, "y": 2.0}',
    "shape": json.dumps(
        {
            "name": "tri",
            "at": {"x": 1, "y": 0.25},
            "path": [{"x": 1, "y": 0.5}],
            "tags": {"k": "v"},
            "note": None,
            "big": 2**53 + 1,
            "colour": "green",
            "closed": True,
        }
    ),
    "loose": '{"b": [1, 2.5], "a": {"z": null, "t": "x"}}',
    "numbers": "[3, 1, 2]",
    "grid": '[["a", "b"], []]',
    "empty": "[]",
    "counts": '{"one": 1, "two": 2}',
    "series": '{"s": [0.5, 1.0]}',
    "points": '[{"x": 1, "y": 1.0}]',
    "places": '{"home": {"x": 7, "y": 1.25}}',
    "maybe": "5",
    "maybe_point": '{"x": 3, "y": 2.0}',
    "either": "7",
    "either_text": "seven",
    "either_list": "[7, 8]",
    "maybe_list": '["a"]',
    "file": "s3://my-s3-bucket/form/a.txt",
    "csv": "s3://my-s3-bucket/form/a.csv",
    "folder": "s3://my-s3-bucket/form/folder",
    "frame": "s3://my-s3-bucket/form/frame",
    "table": "s3://my-s3-bucket/form/frame",
    "maybe_file": "s3://my-s3-bucket/form/a.txt",
}


def without_nulls(value):
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value


def get(path):
    with urllib.request.urlopen(sys.argv[1] + "/api/v1" + path) as answer:
        return without_nulls(json.load(answer))


def main():
    pyflyte = str(pathlib.Path(sys.executable).parent / "pyflyte")
    words = [f"--{name}" if value == "true" else f"--{name}={value}" for name, value in WORDS.items()]
    run = subprocess.run(
        [pyflyte, "run", "--remote", "-p", "flytesnacks", "-d", "development", "--image", sys.argv[2]]
        + [str(HERE / "every_type.py"), "every_type", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"executions/(\w+)", run.stdout + run.stderr)
    if not found:
        sys.exit(run.stdout + run.stderr)
    place = "flytesnacks/development"
    spec = get(f"/executions/{place}/{found[1]}")["spec"]["launchPlan"]
    task = get(f"/tasks/{place}/{spec['name']}/{spec['version']}")
    types = task["closure"]["compiledTask"]["template"]["interface"]["inputs"]["variables"]
    literals = get(f"/data/executions/{place}/{found[1]}")["fullInputs"]["literals"]
    plan = get(f"/launch_plans/{place}/every_type.defaults/v1")
    record = {
        "values": {
            name: {"words": WORDS.get(name), "type": types[name]["type"], "literal": literals.get(name)}
            for name in types
        },
        "defaults": plan["closure"]["expectedInputs"]["parameters"],
    }
    print(json.dumps(record, indent=1, ensure_ascii=False, sort_keys=True))


main()

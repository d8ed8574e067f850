#!/usr/bin/env python3
"""Plants each bug of planted.tsv in a copy of the sources, and lets the simulation look for it.

    tests/sim/planted.py [--seeds N] [--only WORD] [--numbers 3,7,...]
    tests/sim/planted.py --fit      only looks whether each of them fits the sources
    tests/sim/planted.py --compiles [FILE...]   only looks whether those of these files compile; default: all

Prints a table; exit 1 when one is not found, or does not fit the sources any more.

The next bug is built while the simulation looks for the one before.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPY = ROOT / "build" / "planted"
COMMANDS = ROOT / "build" / "dev" / "compile_commands.json"
BUILD = COPY / "build" / "release"
CHUNK = 500  # seeds
CHUNK_SECONDS_MAX = 120  # a simulation that does not end has found something too
TEXT_MAX = 160
# A bug may leave something unused. The flags stay those of the release preset, so that the rest comes from the
# compiler's cache.
QUIET = '#pragma clang diagnostic ignored "-Weverything"\n'


def bugs():
    for line in (ROOT / "tests/sim/planted.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            path, old, new, what = (field.replace("\\n", "\n") for field in line.split("\t"))
            yield path, old, new, what


def mirror():
    COPY.mkdir(parents=True, exist_ok=True)
    for name in (
        "CMakeLists.txt",
        "CMakePresets.json",
        "cmake",
        "embedded_ui",
        "include",
        "scripts",
        "src",
        "tests",
        "third_party",
    ):
        for file in [ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*"):
            to = COPY / file.relative_to(ROOT)
            # What is the same keeps its time, so that it is not built again.
            packages = "node_modules" in file.parts
            if not packages and file.is_file() and not (to.exists() and to.read_bytes() == file.read_bytes()):
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, to)
    (COPY / "build").mkdir(exist_ok=True)
    subprocess.run(
        ["cmake", "--preset", "release"], cwd=COPY, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def build():
    """What went wrong; empty when nothing did."""
    made = subprocess.run(
        ["ninja", "-C", str(BUILD), "sim"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return (
        ""
        if made.returncode == 0
        else next((line for line in made.stdout.splitlines() if "error:" in line), made.stdout[-300:])
    )


def pattern_of(text):
    """Where the lines break is the formatter's business."""
    return r"\s+".join(re.escape(word) for word in text.split())


def misfit(source, text):
    found = len(re.findall(pattern_of(text), source))
    return "" if found == 1 else f"the text occurs {found} times"


def plant(number, path, old, new):
    """(a simulator that has the bug, what went wrong)"""
    file = COPY / path
    source = file.read_text()
    if problem := misfit(source, old):
        return None, problem
    program = COPY / "build" / f"sim-{number}"
    file.write_text(QUIET + re.sub(pattern_of(old), lambda _: new.strip(), source))
    try:
        problem = build()
        if not problem:
            shutil.copy(BUILD / "tests/sim/sim", program)
    finally:
        file.write_text(source)
    return (None, f"does not build: {problem}") if problem else (program, "")


def look(program, seeds):
    """(found, what the simulation said)"""
    try:
        for first in range(0, seeds, CHUNK):
            command = [str(program), "--first", str(first), "--seeds", str(min(CHUNK, seeds - first))]
            try:
                run = subprocess.run(
                    command,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    errors="replace",
                    timeout=CHUNK_SECONDS_MAX,
                )
            except subprocess.TimeoutExpired:
                return True, f"does not end: a seed from {first} on"
            if run.returncode == 1:
                return True, next(line for line in run.stdout.splitlines() if line.startswith("seed "))
            if run.returncode != 0:
                return True, f"stops: a seed from {first} on: {(run.stdout.strip().splitlines() or [''])[-1]}"
        return False, f"not in {seeds} seeds"
    finally:
        program.unlink()


def fit():
    rows, bad = 0, 0
    for rows, (path, old, _, what) in enumerate(bugs(), 1):
        problem = misfit((ROOT / path).read_text(), old) if (ROOT / path).exists() else "there is no such file"
        if problem:
            bad += 1
            print(f"{rows}: {path}: {what}: {problem}")
    print(f"{rows - bad} of {rows} bugs fit the sources")
    return 1 if bad or not rows else 0


def syntax(command, folder, path, source):
    """What the compiler says against a source of the project; empty when nothing."""
    given = shlex.split(command)
    arguments = [word for word in given[: given.index("-o")] if word != "-c"]
    arguments += ["-w", "-fsyntax-only", "-iquote", str((ROOT / path).parent), "-x", "c++", "-"]
    run = subprocess.run(
        arguments, cwd=folder, input=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return next((line for line in run.stdout.splitlines() if "error:" in line), "") if run.returncode else ""


def compiles(paths):
    """Each bug by itself: two of one function may not go together."""
    known = {str(pathlib.Path(each["file"])): each for each in json.loads(COMMANDS.read_text())}
    chosen = [(number, *bug) for number, bug in enumerate(bugs(), 1) if not paths or bug[0] in paths]

    def look_at(bug):
        number, path, old, new, what = bug
        built = known[str(ROOT / path)]
        source = re.sub(pattern_of(old), lambda _: new.strip(), (ROOT / path).read_text())
        return number, path, what, syntax(built["command"], built["directory"], path, source)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        bad = [each for each in pool.map(look_at, chosen) if each[-1]]
    for number, path, what, problem in bad:
        print(f"{number}: {path}: {what}: {problem}")
    print(f"{len(chosen) - len(bad)} of {len(chosen)} bugs compile")
    return 1 if bad else 0


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seeds", type=int, default=20000)
    arguments.add_argument("--only", default="")
    arguments.add_argument("--numbers", default="")
    arguments.add_argument("--fit", action="store_true")
    arguments.add_argument("--compiles", nargs="*", metavar="FILE")
    options = arguments.parse_args()
    if options.fit:
        return fit()
    if options.compiles is not None:
        return compiles(options.compiles)
    numbers = {int(number) for number in options.numbers.split(",") if number}
    mirror()
    if problem := build():
        sys.exit(f"the copy does not build: {problem}")
    missed = 0
    print("| # | File | What it does | Found |\n| --- | --- | --- | --- |", flush=True)

    def report(number, path, what, found, said):
        nonlocal missed
        missed += not found
        text = (said if found else "NOT FOUND: " + said).replace("|", "\\|")
        print(f"| {number} | {path} | {what} | {text[:TEXT_MAX]} |", flush=True)

    with concurrent.futures.ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1)) as pool:
        looking = []
        for number, (path, old, new, what) in enumerate(bugs(), 1):
            if options.only not in path + what or (numbers and number not in numbers):
                continue
            program, problem = plant(number, path, old, new)
            if program is None:
                report(number, path, what, False, problem)
            else:
                looking.append((number, path, what, pool.submit(look, program, options.seeds)))
            while looking and looking[0][3].done():
                report(*looking[0][:3], *looking.pop(0)[3].result())
        for number, path, what, looked in looking:
            report(number, path, what, *looked.result())
    print(f"\n{missed} not found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

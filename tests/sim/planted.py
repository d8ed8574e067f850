#!/usr/bin/env python3
"""Plants each bug of planted.tsv in a copy of the sources, and lets the simulation look for it.

    tests/sim/planted.py [--seeds N] [--only WORD]      prints a table; exit 1 when one is not found, or does not fit the sources any more
"""
import argparse
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPY = ROOT / "build" / "planted"
BUILD = COPY / "build" / "planted"
SECONDS_MAX = 120  # a simulation that does not end has found something too


def mutations():
    for line in (ROOT / "tests/sim/planted.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            path, old, new, what = (field.replace("\\n", "\n") for field in line.split("\t"))
            yield path, old, new, what


def mirror():
    COPY.mkdir(parents=True, exist_ok=True)
    for name in ("CMakeLists.txt", "CMakePresets.json", "cmake", "embedded_ui", "include", "scripts", "src", "tests", "third_party"):
        for file in [ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*"):
            to = COPY / file.relative_to(ROOT)
            # What is the same keeps its time, so that it is not built again.
            if file.is_file() and not (to.exists() and to.read_bytes() == file.read_bytes()):
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, to)
    # A mutation may leave something unused.
    toolchain = COPY / "cmake/toolchain.cmake"
    toolchain.write_text(toolchain.read_text().replace("-Werror", "-w"))
    (COPY / "build").mkdir(exist_ok=True)
    subprocess.run(["cmake", "--preset", "release", "-B", str(BUILD), "-DCMAKE_CXX_FLAGS_RELEASE=-O1"], cwd=COPY, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def build():
    made = subprocess.run(["ninja", "-C", str(BUILD), "sim"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return "" if made.returncode == 0 else next((line for line in made.stdout.splitlines() if "error:" in line), made.stdout[-300:])


def look(seeds):
    """(found, what the simulation said)"""
    try:
        run = subprocess.run([str(BUILD / "tests/sim/sim"), "--seeds", str(seeds)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS_MAX)
    except subprocess.TimeoutExpired:
        return True, "does not end"
    last = run.stdout.strip().splitlines()[-1:] or [""]
    return run.returncode != 0, last[0] if run.returncode > 0 else f"signal {-run.returncode}: {last[0]}"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seeds", type=int, default=20000)
    arguments.add_argument("--only", default="")
    options = arguments.parse_args()
    mirror()
    if problem := build():
        sys.exit(f"the copy does not build: {problem}")
    missed = 0
    print("| # | File | What it does | Found |\n| --- | --- | --- | --- |")
    for number, (path, old, new, what) in enumerate(mutations(), 1):
        if options.only not in path + what:
            continue
        file = COPY / path
        source = file.read_text()
        if source.count(old) != 1:
            found, said = False, f"the text occurs {source.count(old)} times"
        else:
            file.write_text(source.replace(old, new))
            problem = build()
            found, said = (False, f"does not build: {problem}") if problem else look(options.seeds)
            file.write_text(source)
        missed += not found
        print(f"| {number} | {path} | {what} | {said if found else 'NOT FOUND: ' + said} |", flush=True)
    print(f"\n{missed} not found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""What benches have said about their goals. Exit 1 when one is missed, cannot be read, or none was said.

tests/bench/goals.py FILE...        prints a line for each goal that is missed

A goal stands behind what was measured, in every bench in the same form: `ratio 0.20 (goal at most 0.5)`,
`26 MB (goal at most 50)`, `1049/s (goal at least 1000)`.
"""

import pathlib
import re
import sys

GOAL = re.compile(r"(?<![\w.])(-?\d+(?:\.\d+)?)(?:/s|[ ][^\d()\n]*)? \(goal at (most|least) (\d+(?:\.\d+)?)\)")


def judge(text):
    """(how many goals were said, a line for each that is missed or cannot be read)"""
    count, bad = 0, []
    for line in text.splitlines():
        if line.startswith("MISSED "):
            continue  # said by this script before
        found = GOAL.findall(line)
        count += len(found)
        for value, way, goal in found:
            met = float(value) <= float(goal) if way == "most" else float(value) >= float(goal)
            if not met:
                bad.append(f"{value} is not at {way} {goal}: {line.strip()}")
        if len(found) != len(re.findall(r"\(goal\b", line)):
            bad.append(f"this goal cannot be read: {line.strip()}")
    return count, bad


def main():
    count, bad = judge("\n".join(pathlib.Path(name).read_text(errors="replace") for name in sys.argv[1:]))
    for line in bad:
        print(f"MISSED {line}")
    print(f"{count} goals, {len(bad)} missed")
    return 1 if bad or not count else 0


if __name__ == "__main__":
    sys.exit(main())

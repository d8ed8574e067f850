"""Adds up what the suites of a test run reported, and says how long the slowest took.

report.py SECTIONS    lines of name, seconds, exit code, and the JUnit file of a suite of ctest or pytest, or nothing

Prints what failed and what was skipped with the reason, the 25 slowest, and as the last line: N passed, N failed, N
skipped.
A report that is missing or has no test is a failure, and so is a suite that ended badly although its report has no
failure.
"""

import pathlib
import sys
import xml.etree.ElementTree as xml

SLOWEST = 25
OUTPUT_MAX, NAME_MAX = 6000, 160  # characters


class Total:
    def __init__(self):
        self.passed, self.failed, self.skipped, self.times = 0, [], [], []

    def add(self, name, seconds, failure=None, skip=None):
        self.times.append((seconds, name))
        if failure is not None:
            self.failed.append((name, failure))
        elif skip is not None:
            self.skipped.append((name, skip))
        else:
            self.passed += 1

    def add_report(self, path):
        try:
            cases = list(xml.parse(path).getroot().iter("testcase"))
        except (OSError, xml.ParseError) as error:
            return self.add(path.stem, 0, failure=f"no report: {error}")
        if not cases:
            return self.add(path.stem, 0, failure="no test ran")
        for case in cases:
            parts = (case.get("classname", ""), case.get("name"))
            name = " ".join(part for part in dict.fromkeys(parts) if part)[:NAME_MAX]
            bad = [child for child in case if child.tag in ("failure", "error")]
            skip = case.find("skipped")
            text = None
            if bad:
                output = case.findtext("system-out") or ""
                text = "\n".join([*(f"{child.get('message', '')}\n{child.text or ''}" for child in bad), output])
            self.add(name, float(case.get("time", 0)), text, None if skip is None else skip.get("message") or skip.text)
        return None

    def add_sections(self, path):
        for line in path.read_text().splitlines():
            name, seconds, code, report = line.split("\t")
            before = len(self.failed)
            if report:
                self.add_report(pathlib.Path(report))
            if code != "0" and len(self.failed) == before:
                self.add(name, float(seconds), failure=f"ended with {code}: what it said stands above")
            elif not report:
                self.add(name, float(seconds))

    def print(self):
        for name, text in self.failed:
            print(f"FAILED {name}\n{text.strip()[-OUTPUT_MAX:]}\n")
        for name, reason in self.skipped:
            print(f"skipped {name}: {reason}")
        print(f"the {SLOWEST} slowest:")
        for seconds, name in sorted(self.times, reverse=True)[:SLOWEST]:
            print(f"{seconds:8.1f} s  {name}")
        print(f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped")


def main(sections):
    total = Total()
    total.add_sections(pathlib.Path(sections))
    total.print()
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

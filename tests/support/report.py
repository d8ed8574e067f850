"""Adds up what the suites of a test run reported, and says how long the slowest took.

report.py SECTIONS    lines of name, seconds, exit code, and the JUnit file of a suite of ctest or pytest, or nothing

Prints what failed and what was skipped with the reason, the 25 slowest, and as the last line: N passed, N failed, N
skipped.

A suite whose tests failed may have had a second try of those alone, whose report stands beside its own as NAME-
again.xml. A test that passed then is unsteady: it is named with what it said at first and counts as passed, unless
there are more than UNSTEADY_MAX of them in the whole run. A report that is missing or has no test is a failure, and
so is a suite that ended badly although its report has no failure.
"""

import pathlib
import sys
import xml.etree.ElementTree as xml

SLOWEST = 25
UNSTEADY_MAX = 2
OUTPUT_MAX, NAME_MAX = 6000, 160  # characters


def name_of(case):
    parts = (case.get("classname", ""), case.get("name"))
    return " ".join(part for part in dict.fromkeys(parts) if part)[:NAME_MAX]


def failures(case):
    return [child for child in case if child.tag in ("failure", "error")]


def steady(again):
    """The names of the tests that passed in a second try, if there was one."""
    if not again.exists():
        return set()
    try:
        cases = list(xml.parse(again).getroot().iter("testcase"))
    except xml.ParseError:
        return set()
    return {name_of(each) for each in cases if each.find("skipped") is None} - {
        name_of(each) for each in cases if failures(each)
    }


class Total:
    def __init__(self):
        self.passed, self.failed, self.skipped, self.unsteady, self.times = 0, [], [], [], []

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
        passed_again = steady(path.with_name(f"{path.stem}-again.xml"))
        for case in cases:
            name, bad, skip = name_of(case), failures(case), case.find("skipped")
            text = None
            if bad:
                output = case.findtext("system-out") or ""
                text = "\n".join([*(f"{child.get('message', '')}\n{child.text or ''}" for child in bad), output])
            if bad and name in passed_again:
                self.unsteady.append((name, text))
                text = None
            self.add(name, float(case.get("time", 0)), text, None if skip is None else skip.get("message") or skip.text)
        return None

    def add_sections(self, path):
        for line in path.read_text().splitlines():
            name, seconds, code, report = line.split("\t")
            before = len(self.failed) + len(self.unsteady)
            if report:
                self.add_report(pathlib.Path(report))
            if code != "0" and len(self.failed) + len(self.unsteady) == before:
                self.add(name, float(seconds), failure=f"ended with {code}: what it said stands above")
            elif not report:
                self.add(name, float(seconds))
        if len(self.unsteady) > UNSTEADY_MAX:
            self.passed -= len(self.unsteady)
            self.failed += self.unsteady
            self.unsteady = []

    def print(self):
        for name, text in self.failed:
            print(f"FAILED {name}\n{text.strip()[-OUTPUT_MAX:]}\n")
        for name, text in self.unsteady:
            print(f"UNSTEADY {name}: failed, then passed alone\n{text.strip()[-OUTPUT_MAX:]}\n")
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

"""What the last line of scripts/test counts."""

import pathlib
import subprocess
import sys

REPORT = str(pathlib.Path(__file__).parent / "report.py")


def run(tmp_path, sections, *reports, code=0):
    lines = [f"{line}\t\n" for line in sections]
    for number, text in enumerate(reports):
        path = tmp_path / f"{number}.xml"
        if text is not None:
            path.write_text(text)
        lines.append(f"suite\t9\t{code}\t{path}\n")
    (tmp_path / "sections").write_text("".join(lines))
    done = subprocess.run([sys.executable, REPORT, str(tmp_path / "sections")], stdout=subprocess.PIPE, text=True)
    return done.returncode, done.stdout.splitlines()


GOOD = (
    "<testsuite><testcase name='a' time='2.5'/>"
    "<testcase name='b' time='1'><skipped message='no aws'/></testcase></testsuite>"
)
BAD = (
    "<testsuites><testsuite><testcase classname='c' name='d' time='3'>"
    "<failure message='boom'>at line 7</failure></testcase></testsuite></testsuites>"
)


def test_everything_is_counted_and_the_slowest_come_first(tmp_path):
    code, lines = run(tmp_path, ["checks\t1.5\t0"], GOOD, BAD)
    assert code == 1 and lines[-1] == "2 passed, 1 failed, 1 skipped"
    assert "skipped b: no aws" in lines and "FAILED c d" in lines and "at line 7" in lines
    slowest = lines[lines.index("the 25 slowest:") + 1 : -1]
    assert [line.split()[-1] for line in slowest] == ["d", "a", "checks", "b"]


def test_all_is_well(tmp_path):
    assert run(tmp_path, ["checks\t1.5\t0"], GOOD)[0] == 0


def test_a_section_that_fails_counts(tmp_path):
    code, lines = run(tmp_path, ["checks\t1.5\t3"], GOOD)
    assert code == 1 and lines[-1] == "1 passed, 1 failed, 1 skipped"


def test_a_report_that_is_missing_cut_off_or_empty_is_a_failure(tmp_path):
    for report in (None, "<testsuite><testcase", "<testsuite/>"):
        code, lines = run(tmp_path, [], report)
        assert code == 1 and lines[-1] == "0 passed, 1 failed, 0 skipped"


def test_a_suite_that_ends_badly_fails_although_its_report_is_good(tmp_path):
    code, lines = run(tmp_path, [], GOOD, code=3)
    assert code == 1 and lines[-1] == "1 passed, 1 failed, 1 skipped"


def test_a_failure_of_a_report_is_counted_once(tmp_path):
    assert run(tmp_path, [], BAD, code=1)[1][-1] == "0 passed, 1 failed, 0 skipped"


def again(tmp_path, *texts):
    """The report of a second try beside each of the first ones."""
    for number, text in enumerate(texts):
        (tmp_path / f"{number}-again.xml").write_text(text)


PASSED = "<testsuite><testcase classname='c' name='d' time='1'/></testsuite>"


def test_what_fails_and_then_passes_alone_is_named_and_counts_as_passed(tmp_path):
    again(tmp_path, PASSED)
    code, lines = run(tmp_path, [], BAD, code=1)
    assert code == 0 and lines[-1] == "1 passed, 0 failed, 0 skipped"
    assert "UNSTEADY c d: failed, then passed alone" in lines and "at line 7" in lines


def test_what_fails_twice_or_was_not_tried_again_is_failed(tmp_path):
    for second in (BAD, GOOD, "<testsuite/>", "<testsuite><testcase"):
        again(tmp_path, second)
        code, lines = run(tmp_path, [], BAD, code=1)
        assert code == 1 and lines[-1] == "0 passed, 1 failed, 0 skipped"


def test_more_than_two_that_are_unsteady_are_failed(tmp_path):
    again(tmp_path, PASSED, PASSED, PASSED)
    assert run(tmp_path, [], BAD, BAD, code=1)[1][-1] == "2 passed, 0 failed, 0 skipped"
    code, lines = run(tmp_path, [], BAD, BAD, BAD, code=1)
    assert code == 1 and lines[-1] == "0 passed, 3 failed, 0 skipped"

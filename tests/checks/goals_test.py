#!/usr/bin/env python3
"""What the judge of scripts/bench and scripts/dev/nightly makes of the lines that benches print."""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/bench"))
import goals  # noqa: E402

MET = """
sandbox start 62 ms   docker run --rm busybox true 316 ms   ratio 0.20 (goal at most 0.5)
idle resident memory 26 MB (goal at most 50)   stripped executable 30.0 MB (goal at most 40)
64 containers that run: 0.48 % of a core without samples, added 0.22 % of a core (goal at most 0.50)
CreateExecution 8 client(s): sandbox 3000/s (goal at least 3000)   disk syncs 8308/s
eight at a time, 64: raw 5.22/s, runner 5.31/s, ratio 1.017 (goal at least 0.95)
"""


class Judge(unittest.TestCase):
    def test_all_forms_are_counted(self):
        self.assertEqual(goals.judge(MET), (6, []))

    def test_at_most(self):
        for said in ("ratio 0.51 (goal at most 0.5)", "60 MB (goal at most 50)", "9 % of a core (goal at most 0.50)"):
            count, bad = goals.judge(said)
            self.assertEqual(count, 1)
            self.assertEqual(len(bad), 1, said)
            self.assertIn(said, bad[0])

    def test_at_least(self):
        self.assertEqual(
            goals.judge("sandbox 1908/s (goal at least 3000)")[1],
            ["1908 is not at least 3000: sandbox 1908/s (goal at least 3000)"],
        )

    def test_a_second_goal_of_a_line(self):
        self.assertEqual(len(goals.judge(MET.replace("30.0 MB", "40.1 MB"))[1]), 1)

    def test_a_goal_in_another_form_is_not_passed_over(self):
        for said in ("idle resident memory 26 MB (goal 50)", "added 0.22 (goal below 0.50)", "none (goal at most 3)"):
            self.assertEqual(len(goals.judge(said)[1]), 1, said)

    def test_what_was_judged_before_is_not_judged_again(self):
        self.assertEqual(goals.judge("MISSED 9 is not at most 3: ratio 9 (goal at most 3)"), (0, []))

    def test_every_bench_says_a_goal(self):
        """But for what only others use; and each goal in a source has the form, as far as a source shows it."""
        helpers = {"goals.py", "tasks.py", "reference_server.cc"}
        benches = [*(ROOT / "tests/bench").rglob("*.cc"), *(ROOT / "tests/bench").glob("*.py")]
        self.assertGreater(len(benches), len(helpers))
        for bench in benches:
            if bench.name in helpers:
                continue
            # A text that is wrapped goes on behind its next quotes.
            text = re.sub(r'"\s*\n\s*f?"', "", bench.read_text())
            said = re.findall(r"\(goal\b[^)]*\)", text)
            self.assertTrue(said, f"{bench.name} says no goal, and can never miss one")
            for goal in said:
                self.assertRegex(goal, r"^\(goal at (most|least) [^ ]+\)$", bench.name)


if __name__ == "__main__":
    unittest.main()

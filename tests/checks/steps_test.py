#!/usr/bin/env python3
"""What scripts/steps.sh, which scripts/quickstart shows its progress with, does with steps that end, wait and fail."""

import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Steps(unittest.TestCase):
    def run_steps(self, script):
        with tempfile.TemporaryDirectory() as logs:
            # `first` waits for a file that `second` makes: they end only if they run at the same time.
            head = f"""
            set -euo pipefail
            . scripts/lib.sh
            . scripts/steps.sh
            STEP_LOGS={logs}
            first() {{ until [ -e {logs}/made ]; do :; done; }}
            second() {{ touch {logs}/made; }}
            forever() {{ echo $BASHPID >{logs}/pid; exec tail -f /dev/null; }}
            bad() {{ until [ -s {logs}/pid ]; do :; done; echo why it failed; false; echo never; }}
            """
            done = subprocess.run(
                ["bash", "-c", head + script],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=60,
            )
            pid = pathlib.Path(logs) / "pid"
            alive = pid.exists() and pathlib.Path(f"/proc/{pid.read_text().strip()}").exists()
            return done.returncode, done.stdout, alive

    def test_steps_run_side_by_side_and_are_told(self):
        code, said, _ = self.run_steps("steps 2; begin a 'the first' first; begin b 'the second' second; finish")
        self.assertEqual(code, 0, said)
        for line in ("[1/2] the first ...", "[2/2] the second ...", "[1/2] the first: done, 0:0"):
            self.assertIn(line, said)

    def test_a_step_may_leave_the_folder(self):
        code, said, _ = self.run_steps(
            "away() { cd /; }; rm -rf build/steps-test; mkdir -p build/steps-test; STEP_LOGS=build/steps-test;"
            "steps 1; begin a 'away' away; finish"
        )
        self.assertEqual(code, 0, said)
        self.assertIn("[1/1] away: done, 0:0", said)
        self.assertIn("(processor 0:0", said)

    def test_finish_waits_for_the_named_only(self):
        code, said, alive = self.run_steps(
            "steps 2; begin a 'endless' forever; begin b 'the second' second; finish b; echo went on"
        )
        self.assertEqual(code, 0, said)
        self.assertIn("went on", said)
        self.assertFalse(alive, "a step outlived its script")

    def test_a_failure_ends_the_script_and_the_other_steps(self):
        code, said, alive = self.run_steps(
            "steps 2; begin a 'endless' forever; begin b 'bad' bad; finish; echo went on"
        )
        self.assertNotEqual(code, 0)
        self.assertIn("why it failed", said)
        self.assertIn("step 'bad' failed; all of its output is in /", said)
        self.assertIn("b.log", said)
        self.assertNotIn("never", said)
        self.assertNotIn("went on", said)
        self.assertFalse(alive, "a step outlived its script")


if __name__ == "__main__":
    unittest.main()

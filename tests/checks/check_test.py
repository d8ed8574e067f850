#!/usr/bin/env python3
"""Plants a fault of each kind in a copy of the tree and expects scripts/dev/check to name it; and looks that the check
runs every part.

check_test.py BUILD      BUILD: a build folder of this tree that has been configured
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = None


def commit(subject):
    return ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "--allow-empty", "-m", subject]


class Planted(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.temporary.name)
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file() and not ("golden" in name and name.endswith(".json")):
                (cls.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, cls.root / name)
        if (ROOT / "build/check").exists():
            (cls.root / "build").mkdir()
            (cls.root / "build/check").symlink_to(ROOT / "build/check")
        # What is planted is what changed since the commit before.
        for command in (["init", "-q"], ["add", "-A"], commit("Tree"), commit("Base")):
            subprocess.run(["git", *command], cwd=cls.root, check=True)
        cls.clean = set()

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def run_check(self, *command):
        done = subprocess.run(
            command, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300
        )
        return done.returncode, done.stdout

    def plant(self, name, text, *command, names=()):
        """The fault is found and named by a part of the check, or by a command, and without it that is clean."""
        if len(command) == 1:
            command = ("scripts/dev/check", *command)
        file = self.root / name
        before = file.read_text() if file.exists() else None
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((before or "") + text)
        try:
            code, said = self.run_check(*command)
            self.assertNotEqual(code, 0, f"{command} did not see {text!r} in {name}")
            for word in names or [name]:
                self.assertIn(word, said)
        finally:
            if before is None:
                file.unlink()
            else:
                file.write_text(before)
        command = tuple(word for word in command if word != name or before is not None)
        if command in self.clean:
            return
        code, said = self.run_check(*command)
        self.assertEqual(code, 0, said)
        self.clean.add(command)

    def test_format_of_cpp(self):
        name = "src/base/planted.h"
        self.plant(name, "#pragma once\nint  f( );\n", "format")

    def test_format_of_python(self):
        self.plant("tests/planted.py", "x = [1,2 ]\n", "format")

    def test_mistake_in_python(self):
        name = "tests/planted.py"
        self.plant(name, "print(nowhere)\n", "format", names=[name, "F821"])

    def test_long_line(self):
        text = "# " + "long " * 30 + "\n"
        self.plant("scripts/dev/fuzz", text, "format")

    def test_layer(self):
        self.plant("src/engine/planted.h", '#include "executor/executor.h"\n', "layers")

    def test_layer_of_a_protocol(self):
        self.plant("src/api/s3/planted.h", '#include "api/gateway/cors.h"\n', "layers")

    def test_folder_without_a_row(self):
        self.plant("src/attic/planted.h", "\n", "layers")

    def test_third_party(self):
        self.plant("src/registry/planted.h", "#include <boost/asio.hpp>\n", "layers")

    def test_call_of_v1_in_a_use_case(self):
        text = "void Launch(const flyteidl::admin::ExecutionCreateRequest& request);\n"
        self.plant("src/control/planted.h", text, "layers", names=["planted.h:1", "ExecutionCreateRequest"])

    def test_call_of_v1_by_another_name(self):
        text = "namespace old = flyteidl::admin;\nold::TaskList Tasks();\n"
        self.plant("include/sandbox/registry/planted.h", text, "layers", names=["planted.h:2", "TaskList"])

    def test_service_of_v1_in_a_use_case(self):
        text = '#include "flyteidl/service/dataproxy.pb.h"\n'
        self.plant("src/control/planted.h", text, "layers", names=["planted.h:1", "flyteidl/service/"])

    def test_third_party_of_the_command_line(self):
        self.plant("src/api/local/planted.h", "#include <httplib.h>\n", "layers")

    def test_processes_are_not_all_of_boost(self):
        self.plant("src/docker/planted.h", "#include <boost/process/v2/process.hpp>\n", "layers")

    def test_platform_takes_nothing_of_the_command_line(self):
        self.plant("src/app/planted.h", '#include "cli/context.h"\n', "layers")

    def test_clock_in_the_engine(self):
        text = "inline auto Now() { return std::chrono::system_clock::now(); }\n"
        self.plant("src/engine/planted.h", text, "layers", names=["planted.h", "system_clock"])

    def test_name_of_a_type(self):
        self.plant("src/base/planted.h", "\nstruct Told {};\n", "names", names=["planted.h:2", "'Told'"])

    def test_name_of_a_function(self):
        text = '// Do and Break, in a comment.\ninline const char* LetGo() { return "Desk"; }\n'
        self.plant("tests/support/planted.h", text, "names", names=["planted.h:2: 'LetGo'"])

    def test_unlisted_test(self):
        self.plant("tests/unit/engine/planted_test.cc", "\n", "unlisted")

    def test_unlisted_source(self):
        self.plant("src/engine/planted.cc", "\n", "unlisted")

    def test_shell(self):
        self.plant("scripts/dev/planted", "#!/usr/bin/env bash\ncd $1\n", "shell")

    def test_dead_link(self):
        self.plant("docs/planted.md", "[nowhere](nowhere.md)\n", "links", names=["planted.md", "nowhere.md"])

    def test_dead_anchor(self):
        text = "[nowhere](architecture.md#no-such-heading)\n"
        self.plant("docs/planted.md", text, "links", names=["planted.md", "no-such-heading"])

    def test_dead_citation(self):
        self.plant("src/base/text.cc", "// protocol/execution-engine 99.7\n", "citations")

    def test_citation_of_a_page_that_is_not_here(self):
        self.plant("src/base/text.cc", "// contract/execution-engine 7.3\n", "citations")

    def test_citation_of_a_test_that_is_not_there(self):
        text = "`tests/clients/test_dag.py::test_none`\n"
        self.plant("docs/planted.md", text, "citations")

    def test_skipped_test(self):
        text = "import pytest\n\n\n@pytest.mark.skip\ndef test_one():\n    assert False\n"
        self.plant("tests/clients/test_planted.py", text, "skips")

    def test_skip_in_the_middle(self):
        text = 'import pytest\n\n\ndef test_one():\n    pytest.skip("today")\n'
        self.plant("tests/clients/test_planted.py", text, "skips")

    def test_hidden_case(self):
        self.plant("tests/unit/engine/planted_test.cc", 'TEST_CASE("one", "[.slow]") {}\n', "skips")

    def test_that_nobody_collects(self):
        self.plant("tests/clients/planted.py", "def test_one():\n    assert False\n", "skips")

    def test_pause(self):
        text = "import time\n\n\ndef test_one():\n    time.sleep(3)\n"
        self.plant("tests/clients/test_planted.py", text, "skips")

    def test_pause_of_a_page_test(self):
        text = 'test("one", async ({ page }) => {\n  await page.waitForTimeout(3000);\n});\n'
        for name in ("page/planted.page.ts", "unit/planted.test.tsx", "page/support/planted.ts"):
            fault = text if "support" not in name else text.replace('test("one"', 'pause("one"')
            self.plant(f"embedded_ui/tests/{name}", fault, "skips", names=[f"{name}:2: a pause instead"])

    def test_page_test_that_nobody_collects(self):
        self.plant("embedded_ui/tests/page/planted.spec.ts", 'test("one", () => {});\n', "skips")

    def test_page_test_that_is_switched_off(self):
        self.plant("embedded_ui/tests/unit/planted.test.tsx", 'it.skip("one", () => {});\n', "skips")

    def test_long_subject(self):
        subprocess.run(["git", *commit("First")], cwd=self.root, check=True)
        first = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=self.root, check=True, stdout=subprocess.PIPE, text=True
        )
        (self.root / ".git-blame-ignore-revs").write_text(first.stdout)
        self.assertEqual(self.run_check("scripts/dev/check", "subjects")[0], 0)
        subprocess.run(["git", *commit("A subject that goes on " * 5)], cwd=self.root, check=True)
        code, said = self.run_check("scripts/dev/check", "subjects")
        self.assertNotEqual(code, 0)
        self.assertIn("A subject that goes on", said)

    def test_tidy(self):
        """A moved value is used: found in a file of a copy with the flags of the real build."""
        text = """#include <string>
#include <utility>

std::string Twice(std::string text) {
  std::string moved = std::move(text);
  return moved + text;
}
"""
        name = "src/base/planted.cc"
        self.plant(
            name,
            text,
            "scripts/dev/tidy",
            "--build",
            str(BUILD),
            "src/base/text.cc",
            name,
            names=[
                "planted.cc",
                "bugprone-use-after-move",
            ],
        )

    def test_captures_of_a_coroutine(self):
        text = """#include <coroutine>

struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
void Start(int count) {
  const auto later = [count]() -> Task {
    (void)count;
    co_return;
  };
  later();
}
"""
        name = "src/base/planted.cc"
        command = ["scripts/dev/tidy", "--build", str(BUILD), "src/base/text.cc", name]
        self.plant(name, text, *command, names=["planted.cc", "avoid-capturing-lambda-coroutines"])


# Each check that stands for a part, by what a part calls; `subjects` calls git alone.
PARTS = {
    "format": "scripts/dev/format",
    "layers": "scripts/dev/layers",
    "names": "scripts/dev/names",
    "unlisted": "scripts/dev/unlisted",
    "shell": "scripts/dev/shell",
    "links": "scripts/dev/links",
    "citations": "scripts/dev/citations",
    "skips": "scripts/dev/skips",
    "subjects": None,
    "tidy": "scripts/dev/tidy",
    "planted": "tests/sim/planted.py",
    "unit": "scripts/build",
    "sim": "scripts/dev/sim",
}
# Of scripts/dev, what is no check of a commit.
OTHERS = {"check", "fuzz", "golden", "nightly", "slow"}
# What scripts/test runs beside the check.
NOT_IN_CI = {"planted", "unit", "sim"}


class Parts(unittest.TestCase):
    """The check itself, with programs in place of its parts that only write down that they ran."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        for name in ("scripts/dev/check", "scripts/lib.sh", ".git-blame-ignore-revs"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)
        self.programs = [program for program in PARTS.values() if program]
        for program in [*self.programs, "scripts/setup", "bin/cmake", "bin/ctest"]:
            file = self.root / program
            file.parent.mkdir(parents=True, exist_ok=True)
            log = f"'{self.root / 'ran'}'"
            python = (
                f"import os, sys\nopen({log}, 'a').write('{program}\\n')\nsys.exit(int(os.environ.get('CODE', 0)))\n"
            )
            file.write_text(
                python if file.suffix == ".py" else f"#!/bin/sh\necho {program} >>{log}\nexit ${{CODE:-0}}\n"
            )
            file.chmod(0o755)
        # A source, and the planted bugs, changed: those parts have something to do.
        for name in ("src/base/text.cc", "tests/sim/planted.tsv"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text("\n")
        for command in (["init", "-q"], commit("Tree"), commit("Base")):
            subprocess.run(["git", *command], cwd=self.root, check=True)

    def run_check(self, *arguments, code=0):
        (self.root / "ran").write_text("")
        done = subprocess.run(
            ["scripts/dev/check", *arguments],
            cwd=self.root,
            env={**os.environ, "PATH": f"{self.root}/bin:{os.environ['PATH']}", "CODE": str(code)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        return done, set((self.root / "ran").read_text().split()) & set(self.programs)

    def test_every_script_is_a_part(self):
        scripts = {path.name for path in (ROOT / "scripts/dev").iterdir() if path.is_file()} - OTHERS
        self.assertEqual(
            scripts, {pathlib.Path(name).name for name in self.programs if name.startswith("scripts/dev/")}
        )

    def test_every_part_runs_when_none_is_named(self):
        for scope in ((), ("--all",), ("--ci",)):
            done, ran = self.run_check(*scope)
            self.assertEqual(done.returncode, 0, done.stdout)
            wanted = set(PARTS) - (NOT_IN_CI if scope == ("--ci",) else set())
            self.assertEqual(ran, {PARTS[part] for part in wanted if PARTS[part]}, scope)
            self.assertEqual({line.split()[0] for line in done.stdout.splitlines() if " ok " in line}, wanted)

    def test_a_part_that_fails_fails_the_check(self):
        for part, program in PARTS.items():
            if program is None:
                continue
            # The others of this folder end well: a part's own program decides.
            others = [
                other for other in ("bin/cmake", "bin/ctest", "scripts/setup", *self.programs) if other != program
            ]
            kept = {other: (self.root / other).read_text() for other in others}
            for other, text in kept.items():
                (self.root / other).write_text(text.replace("exit ${CODE:-0}", "exit 0").replace("'CODE'", "'NONE'"))
            done, _ = self.run_check(code=1)
            for other, text in kept.items():
                (self.root / other).write_text(text)
            self.assertEqual(done.returncode, 1, part)
            self.assertEqual([line.split()[0] for line in done.stdout.splitlines() if " FAILED " in line], [part])

    def test_the_nightly_run_names_the_parts_of_every_file(self):
        text = (ROOT / "scripts/dev/nightly").read_text()
        named = set(re.findall(r'"(\w+)"', re.search(r"parts = \[(.*)\]", text).group(1)))
        self.assertEqual(named, set(PARTS) - NOT_IN_CI)


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    os.environ.pop("GIT_DIR", None)
    unittest.main()

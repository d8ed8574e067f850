#!/usr/bin/env python3
"""Plants a fault of each kind in a copy of the tree and expects the check of that kind to name it.

check_test.py BUILD      BUILD: a build folder of this tree that has been configured
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = None


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
        subprocess.run(["git", "init", "-q"], cwd=cls.root, check=True)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def run_check(self, *command):
        done = subprocess.run(
            command, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300
        )
        return done.returncode, done.stdout

    def plant(self, name, text, *command, names=()):
        """The fault is found and named, and without it the check is clean."""
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
        code, said = self.run_check(*(word for word in command if word != name or before is not None))
        self.assertEqual(code, 0, said)

    def test_format_of_cpp(self):
        name = "src/base/planted.h"
        self.plant(name, "#pragma once\nint  f( );\n", "scripts/dev/format", "src/base/text.cc", name)

    def test_format_of_python(self):
        self.plant("tests/planted.py", "x = [1,2 ]\n", "scripts/dev/format", "scripts/dev/layers", "tests/planted.py")

    def test_mistake_in_python(self):
        name = "tests/planted.py"
        self.plant(name, "print(nowhere)\n", "scripts/dev/format", "scripts/dev/layers", name, names=[name, "F821"])

    def test_long_line(self):
        text = "# " + "long " * 30 + "\n"
        self.plant("scripts/dev/fuzz", text, "scripts/dev/format", "scripts/dev/fuzz")

    def test_layer(self):
        self.plant("src/engine/planted.h", '#include "executor/executor.h"\n', "scripts/dev/layers")

    def test_layer_of_a_protocol(self):
        self.plant("src/api/s3/planted.h", '#include "api/gateway/cors.h"\n', "scripts/dev/layers")

    def test_folder_without_a_row(self):
        self.plant("src/attic/planted.h", "\n", "scripts/dev/layers")

    def test_third_party(self):
        self.plant("src/registry/planted.h", "#include <boost/asio.hpp>\n", "scripts/dev/layers")

    def test_call_of_v1_in_a_use_case(self):
        text = "void Launch(const flyteidl::admin::ExecutionCreateRequest& request);\n"
        self.plant("src/control/planted.h", text, "scripts/dev/layers", names=["planted.h:1", "ExecutionCreateRequest"])

    def test_call_of_v1_by_another_name(self):
        text = "namespace old = flyteidl::admin;\nold::TaskList Tasks();\n"
        self.plant("include/sandbox/registry/planted.h", text, "scripts/dev/layers", names=["planted.h:2", "TaskList"])

    def test_service_of_v1_in_a_use_case(self):
        text = '#include "flyteidl/service/dataproxy.pb.h"\n'
        self.plant("src/control/planted.h", text, "scripts/dev/layers", names=["planted.h:1", "flyteidl/service/"])

    def test_third_party_of_the_command_line(self):
        self.plant("src/api/local/planted.h", "#include <httplib.h>\n", "scripts/dev/layers")

    def test_processes_are_not_all_of_boost(self):
        self.plant("src/docker/planted.h", "#include <boost/process/v2/process.hpp>\n", "scripts/dev/layers")

    def test_platform_takes_nothing_of_the_command_line(self):
        self.plant("src/app/planted.h", '#include "cli/context.h"\n', "scripts/dev/layers")

    def test_clock_in_the_engine(self):
        text = "inline auto Now() { return std::chrono::system_clock::now(); }\n"
        self.plant("src/engine/planted.h", text, "scripts/dev/layers", names=["planted.h", "system_clock"])

    def test_name_of_a_type(self):
        self.plant("src/base/planted.h", "\nstruct Told {};\n", "scripts/dev/names", names=["planted.h:2", "'Told'"])

    def test_name_of_a_function(self):
        text = '// Do and Break, in a comment.\ninline const char* LetGo() { return "Desk"; }\n'
        self.plant("tests/support/planted.h", text, "scripts/dev/names", names=["planted.h:2: 'LetGo'"])

    def test_unlisted_test(self):
        self.plant("tests/unit/engine/planted_test.cc", "\n", "scripts/dev/unlisted")

    def test_unlisted_source(self):
        self.plant("src/engine/planted.cc", "\n", "scripts/dev/unlisted")

    def test_shell(self):
        self.plant(
            "scripts/dev/planted",
            "#!/usr/bin/env bash\ncd $1\n",
            "scripts/dev/shell",
            "scripts/dev/fuzz",
            "scripts/dev/planted",
        )

    def test_dead_link(self):
        self.plant(
            "docs/planted.md", "[nowhere](nowhere.md)\n", "scripts/dev/links", names=["planted.md", "nowhere.md"]
        )

    def test_dead_anchor(self):
        text = "[nowhere](architecture.md#no-such-heading)\n"
        self.plant("docs/planted.md", text, "scripts/dev/links", names=["planted.md", "no-such-heading"])

    def test_dead_citation(self):
        self.plant("src/base/text.cc", "// protocol/execution-engine 99.7\n", "scripts/dev/citations")

    def test_citation_of_a_page_that_is_not_here(self):
        self.plant("src/base/text.cc", "// contract/execution-engine 7.3\n", "scripts/dev/citations")

    def test_citation_of_a_test_that_is_not_there(self):
        text = "`tests/clients/test_dag.py::test_none`\n"
        self.plant("docs/planted.md", text, "scripts/dev/citations")

    def test_skipped_test(self):
        text = "import pytest\n\n\n@pytest.mark.skip\ndef test_one():\n    assert False\n"
        self.plant("tests/clients/test_planted.py", text, "scripts/dev/skips")

    def test_skip_in_the_middle(self):
        text = 'import pytest\n\n\ndef test_one():\n    pytest.skip("today")\n'
        self.plant("tests/clients/test_planted.py", text, "scripts/dev/skips")

    def test_hidden_case(self):
        self.plant("tests/unit/engine/planted_test.cc", 'TEST_CASE("one", "[.slow]") {}\n', "scripts/dev/skips")

    def test_that_nobody_collects(self):
        self.plant("tests/clients/planted.py", "def test_one():\n    assert False\n", "scripts/dev/skips")

    def test_pause(self):
        text = "import time\n\n\ndef test_one():\n    time.sleep(3)\n"
        self.plant("tests/clients/test_planted.py", text, "scripts/dev/skips")

    def test_long_subject(self):
        git = ["git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "--allow-empty", "-m"]
        subprocess.run([*git, "First"], cwd=self.root, check=True)
        first = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=self.root, check=True, stdout=subprocess.PIPE, text=True
        )
        (self.root / ".git-blame-ignore-revs").write_text(first.stdout)
        self.assertEqual(self.run_check("scripts/dev/check", "subjects")[0], 0)
        subprocess.run([*git, "A subject that goes on " * 5], cwd=self.root, check=True)
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


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    os.environ.pop("GIT_DIR", None)
    unittest.main()

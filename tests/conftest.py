import os
import pathlib
import sys
import tempfile

import pytest

# Whoever runs the tests may have a sandbox and clients of it: nothing that is started here reads or writes their files.
os.environ.setdefault("DOCKER_CONFIG", str(pathlib.Path.home() / ".docker"))
HOME = tempfile.TemporaryDirectory(prefix="sandbox-tests-home-")
os.environ["HOME"] = HOME.name
for name in [
    name
    for name in os.environ
    if name.startswith(("FLYTE_", "FLYTECTL_CONFIG", "SANDBOX_HOME", "AWS_", "XDG_STATE_HOME"))
]:
    del os.environ[name]

sys.path.insert(0, str(pathlib.Path(__file__).parent / "support"))
from harness import started  # noqa: E402


def pytest_addoption(parser):
    group = parser.getgroup("recorded executions (tests/golden)")
    group.addoption("--cases", default="few", help="which to run again: few, all, or names with commas between them")
    group.addoption(
        "--more-cases", type=int, default=0, help="beside the few, so many of each folder, drawn by the seed"
    )
    group.addoption("--seed-of-cases", default="", help="a word, such as a commit")
    parser.addoption("--items", type=int, default=400, help="of the widest map, in tests/clients/test_mixed.py")


@pytest.fixture(scope="session")
def standard(tmp_path_factory):
    """Preset standard."""
    yield from started(tmp_path_factory, "standard")


@pytest.fixture(scope="session")
def classic(tmp_path_factory):
    """Preset classic: defaults 100m/200Mi, limits 2/1Gi."""
    yield from started(tmp_path_factory, "classic", preset="classic")

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "support"))
from harness import started  # noqa: E402


@pytest.fixture(scope="session")
def standard(tmp_path_factory):
    """Preset standard on the usual ports; PORT_BASE moves it away from a sandbox that runs already."""
    yield from started(tmp_path_factory, "standard", port_base=int(os.environ.get("PORT_BASE", 30000)))


@pytest.fixture(scope="session")
def classic(tmp_path_factory):
    """Preset classic (defaults 100m/200Mi, limits 2/1Gi) beside it."""
    yield from started(tmp_path_factory, "classic", preset="classic", port_base=32000)

import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "clients"))
from conftest import classic, standard  # noqa: E402,F401  the same sandboxes as the client tests

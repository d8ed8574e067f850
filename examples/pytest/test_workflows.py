"""A workflow on a real platform: `pytest examples/pytest`. TASK_IMAGE names an image with flytekit of your version."""

import datetime
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
IMAGE = os.environ.get("TASK_IMAGE", "cr.flyte.org/flyteorg/flytekit:py3.11-latest")


def test_a_workflow_runs_on_the_platform(flyte):
    pyflyte = str(pathlib.Path(sys.executable).parent / "pyflyte")
    options = ["--remote", "--image", IMAGE, "--name", "first"]
    subprocess.run(
        [pyflyte, "run", *options, "workflows.py", "quadruple", "--x", "3"], cwd=HERE, env=flyte.env, check=True
    )
    remote = flyte.remote()
    execution = remote.wait(remote.fetch_execution(name="first"), timeout=datetime.timedelta(minutes=5))
    assert execution.outputs["o0"] == 12

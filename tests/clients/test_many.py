"""Ten clients at once run ten executions each; afterwards nothing of ours is left in Docker."""

import pathlib
import subprocess
from concurrent.futures import ThreadPoolExecutor

from harness import Sandbox

HERE = pathlib.Path(__file__).parent


def containers(instance):
    return subprocess.run(
        ["docker", "ps", "-aq", "--filter", f"label=sandbox.instance={instance}"],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    ).stdout.split()


def test_ten_clients_and_teardown(tmp_path):
    sandbox = Sandbox(tmp_path / "sandbox")
    sandbox.start()
    try:
        instance = (sandbox.home / "instance").read_text().strip()
        (tmp_path / "tiny.py").write_text(
            "from flytekit import ContainerTask, kwtypes\n\n"
            "tiny = ContainerTask(name='tiny', image='busybox:latest', command=['true'], inputs={}, outputs={})\n"
        )
        sandbox.register(tmp_path / "tiny.py", "m1")

        def client(_):
            remote = sandbox.remote()
            task = remote.fetch_task(name="tiny", version="m1")
            executions = [remote.execute(task, inputs={}) for _ in range(10)]
            return [sandbox.finish(remote, e, 400)[0] for e in executions]

        with ThreadPoolExecutor(10) as pool:
            phases = [p for some in pool.map(client, range(10)) for p in some]
        assert phases == ["SUCCEEDED"] * 100
    finally:
        sandbox.run("teardown")
    assert containers(instance) == []
    assert not sandbox.home.exists()

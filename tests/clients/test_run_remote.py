"""pyflyte run --remote and pyflyte register bring the local source along."""

import pathlib
import shutil

from harness import IMAGE, PYFLYTE

HERE = pathlib.Path(__file__).parent


def test_run_remote_waits_and_prints_the_console_link(standard, tmp_path):
    shutil.copy(HERE / "example.py", tmp_path)
    got = standard.exec(
        PYFLYTE,
        "run",
        "--remote",
        "--image",
        IMAGE,
        "--wait",
        "--poll-interval",
        "1",
        "example.py",
        "wf",
        "--n",
        "500",
        "--mean",
        "42",
        "--sigma",
        "2",
        cwd=tmp_path,
    )
    text = got.stdout + got.stderr
    assert "/console/projects/flytesnacks/domains/development/executions/" in text
    name = text.split("/executions/")[1].split()[0].strip("'\"")
    remote = standard.remote()
    execution = remote.sync(remote.fetch_execution(name=name), sync_nodes=True)
    assert execution.outputs["count"] == 500
    assert 41 < execution.outputs["average"] < 43
    assert [n for n in sorted(execution.node_executions) if n.startswith("n")] == ["n0", "n1"]
    values = execution.node_executions["n0"].outputs["o0"]
    assert len(values) == 500 and all(isinstance(v, float) for v in values)


def test_register_runs_the_local_source(standard, tmp_path):
    source = tmp_path / "local.py"
    source.write_text("from flytekit import task\n\n\n@task\ndef here() -> str:\n    return 'from this machine'\n")
    standard.register(tmp_path / "local.py", "l1")
    remote = standard.remote()
    execution = remote.execute(remote.fetch_task(name="local.here", version="l1"), inputs={})
    assert standard.finish(remote, execution)[0] == "SUCCEEDED"
    assert remote.sync(execution).outputs["o0"] == "from this machine"

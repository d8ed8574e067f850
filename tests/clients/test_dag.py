"""Every type through a graph of 20 tasks: the values are those that flytekit computes locally."""

import pathlib
import sys


HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))


def test_values_are_those_of_a_local_run(standard):
    import dag

    standard.register(HERE / "dag.py", "d1")
    remote = standard.remote()
    workflow = remote.fetch_workflow(name="dag.wf", version="d1")
    assert len(workflow.flyte_nodes) == 20
    execution = remote.execute(workflow, inputs={})
    phase, closure = standard.finish(remote, execution, 400)
    assert phase == "SUCCEEDED", closure.error
    here, there = dag.wf(), remote.sync(execution).outputs
    kinds = dag.Everything.__annotations__
    for name in dag.Everything._fields:
        assert there.get(name, as_type=kinds[name]) == getattr(here, name), name

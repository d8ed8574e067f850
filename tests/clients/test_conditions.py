"""Conditions on attributes and maps of launch plans, which upstream refuses, through unmodified flytekit."""

import pathlib
import sys
import typing

import pytest

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def defined():
    """The workflows' own types, as a user's script has them."""
    sys.path.insert(0, str(HERE))
    import workflows_conditions

    yield workflows_conditions
    sys.path.remove(str(HERE))


@pytest.fixture(scope="module")
def remote(standard):
    standard.register(HERE / "workflows_conditions.py", "c1")
    return standard.remote()


def launch(remote, workflow, **inputs):
    workflow = remote.fetch_workflow(name=f"workflows_conditions.{workflow}", version="c1")
    hints = {name: typing.List[int] if isinstance(value, list) else type(value) for name, value in inputs.items()}
    return remote.execute(workflow, inputs=inputs, type_hints=hints)


def outcome(remote, name, kind=str, **inputs):
    done = remote.wait(launch(remote, name, **inputs), sync_nodes=True, poll_interval=1)
    assert done.error is None, done.error
    return done.outputs.get("o0", as_type=kind)


def failure(standard, remote, name, **inputs):
    phase, closure = standard.finish(remote, launch(remote, name, **inputs))
    assert phase == "FAILED"
    return closure.error


@pytest.mark.parametrize(
    "n, x, f, b, expected",
    [
        (11, 1, 2.0, True, "attribute and item"),
        (11, 2, 0.5, True, "map or item's attribute"),
        (10, 1, 2.0, False, "map or item's attribute"),
        (10, 1, 1.0, True, "neither"),
    ],
)
def test_attributes_of_several_inputs_in_one_conditional(remote, defined, n, x, f, b, expected):
    workflow = remote.fetch_workflow(name="workflows_conditions.pick", version="c1")
    inputs = {
        "c": defined.Config(inner=defined.Inner(n=n)),
        "xs": [x, 5],
        "d": {"k": defined.Inner(f=f)},
        "cs": [defined.Inner(), defined.Inner(b=b)],
    }
    hints = {
        "c": defined.Config,
        "xs": typing.List[int],
        "d": typing.Dict[str, defined.Inner],
        "cs": typing.List[defined.Inner],
    }
    done = remote.wait(remote.execute(workflow, inputs=inputs, type_hints=hints), sync_nodes=True, poll_interval=1)
    assert done.outputs.get("o0", as_type=str) == expected


@pytest.mark.parametrize("n, expected", [(101, "large"), (100, "middle"), (11, "middle"), (0, "zero")])
def test_a_chain_on_one_attribute(remote, defined, n, expected):
    assert outcome(remote, "chain", c=defined.Config(inner=defined.Inner(n=n))) == expected


def test_items_maps_and_each_other(remote, defined):
    inner, config = defined.Inner, defined.Config
    assert outcome(remote, "deep", c=config(items=[inner(s="yes")])) == "yes"
    assert outcome(remote, "in_map", c=config(m={"k": 2})) == "no"
    # The second float is packed as an integer.
    assert outcome(remote, "versus", c=config(inner=inner(f=1.5)), e=config(inner=inner(f=2))) == "less"
    assert outcome(remote, "nested", c=config(inner=inner(s="x"))) == "both"
    assert outcome(remote, "nested", c=config(inner=inner(b=False))) == "none"


def test_what_may_be_none(standard, remote, defined):
    inner, config = defined.Inner, defined.Config
    assert outcome(remote, "nothing", c=config()) == "none"
    assert outcome(remote, "nothing", c=config(inner=inner(o=0))) == "some"
    assert outcome(remote, "more_than_nothing", c=config(inner=inner(o=4))) == "more"
    error = failure(standard, remote, "more_than_nothing", c=config())
    assert error.code == "MalformedBranchUserError"
    assert "[c.inner.o] is none, the other side is an integer" in error.message


def test_what_is_not_there_is_named(standard, remote, defined):
    error = failure(standard, remote, "deep", c=defined.Config())
    assert "[.items[0].s]" in error.message and "index [0] is out of range of a list of 0" in error.message
    error = failure(standard, remote, "in_map", c=defined.Config(m={"j": 1}))
    assert "key [k] does not exist; there are: j" in error.message


def test_outputs_of_tasks_in_workflows_of_every_kind(remote):
    assert outcome(remote, "made", n=11) == "more"
    assert outcome(remote, "in_sub", n=50) == "middle"
    assert outcome(remote, "around_dynamic", n=7) == "seven"


@pytest.mark.parametrize(
    "case, text",
    [
        (
            "lost",
            "flytekit sends only one attribute of each output per conditional: compare the other attributes of [c]",
        ),
        ("itself", "The conditions compare [c.inner.n] 2 times in a way that makes no sense for one value."),
        ("kind", "The condition compares [c.inner.s] (string) with a constant (integer)"),
        ("field", 'The condition compares [c.inner.q], but dataclass Inner has no field "q"; there are: n, s.'),
        ("whole", "The condition compares [c.inner] (dataclass Inner), but only integers"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(standard, case, text):
    standard.env["REFUSED"] = case
    try:
        refused = standard.register(HERE / "workflows_refused.py", "c1", check=False)
    finally:
        del standard.env["REFUSED"]
    told = " ".join((refused.stdout + refused.stderr).split())
    assert refused.returncode != 0 and text in told, told


def test_launch_plans_can_be_mapped(standard, remote):
    workflow = remote.fetch_workflow(name="workflows_conditions.mapped", version="c1")
    execution = remote.wait(
        remote.execute(workflow, inputs={"a": [1, 2, 3], "b": [4, 5, 6]}), sync_nodes=True, poll_interval=1
    )
    assert execution.outputs.get("o0", as_type=typing.List[int]) == [1, 2, 3]
    assert outcome(remote, "mapped_fixed", typing.List[int], a=[7, 8]) == [7, 8]
    assert outcome(remote, "mapped_fixed", typing.List[int], a=[]) == []


def test_items_of_a_map_of_launch_plans_may_fail(standard, remote):
    optional = typing.List[typing.Optional[int]]
    assert outcome(remote, "mapped_some", optional, a=[2, 3, 4]) == [1, None, 2]
    error = failure(standard, remote, "mapped_all", a=[2, 3, 4])
    assert "3 is odd" in error.message and error.message.startswith("[1]: ")

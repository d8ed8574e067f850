"""Every verb with a schema is asked by a test with clients, as docs/reference/command-line.yaml says."""

import ast
import pathlib

from schemas import FILES, VERBS, check, fits

TESTS = pathlib.Path(__file__).resolve().parents[1]


def texts(node):
    """The texts of a literal: one, or those of a tuple or list."""
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def asked(tree):
    """What `answer_of` is called with, by itself or in a loop, and whose schemas are taken for a check."""
    loops = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name):
            loops.setdefault(node.target.id, set()).update(texts(node.iter))
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "VERBS":
            yield from texts(node.slice)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "answer_of":
            verb = node.args[1]
            yield from loops.get(verb.id, ()) if isinstance(verb, ast.Name) else texts(verb)


def test_every_verb_with_a_schema_is_asked():
    files = [*(TESTS / "clients").glob("test_*.py"), *(TESTS / "support").glob("*.py")]
    found = {verb for file in files for verb in asked(ast.parse(file.read_text()))}
    assert {verb for verb, schema in VERBS.items() if schema} - found == set()


def test_a_schema_refuses_what_it_does_not_describe():
    for verb, wrong in (
        ("stop", {"state": "stopped"}),
        ("teardown", {"removed": "/x", "containers": "2"}),
        ("instances", {"instances": [{"name": "a"}]}),
        ("kubeconfig", {"apiVersion": "v1"}),
        ("image prune", {"dry_run": True, "removed": [{"reference": "a"}], "kept": []}),
    ):
        assert not fits(wrong, VERBS[verb], "command-line.yaml"), verb
    check({"context": "c", "server": "s", "current": False}, VERBS["kubeconfig"])
    assert set(FILES) == {"command-line.yaml", "local-api.yaml"}

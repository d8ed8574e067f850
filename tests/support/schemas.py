"""What verbs print with -o json against docs/reference/command-line.yaml."""

import json
import pathlib

import yaml

REFERENCE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "reference"
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def load(name):
    return yaml.safe_load((REFERENCE / name).read_text())


FILES = {name: load(name) for name in ("command-line.yaml", "local-api.yaml")}
VERBS = FILES["command-line.yaml"]["verbs"]


def resolve(schema, file):
    """What a reference leads to, and the file that its own references are of."""
    if "$ref" not in schema:
        return schema, file
    name, path = schema["$ref"].split("#/")
    file = name or file
    found = FILES[file]
    for step in path.split("/"):
        found = found[step]
    return resolve(found, file)


def check(value, schema, file="command-line.yaml", where="$"):
    schema, file = resolve(schema, file)
    for part in schema.get("allOf", []):
        check(value, part, file, where)
    if "anyOf" in schema:
        assert any(fits(value, part, file) for part in schema["anyOf"]), f"{where} is none of its forms: {value!r}"
    if value is None:
        assert schema.get("nullable") or "type" not in schema, f"{where} is null"
        return
    if "type" in schema:
        right = isinstance(value, TYPES[schema["type"]]) and (
            schema["type"] == "boolean" or not isinstance(value, bool)
        )
        assert right, f"{where} is no {schema['type']}: {value!r}"
    assert value in schema.get("enum", [value]), f"{where} is {value!r}"
    if isinstance(value, dict):
        missing = [name for name in schema.get("required", []) if name not in value]
        assert not missing, f"{where} has no {missing}"
        for name, below in schema.get("properties", {}).items():
            if name in value:
                check(value[name], below, file, f"{where}.{name}")
    elif isinstance(value, list) and "items" in schema:
        for i, each in enumerate(value):
            check(each, schema["items"], file, f"{where}[{i}]")


def fits(value, schema, file):
    try:
        check(value, schema, file)
    except AssertionError:
        return False
    return True


def answer_of(sandbox, verb, *arguments, **kw):
    """What the verb prints with -o json, which has to be as its schema says."""
    answer = json.loads(sandbox.run(*verb.split(), *arguments, "-o", "json", **kw).stdout)
    check(answer, VERBS[verb], where=verb)
    return answer

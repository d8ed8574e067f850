"""The conformance suites of the OCI distribution specification against the registry of a sandbox."""

import os
import re
import subprocess
from xml.etree import ElementTree

import pytest

from harness import CLIENTS, started


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    yield from started(tmp_path_factory, "conformance")


def run(program, folder, **settings):
    return subprocess.run(
        [CLIENTS / program], cwd=folder, env={**os.environ, **settings}, text=True, capture_output=True, timeout=300
    )


# Parts that a registry may leave out, and this one has.
OPTIONAL = ("BLOBS_UPLOAD_CANCEL", "BLOBS_DIGEST_HEADER", "MANIFESTS_DIGEST_HEADER", "MANIFESTS_TAG_PARAM")


def test_the_suite(sandbox, tmp_path):
    settings = {f"OCI_API_{part}": "true" for part in OPTIONAL}
    done = run(
        "oci-conformance", tmp_path, OCI_REGISTRY=f"localhost:{sandbox.registry}", OCI_TLS="disabled", **settings
    )
    assert done.returncode == 0, done.stdout + done.stderr
    suite = ElementTree.parse(tmp_path / "results/junit.xml").getroot()
    cases = list(suite.iter("testcase"))
    assert not [case.get("name") for case in cases if {"failure", "error"} & {child.tag for child in case}]
    assert len(cases) > 500
    results = dict(re.findall(r"^  (\w[^/\n]+?)\.*: +(\w+)$", done.stdout.split("API conformance:")[1], re.M))
    assert len(results) > 40
    # A manifest whose blobs are not there is refused here, as the specification allows.
    assert [name for name, result in results.items() if result != "Pass"] == ["Sparse Manifests"]


def test_the_groups_pull_push_discovery_and_management(sandbox, tmp_path):
    groups = ("PULL", "PUSH", "CONTENT_DISCOVERY", "CONTENT_MANAGEMENT")
    done = run(
        "oci-groups",
        tmp_path,
        OCI_ROOT_URL=f"http://localhost:{sandbox.registry}",
        OCI_NAMESPACE="groups/one",
        OCI_CROSSMOUNT_NAMESPACE="groups/other",
        OCI_AUTOMATIC_CROSSMOUNT="1",
        OCI_REPORT_DIR=str(tmp_path),
        **{f"OCI_TEST_{group}": "1" for group in groups},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (ran,) = re.search(r"Ran \S*?(\d+)\S* of ", re.sub(r"\x1b\[[\d;]*m", "", done.stdout)).groups()
    # What it leaves out needs images that were there before, or is the other of two choices.
    assert int(ran) == 75, done.stdout

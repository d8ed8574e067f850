"""The tutorial as it is written, in preset classic: build, package, register, launch, look."""

import json
import pathlib
import shutil
import urllib.request

import pytest

from harness import FLYTECTL, IMAGE, PYFLYTE, wait_for

TUTORIAL = pathlib.Path(__file__).resolve().parents[2] / "examples" / "tutorial"
NAME = "core.flyte_basics.task.run_batch"
PLACE = ["--project", "flytesnacks", "--domain", "staging"]


@pytest.fixture(scope="module")
def project(classic, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tutorial") / "work"
    shutil.copytree(TUTORIAL, folder)
    classic.exec(
        "docker", "build", ".", "--build-arg", f"FLYTEKIT_IMAGE={IMAGE}", "--tag", "flytebasics:v1", cwd=folder
    )
    return folder


def package(classic, project):
    classic.exec(PYFLYTE, "--pkgs", "core.flyte_basics", "package", "--image", "flytebasics:v1", "-f", cwd=project)


def register(classic, project, *more, check=True):
    return classic.exec(
        FLYTECTL,
        "register",
        "files",
        *PLACE,
        "--archive",
        "flyte-package.tgz",
        "--version",
        "v1",
        *more,
        cwd=project,
        check=check,
    )


@pytest.fixture(scope="module")
def registered(classic, project):
    package(classic, project)
    return register(classic, project)


def finished(classic, name):
    url = f"http://localhost:{classic.port}/api/v1/executions/flytesnacks/staging/{name}"

    def look():
        request = urllib.request.Request(url, headers={"Accept": "application/json"})
        execution = json.load(urllib.request.urlopen(request))
        return execution["closure"]["phase"] in ("SUCCEEDED", "FAILED", "ABORTED") and execution

    return wait_for(look, 120, f"the end of {name}")


def test_every_row_of_the_registration_is_a_success(registered):
    assert "Success" in registered.stdout and "Failed" not in registered.stdout


def test_the_same_archive_again_is_a_success(classic, project, registered):
    again = register(classic, project)
    assert "Failed" not in again.stdout and "Success" in again.stdout


def test_a_changed_task_under_the_same_version_is_refused_and_changes_nothing(classic, project, registered):
    task = project / "core" / "flyte_basics" / "task.py"
    before = task.read_text()
    stored = classic.exec(FLYTECTL, "get", "task", NAME, *PLACE, "--version", "v1", "-o", "json").stdout
    task.write_text(before.replace("retries=2", "retries=7"))
    try:
        package(classic, project)
        refused = register(classic, project, check=False)
    finally:
        task.write_text(before)
    assert refused.returncode != 0
    assert "task with different structure already exists" in refused.stdout + refused.stderr
    assert classic.exec(FLYTECTL, "get", "task", NAME, *PLACE, "--version", "v1", "-o", "json").stdout == stored


def test_launched_through_rest(classic, registered):
    body = {
        "project": "flytesnacks",
        "domain": "staging",
        "name": "",
        "spec": {
            "launch_plan": {
                "resource_type": "TASK",
                "project": "flytesnacks",
                "domain": "staging",
                "name": NAME,
                "version": "v1",
            },
            "metadata": {"mode": "MANUAL", "principal": "console"},
        },
        "inputs": {"literals": {}},
    }
    request = urllib.request.Request(
        f"http://localhost:{classic.port}/api/v1/executions",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Accept": "application/json"},
    )
    name = json.load(urllib.request.urlopen(request))["id"]["name"]
    execution = finished(classic, name)
    assert execution["closure"]["phase"] == "SUCCEEDED", execution["closure"]
    nodes = json.load(
        urllib.request.urlopen(
            urllib.request.Request(
                f"http://localhost:{classic.port}/api/v1/node_executions/flytesnacks/staging/{name}?limit=10",
                headers={"Accept": "application/json"},
            )
        )
    )["node_executions"]
    assert "coreflytebasicstaskrunbatch" in [n["metadata"]["spec_node_id"] for n in nodes]
    pods = {p["name"]: p for p in classic.pods("flytesnacks-staging")}
    assert pods[f"{name}-fuunhdti-0"]["status"] == "Completed"
    assert "the batch adds up to 499500" in classic.run("logs", f"{name}-fuunhdti-0").stdout


def test_launched_through_flytectl_and_read_by_both(classic, project, registered):
    classic.exec(FLYTECTL, "get", "task", NAME, *PLACE, "--version", "v1", "--execFile", "exec_spec.yaml", cwd=project)
    classic.exec(FLYTECTL, "create", "execution", *PLACE, "--execFile", "exec_spec.yaml", cwd=project)
    executions = json.loads(classic.run("executions", "-d", "staging", "-o", "json").stdout)["executions"]
    name = executions[0]["id"]["name"]
    assert finished(classic, name)["closure"]["phase"] == "SUCCEEDED"
    details = classic.exec(FLYTECTL, "get", "execution", name, *PLACE, "--details", "-o", "json").stdout
    assert "499500" in details
    remote = classic.remote(domain="staging")
    execution = remote.sync(remote.fetch_execution(name=name), sync_nodes=True)
    assert execution.outputs["o0"] == 499500


def test_code_in_the_image_wins_over_the_local_source(classic, project, registered):
    task = project / "core" / "flyte_basics" / "task.py"
    before = task.read_text()
    task.write_text(before.replace("range(1000)", "range(10)"))
    try:
        classic.exec(PYFLYTE, "--pkgs", "core.flyte_basics", "package", "--image", "flytebasics:v1", "-f", cwd=project)
        classic.exec(
            FLYTECTL, "register", "files", *PLACE, "--archive", "flyte-package.tgz", "--version", "v2", cwd=project
        )
    finally:
        task.write_text(before)
    remote = classic.remote(domain="staging")
    execution = remote.execute(remote.fetch_task(name=NAME, version="v2"), inputs={})
    assert classic.finish(remote, execution)[0] == "SUCCEEDED"
    assert remote.sync(execution).outputs["o0"] == 499500


def test_limits_of_the_platform(classic, project, registered):
    source = project / "core" / "big" / "task.py"
    source.parent.mkdir()
    (source.parent / "__init__.py").touch()
    source.write_text(
        "from flytekit import Resources, task\n\n\n"
        "@task(requests=Resources(mem='2Gi'), limits=Resources(mem='4Gi'))\ndef big() -> int:\n    return 4\n"
    )
    (project / "Dockerfile.big").write_text("FROM flytebasics:v1\nCOPY core /root/core\n")
    classic.exec("docker", "build", ".", "-f", "Dockerfile.big", "--tag", "flytebasics:big", cwd=project)
    classic.exec(
        PYFLYTE, "--pkgs", "core.big", "package", "--image", "flytebasics:big", "-f", "-o", "big.tgz", cwd=project
    )

    def attempt(version):
        return classic.exec(
            FLYTECTL,
            "register",
            "files",
            *PLACE,
            "--archive",
            "big.tgz",
            "--version",
            version,
            cwd=project,
            check=False,
        )

    text = (
        "Requested MEMORY limit [4Gi] is greater than current limit set in the platform configuration [1Gi]. "
        "Please contact Flyte Admins to change these limits or consult the configuration"
    )
    refused = attempt("b1")
    assert refused.returncode != 0 and text in refused.stdout + refused.stderr

    (project / "tra.yaml").write_text(
        "domain: staging\nproject: flytesnacks\n"
        'defaults:\n  cpu: "1"\n  memory: 1GiB\nlimits:\n  cpu: "2"\n  memory: 10GiB\n'
    )
    classic.exec(FLYTECTL, "update", "task-resource-attribute", "--attrFile", "tra.yaml", "--force", cwd=project)
    got = classic.exec(FLYTECTL, "get", "task-resource-attribute", *PLACE).stdout
    assert "10GiB" in got
    assert attempt("b1").returncode == 0
    remote = classic.remote(domain="staging")
    execution = remote.execute(remote.fetch_task(name="core.big.task.big", version="b1"), inputs={})
    assert classic.finish(remote, execution)[0] == "SUCCEEDED"

    classic.exec(FLYTECTL, "delete", "task-resource-attribute", *PLACE)
    refused = attempt("b2")
    assert refused.returncode != 0 and text in refused.stdout + refused.stderr

"""kubectl as it is, against the real executable with real containers."""

import json
import os
import pathlib
import shutil
import subprocess
import urllib.request

import pytest
import yaml

from harness import Sandbox, wait_for
from schemas import answer_of

HERE = pathlib.Path(__file__).parent
KUBECTL = os.environ.get("KUBECTL", shutil.which("kubectl") or "kubectl")
NAMESPACE = "flytesnacks-development"
VALUE = "correct-horse-battery-41c7"


def minor_version():
    said = subprocess.run([KUBECTL, "version", "--client", "-o", "json"], check=True, stdout=subprocess.PIPE).stdout
    return int(json.loads(said)["clientVersion"]["minor"].rstrip("+"))


class Kubectl:
    def __init__(self, sandbox, domain="development"):
        self.config = sandbox.home.parent / f"kubeconfig-{domain}"
        self.config.write_text(sandbox.run("kubeconfig", "-d", domain).stdout)
        self.env = {**sandbox.env, "KUBECONFIG": str(self.config)}

    def command(self, *words):
        return [KUBECTL, *map(str, words)]

    def __call__(self, *words, check=True, **kw):
        done = subprocess.run(self.command(*words), env=self.env, text=True, capture_output=True, timeout=120, **kw)
        if check:
            assert done.returncode == 0, f"kubectl {' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
        return done

    def table(self, *words):
        """Rows by the name in their first column."""
        head, *rows = [line.split() for line in self(*words).stdout.splitlines()]
        return head, {row[0]: row for row in rows}

    def json(self, *words):
        return json.loads(self(*words, "-o", "json").stdout)

    def follow(self, *words):
        return subprocess.Popen(
            self.command(*words), env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    own = Sandbox(tmp_path_factory.mktemp("kubectl") / "sandbox", preset="classic")
    own.start()
    own.register(HERE / "workflows_failing.py", "k1", domain="staging")
    for file in ("workflows_slow.py", "workflows_secrets.py"):
        own.register(HERE / file, "k1")
    yield own
    own.run("teardown")


@pytest.fixture(scope="module")
def kubectl(sandbox):
    return Kubectl(sandbox)


@pytest.fixture(scope="module")
def staging(sandbox):
    """Of the context whose namespace is the tutorial's."""
    return Kubectl(sandbox, "staging")


def launch(sandbox, name, domain="development", **inputs):
    remote = sandbox.remote(domain=domain)
    execution = remote.execute(remote.fetch_task(name=name, version="k1"), inputs=inputs)
    return remote, execution, execution.id.name


def pod_names(kubectl, execution):
    listed = kubectl.json("get", "pods", "-l", f"execution-id={execution}")["items"]
    return [pod["metadata"]["name"] for pod in listed]


def running_pod(kubectl, execution):
    def look():
        pods = kubectl.json("get", "pods", "-l", f"execution-id={execution}")["items"]
        return [pod["metadata"]["name"] for pod in pods if pod["status"]["phase"] == "Running"]

    return wait_for(look, 60, f"a running pod of {execution}")[-1]


@pytest.fixture(scope="module")
def ended(sandbox):
    """Executions in staging that end as the tutorial's do: execution by what it runs."""
    tasks = ("good_on_the_fourth", "exits_with_3", "eats_300_mb")
    out = {task: launch(sandbox, f"workflows_failing.{task}", "staging") for task in tasks}
    for remote, execution, _ in out.values():
        sandbox.finish(remote, execution)
    return {task: name for task, (_, _, name) in out.items()}


def test_the_table_of_the_tutorial(kubectl, ended):
    head, rows = kubectl.table("get", "pods", "-n", "flytesnacks-staging")
    assert head == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]

    def of(task):
        """What stands behind the names of the attempts, and the status of each."""
        found = sorted(name for name in rows if name.startswith(ended[task]))
        return [(name.rsplit("-", 1)[1], rows[name][2]) for name in found]

    assert of("good_on_the_fourth") == [("0", "Error"), ("1", "Error"), ("2", "OOMKilled"), ("3", "Completed")]
    assert of("exits_with_3") == [("0", "Error"), ("1", "Error")]
    assert of("eats_300_mb") == [("0", "OOMKilled")]
    assert {tuple(row[1::2]) for row in rows.values()} == {("0/1", "0")} and len(rows) == 7
    assert all(row[4][-1] in "sm" for row in rows.values())
    wide, _ = kubectl.table("get", "pods", "-n", "flytesnacks-staging", "-o", "wide")
    assert wide[:7] == ["NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"]
    assert kubectl("get", "pods", "-n", "flytesnacks-production").stderr.startswith("No resources found")


def test_all_namespaces_names_and_forms(staging, ended):
    head, _ = staging.table("get", "pods", "--all-namespaces")
    assert head[0] == "NAMESPACE"
    name = pod_names(staging, ended["exits_with_3"])[0]
    assert staging("get", "pod", name, "-o", "name").stdout.strip() == f"pod/{name}"
    assert f"name: {name}" in staging("get", "pod", name, "-o", "yaml").stdout
    path = "-o=jsonpath={.status.containerStatuses[0].state.terminated.exitCode}"
    assert staging("get", "pod", name, path).stdout == "3"
    columns = "-o=custom-columns=N:.metadata.name,P:.status.phase"
    assert staging("get", "pods", name, columns).stdout.split() == ["N", "P", name, "Failed"]
    labels = staging("get", "pod", name, "--show-labels").stdout
    assert f"execution-id={ended['exits_with_3']}" in labels and "task-name=" in labels
    missing = staging("get", "pod", "nobody", check=False)
    assert missing.returncode == 1
    assert missing.stderr.strip() == 'Error from server (NotFound): pods "nobody" not found'


def test_selectors(staging, ended):
    failed = staging.json("get", "pods", "--field-selector", "status.phase=Failed")["items"]
    assert {pod["status"]["phase"] for pod in failed} == {"Failed"}
    both = f"execution-id in ({ended['exits_with_3']},{ended['eats_300_mb']}),project=flytesnacks"
    found = staging.json("get", "pods", "-l", both)["items"]
    assert {pod["metadata"]["labels"]["execution-id"] for pod in found} == {
        ended["exits_with_3"],
        ended["eats_300_mb"],
    }
    wrong = staging("get", "pods", "--field-selector", "status.fase=x", check=False)
    assert "field label not supported: status.fase" in wrong.stderr


def test_describe_tells_how_it_went(staging, ended):
    name = pod_names(staging, ended["exits_with_3"])[0]
    text = staging("describe", "pod", name).stdout
    for line in (
        "Reason:       Error",
        "Exit Code:    3",
        "Restart Count:  0",
        "Node:             flyte-sandbox/127.0.0.1",
    ):
        assert line.split() in [each.split() for each in text.splitlines()], f"{line}\n{text}"
    events = text[text.index("Events:") :].splitlines()
    happened = [words[1] for line in events if (words := line.split()) and words[0] == "Normal"]
    assert happened == ["Scheduled", "Pulled", "Created", "Started"], text
    assert "OOMKilled" in staging("describe", "pods", pod_names(staging, ended["eats_300_mb"])[0]).stdout


def test_logs(staging, ended):
    name = pod_names(staging, ended["exits_with_3"])[0]
    assert "leaving" in staging("logs", name).stdout
    raised = pod_names(staging, ended["good_on_the_fourth"])[0]
    whole = staging("logs", raised).stdout.splitlines()
    assert len(whole) > 2
    for few in (1, 2):
        assert staging("logs", raised, f"--tail={few}").stdout.splitlines() == whole[-few:]
    stamped = staging("logs", f"pod/{name}", "--timestamps").stdout.splitlines()
    assert stamped and all(line.startswith("20") and line.split()[0].endswith("Z") for line in stamped)
    previous = staging("logs", name, "--previous", check=False)
    assert "previous terminated container" in previous.stderr


def test_logs_follow_to_the_end(sandbox, kubectl):
    remote, execution, name = launch(sandbox, "workflows_slow.slow", seconds=6, n=3)
    pod = running_pod(kubectl, name)
    following = kubectl.follow("logs", "-f", pod)
    out, _ = following.communicate(timeout=120)
    assert following.returncode == 0
    assert "begin 3" in out and "end 3" in out
    assert sandbox.finish(remote, execution)[0] == "SUCCEEDED"


def test_watch_and_wait_while_it_runs(sandbox, kubectl):
    watching = kubectl.follow("get", "pods", "-w")
    try:
        remote, execution, name = launch(sandbox, "workflows_slow.slow", seconds=5, n=1)
        pod = running_pod(kubectl, name)
        assert "condition met" in kubectl("wait", f"pod/{pod}", "--for=condition=Ready", "--timeout=30s").stdout
        waits = ("--for=jsonpath={.status.phase}=Succeeded", "--timeout=60s")
        if minor_version() < 23:
            refused = kubectl("wait", f"pod/{pod}", *waits, check=False)
            assert "unrecognized condition" in refused.stderr  # by kubectl itself
        else:
            assert "condition met" in kubectl("wait", f"pod/{pod}", *waits).stdout
            never = kubectl("wait", f"pod/{pod}", waits[0].replace("Succeeded", "Failed"), "--timeout=1s", check=False)
            assert never.returncode == 1 and "timed out waiting for the condition" in never.stderr
        sandbox.finish(remote, execution)
        seen = []
        for line in watching.stdout:
            if line.startswith(pod):
                seen.append(line.split()[2])
            if seen and seen[-1] == "Completed":
                break
        assert "Running" in seen and seen[-1] == "Completed"
        assert seen.index("Running") < seen.index("Completed")
    finally:
        watching.kill()
        watching.communicate()


def test_top_shows_what_a_running_pod_uses(sandbox, kubectl):
    remote, execution, name = launch(sandbox, "workflows_slow.slow", seconds=15, n=1)
    pod = running_pod(kubectl, name)

    def top():
        done = kubectl("top", "pods", check=False)
        return [line.split() for line in done.stdout.splitlines() if line.startswith(pod)]

    row = wait_for(top, 14, "a sample of the pod")[0]
    assert row[1].endswith("m") and row[2].endswith("Mi")
    head, nodes = kubectl.table("top", "nodes")
    assert head[0] == "NAME" and list(nodes) == ["flyte-sandbox"]
    sandbox.finish(remote, execution)


def test_a_deleted_pod_is_tried_again(sandbox, kubectl):
    remote, execution, name = launch(sandbox, "workflows_slow.slow", seconds=8, n=1)
    pod = running_pod(kubectl, name)
    # It blocks until the pod is gone, which takes two seconds after the deletion.
    assert "deleted" in kubectl("delete", "pod", pod, "--grace-period=2", "--wait=false").stdout
    gone = kubectl("wait", f"pod/{pod}", "--for=delete", "--timeout=30s")
    assert "condition met" in gone.stdout
    assert kubectl("get", "pod", pod, check=False).returncode == 1
    again = running_pod(kubectl, name)
    assert again == pod[:-1] + "1"
    phase, _ = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED"
    tasks = f"http://localhost:{sandbox.port}/api/v1/task_executions/flytesnacks/development/{name}/workflowsslowslow"
    first = json.load(urllib.request.urlopen(f"{tasks}?limit=10"))["taskExecutions"][0]
    assert first["closure"]["error"]["code"] == "UnexpectedObjectDeletion", first
    assert {each["name"]: each["reason"] for each in sandbox.pods()}[pod] == "its pod was deleted"
    # One that has ended is only forgotten here.
    kubectl("delete", "pod", again)
    assert again not in pod_names(kubectl, name)
    assert again in [each["name"] for each in sandbox.pods()]


def test_a_secret_for_a_task(sandbox, kubectl):
    made = kubectl("create", "secret", "generic", "user-info", f"--from-literal=user_secret={VALUE}", "-n", NAMESPACE)
    assert made.stdout.strip() == "secret/user-info created"
    again = kubectl("create", "secret", "generic", "user-info", "--from-literal=a=b", check=False)
    assert 'secrets "user-info" already exists' in again.stderr
    _, rows = kubectl.table("get", "secrets")
    assert rows["user-info"][1:3] == ["Opaque", "1"]
    shown = kubectl("get", "secret", "user-info", "-o", "yaml").stdout
    assert "user_secret" in shown and VALUE not in shown
    described = kubectl("describe", "secret", "user-info").stdout
    assert "user_secret" in described and VALUE not in described
    remote, execution, _ = launch(sandbox, "workflows_secrets.by_env")
    assert sandbox.finish(remote, execution)[0] == "SUCCEEDED"
    assert kubectl("delete", "secret", "user-info").stdout.startswith('secret "user-info" deleted')
    assert "user-info" not in sandbox.run("secrets", "list").stdout


def test_namespaces_nodes_events_and_what_there_is_not(staging, ended):
    _, namespaces = staging.table("get", "namespaces")
    assert {NAMESPACE, "flytesnacks-staging", "flytesnacks-production"} <= set(namespaces)
    assert namespaces[NAMESPACE][1] == "Active"
    head, nodes = staging.table("get", "nodes")
    assert nodes["flyte-sandbox"][1] == "Ready"
    assert "Allocatable" in staging("describe", "node", "flyte-sandbox").stdout
    events = staging("get", "events").stdout
    assert events.splitlines()[0].split()[:2] == ["LAST", "SEEN"]
    assert "Started container" in events and "pod/" in events
    assert "pods" in staging("api-resources").stdout
    assert "flyte-sandbox" in staging("version").stdout
    none = staging("get", "deployments", check=False)
    assert 'the server doesn\'t have a resource type "deployments"' in none.stderr
    run = staging("run", "x", "--image=busybox", check=False)
    assert "Kubernetes-shaped window of a Flyte sandbox" in run.stderr
    name = pod_names(staging, ended["exits_with_3"])[0]
    shell = staging("exec", name, "--", "true", check=False)
    assert shell.returncode != 0


def test_kubeconfig_merges_and_keeps_the_current_context(sandbox, tmp_path):
    file = tmp_path / "config"
    context = "- {name: work, context: {cluster: c, user: u}}"
    file.write_text(f"apiVersion: v1\nkind: Config\ncurrent-context: work\ncontexts:\n{context}\n")
    sandbox.env["KUBECONFIG"] = str(file)
    try:
        said = sandbox.run("kubeconfig", "--merge").stdout
        context = f"flyte-sandbox-{sandbox.port}" if f"flyte-sandbox-{sandbox.port}" in said else "flyte-sandbox"
        merged = file.read_text()
        assert "current-context: work" in merged and f"http://localhost:{sandbox.port}/kubernetes" in merged
        assert f"namespace: {NAMESPACE}" in merged
        added = answer_of(sandbox, "kubeconfig", "--merge", "--use", "-d", "staging")
        assert added == {"context": context, "server": f"http://localhost:{sandbox.port}/kubernetes", "current": True}
        assert f"current-context: {context}" in file.read_text()
        assert "namespace: flytesnacks-staging" in file.read_text() and "name: work" in file.read_text()
        assert sandbox.run("kubeconfig", "--use", check=False).returncode == 2
        assert answer_of(sandbox, "kubeconfig") == yaml.safe_load(sandbox.run("kubeconfig").stdout)
    finally:
        del sandbox.env["KUBECONFIG"]

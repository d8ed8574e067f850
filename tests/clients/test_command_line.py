"""What the command line tells of executions, and what to do next: looking, gates, launching again, ending."""

import json
import pathlib
import subprocess

import pytest
import yaml

from arrays import register_map
from harness import wait_for
from schemas import VERBS, answer_of, check
from terminal import on_terminal

HERE = pathlib.Path(__file__).parent
VERSION = "c1"


@pytest.fixture(scope="module")
def remote(standard):
    for domain in ("development", "staging"):
        standard.register(HERE / "workflows_cli.py", VERSION, "--non-fast", domain=domain)
    remote = standard.remote()
    register_map(remote, "workflows_cli.array", "workflows_cli.item", VERSION)
    return remote


def launch(remote, name, domain="development", **inputs):
    workflow = remote.fetch_workflow(name=f"workflows_cli.{name}", version=VERSION, domain=domain)
    return remote.execute(workflow, inputs=inputs, domain=domain, project="flytesnacks")


def kinds(nodes):
    return [(node["kind"], kinds(node["children"] + (node["execution"] or {"nodes": []})["nodes"])) for node in nodes]


def tree_of(standard, execution):
    return json.loads(standard.run("get", execution.id.name, "-o", "json").stdout)["tree"]


def row(text, node):
    """The words of the node's row in the tree."""
    table = text[text.index("\nNODE") :].splitlines()
    return next(line.split() for line in table if line.split()[:1] == [node])


def test_the_tree_below_a_branch_that_fails(standard, remote):
    execution = launch(remote, "nested", x=-1)
    assert standard.finish(remote, execution)[0] == "FAILED"
    nodes = tree_of(standard, execution)["nodes"]
    assert kinds(nodes) == [("task", []), ("branch", [("workflow", [("task", [])])])]
    text = standard.run("get", execution.id.name).stdout
    assert row(text, "n0")[:5] == ["n0", "step", "task", "SUCCEEDED", "1"]
    failed = nodes[1]["children"][0]["children"][0]
    assert f" {failed['attempts']} " in text and failed["pods"][-1]["name"] in text
    assert f"  {failed['error']['code']}: " in text


def test_the_tree_of_a_launch_plan_that_fails(standard, remote):
    execution = launch(remote, "planned", x=-1)
    assert standard.finish(remote, execution)[0] == "FAILED"
    plan = tree_of(standard, execution)["nodes"][0]
    child = plan["execution"]
    assert (plan["kind"], plan["phase"], child["phase"]) == ("launch plan", "FAILED", "FAILED")
    # The newest is what was launched, not what that has started.
    assert standard.run("get", "@latest").stdout.split()[0] == execution.id.name
    text = standard.run("get", execution.id.name).stdout
    assert row(text, child["name"])[1:3] == ["execution", "FAILED"]
    assert child["nodes"][0]["pods"][-1]["name"] in text


def test_pods_and_logs_of_an_execution_and_its_launch_plan(standard, remote):
    execution = launch(remote, "nested", x=1)
    assert standard.finish(remote, execution)[0] == "SUCCEEDED"
    plan = tree_of(standard, execution)["nodes"][2]
    pods = json.loads(standard.run("pods", execution.id.name, "-o", "json").stdout)["pods"]
    assert [pod["task"].split(".")[1] for pod in pods] == ["step", "trial", "trial"]
    listed = standard.run("pods", execution.id.name).stdout
    assert all(pod["name"] in listed for pod in pods) and len(listed.splitlines()) == 4

    several = standard.run("logs", execution.id.name)
    assert all(pod["name"] in several.stdout for pod in pods) and "choose one" in several.stderr
    assert standard.run("logs", f"{execution.id.name}/{plan['node']}").stdout.splitlines() == ["trying 1"]
    assert standard.run("logs", plan["execution"]["name"]).stdout.splitlines() == ["trying 1"]


def test_the_items_of_a_map(standard, remote):
    execution = launch(remote, "array", xs=[*range(12), -1])
    assert standard.finish(remote, execution)[0] == "FAILED"
    node = tree_of(standard, execution)["nodes"][0]
    assert node["kind"] == "map" and [item["index"] for item in node["children"]] == list(range(13))
    text = standard.run("get", execution.id.name).stdout
    assert "[12]" in text and node["children"][12]["pods"][-1]["name"] in text
    assert "[3]" not in text and "12 SUCCEEDED" in text
    assert standard.run("logs", f"{execution.id.name}/{node['node']}/3", "--tail", "1").stdout == "item 3\n"


def test_what_a_dynamic_node_made(standard, remote):
    standard.register(HERE / "workflows_each.py", VERSION)
    execution = remote.execute(remote.fetch_workflow(name="workflows_each.grows", version=VERSION), inputs={"x": 1})
    assert standard.finish(remote, execution)[0] == "SUCCEEDED"
    nodes = tree_of(standard, execution)["nodes"]
    assert kinds(nodes) == [("task", []), ("dynamic", [("task", [])])]
    text = standard.run("get", execution.id.name).stdout
    assert nodes[1]["pods"][0]["name"] in text and nodes[1]["children"][0]["pods"][0]["name"] in text


def test_logs_of_an_execution_with_one_pod(standard, remote):
    execution = launch(remote, "single", x=3)
    assert standard.run("logs", f"{execution.id.name}/n9", check=False).returncode == 1
    assert standard.finish(remote, execution)[0] == "SUCCEEDED"
    for target in (execution.id.name, f"{execution.id.name}/n0", f"{execution.id.name}-n0-0"):
        assert standard.run("logs", target).stdout.splitlines() == ["stepping"]
        assert standard.run("logs", "-f", target).stdout.splitlines() == ["stepping"]


def test_an_execution_is_found_where_it_is(standard, remote):
    execution = launch(remote, "single", domain="staging", x=3)
    assert standard.finish(remote, execution)[0] == "SUCCEEDED"
    assert execution.id.name in standard.run("get", execution.id.name).stdout
    assert standard.run("logs", execution.id.name).stdout.splitlines() == ["stepping"]
    refused = standard.run("get", execution.id.name, "-d", "production", check=False)
    assert refused.returncode == 1 and "it is in flytesnacks/staging" in refused.stderr


def waiting(standard, execution, *signals):
    """The text of get once the execution waits for all of these."""

    def look():
        text = standard.run("get", execution.id.name).stdout
        return all(f"waits for {signal}" in text for signal in signals) and text

    return wait_for(look, 60, f"waiting for {signals}")


def commands(standard, text):
    """The commands that the text tells to use, by their verb and signal."""
    lines = [line.strip().split() for line in text.splitlines() if line.strip().startswith(standard.executable)]
    return {(words[1], words[3]): words for words in lines}


def test_a_gate_says_how_to_open_it(standard, remote):
    execution = launch(remote, "outer")
    text = waiting(standard, execution, "signal amount (integer)", "signal sizes (list of float)")
    told = commands(standard, text)
    for value, why in (("many", "type integer"), ("1.5", "type integer")):
        refused = standard.run("set", execution.id.name, "amount", value, check=False)
        assert refused.returncode == 2 and why in refused.stderr
    wrong = standard.run("set", execution.id.name, "amuont", "1", check=False)
    assert wrong.returncode == 1 and "amount (integer)" in wrong.stderr and "sizes" in wrong.stderr

    words = told["set", "amount"]
    assert words[-1] == "VALUE"
    subprocess.run([*words[:-1], "-5"], env=standard.env, check=True)
    assert "sizes" in standard.run("set", execution.id.name, "sizes", "[1, 2.5]").stdout
    text = waiting(standard, execution, "approval ok")
    assert "amount" not in commands(standard, text)
    approve = [*commands(standard, text)["approve", "ok"], "-o", "json"]
    answer = json.loads(subprocess.run(approve, env=standard.env, check=True, stdout=subprocess.PIPE).stdout)
    check(answer, VERBS["approve"])
    assert (answer["execution"], answer["signal"]) == (approve[2], "ok")
    assert standard.finish(remote, execution)[0] == "SUCCEEDED"
    assert remote.sync(execution).outputs.get("o0", as_type=int) == -5
    late = standard.run("approve", execution.id.name, check=False)
    assert late.returncode == 1 and "(SUCCEEDED)" in late.stderr


def test_reject(standard, remote):
    execution = launch(remote, "gates", x=1)
    waiting(standard, execution, "signal amount", "signal sizes")
    answer_of(standard, "set", execution.id.name, "amount", "1")
    answer_of(standard, "set", execution.id.name, "sizes", "[1]")
    waiting(standard, execution, "approval ok")
    answer_of(standard, "reject", execution.id.name)
    assert standard.finish(remote, execution)[0] == "FAILED"


def test_terminate_and_relaunch(standard, remote):
    execution = launch(remote, "gates", x=1)
    waiting(standard, execution, "signal amount", "signal sizes")
    name = execution.id.name
    told = standard.run("terminate", name, "--cause", 'not "this" one').stdout
    assert f"get {name}" in told
    assert standard.finish(remote, execution)[0] == "ABORTED"
    assert 'aborted: not "this" one' in standard.run("get", name).stdout
    again = standard.run("terminate", name, check=False)
    assert again.returncode == 1 and "has ended as ABORTED already" in again.stderr
    new = answer_of(standard, "relaunch", name, "--name", "launched-again")
    assert new == {"project": "flytesnacks", "domain": "development", "id": "launched-again"}
    taken = standard.run("relaunch", name, "--name", "launched-again", check=False)
    assert taken.returncode == 1 and "launched-again" in taken.stderr
    waiting(standard, remote.fetch_execution(name="launched-again"), "signal amount", "signal sizes")
    standard.run("terminate", "launched-again")


def test_recover(standard, remote):
    execution = launch(remote, "nested", x=-1)
    assert standard.finish(remote, execution)[0] == "FAILED"
    name = answer_of(standard, "recover", execution.id.name)["id"]
    text = standard.run("recover", execution.id.name).stdout
    assert f"/executions/{text.split()[0]}" in text
    recovered = remote.fetch_execution(name=name)
    assert standard.finish(remote, recovered)[0] == "FAILED"
    first, *_ = tree_of(standard, recovered)["nodes"]
    assert first["phase"] == "RECOVERED"


def test_an_attempt_is_repeated_by_hand(standard, remote):
    execution = launch(remote, "nested", x=-1)
    assert standard.finish(remote, execution)[0] == "FAILED"
    name = execution.id.name
    repro = standard.run("repro", name)
    command = repro.stdout.strip()
    assert command.startswith("sandbox exec -- docker run") and "not the same" in repro.stderr
    same = json.loads(standard.run("repro", f"{name}/n0", "-o", "json").stdout)
    assert same["image"] == "busybox:latest" and same["docker_run"] != command
    words = command.replace("sandbox exec -- ", "").replace(" -it ", " ")
    ran = subprocess.run(["sh", "-c", words], capture_output=True, text=True, timeout=60)
    # A raw container finds no inputs at its paths, so it fails in the same shell for another reason.
    assert ran.returncode != 0 and "/var/inputs" in ran.stderr, ran
    wrong = standard.run("repro", f"{name}/n7", check=False)
    assert wrong.returncode == 1 and "has no node n7" in wrong.stderr
    none = standard.run("repro", f"{name}/n0", "--attempt", "5", check=False)
    assert none.returncode == 1 and "no pod of attempt 5" in none.stderr


@pytest.fixture(scope="module")
def held(standard):
    """An execution of a Python task whose code came by fast registration, while its container waits."""
    standard.run("secrets", "set", "repeated", "key", input="under-the-doormat")
    standard.register(HERE / "workflows_repeated.py", VERSION)
    remote = standard.remote()
    task = remote.fetch_task(name="workflows_repeated.repeated", version=VERSION)
    execution = remote.execute(task, inputs={"words": ["a", "b c"], "times": 2})
    name = execution.id.name
    wait_for(lambda: "got" in standard.run("logs", name, check=False).stdout, 120, "the first line of the task")
    yield remote, execution
    standard.run("terminate", name, check=False)
    standard.run("secrets", "delete", "repeated", "key")


def test_debug_is_inside_of_what_runs_and_of_what_has_ended(standard, held):
    remote, execution = held
    name = execution.id.name
    look = "tr '\\0' ' ' </proc/1/cmdline; echo; echo $WORD; cat /etc/flyte/secrets/repeated/key; echo; pwd; env"
    live = standard.run("debug", name, "--", "sh", "-c", look)
    assert "in the container of" in live.stderr and answer_of(standard, "debug", name)["live"]
    command, word, secret, _, *variables = live.stdout.splitlines()
    inputs = answer_of(standard, "repro", name)["inputs_uri"]
    assert f"--inputs {inputs} " in command and inputs.startswith("s3://")
    assert (word, secret) == ("of the task", "under-the-doormat")
    assert f"FLYTE_INTERNAL_EXECUTION_ID={name}" in variables
    standard.run("debug", name, "--quiet", "--", "touch", "/tmp/go")
    assert standard.finish(remote, execution)[0] == "SUCCEEDED"

    again = 'sh -c "$ATTEMPT" && cat /tmp/outputs/outputs.pb && echo && echo $WORD'
    ended = standard.run("debug", name, "-e", "WORD=mine", "--", "sh", "-c", again)
    assert not answer_of(standard, "debug", name)["live"]
    assert f"got a b c times 2 in development {name}" in ended.stdout and "a b c a b c" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "mine"
    assert "HELD, WORD" in ended.stderr and "under-the-doormat" not in ended.stdout


def test_a_python_attempt_is_repeated_as_it_is_printed(standard, held, tmp_path):
    remote, execution = held
    standard.run("debug", execution.id.name, "--quiet", "--", "touch", "/tmp/go", check=False)
    assert standard.finish(remote, execution)[0] == "SUCCEEDED"
    outputs = remote.sync(execution).outputs["o0"]
    repro = standard.run("repro", execution.id.name)
    told = answer_of(standard, "repro", execution.id.name)
    assert told["image_id"] in repro.stdout and told["code_archive_uri"] in repro.stdout
    assert "its outputs stay in the container" in repro.stderr and "the values of " in repro.stderr
    (tmp_path / "sandbox").symlink_to(standard.executable)
    env = {**standard.env, "PATH": f"{tmp_path}:{standard.env['PATH']}"}
    said, code = on_terminal(["sh", "-c", repro.stdout], env)
    assert code == 0, said
    assert f"got a b c times 2 in development {execution.id.name}" in said
    assert remote.sync(execution).outputs["o0"] == outputs == "a b c a b c"


@pytest.mark.parametrize(
    "verb",
    [["executions"], ["get", "x"], ["pods", "x"], ["logs", "x"], ["set", "x", "y", "1"], ["terminate", "x"]],
)
def test_projects_and_domains_that_are_not_there(standard, verb):
    for place, words in (
        (["-d", "nowhere"], ("no domain nowhere", "development", "staging", "production")),
        (["-p", "nothing"], ("no project nothing", "flytesnacks")),
    ):
        refused = standard.run(*verb, *place, check=False)
        assert refused.returncode == 1 and all(word in refused.stderr for word in words), refused.stderr


def test_projects_are_listed_with_their_domains(standard):
    listed = standard.run("projects").stdout.splitlines()
    assert listed[1].split()[:4] == ["flytesnacks", "development,", "staging,", "production"]
    assert json.loads(standard.run("projects", "-o", "json").stdout)["projects"][0]["id"] == "flytesnacks"


def test_a_namespace_that_is_not_there(standard):
    assert "no domain nowhere" in standard.run("pods", "-n", "flytesnacks-nowhere", check=False).stderr
    assert standard.run("pods", "-n", "nowhere", check=False).returncode == 1


def test_status_is_told_to_programs(standard):
    status = json.loads(standard.run("status", "-o", "json").stdout)
    assert status["pid"] == standard.pid() and status["state"] == "running" and status["uptime_s"] >= 0
    assert status["version"] == json.loads(standard.run("version", "-o", "json").stdout)["version"]
    addresses = status["addresses"]
    assert addresses["platform"] == f"localhost:{standard.port}"
    assert addresses["registry"] == f"localhost:{standard.registry}"
    assert addresses["object_store"] == f"http://localhost:{standard.s3}" and addresses["docker"].startswith("unix://")
    paths = {name: pathlib.Path(path) for name, path in status["paths"].items()}
    assert paths["home"] == standard.home and all(path.exists() for path in paths.values())

    def resources():  # the totals are null until the Docker Engine has told its machine's
        now = json.loads(standard.run("status", "-o", "json").stdout)["resources"]
        return all(now[name]["total"] for name in ("cpu_millis", "memory_bytes")) and now

    for name, resource in wait_for(resources, 20, "the machine's size").items():
        assert name == "pods" or 0 <= resource["used"] <= resource["total"]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_an_example(standard, verb):
    said = standard.run(*verb.split(), "--help").stdout
    assert "Example:\n  " in said and f"sandbox {verb}" in said
    assert max(map(len, said.splitlines())) <= 80
    assert standard.run("help", *verb.split()).stdout == said
    assert f"\n  {verb.split()[0]} " in standard.run("--help").stdout


def test_mistakes_name_the_help(standard):
    for words, verb in ((["get"], "get"), (["logs", "--no-such"], "logs"), (["secrets", "set"], "secrets")):
        refused = standard.run(*words, check=False)
        assert refused.returncode == 2 and f"`sandbox {verb}" in refused.stderr, refused.stderr
        assert f"usage: sandbox {verb}" in refused.stderr
    for words, near in (
        (["sttus"], "`sandbox status`"),
        (["ps"], "`sandbox pods`"),
        (["secrets", "lst"], "`sandbox secrets list`"),
        (["pods", "--namspace", "x"], "`--namespace`"),
    ):
        refused = standard.run(*words, check=False)
        assert refused.returncode == 2 and f"did you mean {near}?" in refused.stderr, refused.stderr
    refused = standard.run("exec", "-o", "name", "--", "true", check=False)
    assert refused.returncode == 2 and "table, wide, json or yaml" in refused.stderr


def test_forms_of_output(standard, remote):
    execution = launch(remote, "single", x=3)
    assert standard.finish(remote, execution)[0] == "SUCCEEDED"
    name = execution.id.name
    assert name in standard.run("executions", "-o", "name").stdout.split()
    pods = standard.run("pods", name, "-o", "name").stdout.split()
    assert pods == [f"{name}-n0-0"]
    for words in (["executions"], ["get", name], ["pods", name], ["projects"], ["status"], ["env"], ["version"]):
        as_yaml = yaml.safe_load(standard.run(*words, "-o", "yaml").stdout)
        as_json = json.loads(standard.run(*words, "-o", "json").stdout)
        for moves in ("uptime_s", "resources"):
            as_yaml.pop(moves, None), as_json.pop(moves, None)
        assert as_yaml == as_json, words
    wide = standard.run("pods", name, "-o", "wide").stdout.splitlines()
    assert wide[0].split()[-3:] == ["EXIT", "TASK", "REASON"] and "workflows_cli.step" in wide[1]
    assert "workflows_cli.step" in standard.run("get", name, "-o", "wide").stdout

"""Verbs around one finished, one failed and one waiting execution: happy path, JSON by its schema, unknown names."""

import datetime
import json
import pathlib
import re
import subprocess
import tarfile

import pytest

import scheduled
from harness import started, wait_for
from schemas import VERBS, answer_of, check
from terminal import colours, on_terminal

HERE = pathlib.Path(__file__).parent
VERSION = "c1"


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    """Of its own: others' executions, names and schedules would be among those that verbs list."""
    yield from started(tmp_path_factory, "verbs")


@pytest.fixture(scope="module")
def registered(standard):
    standard.register(HERE / "workflows_cli.py", VERSION, "--non-fast")


@pytest.fixture(scope="module")
def good(standard, registered):
    """What `run --watch` prints of an execution that succeeds."""
    return standard.run("run", "workflows_cli.single", "x=3", "--name", "verbs-good", "--watch")


@pytest.fixture(scope="module")
def bad(standard, registered):
    return standard.run("run", "workflows_cli.nested", "x=-1", "--name", "verbs-bad", "--watch", check=False)


@pytest.fixture(scope="module")
def waiting(standard, registered):
    launched = answer_of(standard, "run", "gates", "x=1", "--name", "verbs-waiting")
    assert launched == {"project": "flytesnacks", "domain": "development", "id": "verbs-waiting"}

    def waits():
        return "waits for signal amount" in standard.run("get", "verbs-waiting").stdout

    wait_for(waits, 60, "waiting for a signal")
    yield "verbs-waiting"
    standard.run("terminate", "verbs-waiting", check=False)


def refused(standard, code, *words):
    answer = standard.run(*words, check=False)
    assert answer.returncode == code, (answer.stdout, answer.stderr)
    assert answer.stderr.startswith("error: "), answer.stderr
    return answer.stderr


def test_run_follows_to_the_end_and_tells_what_to_do_next(standard, good):
    lines = good.stdout.splitlines()
    assert lines[0] == "verbs-good" and any("n0 step  SUCCEEDED" in line for line in lines), lines
    assert lines[-1].startswith("Succeeded in ")
    assert "describe verbs-good" in good.stderr and "\033" not in good.stdout
    row = answer_of(standard, "watch", "verbs-good")
    assert row["phase"] == "SUCCEEDED" and row["nodes"]["done"] == 1
    # A file of inputs, and a task by itself; other files have steps, too.
    again = standard.run("run", "workflows_cli.step", "--inputs-file", "-", "--quiet", "--watch", input='{"x": 4}')
    assert len(again.stdout.splitlines()[0].split()) == 1 and again.stderr == ""


def test_run_of_what_fails_returns_7(standard, bad):
    assert bad.returncode == 7
    assert bad.stdout.splitlines()[-1].startswith("Failed after ") and "recover verbs-bad" in bad.stderr
    row = standard.run("watch", "verbs-bad", "-o", "json", check=False)
    assert row.returncode == 7
    check(json.loads(row.stdout), VERBS["watch"])


def test_watch_of_what_is_aborted_returns_8(standard, waiting):
    watch = subprocess.Popen(
        [standard.executable, "watch", waiting],
        env=standard.env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert "verbs-waiting  RUNNING" in watch.stdout.readline()
    assert answer_of(standard, "terminate", waiting, "--cause", "enough") == {"id": waiting, "terminated": True}
    out, err = watch.communicate(timeout=60)
    assert watch.returncode == 8 and "enough" in out and "relaunch verbs-waiting" in err, (out, err)


def test_run_names_the_input_that_is_wrong(standard, registered):
    assert "input x: 'many' is not a value of type integer" in refused(standard, 2, "run", "single", "x=many")
    assert "missing: x (integer)" in refused(standard, 2, "run", "single")
    unknown = refused(standard, 2, "run", "single", "x=1", "xs=2")
    assert "there is no input xs; did you mean x?" in unknown and "x (integer)" in unknown
    assert "did you mean single?" in refused(standard, 1, "run", "sinlge", "x=1")
    assert "has no version v0" in refused(standard, 1, "run", "single", "x=1", "--version", "v0")
    assert "2 names end with" not in refused(standard, 1, "run", "nothing_like_it")
    assert "there is an execution verbs-good" in refused(standard, 1, "run", "single", "x=1", "--name", "verbs-good")


def test_executions_by_their_beginning_and_the_newest(standard, good, bad):
    assert standard.run("get", "verbs-g").stdout.startswith("verbs-good  SUCCEEDED")
    newest = standard.run("executions", "-o", "name", "--limit", "1").stdout.strip()
    assert standard.run("get", "@latest").stdout.split()[0] == newest
    several = refused(standard, 1, "get", "verbs-")
    assert "executions begin with verbs-" in several and "\n  verbs-good  SUCCEEDED" in several
    none = refused(standard, 1, "get", "@latest", "-d", "production")
    assert "no execution in flytesnacks/production yet" in none and "sandbox run" in none


def instant(text):
    """With microseconds: Python reads no more digits of a second."""
    return datetime.datetime.fromisoformat(re.sub(r"(\.\d{6})\d*", r"\1", text).replace("Z", "+00:00"))


ABOUT_ONE = "get describe watch pods logs events debug repro terminate relaunch recover approve reject ui".split()


@pytest.mark.parametrize("verb", ABOUT_ONE)
def test_an_execution_that_is_not_there(standard, registered, verb):
    said = refused(standard, 1, verb, "nosuchone")
    assert "no execution nosuchone in flytesnacks/development" in said and "`sandbox executions` lists them" in said


def names(standard, *words, code=0, **kw):
    answer = standard.run(*words, "-o", "name", check=False, **kw)
    assert answer.returncode == code, (words, answer.stdout, answer.stderr)
    return answer.stdout.splitlines()


def test_names_alone_for_loops_of_a_shell(standard, good, bad):
    for verb in ("get", "describe", "watch"):
        assert names(standard, verb, "verbs-good") == ["verbs-good"], verb
    assert names(standard, "compare", "verbs-good", "verbs-bad") == ["verbs-good", "verbs-bad"]
    (pod,) = names(standard, "pods", "verbs-good")
    assert names(standard, "logs", "verbs-good") == names(standard, "debug", "verbs-good/n0") == [pod]
    assert {"verbs-good", "verbs-bad"} <= set(names(standard, "executions"))
    assert names(standard, "projects") == ["flytesnacks"]
    home = str(standard.home)
    for verb in ("start", "status"):
        assert names(standard, verb) == [home], verb
    assert names(standard, "config", "path") == [f"{home}/config.yaml"]
    assert {"SANDBOX_HOME", "FLYTECTL_CONFIG"} <= set(names(standard, "env"))
    assert names(standard, "sql", "SELECT execution_name FROM executions WHERE execution_name = 'verbs-good'") == [
        "verbs-good"
    ]
    assert names(standard, "ui", "verbs-good", "--print")[0].endswith("/executions/verbs-good")
    assert names(standard, "secrets", "set", "vault", "token", input="x") == ["vault token"]
    assert names(standard, "secrets", "list") == names(standard, "secrets", "delete", "vault", "token")
    # What is launched is what a script waits for.
    again = names(standard, "relaunch", "verbs-good", "--name", "verbs-again")
    assert again == names(standard, "watch", *again) == ["verbs-again"]
    assert names(standard, "run", "workflows_cli.single", "x=1", "--name", "verbs-named", "--watch") == ["verbs-named"]
    assert names(standard, "terminate", "verbs-good", code=1) == []


def test_a_verb_without_names_says_so(standard):
    said = refused(standard, 2, "object", "cat", "s3://my-s3-bucket/x", "-o", "name")
    assert "`sandbox object cat` has no output name: -o takes table, wide, json or yaml" in said
    assert standard.run("version", "-o", "wide").stdout == standard.run("version").stdout


def test_describe_tells_where_the_time_went(standard, good, bad):
    told = answer_of(standard, "describe", "verbs-good")
    created, ended = (instant(told["execution"][name]) for name in ("created_at", "ended_at"))
    whole = (ended - created).total_seconds() * 1000
    assert abs(sum(part["ms"] for part in told["time"]) - whole) < 3, (told["time"], whole)
    # A pod that ended before it was seen to run has run for no time.
    (pod,) = answer_of(standard, "get", "verbs-good")["tree"]["nodes"][0]["pods"]
    began, over = (instant(pod["instants"][name]) for name in ("started_at", "ended_at"))
    ran = sum(part["ms"] for part in told["time"] if part["code"] == "running")
    assert abs(ran - (over - began).total_seconds() * 1000) < 3, (told["time"], pod["instants"])
    assert [(entry["node"], entry["phase"]) for entry in told["timeline"]] == [("n0 step", "SUCCEEDED")]
    assert "ran " in told["timeline"][0]["text"]
    text = standard.run("describe", "verbs-bad").stdout
    assert (
        "Failed after" in text and "tasks ran" in text and "trial, attempt 2 " in text and "    Interrupted: " in text
    )
    assert re.search(r"\+\S+ +\S+ +n0 step +SUCCEEDED", text), text


def test_what_get_pods_executions_and_repro_print_as_json(standard, good, bad):
    answer_of(standard, "get", "verbs-bad")
    answer_of(standard, "pods", "verbs-bad")
    answer_of(standard, "executions")
    answer_of(standard, "projects")
    answer_of(standard, "repro", "verbs-bad")
    for verb in ("version", "status", "doctor", "env", "shell", "ui", "config show", "config path", "config check"):
        answer_of(standard, verb)
    for verb in ("builds", "image ls", "secrets list"):
        answer_of(standard, verb)
    assert answer_of(standard, "start")["already_running"]


def test_logs_of_all_pods_and_of_few_lines(standard, good, bad):
    lines = standard.run("logs", "--all", "verbs-bad").stdout.splitlines()
    assert lines[0] == "step | stepping" and lines[-1] == "trial #4 | trying -1", lines
    assert standard.run("logs", "verbs-good", "--tail", "1").stdout == "stepping\n"
    assert standard.run("logs", "verbs-good", "--since", "1h").stdout == "stepping\n"
    assert standard.run("logs", "verbs-good/n0", "--tail", "0").stdout == ""
    # On a terminal each pod's lines begin in a colour of their own.
    command = [standard.executable, "logs", "--all", "verbs-bad"]
    env = {**standard.env, "TERM": "xterm"}
    env.pop("NO_COLOR", None)
    said, _ = on_terminal(command, env)
    coloured = [re.fullmatch("\033\\[(\\d+)m(.+ \\| )\033\\[0m(.*)", line).groups() for line in said.splitlines()]
    assert [prefix + text for _, prefix, text in coloured] == lines
    by_prefix = {prefix.strip(" |"): colour for colour, prefix, _ in coloured}
    assert len(by_prefix) > 1 and len(set(by_prefix.values())) == len(by_prefix)
    for plain in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert on_terminal(command, env | plain)[0].splitlines() == lines
    assert colours(on_terminal([standard.executable, "pods", "verbs-bad"], env)[0]) == {"31", "32"}
    assert not colours(on_terminal([standard.executable, "pods", "verbs-bad"], env | {"NO_COLOR": "1"})[0])
    (line,) = answer_of(standard, "logs", "verbs-good")["lines"]
    assert line["text"] == "stepping" and line["pod"] == "verbs-good-n0-0" and line["t"] > 1e12
    every = answer_of(standard, "logs", "--all", "verbs-bad")["lines"]
    assert {each["node"] for each in every} >= {"n0"}
    assert "--since takes a span" in refused(standard, 2, "logs", "verbs-good", "--since", "soon")
    assert standard.run("logs", "--all", "-f", "verbs-good").stdout == "step | stepping\n"


def test_events_of_one_execution(standard, good):
    events = answer_of(standard, "events", "verbs-good")["events"]
    assert [event["phase"] for event in events if event["kind"] == "execution"] == ["QUEUED", "RUNNING", "SUCCEEDED"]
    assert "name an EXECUTION" in refused(standard, 2, "events")
    feed = subprocess.Popen(
        [standard.executable, "events", "-f", "-o", "json"], env=standard.env, text=True, stdout=subprocess.PIPE
    )
    try:
        standard.run("run", "single", "x=5", "--name", "verbs-told")
        for line in feed.stdout:
            event = json.loads(line)
            if event["event"] == "execution" and event["data"]["id"] == "verbs-told":
                break
        assert set(event) == {"id", "event", "data"}
    finally:
        feed.kill()
        feed.communicate()


def test_compare(standard, good, bad):
    told = answer_of(standard, "compare", "verbs-good", "verbs-bad")
    what = {row["what"]: (row["a"], row["b"]) for row in told["differences"]}
    assert what["input x"] == (3, -1) and what["phase"] == ("SUCCEEDED", "FAILED")
    assert "launch plan" in what and "version" not in what
    assert told["nodes"][0]["node"] == "n0 step" and told["nodes"][0]["a"]["phase"] == "SUCCEEDED"
    assert "had the same version" in standard.run("compare", "verbs-good", "verbs-good").stdout
    assert "no execution nosuchone" in refused(standard, 1, "compare", "verbs-good", "nosuchone")


def test_debug_runs_a_command_in_the_image_of_the_attempt(standard, good, bad):
    told = answer_of(standard, "debug", "verbs-good/n0")
    assert told["words"][:2] == ["docker", "run"] and not told["live"]
    ran = standard.run("debug", "verbs-good/n0", "-e", "WHO=me", "--", "sh", "-c", 'echo "$WHO: $ATTEMPT"')
    assert ran.stdout.startswith("me: sh -c ") and "stepping" in ran.stdout
    assert "in a new container of busybox:latest" in ran.stderr
    assert standard.run("debug", "verbs-good", "--quiet", "--", "sh", "-c", "exit 5", check=False).returncode == 5
    assert "has no node n7" in refused(standard, 1, "debug", "verbs-good/n7")


def test_ui_prints_the_address_and_opens_it(standard, good, tmp_path):
    page = f"http://localhost:{standard.port}/console"
    assert standard.run("ui", "--print").stdout.strip() == page
    of_one = standard.run("ui", "verbs-good", "--print").stdout.strip()
    assert of_one == f"{page}/projects/flytesnacks/domains/development/executions/verbs-good"
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\necho "$#: $1" >> {opened}\n')
    browser.chmod(0o755)
    standard.env["BROWSER"] = str(browser)
    try:
        assert standard.run("ui").stdout.strip() == page and standard.run("ui", "verbs-good").stderr == ""
        standard.run("ui", "--print")
        assert opened.read_text().splitlines() == [f"1: {page}", f"1: {of_one}"]
        standard.env["BROWSER"] = "/bin/false"
        assert "/bin/false did not open it; open the address in a browser" in standard.run("ui").stderr
    finally:
        del standard.env["BROWSER"]
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        standard.env.pop(variable, None)
    assert "no browser was found here" in standard.run("ui").stderr


def test_shell_has_the_clients_variables(standard):
    env = {**standard.env, "SHELL": "/bin/sh"}
    command = [standard.executable, "shell"]
    shell = subprocess.run(command, env=env, input="echo $FLYTE_PLATFORM_URL\nexit 3\n", text=True, capture_output=True)
    assert shell.returncode == 3 and shell.stdout.strip() == f"localhost:{standard.port}"
    assert "exit" in shell.stderr


def test_objects(standard, tmp_path):
    file = tmp_path / "a b.csv"
    file.write_text("x,y\n1,2\n")
    uri = "s3://my-s3-bucket/verbs/"
    stored = answer_of(standard, "object cp", file, uri)
    assert stored == {"from": str(file), "to": f"{uri}a b.csv", "size": 8}
    listed = answer_of(standard, "object ls", uri)
    assert [each["uri"] for each in listed["objects"]] == [f"{uri}a b.csv"]
    assert standard.run("object", "cat", f"{uri}a b.csv").stdout == "x,y\n1,2\n"
    standard.run("object", "cp", f"{uri}a b.csv", tmp_path / "back.csv")
    assert (tmp_path / "back.csv").read_text() == "x,y\n1,2\n"
    assert answer_of(standard, "object rm", f"{uri}a b.csv") == {"uri": f"{uri}a b.csv"}
    for verb in ("cat", "rm"):
        assert "there is no object" in refused(standard, 1, "object", verb, f"{uri}none")
    assert "nothing at s3://my-s3-bucket/verbs/" in refused(standard, 1, "object", "ls", uri)
    assert "below metadata/" in refused(standard, 1, "object", "cp", file, "s3://my-s3-bucket/metadata/x")
    assert "one of the two has to be s3://" in refused(standard, 2, "object", "cp", file, tmp_path / "c")


def test_sql_reads_and_cannot_write(standard, good):
    query = "SELECT execution_name, phase, NULL FROM executions WHERE execution_name = 'verbs-good'"
    assert answer_of(standard, "sql", query)["rows"] == [["verbs-good", "SUCCEEDED", None]]
    table = standard.run("sql", "-", input="SELECT count(*) AS n FROM executions").stdout.splitlines()
    assert table[0] == "n" and int(table[1]) > 0
    for write in (
        "DELETE FROM executions",
        "ATTACH 'x.db' AS x",
        "VACUUM INTO '/tmp/copy.db'",
        "PRAGMA query_only = OFF",
        "UPDATE executions SET phase = 'FAILED'",
    ):
        assert "only reading is allowed" in refused(standard, 2, "sql", write), write
    assert "one SELECT at a time" in refused(standard, 2, "sql", "SELECT 1; DELETE FROM executions")
    assert "no such table: none" in refused(standard, 2, "sql", "SELECT * FROM none")


def test_config_says_what_is_wrong(standard, tmp_path):
    home = tmp_path / "other"
    home.mkdir()
    (home / "config.yaml").write_text("preset: clasic\n")
    wrong = refused(standard, 2, "config", "check", "--home", home)
    assert "config.yaml line 1" in wrong and "classic" in wrong
    standard.env["VISUAL"] = "sed -i s/clasic/classic/"
    assert answer_of(standard, "config edit", "--home", home) == {"path": str(home / "config.yaml"), "ok": True}
    standard.env["VISUAL"] = "true"
    assert standard.run("config", "edit", "--home", home).stdout == f"{home}/config.yaml is in order\n"
    # Of the one that runs: what the editor left is not applied by itself.
    assert "reload` applies" in standard.run("config", "edit").stderr
    del standard.env["VISUAL"]
    rows = answer_of(standard, "config show", "--home", home)["settings"]
    assert {"name": "preset", "value": "classic", "from": "config.yaml:1"} in rows


def test_schedules(standard, registered):
    scheduled.register(standard.remote(), "v1", "0 2 * * *")
    scheduled.set_active(standard.remote(), "v1", True)
    (row,) = answer_of(standard, "schedules list")["schedules"]
    name = row["name"]
    assert row["active"] and name in standard.run("schedules", "list").stdout
    assert answer_of(standard, "schedules pause", name)["schedules"][0]["name"] == name
    assert "paused" in standard.run("schedules", "list").stdout
    assert "is active" in refused(standard, 1, "schedules", "pause", name)
    started = answer_of(standard, "schedules run", name)
    assert answer_of(standard, "get", started["id"])["tree"]["launch_plan"] == name
    assert answer_of(standard, "schedules resume", "--all")["schedules"][0]["name"] == name
    standard.run("schedules", "pause", "--all")
    assert "schedules list` lists them" in refused(standard, 1, "schedules", "run", "none")
    assert "which?" in refused(standard, 2, "schedules", "pause")


def test_completion_and_the_man_page_have_every_verb(standard):
    man = standard.run("help", "--man").stdout
    found = re.findall(r"^\.SS sandbox ([a-z]+(?:\\-[a-z]+)?(?: [a-z]+)?)", man, re.M)
    verbs = {verb.replace("\\-", "-") for verb in found}
    assert verbs == set(VERBS), verbs ^ set(VERBS)
    assert man.startswith(".TH SANDBOX 1") and ".SH EXIT STATUS" in man
    assert all(line.isascii() and line != "." for line in man.splitlines())
    for shell in ("bash", "zsh", "fish"):
        script = answer_of(standard, "completion", shell)["script"]
        assert all(verb.split()[-1] in script for verb in VERBS)
    assert "bash, zsh or fish" in refused(standard, 2, "completion", "tcsh")


@pytest.mark.parametrize(
    "words, wanted",
    [
        (["desc"], {"describe"}),
        (["schedules", "p"], {"pause"}),
        (["get", "verbs-go"], {"verbs-good"}),
        (["logs", "--fo"], {"--follow"}),
        (["pods", "-o", ""], {"table", "wide", "json", "yaml", "name"}),
    ],
)
def test_bash_completes(standard, good, words, wanted):
    line = [standard.executable, *words]
    quoted = " ".join(f"'{word}'" for word in line)
    script = (
        f'source <("{standard.executable}" completion bash); COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; '
        '_sandbox; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", script], env=standard.env, text=True, capture_output=True)
    assert set(done.stdout.split()) == wanted, done


def completion_of(standard, shell, folder):
    """The script in a file, and an environment in which `sandbox` is the executable."""
    (folder / "sandbox").symlink_to(standard.executable)
    script = folder / f"completion.{shell}"
    script.write_text(standard.run("completion", shell).stdout)
    env = {**standard.env, "PATH": f"{folder}:{standard.env['PATH']}", "HOME": str(folder), "TERM": "dumb"}
    subprocess.run([shell, "-n", script], env=env, check=True)
    return script, env


def test_fish_completes(standard, good, tmp_path):
    script, env = completion_of(standard, "fish", tmp_path)

    def completes(line):
        command = ["fish", "--no-config", "-c", f'source {script}; complete -C "{line}"']
        done = subprocess.run(command, env=env, text=True, capture_output=True, check=True)
        assert done.stderr == ""
        return dict(row.split("\t") if "\t" in row else (row, "") for row in done.stdout.splitlines())

    assert completes("sandbox desc") == {"describe": "its course: what ran, what waited for what, where time went"}
    assert completes("sandbox logs --fo")["--follow"].startswith("go on until the pod ends")
    assert set(completes("sandbox schedules p")) == {"pause"}
    assert set(completes("sandbox pods -o ")) == {"table", "wide", "json", "yaml", "name"}
    assert "verbs-good" in completes("sandbox get verbs-go")


def test_zsh_completes(standard, good, tmp_path):
    script, env = completion_of(standard, "zsh", tmp_path)
    typed = (
        f"autoload -U compinit && compinit -D; source {script}\nsandbox desc\t--he\t\nsandbox get verbs-go\t\nexit\n"
    )
    said, _ = on_terminal(["zsh", "-f", "-i"], env, typed.encode())
    assert "sandbox describe [options] EXECUTION" in said, said
    assert "verbs-good  SUCCEEDED" in said, said


def test_a_misspelt_flag_leads_to_the_right_one(standard):
    assert "did you mean `--follow`?" in refused(standard, 2, "logs", "--folow")
    assert "did you mean `--watch`?" in refused(standard, 2, "run", "x", "--wach")
    for words, near in (
        (["descirbe"], "describe"),
        (["evnts"], "events"),
        (["why"], "describe"),
        (["diff"], "compare"),
    ):
        assert f"did you mean `sandbox {near}`?" in refused(standard, 2, *words)


def test_a_bug_report_holds_no_secret(standard, good, tmp_path):
    answer_of(standard, "secrets set", "verbs", "word", input="swordfish-and-chips")
    log = standard.home / "sandbox.log"
    with log.open("a") as more:
        more.write("something printed swordfish-and-chips, and password=battery-horse\n")
    told = answer_of(standard, "bug-report", "--file", tmp_path / "report.tar")
    with tarfile.open(told["file"]) as archive:
        texts = {member.name: archive.extractfile(member).read().decode() for member in archive.getmembers()}
    assert list(texts) == told["contents"] and {"doctor.json", "sandbox.log", "executions.json"} <= set(texts)
    assert "something printed [redacted], and password=[redacted]" in texts["sandbox.log"]
    assert not any(secret in text for text in texts.values() for secret in ("swordfish", "battery", "miniostorage"))
    assert "verbs-good" in texts["executions.json"]
    assert "execution flytesnacks/development/verbs-good started" in texts["sandbox.log"]
    assert "execution flytesnacks/development/verbs-good ended SUCCEEDED" in texts["sandbox.log"]
    assert (tmp_path / "report.tar").stat().st_mode & 0o077 == 0
    assert "File exists" in refused(standard, 1, "bug-report", "--file", tmp_path / "report.tar")
    answer_of(standard, "secrets delete", "verbs", "word")

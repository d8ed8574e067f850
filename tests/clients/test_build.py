"""Images: built without the docker CLI, kept builds, and what `sandbox image` does with them."""

import json
import os
import pathlib
import re
import signal
import subprocess
import urllib.request

import pytest

from harness import IMAGE, Sandbox, wait_for
from schemas import answer_of
from terminal import colours, on_terminal

HERE = pathlib.Path(__file__).parent
TAG = "sandbox-test/built:v1"


def no_docker_path(folder):
    """A PATH with nothing but a shell's few words: no docker."""
    folder.mkdir()
    for name in ("sh", "env"):
        (folder / name).symlink_to(f"/bin/{name}")
    return str(folder)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    own = Sandbox(tmp_path_factory.mktemp("build") / "sandbox")
    own.with_docker = own.env
    own.start()
    own.env = {**own.env, "PATH": no_docker_path(own.home.parent / "bin")}
    yield own
    own.env = own.with_docker
    own.run("teardown")
    names = subprocess.run(
        ["docker", "images", "-q", "--filter", "reference=sandbox-test/built*"], stdout=subprocess.PIPE, text=True
    ).stdout.split()
    if names:
        subprocess.run(["docker", "rmi", "-f", *set(names)], check=True, stdout=subprocess.DEVNULL)


def context(folder, dockerfile, **files):
    folder.mkdir(exist_ok=True)
    (folder / "Dockerfile").write_text(dockerfile)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def builds(sandbox):
    return answer_of(sandbox, "builds")["builds"]


def get(sandbox, path):
    with urllib.request.urlopen(f"http://localhost:{sandbox.port}/sandbox/v1/{path}") as answer:
        return json.load(answer)


def test_an_image_without_a_docker_cli_and_a_task_that_runs_in_it(sandbox, tmp_path):
    where = context(
        tmp_path / "c",
        f"FROM {IMAGE}\nARG NAME=nobody\nRUN mkdir /built && echo hello $NAME > /built/word && echo made it\n"
        "COPY kept* secret* /built/\nRUN ls /built\n",
        kept="x",
        secret="y",
    )
    (where / ".dockerignore").write_text("secret\n")
    assert subprocess.run(["sh", "-c", "command -v docker"], env=sandbox.env).returncode != 0
    built = sandbox.run("build", where, "-t", TAG, "--build-arg", "NAME=you", "--label", "of=tests")
    assert "[3/6] RUN mkdir /built" in built.stdout and "\nmade it\n" in built.stdout
    assert "\nkept\nword\n" in built.stdout and "secret\n" not in built.stdout.split("RUN ls", 1)[1]
    assert f"built {TAG}  sha256:" in built.stdout

    record = builds(sandbox)[0]
    assert record["state"] == "done" and record["tags"] == [TAG] and record["error"] is None
    assert [step["state"] for step in record["steps"]] == ["done"] * 6
    assert record["steps"][2]["dockerfile_lines"] == [3, 3]
    assert "--build-arg NAME" in record["command"] and "NAME=you" not in record["command"]
    again = sandbox.run("build", where, "-t", TAG, "--build-arg", "NAME=you", "--label", "of=tests", "-q")
    assert again.stdout == record["image_id"] + "\n"
    assert builds(sandbox)[0]["steps_cached"] == 5

    sandbox.env = sandbox.with_docker
    sandbox.register(HERE / "workflows_built.py", "b1")
    remote = sandbox.remote()
    execution = remote.execute(remote.fetch_task(name="workflows_built.reads", version="b1"), inputs={})
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["o0"] == "hello you"
    assert TAG in sandbox.run("image", "ls").stdout
    row = next(r for r in get(sandbox, "images")["images"] if r["reference"] == TAG)
    assert row["state"] == "present" and row["used_by"][0]["name"] == "workflows_built.reads"
    # A task names it, so it stays.
    assert TAG not in sandbox.run("image", "prune", "--dry-run").stdout


def test_a_command_that_fails_is_told_with_its_last_lines_and_its_exit_code(sandbox, tmp_path):
    where = context(tmp_path / "c", "FROM busybox:latest\nRUN echo before && echo bad >&2 && exit 3\nRUN true\n")
    failed = sandbox.run("build", where, "-t", "sandbox-test/built:failing", check=False)
    assert failed.returncode == 1
    assert "error: step 2 of 3 failed with exit code 3" in failed.stderr
    assert f"{where}/Dockerfile:2" in failed.stderr
    # The engine reads both streams of a command and does not keep the order between them.
    assert "  | before\n" in failed.stderr and "  | bad\n" in failed.stderr
    record = builds(sandbox)[0]
    assert record["state"] == "failed" and record["steps"][1]["exit_code"] == 3
    assert record["error"]["step"] == 2 and sorted(record["error"]["lines"]) == ["bad", "before"]
    assert f"builds {record['id']} --log" in failed.stderr

    detail = get(sandbox, f"builds/{record['id']}")
    assert detail["dockerfile_text"] == (where / "Dockerfile").read_text()
    lines = get(sandbox, f"builds/{record['id']}/lines")
    at = detail["steps"][1]
    assert sorted(lines["text"][at["log_from"] : at["log_to"]]) == ["bad", "before"]
    assert lines["text"].index("bad") in lines["stderr"] and lines["text"].index("before") not in lines["stderr"]
    log = sandbox.run("builds", record["id"][:8], "--log").stdout
    assert log.splitlines() == lines["text"]
    assert "exit code" not in log and "RUN true" not in log
    shown = sandbox.run("builds", "@latest").stdout
    assert "failed" in shown and "  | bad" in shown


def test_a_build_on_a_terminal_shows_where_it_is(sandbox, tmp_path):
    where = context(
        tmp_path / "c", "FROM busybox:latest\nRUN echo 'its \033[31mlast\033[0m line' && sleep 1\nRUN exit 3\n"
    )
    command = [sandbox.executable, "build", where, "-t", "sandbox-test/built:seen"]
    env = {**sandbox.env, "TERM": "xterm"}
    env.pop("NO_COLOR", None)
    said, code = on_terminal([*command, "--no-cache"], env)
    assert code == 1 and "context: 1 file(s), " in said
    # One line that moves: which step it is at, for how long, and what that said last.
    moving = [piece for piece in said.split("\r\033[K") if "◐" in piece]
    assert len(moving) > 2 and all("\n" not in piece for piece in moving)
    assert any("\033[33m◐\033[0m 2/3 RUN echo" in piece and "its last line" in piece for piece in moving), moving
    kept = [line for piece in said.split("\r\033[K") if piece.endswith("\n") for line in piece.splitlines()]
    steps = [line for line in kept if line[:6] in ("\033[32m✓", "\033[31m✕")]
    assert [re.sub("\033\\[\\d+m", "", line)[:5] for line in steps] == ["✓ 1/3", "✓ 2/3", "✕ 3/3"], kept
    assert "exit 3" in steps[2] and max(len(re.sub("\033\\[\\d+m", "", line)) for line in steps) <= 100
    plain, code = on_terminal(command, {**env, "NO_COLOR": "1"})
    assert code == 1 and not colours(plain) and "✓ 2/3" in plain and "◐ 2/3 RUN echo" in plain
    narrow, _ = on_terminal(command, env, columns=30)
    assert "[2/3] RUN echo" in narrow and "◐" not in narrow and "\033[K" not in narrow


def test_what_needs_buildkit_is_built_by_it(sandbox, tmp_path):
    where = context(
        tmp_path / "c",
        "FROM busybox:latest AS one\nRUN --mount=type=cache,target=/cache echo of one && echo 1 >/one\n"
        "FROM busybox:latest\nENV A=b\nCOPY --chmod=755 word /word\nCOPY --from=one /one /one\nRUN ls -l /word /one\n",
        word="hello",
    )
    # Its cache outlives the images.
    built = sandbox.run("build", where, "-t", "sandbox-test/built:kit", "--label", "of=tests", "--no-cache")
    assert "\nof one\n" in built.stdout and "-rwxr-xr-x" in built.stdout
    assert "/5] RUN --mount=type=cache" in built.stdout and "built sandbox-test/built:kit  sha256:" in built.stdout
    record = builds(sandbox)[0]
    assert record["state"] == "done" and record["error"] is None and record["image_id"].startswith("sha256:")
    assert [step["state"] for step in record["steps"]] == ["done"] * 5
    lines = {step["instruction"].split()[0]: step["dockerfile_lines"] for step in record["steps"]}
    assert lines["RUN"] == [7, 7]
    again = sandbox.run("build", where, "-t", "sandbox-test/built:kit", "--label", "of=tests", "-q")
    assert again.stdout == record["image_id"] + "\n"


def test_secrets_are_mounted_and_kept_nowhere(sandbox, tmp_path):
    where = context(
        tmp_path / "c",
        "FROM busybox:latest\n"
        "RUN --mount=type=secret,id=token wc -c </run/secrets/token >/of_token\n"
        "RUN --mount=type=secret,id=key,target=/key --mount=type=secret,id=other \\\n"
        "  wc -c </key >/of_key; ls /run/secrets; ls /key /run/secrets/other\n"
        "RUN --mount=type=secret,id=absent test ! -e /run/secrets/absent && cat /of_token /of_key\n",
    )
    secret, large = "s3cret-of-a-test", os.urandom(250_000).hex()
    (tmp_path / "key").write_text(large)
    asked = (
        "--secret",
        "id=token,env=TOKEN",
        "--secret",
        f"type=file,id=key,src={tmp_path}/key",
        "--secret",
        "id=OTHER",
    )
    command = (
        "build",
        where,
        "-t",
        "sandbox-test/built:secret",
        "--no-cache",
        *asked,
        "--secret",
        "id=other,env=TOKEN",
    )
    sandbox.env |= {"TOKEN": secret, "OTHER": "x"}
    built = sandbox.run(*command)
    assert f"\n{len(secret)}\n{len(large)}\n" in built.stdout, built.stdout
    record = builds(sandbox)[0]
    assert record["state"] == "done" and f"--secret type=file,id=key,src={tmp_path}/key" in record["command"]
    folder = sandbox.home / "builds" / record["id"]
    assert all(secret not in file.read_text(errors="replace") for file in folder.iterdir())
    saved = subprocess.run(
        ["docker", "save", "sandbox-test/built:secret"], env=sandbox.with_docker, stdout=subprocess.PIPE, check=True
    )
    assert b"of_token" in saved.stdout and secret.encode() not in saved.stdout and large.encode() not in saved.stdout


def test_a_secret_that_is_required_and_was_not_given_fails_the_step(sandbox, tmp_path):
    where = context(tmp_path / "c", "FROM busybox:latest\nRUN --mount=type=secret,id=absent,required=true true\n")
    failed = sandbox.run("build", where, "-t", "sandbox-test/built:failing", check=False)
    assert failed.returncode == 1
    assert "absent" in failed.stderr, failed.stderr


def test_a_step_of_buildkit_that_fails_is_told_as_any_other(sandbox, tmp_path):
    where = context(
        tmp_path / "c",
        "FROM busybox:latest\nRUN --mount=type=cache,target=/c true\nRUN echo before && \\\n  echo bad >&2 && exit 4\n",
    )
    failed = sandbox.run("build", where, "-t", "sandbox-test/built:failing", check=False)
    assert failed.returncode == 1
    assert "error: step 3 of 3 failed with exit code 4" in failed.stderr, failed.stderr
    assert f"{where}/Dockerfile:3" in failed.stderr
    assert "  | before\n" in failed.stderr and "  | bad\n" in failed.stderr
    record = builds(sandbox)[0]
    assert record["state"] == "failed" and record["error"]["step"] == 3 and record["steps"][2]["exit_code"] == 4


def test_a_build_whose_process_was_killed_is_interrupted(sandbox, tmp_path):
    where = context(tmp_path / "c", "FROM busybox:latest\nRUN echo begun && sleep 600\n")
    killed = subprocess.Popen(
        [sandbox.executable, "build", str(where), "-t", "sandbox-test/built:killed"],
        env=sandbox.env,
        stdout=subprocess.PIPE,
        text=True,
    )
    while killed.stdout.readline() != "begun\n":
        assert killed.poll() is None
    image = next(r for r in get(sandbox, "images")["images"] if r["reference"] == "sandbox-test/built:killed")
    assert image["state"] == "building" and (image["step"], image["steps"]) == (2, 2)
    assert builds(sandbox)[0]["state"] == "running"
    killed.kill()
    killed.wait()
    record = builds(sandbox)[0]
    assert record["state"] == "interrupted" and record["steps"][1]["state"] == "stopped"
    assert get(sandbox, f"builds/{record['id']}")["state"] == "interrupted"
    assert get(sandbox, f"builds/{record['id']}/lines")["text"][-1] == "begun"


def test_a_build_that_is_stopped_ends_at_the_engine_too(sandbox, tmp_path):
    where = context(tmp_path / "c", "FROM busybox:latest\nRUN echo begun && sleep 601\n")
    stopped = subprocess.Popen(
        [sandbox.executable, "build", str(where), "-t", "sandbox-test/built:stopped"],
        env=sandbox.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while stopped.stdout.readline() != "begun\n":
        assert stopped.poll() is None
    stopped.send_signal(signal.SIGINT)
    _, said = stopped.communicate(timeout=60)
    assert stopped.returncode == 130 and "was stopped" in said
    assert builds(sandbox)[0]["state"] == "stopped"

    def gone():
        listed = subprocess.run(
            ["docker", "ps", "--no-trunc"], env=sandbox.with_docker, stdout=subprocess.PIPE, text=True
        )
        return listed.returncode == 0 and "sleep 601" not in listed.stdout

    wait_for(gone, 60, "the end of the command at the engine")


@pytest.mark.parametrize(
    "words, says",
    [
        (["none", "-t", "a:v1"], "there is no folder none"),
        (["https://example.org/x.git", "-t", "a:v1"], "clone or unpack it"),
        (["."], "-t NAME:TAG is missing"),
        ([".", "-t", "Not A Name"], "-t Not A Name: "),
        ([".", "-t", "a:v1", "-f", "nowhere"], "-f takes the path of the Dockerfile"),
        ([".", "-t", "a:v1", "--build-arg", "=x"], "--build-arg =x: it is NAME=VALUE"),
        ([".", "-t", "a:v1", "--platform", "amd64"], "--platform amd64: it is OS/ARCHITECTURE"),
        ([".", "-t", "a:v1", "--target", "no"], "--target no: "),
        ([".", "-t", "a:v1", "--secret", "id=x_y"], "there is neither a variable x_y nor a file x_y; add src=FILE"),
        ([".", "-t", "a:v1", "--secret", "id=x,src=none"], "there is no file none that can be read"),
        ([".", "-t", "a:v1", "--secret", "id=x,env=NONE_OF_IT"], "there is no variable NONE_OF_IT"),
        ([".", "-t", "a:v1", "--secret", "src=empty"], "--secret src=empty: id=NAME is missing"),
        ([".", "-t", "a:v1", "--secret", "id=x,file=empty"], '"file" is not known; it is id=NAME,src=FILE or'),
        ([".", "-t", "a:v1", "--secret", "id=x,src=large"], "large has 512001 bytes; BuildKit takes at most 512000"),
        ([".", "-t", "a:v1", "-f", "mount"], "/mount:2: RUN --mount=type=ssh is not possible"),
        ([".", "-t", "a:v1", "-f", "empty"], "has no instruction"),
    ],
)
def test_a_mistake_is_told_before_anything_is_sent(sandbox, tmp_path, words, says):
    context(tmp_path, "FROM busybox:latest\n", mount="FROM busybox\nRUN --mount=type=ssh true\n", empty="")
    (tmp_path / "large").write_bytes(b"x" * 512_001)
    before = len(builds(sandbox))
    said = sandbox.run("build", *words, check=False, cwd=tmp_path)
    assert said.returncode == 2, said
    assert says in said.stderr
    assert len(builds(sandbox)) == before


def test_no_engine_is_exit_code_5(sandbox, tmp_path):
    alone = Sandbox(tmp_path / "other" / "home")
    alone.env = {**alone.env, "DOCKER_HOST": f"unix://{tmp_path}/none.sock"}
    context(tmp_path / "c", "FROM busybox:latest\n")
    said = alone.run("build", tmp_path / "c", "-t", "a:v1", check=False)
    assert said.returncode == 5, said


def test_images_are_loaded_used_removed_and_pruned(sandbox, tmp_path):
    name = "sandbox-test/built:spare"
    where = context(tmp_path / "c", f"FROM busybox:latest\nRUN echo {os.getpid()} > /spare\n")
    sandbox.run("build", where, "-t", name)
    would = answer_of(sandbox, "image prune", "--dry-run")
    assert name in [row["reference"] for row in would["removed"]]
    # Nobody is asked where nobody can answer.
    asked = sandbox.run("image", "prune", check=False, stdin=subprocess.DEVNULL)
    assert asked.returncode == 2 and "--yes" in asked.stderr

    subprocess.run(["docker", "save", name, "-o", tmp_path / "spare.tar"], env=sandbox.with_docker, check=True)
    assert f"removed {name}" in sandbox.run("image", "rm", name).stdout
    missing = sandbox.run("image", "rm", name, check=False)
    assert missing.returncode == 1 and "there is no image" in missing.stderr
    assert sandbox.run("image", "load", tmp_path / "spare.tar").stdout == f"loaded {name}\n"
    assert answer_of(sandbox, "image load", tmp_path / "spare.tar") == {"state": "loaded", "images": [name]}
    not_one = sandbox.run("image", "load", where / "Dockerfile", check=False)
    assert not_one.returncode == 1 and "docker save" in not_one.stderr

    container = subprocess.run(
        ["docker", "run", "-d", "--rm", name, "sleep", "600"],
        env=sandbox.with_docker,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()
    try:
        used = sandbox.run("image", "rm", name, check=False)
        assert used.returncode == 1 and "a container runs in it" in used.stderr
        kept = answer_of(sandbox, "image prune", "--yes")
        assert name not in [row["reference"] for row in kept["removed"]]
    finally:
        subprocess.run(["docker", "rm", "-f", container], env=sandbox.with_docker, check=True, stdout=subprocess.PIPE)
    gone = answer_of(sandbox, "image prune", "--yes")
    assert name in [row["reference"] for row in gone["removed"]]
    assert name not in sandbox.run("image", "ls", "-o", "name").stdout


def test_an_image_that_no_registry_gives_is_told_with_the_next_step(sandbox):
    said = sandbox.run("image", "pull", "localhost:1/none:v1", check=False)
    assert said.returncode == 1
    assert "cannot pull localhost:1/none:v1: " in said.stderr and "build . -t localhost:1/none:v1" in said.stderr


def test_builds_and_images_while_no_sandbox_runs(sandbox, tmp_path):
    alone = Sandbox(tmp_path / "other" / "home")
    where = context(tmp_path / "c", "FROM busybox:latest\nRUN echo alone > /alone\n")
    built = answer_of(alone, "build", where, "-t", "sandbox-test/built:alone")
    assert built["state"] == "done"
    assert [each["id"] for each in answer_of(alone, "builds")["builds"]] == [built["id"]]
    assert alone.run("builds", "-o", "name").stdout == built["id"] + "\n"
    listed = alone.run("image", "ls")
    assert "sandbox-test/built:alone" in listed.stdout and "no sandbox runs in" in listed.stderr
    assert alone.run("image", "prune", "--yes", check=False).returncode == 3
    removed = answer_of(alone, "image rm", "sandbox-test/built:alone")
    assert removed == {"state": "removed", "reference": "sandbox-test/built:alone"}
    none = alone.run("builds", "none", check=False)
    assert none.returncode == 1 and "there is no build none" in none.stderr

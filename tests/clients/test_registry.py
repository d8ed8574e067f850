"""The image registry with the real docker: push, pull, tasks from it, restarts, cut uploads, many at once."""

import json
import os
import pathlib
import socket
import subprocess
import urllib.error
import urllib.request

import pytest

from harness import Sandbox, wait_for
from schemas import answer_of

HERE = pathlib.Path(__file__).parent
PARALLEL = 20


def docker(*arguments, check=True):
    return subprocess.run(
        ["docker", *arguments], check=check, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


class Images:
    """Images of this test in the Docker Engine, all of them named after the sandbox's registry."""

    def __init__(self, sandbox, folder):
        self.sandbox, self.folder, self.names = sandbox, folder, []

    def build(self, name, content, layers=("word",)):
        """busybox with a file for each layer, the last one with `content`."""
        name = f"localhost:{self.sandbox.registry}/{name}"
        context = self.folder / name.rsplit("/", 1)[-1].replace(":", "-")
        context.mkdir(exist_ok=True)
        lines = ["FROM busybox:latest"]
        for layer in layers:
            (context / layer).write_bytes(content if layer == layers[-1] else layer.encode())
            lines.append(f"COPY {layer} /{layer}")
        (context / "Dockerfile").write_text("\n".join(lines) + "\n")
        subprocess.run(
            ["docker", "build", "-q", "-t", name, context], check=True, env=self.sandbox.env, stdout=subprocess.PIPE
        )
        self.names.append(name)
        return name

    def forget(self, name):
        docker("rmi", name)
        assert docker("image", "inspect", name, check=False).returncode != 0

    def forget_soon(self, name):
        """As `forget`, once the container of a task that has ended is gone."""
        wait_for(lambda: docker("rmi", "-f", name, check=False).returncode == 0, 20, "the removal of the image")
        assert docker("image", "inspect", name, check=False).returncode != 0

    def remove(self):
        docker("rmi", "-f", *self.names, check=False)
        # What lost its tag to another push keeps its digest.
        form, place = "{{.Repository}}@{{.Digest}}", f"reference=localhost:{self.sandbox.registry}/*/*"
        left = docker("images", "--digests", "--format", form, "--filter", place).stdout.split()
        if left:
            docker("rmi", *left)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    own = Sandbox(tmp_path_factory.mktemp("registry") / "sandbox")
    own.start()
    yield own
    own.run("teardown")


@pytest.fixture
def images(sandbox, tmp_path):
    own = Images(sandbox, tmp_path)
    yield own
    own.remove()


def get(sandbox, path):
    with urllib.request.urlopen(f"http://localhost:{sandbox.registry}/v2/{path}", timeout=20) as answer:
        return json.load(answer)


def half_written(sandbox):
    return list((sandbox.home / "objects" / "tmp").iterdir())


def run_from(sandbox, image, version):
    """Registers a task with the image and runs it; its output."""
    sandbox.env["SANDBOX_TEST_IMAGE"] = image
    sandbox.register(HERE / "workflows_registry.py", version)
    return said_by(sandbox, "workflows_registry.say", version)


def said_by(sandbox, task, version):
    remote = sandbox.remote()
    execution = remote.execute(remote.fetch_task(name=task, version=version), inputs={})
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    return remote.sync(execution).outputs["word"]


def test_a_pushed_image_runs_and_survives_a_restart(sandbox, images):
    image = images.build("team/word:v1", b"first")
    pushed = docker("push", image).stdout
    assert "digest: sha256:" in pushed
    images.forget(image)
    assert run_from(sandbox, image, "v1") == "first"
    assert get(sandbox, "team/word/tags/list") == {"name": "team/word", "tags": ["v1"]}

    sandbox.run("stop")
    sandbox.start()
    images.forget_soon(image)
    assert said_by(sandbox, "workflows_registry.say", "v1") == "first"
    images.forget_soon(image)
    docker("pull", image)
    assert docker("run", "--rm", image, "cat", "/word").stdout == "first"
    assert "Layer already exists" in docker("push", image).stdout


def test_a_tag_is_pushed_again(sandbox, images):
    image = images.build("team/again:v1", b"first")
    docker("push", image)
    docker("push", images.build("team/again:v1", b"second"))
    images.forget(image)
    assert answer_of(sandbox, "image pull", image) == {"state": "pulled", "reference": image}
    assert docker("run", "--rm", image, "cat", "/word").stdout == "second"


def test_an_image_spec_is_built_once_and_runs_from_the_registry(sandbox, images):
    sandbox.env["SANDBOX_TEST_REGISTRY"] = f"localhost:{sandbox.registry}"
    built = sandbox.register(HERE / "workflows_imagespec.py", "v1")
    (tag,) = get(sandbox, "specified/tags/list")["tags"]
    image = f"localhost:{sandbox.registry}/specified:{tag}"
    images.names.append(image)
    assert f"Image {image} not found. building..." in built.stdout
    images.forget(image)
    # flytekit asks the registry.
    assert f"Image {image} found. Skip building." in sandbox.register(HERE / "workflows_imagespec.py", "v2").stdout
    assert said_by(sandbox, "workflows_imagespec.say", "v2") == "specified"


def test_an_unknown_image_is_told(sandbox):
    for name in ("team/none:v1", "none:latest"):
        refused = docker("pull", f"localhost:{sandbox.registry}/{name}", check=False)
        assert refused.returncode != 0 and "manifest" in refused.stderr, refused.stderr


def test_an_image_is_mounted_from_another_repository(sandbox, images):
    image = images.build("mount/one:v1", b"mounted")
    docker("push", image)
    other = f"localhost:{sandbox.registry}/mount/two:v1"
    docker("tag", image, other)
    images.names.append(other)
    docker("push", other)
    images.forget(image)
    images.forget(other)
    docker("pull", other)
    assert docker("run", "--rm", other, "cat", "/word").stdout == "mounted"


def test_many_pushes_of_shared_layers_at_once(sandbox, images):
    names = [images.build(f"many:v{i}", f"number {i}".encode(), ("shared", "word")) for i in range(PARALLEL)]
    pushes = [
        subprocess.Popen(["docker", "push", "-q", name], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for name in names
    ]
    for push in pushes:
        _, error = push.communicate(timeout=300)
        assert push.returncode == 0, error
    assert get(sandbox, "many/tags/list")["tags"] == sorted(f"v{i}" for i in range(PARALLEL))
    for name in names:
        images.forget(name)
    for i in (0, PARALLEL - 1):
        docker("pull", names[i])
        assert docker("run", "--rm", names[i], "cat", "/word").stdout == f"number {i}"
    assert not half_written(sandbox)


def test_an_upload_that_is_cut_leaves_nothing_behind(sandbox, images):
    begun = urllib.request.Request(f"http://localhost:{sandbox.registry}/v2/cut/blobs/uploads/", method="POST")
    with urllib.request.urlopen(begun, timeout=20) as answer:
        place = answer.headers["Location"]
    with socket.create_connection(("127.0.0.1", sandbox.registry)) as client:
        head = f"PATCH {place} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n"
        client.sendall(head.encode() + b"x" * 3_000_000)
    wait_for(lambda: half_written(sandbox), 20, "the beginning of the upload")
    sandbox.kill()
    sandbox.start()
    assert not half_written(sandbox)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://localhost:{sandbox.registry}{place}", timeout=20)
    assert refused.value.code == 404
    assert json.load(refused.value)["errors"][0]["code"] == "BLOB_UPLOAD_UNKNOWN"


def test_a_push_through_a_kill_is_whole_afterwards(sandbox, images):
    content = os.urandom(48 << 20)
    image = images.build("cut/large:v1", content)
    push = subprocess.Popen(["docker", "push", "-q", image], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: half_written(sandbox) or push.poll() is not None, 60, "the beginning of the push")
    sandbox.kill()
    sandbox.start()
    _, error = push.communicate(timeout=300)
    # The Docker Engine begins again by itself, or says that it failed; in both cases the next push ends it.
    assert push.returncode == 0 or error
    docker("push", image)
    images.forget(image)
    docker("pull", image)
    assert docker("run", "--rm", image, "wc", "-c", "/word").stdout.split()[0] == str(len(content))
    assert not half_written(sandbox)

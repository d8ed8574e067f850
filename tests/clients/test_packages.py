"""What users install: the .deb and the wheel in bare containers, the tarball with its checksum, and the container image
with the older tutorial as it is written."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

import ports
from harness import FLYTECTL, IMAGE, PYFLYTE, ROOT, wait_for

TUTORIAL = ROOT / "examples" / "tutorial"
PACKAGES = ROOT / "build" / "packages"
SOCKET = "/var/run/docker.sock:/var/run/docker.sock"


def run(*words, check=True, **kw):
    # Others use the executable at the same time: nothing is built anew.
    kw["env"] = {**kw.get("env", os.environ), "SANDBOX_BUILT": "1"}
    done = subprocess.run([*map(str, words)], text=True, capture_output=True, timeout=900, **kw)
    assert not check or done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


class Container:
    """A container that stays until its end is asked for."""

    def __init__(self, name, *words):
        self.name = name
        run("docker", "run", "-d", "--name", name, "-v", SOCKET, *words)

    def __call__(self, *words, check=True):
        return run("docker", "exec", self.name, *words, check=check)

    def log(self):
        done = run("docker", "logs", self.name, check=False)
        return done.stdout + done.stderr

    def remove(self):
        run("docker", "rm", "-f", "-v", self.name)


@pytest.fixture(scope="module")
def packages():
    run(ROOT / "scripts" / "package")
    return {path.suffix: path for path in PACKAGES.iterdir()}


@pytest.fixture
def bare(request):
    """Makes containers of an image, and removes them."""
    made = []

    def make(image):
        made.append(Container(f"bare-{os.getpid()}-{len(made)}", image, "sleep", "1800"))
        return made[-1]

    yield make
    for each in made:
        each.remove()


def starts_and_stops(container):
    """What the executable of a package does in a container where nothing else of ours is."""
    assert container("sandbox", "version").stdout.startswith("sandbox ")
    assert "is ready" in container("sandbox", "start").stdout
    assert "is running" in container("sandbox", "status").stdout
    assert "console" in container("sandbox", "ui").stdout
    container("sandbox", "stop")
    assert container("sandbox", "status", check=False).returncode != 0
    container("sandbox", "teardown", "--yes")


def test_the_debian_package_in_a_bare_debian(packages, bare):
    container = bare("debian:bookworm-slim")
    run("docker", "cp", packages[".deb"], f"{container.name}:/sandbox.deb")
    container("dpkg", "-i", "/sandbox.deb")
    for file in ("bash-completion/completions/sandbox", "zsh/vendor-completions/_sandbox"):
        assert "sandbox" in container("cat", f"/usr/share/{file}").stdout
    assert "/usr/share/man/man1/sandbox.1" in run("dpkg-deb", "-c", packages[".deb"]).stdout
    starts_and_stops(container)
    container("dpkg", "-r", "flyte-sandbox")
    assert container("sh", "-c", "command -v sandbox", check=False).returncode != 0


def test_the_wheel_in_a_bare_python(packages, bare):
    container = bare("python:3.11-bookworm")
    wheel = packages[".whl"]
    run("docker", "cp", wheel, f"{container.name}:/{wheel.name}")
    container("pip", "install", "--no-index", f"/{wheel.name}")
    starts_and_stops(container)


def test_the_tarball_is_installed_when_its_checksum_is_right(packages, tmp_path):
    install = ROOT / "scripts" / "install"
    done = run(install, "--from", PACKAGES, "--prefix", tmp_path / "right")
    assert f'export PATH={tmp_path}/right/bin:"$PATH"' in done.stdout
    assert (tmp_path / "right" / "share" / "man" / "man1" / "sandbox.1").read_text().startswith(".TH SANDBOX 1")
    assert run(tmp_path / "right" / "bin" / "sandbox", "version").stdout.startswith("sandbox ")

    damaged = tmp_path / "damaged"
    shutil.copytree(PACKAGES, damaged)
    with next(damaged.glob("*.tar.gz")).open("ab") as file:
        file.write(b"!")
    refused = run(install, "--from", damaged, "--prefix", tmp_path / "wrong", check=False)
    assert refused.returncode == 1 and "checksum" in refused.stderr
    assert not (tmp_path / "wrong").exists()
    nowhere = run(install, "--from", tmp_path / "none", "--prefix", tmp_path / "wrong", check=False)
    assert "SHA256SUMS" in nowhere.stderr and "scripts/package" in nowhere.stderr


@pytest.fixture(scope="module")
def platform():
    """The container form on ports of its own."""
    image = "flyte-sandbox:of-the-tests"
    run(ROOT / "scripts" / "container", image)
    taken = ports.take()
    base = taken.base
    name = f"flyte-sandbox-{base}"
    published = [word for port in (base + 80, base + 2, base) for word in ("-p", f"127.0.0.1:{port}:{port}")]
    command = ["sandbox", "start", "--foreground", "--in-container", "--preset", "classic", "--port-base", base]
    container = Container(name, "-v", f"{name}:/var/lib/flyte/storage", *published, image, *command)
    container.base = base
    try:
        answers(container)
        yield container
    finally:
        container.remove()
        run("docker", "volume", "rm", name)
        run("docker", "rmi", image, "flytebasics:container", check=False)


def answers(container):
    wait_for(lambda: container("sandbox", "status", check=False).returncode == 0, 60, "the start")


@pytest.fixture(scope="module")
def clients(platform, tmp_path_factory):
    """The client file of the container, for the clients outside of it."""
    file = tmp_path_factory.mktemp("clients") / "config.yaml"
    file.write_text(platform("cat", "/var/lib/flyte/storage/client.yaml").stdout)
    return {**os.environ, "FLYTECTL_CONFIG": str(file)}


def launched(clients):
    return run(sys.executable, TUTORIAL / "launch.py", env=clients).stdout


def test_the_older_tutorial_in_the_container_form(platform, clients, tmp_path):
    work = tmp_path / "work"
    shutil.copytree(TUTORIAL, work)
    run("docker", "cp", "core", f"{platform.name}:/", cwd=work)
    for file in ("Dockerfile", "requirements.txt"):
        run("docker", "cp", file, f"{platform.name}:/", cwd=work)
    # The context is what was copied, not all of the container's root.
    platform("docker", "build", ".", "--build-arg", f"FLYTEKIT_IMAGE={IMAGE}", "--tag", "flytebasics:container")
    sent = platform("sh", "-c", "ls -A / | grep -vxFf /.dockerignore").stdout.split()
    assert sorted(sent) == ["Dockerfile", "core", "requirements.txt"]
    run(PYFLYTE, "--pkgs", "core.flyte_basics", "package", "--image", "flytebasics:container", "-f", cwd=work)
    place = ["--project", "flytesnacks", "--domain", "staging"]
    archive = ["--archive", "flyte-package.tgz", "--version", "v1"]
    registered = run(FLYTECTL, "register", "files", *place, *archive, cwd=work, env=clients)
    assert "Success" in registered.stdout and "Failed" not in registered.stdout
    assert "output o0 = 499500" in launched(clients)
    listed = platform("sandbox", "pods", "-n", "flytesnacks-staging").stdout
    assert "Completed" in listed
    assert "adds up to 499500" in platform("sandbox", "logs", "@latest", "-d", "staging").stdout


def test_a_killed_container_goes_on_with_its_state(platform, clients):
    """After `docker kill` it may have another address: tasks get the new one."""
    before = platform("sandbox", "executions", "-d", "staging", "-o", "name").stdout.split()
    assert before
    run("docker", "kill", platform.name)
    run("docker", "start", platform.name)
    answers(platform)
    assert platform("sandbox", "executions", "-d", "staging", "-o", "name").stdout.split() == before
    assert "output o0 = 499500" in launched(clients)
    assert "BUG: " not in platform.log()


def test_the_image_says_how_it_is(platform):
    health = wait_for(
        lambda: (
            (state := run("docker", "inspect", "-f", "{{.State.Health.Status}}", platform.name).stdout.strip())
            != "starting"
            and state
        ),
        120,
        "the first look at its health",
    )
    assert health == "healthy"
    assert pathlib.Path(platform("sh", "-c", "command -v docker").stdout.strip()).name == "docker"

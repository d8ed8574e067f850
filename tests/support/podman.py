"""A Podman of a test's own: storage, network and service apart from those of whoever runs the tests."""

import json
import pathlib
import resource
import shutil
import signal
import subprocess
import tempfile
import uuid

from harness import wait_for

# A network that hardly anybody has, and Podman's service is not told of.
BRIDGE, SUBNET, GATEWAY = "podman-test0", "10.231.0.0/16", "10.231.0.1"

# runc, which a Docker Engine brings along: Debian's crun refuses machines whose control groups are version 1 with a
# version 2 beside it. The limits: by default Podman asks for higher ones than this process may have on some machines,
# and then no container starts. The other settings are for machines without an init system.
SETTINGS = """
[containers]
default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
default_subnet = "{subnet}"
"""


def limit(of, most):
    _, hard = resource.getrlimit(of)
    return most if hard == resource.RLIM_INFINITY else min(hard, most)


class Podman:
    """Root's. `start` and `end` are of the service that answers; containers do not need it."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="podman-"))  # short: sockets have short names
        self.socket = self.folder / "p.sock"
        self.address = f"unix://{self.socket}"
        self.process = None
        files, processes = limit(resource.RLIMIT_NOFILE, 4096), limit(resource.RLIMIT_NPROC, 4096)
        settings = self.folder / "containers.conf"
        settings.write_text(SETTINGS.format(files=files, processes=processes, subnet=SUBNET))
        self.settings = {"CONTAINERS_CONF": str(settings)}
        networks = self.folder / "networks"
        networks.mkdir()
        network = {
            "name": "podman",
            "id": uuid.uuid4().hex * 2,
            "driver": "bridge",
            "network_interface": BRIDGE,
            "created": "2026-01-01T00:00:00Z",
            "subnets": [{"subnet": SUBNET, "gateway": GATEWAY}],
            "ipv6_enabled": False,
            "internal": False,
            "dns_enabled": False,
            "ipam_options": {"driver": "host-local"},
        }
        (networks / "podman.json").write_text(json.dumps(network))

    def command(self, *arguments):
        place = ["--root", self.folder / "data", "--runroot", self.folder / "run", "--tmpdir", self.folder / "tmp"]
        return [*map(str, ["podman", *place, "--network-config-dir", self.folder / "networks", *arguments])]

    def run(self, *arguments, check=True):
        return subprocess.run(
            ["env", *(f"{name}={value}" for name, value in self.settings.items()), *self.command(*arguments)],
            check=check,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start(self):
        command = self.command("system", "service", "--time", "0", self.address)
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["env", *(f"{name}={value}" for name, value in self.settings.items()), *command],
                stdout=log,
                stderr=log,
                cwd=self.folder,  # conmon leaves its marks there
                start_new_session=True,
            )
        wait_for(lambda: self.process.poll() is not None or self.answers(), 60, "an answer of Podman's service")
        assert self.process.poll() is None, (self.folder / "log").read_text()[-3000:]

    def answers(self):
        return self.docker("version", check=False).returncode == 0

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(60)
        self.socket.unlink(missing_ok=True)

    def docker(self, *arguments, check=True, **kw):
        return subprocess.run(
            ["docker", "--host", self.address, *arguments],
            check=check,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **kw,
        )

    def load(self, *images):
        """From the common engine, without a file in between."""
        with subprocess.Popen(["docker", "save", *images], stdout=subprocess.PIPE) as saved:
            self.docker("load", stdin=saved.stdout)
        assert saved.returncode == 0

    def remove(self):
        self.run("rm", "--all", "--force", "--time", "0", check=False)
        if self.process and self.process.poll() is None:
            self.end()
        mounts = [line.split()[1] for line in open("/proc/mounts") if str(self.folder) in line]
        for mount in sorted(mounts, reverse=True):
            subprocess.run(["umount", "-l", mount], check=False)
        if shutil.which("ip"):
            subprocess.run(["ip", "link", "delete", BRIDGE], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.folder, ignore_errors=True)

"""A Docker Engine of a test's own. The one that everybody uses is not touched: an engine without a bridge would remove
its `docker0`,
so this one lives in a network namespace of its own."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from harness import alive, wait_for


class Engine:
    """Its containers have no network. `load` takes images from the common engine."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="engine-"))  # short: sockets have short names
        self.address = f"unix://{self.folder}/d.sock"
        self.process = None

    def start(self, *options):
        command = [
            "unshare",
            "--net",
            "sh",
            "-c",
            'ip link set lo up; exec "$@"',
            "sh",
            "dockerd",
            "--host",
            self.address,
            "--pidfile",
            self.folder / "pid",
            "--data-root",
            self.folder / "data",
            "--exec-root",
            self.folder / "exec",
            "--bridge",
            "none",
            "--iptables=false",
            "--ip-masq=false",
            "--host-gateway-ip",
            "127.0.0.1",
            *options,
        ]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            if self.docker("version", check=False).returncode == 0:
                return True
            time.sleep(0.1)
        return False

    def docker(self, *arguments, check=True, **kw):
        return subprocess.run(
            ["docker", "--host", self.address, *arguments],
            check=check,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **kw,
        )

    def load(self, *images):
        saved = subprocess.run(["docker", "save", *images], check=True, stdout=subprocess.PIPE).stdout
        self.docker("load", input=saved)

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(60)

    def restart(self, how, *options):
        self.end(how)
        (self.folder / "pid").unlink(missing_ok=True)
        # containerd dies with its engine, a moment later. A new engine that still sees it, or where nobody reaps the
        # dead one sees that, waits for it to answer.
        containerd = self.folder / "exec/containerd/containerd.pid"
        if containerd.exists():
            process = int(containerd.read_text())
            wait_for(lambda: not alive(process), 30, "the end of the engine's containerd")
            containerd.unlink()
        assert self.start(*options), (self.folder / "log").read_text()[-3000:]

    def remove(self):
        if self.process and self.process.poll() is None:
            for container in self.docker("ps", "-aq", check=False).stdout.decode().split():
                self.docker("rm", "-f", container, check=False)
            self.end()
        # What a killed engine left: its containerd, its shims and its mounts. They are known by this folder.
        for each in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if str(self.folder).encode() in each.read_bytes():
                    os.kill(int(each.parent.name), signal.SIGKILL)
            except (FileNotFoundError, ProcessLookupError):
                pass
        mounts = [line.split()[1] for line in open("/proc/mounts") if str(self.folder) in line]
        for mount in sorted(mounts, reverse=True):
            subprocess.run(["umount", "-l", mount], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

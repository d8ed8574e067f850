"""Sources of Debian packages that have a shared library only; everything but glibc is linked statically here.

The sources come with the machine's apt, from where the package comes from. A pin is a file of third_party/ with
`package` (a binary package, whose folder has the sources, too), `version` and `source`: names and SHA-256 of the files.
"""

import contextlib, hashlib, json, pathlib, subprocess, sys, tarfile, tempfile

HELPER = "/usr/lib/apt/apt-helper"
PINS = pathlib.Path(__file__).parent.parent / "third_party"


def place_of(package, version):
    """The folder of the archive that the package comes from."""
    said = subprocess.run(
        ["apt-get", "download", "--print-uris", f"{package}={version}"],
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if said.returncode != 0 or "'" not in said.stdout:
        sys.exit(f"{package} {version}: apt does not know it (run apt-get update first)\n{said.stderr}")
    return said.stdout.split("'")[1].rsplit("/", 1)[0]


def fetch(address, want, file):
    options = ["-q", "-o", "APT::Sandbox::User=root"]
    command = [HELPER, *options, "download-file", address, file, f"SHA256:{want}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    got = hashlib.sha256(file.read_bytes()).hexdigest()
    if got != want:
        sys.exit(f"{file.name}: the file has hash {got}, third_party says {want}")


@contextlib.contextmanager
def unpacked(name, out):
    """The folder with the unpacked files of the pin third_party/NAME.json, and None when OUT holds them already; what
    is put into OUT within this context counts as that version."""
    pin = json.loads((PINS / f"{name}.json").read_text())
    stamp = out / ".version"
    if stamp.exists() and stamp.read_text() == json.dumps(pin["source"]):
        yield None
        return
    place = place_of(pin["package"], pin["version"])
    with tempfile.TemporaryDirectory() as tmp:
        for archive, want in pin["source"].items():
            file = pathlib.Path(tmp) / archive
            fetch(f"{place}/{archive.replace('+', '%2b')}", want, file)
            with tarfile.open(file) as tar:
                tar.extractall(tmp)
        out.mkdir(parents=True, exist_ok=True)
        yield pathlib.Path(tmp)
    stamp.write_text(json.dumps(pin["source"]))

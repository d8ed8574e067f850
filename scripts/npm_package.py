"""Fetches one pinned npm package with the machine's npm."""

import base64, hashlib, pathlib, subprocess, sys


def fetch(package, version, integrity, folder):
    """The package's archive in `folder`; ends the program when its hash is not the pinned one."""
    name = f"{package}@{version}"
    packed = subprocess.run(
        ["npm", "pack", "--loglevel=error", name], cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    )
    archive = pathlib.Path(folder) / packed.stdout.strip().splitlines()[-1]
    algorithm, want = integrity.split("-", 1)
    got = base64.b64encode(hashlib.new(algorithm, archive.read_bytes()).digest()).decode()
    if got != want:
        sys.exit(f"{name}: the package has hash {got}, third_party has {want}")
    return archive

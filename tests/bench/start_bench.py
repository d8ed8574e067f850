"""`sandbox start` on a new home, from exec to return, against one `docker run --rm busybox true`; memory and size.

python tests/bench/start_bench.py [SANDBOX] [RUNS]
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import ports  # noqa: E402

sandbox = sys.argv[1] if len(sys.argv) > 1 else "build/release/sandbox"
runs = int(sys.argv[2]) if len(sys.argv) > 2 else 10


def timed(*command, **kw):
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **kw)
    return time.perf_counter() - begin


ours, theirs, resident, block = [], [], 0, ports.take()
for _ in range(runs):
    theirs.append(timed("docker", "run", "--rm", "busybox", "true"))
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "HOME": home, "SANDBOX_HOME": f"{home}/sandbox"}
        ours.append(timed(sandbox, "start", "--port-base", str(block.base), env=env))
        pid = json.loads(pathlib.Path(home, "sandbox", "runtime.json").read_text())["pid"]
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        resident = int(status.split("VmRSS:")[1].split()[0]) / 1024
        subprocess.run([sandbox, "teardown"], env=env, check=True, stdout=subprocess.DEVNULL)
a, b = statistics.median(ours), statistics.median(theirs)
print(
    f"sandbox start {a * 1000:.0f} ms   docker run --rm busybox true {b * 1000:.0f} "
    f"ms   ratio {a / b:.2f} (goal at most 0.5)"
)
with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["strip", "-o", f"{folder}/stripped", sandbox], check=True)
    size = os.path.getsize(f"{folder}/stripped") / 2**20
    print(
        f"idle resident memory {resident:.0f} MB (goal at most 50)   "
        f"stripped executable {size:.1f} MB (goal at most 40)"
    )

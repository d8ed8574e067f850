"""Executions of container tasks against the same containers through the raw Docker API, in one run.

    python tests/bench/task_bench.py PORT [RUNS]       a sandbox runs on PORT

Prints: a no-op task one by one and eight at a time; a workflow of two small Python tasks against its two containers by
hand, with the same command,
environment and limits.
"""

import json
import statistics

from tasks import (
    LIMITS,
    TERMINAL,
    Engine,
    clock,
    execute,
    executions_per_second,
    per_second,
    raw,
    register,
    remote,
    runs,
)


def recorded(entity):
    """Runs it once; its containers in their order, as arguments of raw: what runs by hand is what ran here."""
    seen = {}
    execution = remote.execute(entity, inputs={})
    engine = Engine()
    while remote.client.get_execution(execution.id).closure.phase not in TERMINAL:
        engine.request("GET", "/containers/json?all=1")
        for row in json.loads(engine.getresponse().read()):
            if row["Id"] not in seen and row["Names"][0].startswith(f"/{execution.id.name}-"):
                engine.request("GET", f"/containers/{row['Id']}/json")
                answer = engine.getresponse()
                details = json.loads(answer.read())
                if answer.status == 200:
                    seen[row["Id"]] = details
    kept = (
        "NanoCpus",
        "CpuQuota",
        "CpuPeriod",
        "CpuShares",
        "Memory",
        "MemorySwap",
        "ExtraHosts",
        "NetworkMode",
        "ShmSize",
    )
    return [
        (
            c["Config"]["Image"],
            (c["Config"]["Entrypoint"] or []) + c["Config"]["Cmd"],
            {k: c["HostConfig"][k] for k in kept},
            c["Config"]["Env"],
        )
        for c in sorted(seen.values(), key=lambda c: c["Created"])
    ]


# Eight of them fit on two processors: by default each would ask for half a processor, and four would wait for their
# turn.
version = register(
    "from flytekit import ContainerTask, Resources\n\nnoop = ContainerTask(name='noop', "
    "image='busybox:latest', command=['true'], inputs={}, outputs={},\n"
    "                     requests=Resources(cpu='200m'), limits=Resources(cpu='500m'))\n",
    "noops",
)
noop = remote.fetch_task(name="noop", version=version)
ours, theirs = [], []
for _ in range(runs):
    ours.append(execute(noop, {}))
    theirs.append(clock(lambda: raw("busybox:latest", ["true"], LIMITS)))
a, b = statistics.median(ours), statistics.median(theirs)
print(
    f"no-op one by one: sandbox {a * 1000:.0f} ms   raw API {b * 1000:.0f} ms   ratio {a / b:.2f} (goal at most 1.10)"
)

# Long enough that the first and the last few do not decide, and by turns: the machine is not as fast at all times.
rounds = [
    (executions_per_second(noop, runs * 4, 8), per_second(lambda: raw("busybox:latest", ["true"], LIMITS), runs * 4, 8))
    for _ in range(3)
]
ours, theirs = (statistics.harmonic_mean(side) for side in zip(*rounds))
print(
    f"no-op eight at a time: sandbox {ours:.2f}/s   raw API {theirs:.2f}/s   ratio "
    f"{ours / theirs:.2f} (goal at least 0.95)"
)

version = register(
    "from flytekit import task, workflow\n\n\n@task\ndef one() -> int:\n    return "
    "1\n\n\n@task\ndef two(a: int) -> int:\n    return a + 1\n\n\n"
    "@workflow\ndef pair() -> int:\n    return two(a=one())\n",
    "pairs",
)
pair = remote.fetch_workflow(name="pairs.pair", version=version)
containers = recorded(pair)
assert len(containers) == 2, containers
ours, theirs = [], []
for _ in range(max(3, runs // 3)):
    ours.append(execute(pair, {}))
    theirs.append(clock(lambda: [raw(*container) for container in containers]))
a, b = statistics.median(ours), statistics.median(theirs)
print(
    f"two Python tasks: sandbox {a:.2f} s   their two containers by hand {b:.2f} s "
    f"  ratio {a / b:.2f} (goal at most 1.05)"
)

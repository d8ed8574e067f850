"""Many executions at once: cache hits against executions that are created, and ten executions of fifty no-op containers
against the raw Docker API.

python tests/bench/many_bench.py PORT [RUNS]       a sandbox runs on PORT
"""

from tasks import LIMITS, execute, finish, per_second, raw, register, remote, runs, clock

EXECUTIONS, NODES, AT_ONCE = 10, 50, 8

version = register(
    """from flytekit import ContainerTask, Resources, kwtypes, workflow
from flytekit import TaskMetadata

few = Resources(cpu='250m', mem='32Mi')
noop = ContainerTask(name='many.noop', image='busybox:latest', command=['true'], inputs={}, outputs={}, requests=few,
limits=Resources(cpu='500m', mem='1Gi'))
kept = ContainerTask(name='many.kept', image='busybox:latest', command=['sh', '-c', 'echo 1 > /var/outputs/o'],
inputs=kwtypes(x=int), outputs=kwtypes(o=int),
                     input_data_dir='/var/inputs', output_data_dir='/var/outputs',
                     requests=few, limits=few, metadata=TaskMetadata(cache=True, cache_version='1'))


@workflow
def hit(x: int) -> int:
    return kept(x=x)


@workflow
def fifty():
    for _ in range(%d):
        noop()
"""
    % NODES,
    "many",
)

hit = remote.fetch_workflow(name="many.hit", version=version)
execute(hit, {"x": 1})
hits = per_second(lambda: execute(hit, {"x": 1}), runs * 20, 8)
made = per_second(lambda: remote.execute(hit, inputs={"x": 1}), runs * 20, 8)
print(f"cache hits, eight clients: {hits:.0f}/s to their end   created {made:.0f}/s   ratio {hits / made:.2f}")

fifty = remote.fetch_workflow(name="many.fifty", version=version)


def ten():
    for execution in [remote.execute(fifty, inputs={}) for _ in range(EXECUTIONS)]:
        finish(execution, 0.1)


ours = EXECUTIONS * NODES / clock(ten)
theirs = per_second(lambda: raw("busybox:latest", ["true"], LIMITS), EXECUTIONS * NODES, AT_ONCE)
print(
    f"{EXECUTIONS} executions of {NODES} no-op containers at once: sandbox {ours:.2f}/s "
    f"  raw API {theirs:.2f}/s, {AT_ONCE} at a time   ratio {ours / theirs:.2f} (goal "
    f"at least 0.95)"
)

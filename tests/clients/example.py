import random
import statistics
from typing import List, NamedTuple

from flytekit import task, workflow

Summary = NamedTuple("Summary", [("average", float), ("count", int)])


@task
def draw(n: int, mean: float, sigma: float) -> List[float]:
    source = random.Random(7)
    return [source.gauss(mean, sigma) for _ in range(n)]


@task
def summarize(values: List[float]) -> Summary:
    return Summary(statistics.fmean(values), len(values))


@workflow
def wf(n: int, mean: float, sigma: float) -> Summary:
    values = draw(n=n, mean=mean, sigma=sigma)
    average, count = summarize(values=values)
    return Summary(average, count)

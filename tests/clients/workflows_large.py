"""Values above the sizes at which Flyte offloads or refuses them."""

import time
from dataclasses import dataclass
from typing import List, Tuple

from flytekit import ContainerTask, LaunchPlan, conditional, dynamic, kwtypes, map_task, task, workflow


@dataclass
class Parcel:
    weight: int
    content: str


@task
def lines(n: int) -> List[str]:
    return [f"{i:06d}" * 200 for i in range(n)]  # 1200 bytes each


@task
def blocks(n: int) -> List[str]:
    return [str(i) * (300 * 1024) for i in range(n)]


@task
def text(mb: int) -> str:
    return "x" * (mb * 1024 * 1024)


@task
def pack(mb: int) -> Parcel:
    return Parcel(mb, "y" * (mb * 1024 * 1024))


@task
def count(items: List[str]) -> int:
    return sum(map(len, items))


@task(cache=True, cache_version="1")
def count_once(items: List[str]) -> int:
    return sum(map(len, items))


@task
def length(text: str) -> int:
    return len(text)


@task
def shout(item: str) -> str:
    return item + "!"


@task
def slow_length(item: str) -> int:
    time.sleep(4)
    return len(item)


@task
def double(n: int) -> int:
    return 2 * n


@workflow
def whole(n: int, mb: int) -> Tuple[List[str], int, int]:
    items = lines(n=n)
    return items, count(items=items), length(text=text(mb=mb))


@workflow
def element(n: int) -> Tuple[str, int]:
    items = lines(n=n)
    return items[7], length(text=items[7])


@workflow
def attribute(mb: int) -> int:
    return double(n=pack(mb=mb).weight)


@workflow
def mapped(n: int) -> Tuple[List[str], int]:
    shouted = map_task(shout, concurrency=4)(item=blocks(n=n))
    return shouted, count(items=shouted)


@workflow
def slow_map(n: int) -> List[int]:
    return map_task(slow_length, concurrency=2)(item=blocks(n=n))


@workflow
def choose(mb: int, word: str) -> int:
    said = text(mb=mb)
    return conditional("order").if_(said > word).then(double(n=mb)).else_().then(length(text=said))


@workflow
def inner(items: List[str]) -> Tuple[List[str], int]:
    return items, count(items=items)


inner_plan = LaunchPlan.get_or_create(inner, name="workflows_large.inner_plan")


@dynamic
def grows(n: int) -> List[str]:
    return lines(n=n)


@workflow
def nested(n: int) -> Tuple[int, int, int]:
    items = grows(n=n)
    passed, counted = inner_plan(items=items)
    sub, _ = inner(items=passed)
    return counted, count(items=sub), count_once(items=items)


measure = ContainerTask(
    name="workflows_large.measure",
    image="busybox:latest",
    inputs=kwtypes(text=str, head=str),
    outputs=kwtypes(size=int, head=str),
    input_data_dir="/var/inputs",
    output_data_dir="/var/outputs",
    command=[
        "sh",
        "-c",
        "wc -c </var/inputs/text >/var/outputs/size; echo '{{.inputs.head}}' | cut -c1-12 >/var/outputs/head",
    ],
)


@workflow
def raw(n: int, mb: int) -> Tuple[int, str]:
    return measure(text=text(mb=mb), head=lines(n=n)[7])


@dynamic
def carries(mb: int) -> int:
    return length(text="z" * (mb * 1024 * 1024))

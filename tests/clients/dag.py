"""A parallel graph of 20 task nodes whose inputs and outputs are of every type that flytekit has for tasks."""

import typing
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum

import pandas as pd
from flytekit import task, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
from flytekit.types.structured import StructuredDataset


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Point:
    x: int
    y: float
    label: str


@task
def an_int(a: int) -> int:
    return a + 1


@task
def a_float(a: float) -> float:
    return a / 4


@task
def a_str(a: str) -> str:
    return a + "!"


@task
def a_bool(a: bool) -> bool:
    return not a


@task
def a_datetime(a: datetime) -> datetime:
    return a + timedelta(days=1)


@task
def a_duration(a: timedelta) -> timedelta:
    return a * 2


@task
def a_list(a: int) -> typing.List[int]:
    return list(range(a))


@task
def a_dict(a: typing.List[int]) -> typing.Dict[str, int]:
    return {str(i): i * i for i in a}


@task
def a_point(a: int, b: float) -> Point:
    return Point(a, b, "made")


@task
def moved(p: Point, by: int) -> Point:
    return Point(p.x + by, p.y, p.label)


@task
def a_colour(a: bool) -> Colour:
    return Colour.BLUE if a else Colour.RED


@task
def an_optional(a: typing.Optional[int] = None) -> typing.Optional[str]:
    return None if a is None else str(a)


@task
def a_union(a: typing.Union[int, str]) -> typing.Union[int, str]:
    return a


@task
def a_file(a: str) -> FlyteFile:
    with open("/tmp/words.txt", "w") as f:
        f.write(a)
    return FlyteFile("/tmp/words.txt")


@task
def read_file(a: FlyteFile) -> str:
    with open(a) as f:
        return f.read()


@task
def a_folder(a: str) -> FlyteDirectory:
    import os

    os.makedirs("/tmp/folder", exist_ok=True)
    for i in range(3):
        with open(f"/tmp/folder/{i}.txt", "w") as f:
            f.write(a * i)
    return FlyteDirectory("/tmp/folder")


@task
def read_folder(a: FlyteDirectory) -> typing.List[str]:
    import os

    return [open(os.path.join(a, name)).read() for name in sorted(os.listdir(a))]


@task
def a_table(a: int) -> StructuredDataset:
    return StructuredDataset(dataframe=pd.DataFrame({"n": list(range(a)), "square": [i * i for i in range(a)]}))


@task
def read_table(a: StructuredDataset) -> int:
    return int(a.open(pd.DataFrame).all()["square"].sum())


@task
def together(i: int, f: float, s: str, words: typing.List[str], total: int, d: typing.Dict[str, int], p: Point) -> str:
    return f"{i} {f} {s} {words} {total} {sorted(d.items())} {p.x} {p.y} {p.label}"


Everything = typing.NamedTuple(
    "Everything",
    [
        ("i", int),
        ("f", float),
        ("s", str),
        ("b", bool),
        ("t", datetime),
        ("dur", timedelta),
        ("d", typing.Dict[str, int]),
        ("x", int),
        ("c", Colour),
        ("o", typing.Optional[str]),
        ("u", typing.Union[int, str]),
        ("read", str),
        ("total", int),
        ("all", str),
    ],
)


@workflow
def wf(
    a: int = 3,
    b: float = 2.5,
    s: str = "word",
    when: datetime = datetime(2024, 2, 29, tzinfo=timezone.utc),
    long: timedelta = timedelta(seconds=90),
) -> Everything:
    i = an_int(a=a)
    f = a_float(a=b)
    text = a_str(a=s)
    yes = a_bool(a=False)
    later = a_datetime(a=when)
    twice = a_duration(a=long)
    numbers = a_list(a=i)
    squares = a_dict(a=numbers)
    point = moved(p=a_point(a=i, b=f), by=10)
    colour = a_colour(a=yes)
    optional = an_optional(a=i)
    union = a_union(a="either")
    read = read_file(a=a_file(a=text))
    words = read_folder(a=a_folder(a="ab"))
    total = read_table(a=a_table(a=10))
    everything = together(i=i, f=f, s=text, words=words, total=total, d=squares, p=point)
    return Everything(i, f, text, yes, later, twice, squares, point.x, colour, optional, union, read, total, everything)

"""One task with an input of every type; values.py runs it with `pyflyte run` and records what arrives."""

import datetime
import enum
import typing
from dataclasses import dataclass, field

from flytekit import kwtypes, task, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
from flytekit.types.structured import StructuredDataset


class Colour(enum.Enum):
    RED = "red"
    GREEN = "green"


@dataclass
class Point:
    x: int
    y: float = 0.5


@dataclass
class Shape:
    name: str
    at: Point
    path: typing.List[Point] = field(default_factory=list)
    tags: typing.Dict[str, str] = field(default_factory=dict)
    note: typing.Optional[str] = None
    big: int = 2**53 + 1
    colour: Colour = Colour.RED
    closed: bool = False


Table = typing.Annotated[StructuredDataset, kwtypes(id=int, score=float)]


@task
def every_type(
    integer: int,
    big: int,
    real: float,
    infinite: float,
    text: str,
    spaces: str,
    truth: bool,
    when: datetime.datetime,
    day: datetime.date,
    span: datetime.timedelta,
    colour: Colour,
    mode: typing.Literal["fast", "slow"],
    point: Point,
    shape: Shape,
    loose: dict,
    numbers: typing.List[int],
    grid: typing.List[typing.List[str]],
    empty: typing.List[float],
    counts: typing.Dict[str, int],
    series: typing.Dict[str, typing.List[float]],
    points: typing.List[Point],
    places: typing.Dict[str, Point],
    maybe: typing.Optional[int],
    absent: typing.Optional[int],
    maybe_point: typing.Optional[Point],
    either: typing.Union[int, str, typing.List[int]],
    either_text: typing.Union[int, str, typing.List[int]],
    either_list: typing.Union[int, str, typing.List[int]],
    maybe_list: typing.Optional[typing.List[str]],
    file: FlyteFile,
    csv: FlyteFile["csv"],  # noqa: F821
    folder: FlyteDirectory,
    frame: StructuredDataset,
    table: Table,
    maybe_file: typing.Optional[FlyteFile],
) -> str:
    return text


@task
def named(n: int, point: Point, when: datetime.datetime) -> int:
    print(f"{n} {point} {when}")
    return n + point.x


@task
def plus_one(n: int) -> int:
    return n + 1


@workflow
def defaults(
    n: int = 500,
    ratio: float = 0.25,
    name: str = "a b",
    on: bool = True,
    span: datetime.timedelta = datetime.timedelta(minutes=90),
    point: Point = Point(1, 1.5),  # noqa: B008
    maybe: typing.Optional[int] = None,
    xs: typing.List[int] = [1, 2],  # noqa: B006
) -> int:
    return plus_one(n=n)

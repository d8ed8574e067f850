"""Conditions on attributes, items and values of maps; maps of launch plans. Most tasks are of the type echo."""

import typing
from dataclasses import dataclass, field

from flytekit import LaunchPlan, Resources, conditional, dynamic, kwtypes, map_task, task, workflow
from flytekit.core.task import Echo

SMALL = Resources(cpu="100m", mem="300Mi")
LARGE = Resources(cpu="1", mem="600Mi")

say = Echo(name="workflows_conditions.say", inputs=kwtypes(s=str))
same = Echo(name="workflows_conditions.same", inputs=kwtypes(a=int))


@dataclass
class Inner:
    n: int = 1
    f: float = 1.5
    s: str = "a"
    b: bool = True
    o: typing.Optional[int] = None


@dataclass
class Config:
    inner: Inner = field(default_factory=Inner)
    items: typing.List[Inner] = field(default_factory=list)
    m: typing.Dict[str, int] = field(default_factory=dict)


@task(requests=SMALL, limits=LARGE)
def make(n: int) -> Config:
    return Config(inner=Inner(n=n, f=float(n)), items=[Inner(n=n + 1)], m={"k": n})


@workflow
def pick(c: Config, xs: typing.List[int], d: typing.Dict[str, Inner], cs: typing.List[Inner]) -> str:
    return (
        conditional("pick")
        .if_((c.inner.n > 10) & (xs[0] == 1))
        .then(say(s="attribute and item"))
        .elif_((d["k"].f < 1.0) | (cs[1].b.is_false()))
        .then(say(s="map or item's attribute"))
        .else_()
        .then(say(s="neither"))
    )


@workflow
def deep(c: Config) -> str:
    return conditional("deep").if_(c.items[0].s == "yes").then(say(s="yes")).else_().then(say(s="no"))


@workflow
def in_map(c: Config) -> str:
    return conditional("in_map").if_(c.m["k"] >= 3).then(say(s="yes")).else_().then(say(s="no"))


@workflow
def chain(c: Config) -> str:
    return (
        conditional("chain")
        .if_(c.inner.n > 100)
        .then(say(s="large"))
        .elif_((c.inner.n > 10) & (c.inner.n <= 100))
        .then(say(s="middle"))
        .elif_(c.inner.n == 0)
        .then(say(s="zero"))
        .else_()
        .fail("small")
    )


@workflow
def versus(c: Config, e: Config) -> str:
    return conditional("versus").if_(c.inner.f < e.inner.f).then(say(s="less")).else_().then(say(s="not less"))


@workflow
def nothing(c: Config) -> str:
    return conditional("nothing").if_(c.inner.o.is_none()).then(say(s="none")).else_().then(say(s="some"))


@workflow
def more_than_nothing(c: Config) -> str:
    return conditional("more").if_(c.inner.o > 3).then(say(s="more")).else_().then(say(s="less"))


@workflow
def nested(c: Config) -> str:
    return (
        conditional("outer")
        .if_(c.inner.b.is_true())
        .then(conditional("inner").if_(c.inner.s == "x").then(say(s="both")).else_().then(say(s="first")))
        .else_()
        .then(say(s="none"))
    )


@workflow
def made(n: int) -> str:
    c = make(n=n)
    return conditional("made").if_(c.inner.n > 10).then(say(s="more")).else_().then(say(s="less"))


@workflow
def in_sub(n: int) -> str:
    return chain(c=make(n=n))


@dynamic(requests=SMALL, limits=LARGE)
def in_dynamic(n: int) -> str:
    c = make(n=n)
    return conditional("dynamic").if_(c.m["k"] == 7).then(say(s="seven")).else_().then(say(s="other"))


@workflow
def around_dynamic(n: int) -> str:
    return in_dynamic(n=n)


@workflow
def one(a: int, b: int = 3) -> int:
    return same(a=a)


@task(requests=SMALL, limits=LARGE)
def halve(a: int) -> int:
    if a % 2:
        raise ValueError(f"{a} is odd")
    return a // 2


@workflow
def halved(a: int) -> int:
    return halve(a=a)


one_plan = LaunchPlan.get_or_create(one, name="workflows_conditions.one_plan")
fixed_plan = LaunchPlan.get_or_create(one, name="workflows_conditions.fixed_plan", fixed_inputs={"b": 5})
halved_plan = LaunchPlan.get_or_create(halved, name="workflows_conditions.halved_plan")


@workflow
def mapped(a: typing.List[int], b: typing.List[int]) -> typing.List[int]:
    return map_task(one_plan, concurrency=2)(a=a, b=b)


@workflow
def mapped_fixed(a: typing.List[int]) -> typing.List[int]:
    return map_task(fixed_plan)(a=a)


@workflow
def mapped_some(a: typing.List[int]) -> typing.List[typing.Optional[int]]:
    return map_task(halved_plan, min_success_ratio=0.5)(a=a)


@workflow
def mapped_all(a: typing.List[int]) -> typing.List[int]:
    return map_task(halved_plan)(a=a)

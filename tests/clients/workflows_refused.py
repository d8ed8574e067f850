"""Conditions that cannot work: each module that registers one of them is refused."""

import os
from dataclasses import dataclass, field

from flytekit import conditional, kwtypes, workflow
from flytekit.core.task import Echo

say = Echo(name="workflows_refused.say", inputs=kwtypes(s=str))


@dataclass
class Inner:
    n: int = 1
    s: str = "a"


@dataclass
class Config:
    inner: Inner = field(default_factory=Inner)


def decide(condition):
    return conditional("decide").if_(condition).then(say(s="yes")).else_().then(say(s="no"))


match os.environ.get("REFUSED"):
    case "lost":  # flytekit sends c.inner.n alone, under one name for both

        @workflow
        def lost(c: Config) -> str:
            return decide((c.inner.n > 1) & (c.inner.s == "x"))

    case "itself":

        @workflow
        def itself(c: Config) -> str:
            return decide(c.inner.n > c.inner.s)

    case "kind":

        @workflow
        def kind(c: Config) -> str:
            return decide(c.inner.s > 1)

    case "field":

        @workflow
        def field_(c: Config) -> str:
            return decide(c.inner.q > 1)

    case "whole":

        @workflow
        def whole(c: Config) -> str:
            return decide(c.inner == 1)

"""Workflows that wait for a person and run no container: for the page tests."""

import datetime

from flytekit import approve, kwtypes, wait_for_input, workflow
from flytekit.core.task import Echo

echo = Echo(name="gates.echo", inputs=kwtypes(n=int))
HOUR = datetime.timedelta(hours=1)


@workflow
def asked() -> int:
    return echo(n=wait_for_input("number", timeout=HOUR, expected_type=int))


@workflow
def approved(n: int = 1) -> int:
    return echo(n=approve(echo(n=n), "fine", timeout=HOUR))


@workflow
def counted(n: int) -> int:
    """Ends at once."""
    return echo(n=n)

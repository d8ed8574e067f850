from flytekit import task, workflow


@task
def double(x: int) -> int:
    return 2 * x


@workflow
def quadruple(x: int) -> int:
    return double(x=double(x=x))

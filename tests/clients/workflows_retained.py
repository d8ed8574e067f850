import pathlib

from flytekit import task, workflow
from flytekit.types.file import FlyteFile


def written(text: str) -> FlyteFile:
    path = pathlib.Path("out.txt")
    path.write_text(text)
    return FlyteFile(str(path))


@task(cache=True, cache_version="1.0")
def remembered(text: str) -> FlyteFile:
    return written(text)


@task
def forgotten(text: str) -> FlyteFile:
    return written(text)


@task
def read(file: FlyteFile) -> str:
    return pathlib.Path(file.download()).read_text()


@workflow
def both(text: str) -> str:
    forgotten(text=text)
    return read(file=remembered(text=text))

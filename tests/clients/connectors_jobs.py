"""Connectors and tasks of theirs. `pyflyte serve connector --modules connectors_jobs` loads this file, and so does the
test.

A job is what its query says, word by word, one word a poll: `queued running:half done`. The folder JOBS keeps an
account of it."""

import json
import os
import pathlib
import time
import typing
from dataclasses import dataclass

from flyteidl.core.execution_pb2 import TaskExecution, TaskLog
from flytekit import FlyteContextManager, kwtypes, workflow
from flytekit.configuration import SerializationSettings
from flytekit.core.base_task import PythonTask, TaskMetadata
from flytekit.core.interface import Interface
from flytekit.core.type_engine import TypeEngine
from flytekit.extend.backend.base_connector import (
    AsyncConnectorBase,
    AsyncConnectorExecutorMixin,
    ConnectorRegistry,
    Resource,
    ResourceMeta,
    SyncConnectorBase,
    SyncConnectorExecutorMixin,
)
from flytekit.sensor.file_sensor import FileSensor

JOBS = pathlib.Path(os.environ.get("JOBS", "/nonexistent"))
ROWS = {"done": 42}


@dataclass
class JobMeta(ResourceMeta):
    job: str


def note(job, **facts):
    """One line of the account."""
    with open(JOBS / job, "a") as file:
        file.write(json.dumps(facts) + "\n")


def account(job):
    return [json.loads(line) for line in (JOBS / job).read_text().splitlines()]


def number(inputs):
    return inputs.literals["x"].scalar.primitive.integer if inputs and "x" in inputs.literals else 0


class JobConnector(AsyncConnectorBase):
    name = "Job Connector"

    def __init__(self):
        super().__init__(task_type_name="test_job", metadata_type=JobMeta)

    def create(self, task_template, output_prefix, inputs=None, task_execution_metadata=None, **kwargs):
        query = task_template.custom["query"]
        if query == "refused":
            raise ValueError("no such table")
        identity = task_execution_metadata.task_execution_id
        node = identity.node_execution_id
        job = f"{node.execution_id.name}-{node.node_id}-{identity.retry_attempt}-{time.time_ns()}"
        note(
            job,
            event="create",
            query=query,
            x=number(inputs),
            prefix=output_prefix,
            namespace=task_execution_metadata.namespace,
            labels=dict(task_execution_metadata.labels),
            envs=dict(task_execution_metadata.environment_variables),
            task=identity.task_id.name,
        )
        if query.startswith("slow"):
            time.sleep(3)
        return JobMeta(job=job)

    def get(self, resource_meta, **kwargs):
        job = resource_meta.job
        seen = account(job)
        words = seen[0]["query"].split()
        # The last word stays.
        word = words[min(sum(1 for fact in seen if fact["event"] == "get"), len(words) - 1)]
        note(job, event="get", word=word)
        links = [TaskLog(uri=f"http://jobs.example/{job}", name="Jobs console")]
        what, _, message = word.partition(":")
        message = message.replace("_", " ")
        if what == "raises":
            raise RuntimeError("the job is out of sight")
        if what in ("done", "slow"):
            return Resource(
                phase=TaskExecution.SUCCEEDED,
                outputs={"rows": ROWS["done"] + seen[0]["x"]},
                log_links=links,
                custom_info={"job": "of the test"},
            )
        if what == "written":
            self.write_outputs(seen[0]["prefix"], seen[0]["x"])
            return Resource(phase=TaskExecution.SUCCEEDED, log_links=links)
        phases = {
            "queued": TaskExecution.QUEUED,
            "initializing": TaskExecution.INITIALIZING,
            "running": TaskExecution.RUNNING,
            "failed": TaskExecution.FAILED,
            "lost": TaskExecution.RETRYABLE_FAILED,
            "aborted": TaskExecution.ABORTED,
        }
        return Resource(phase=phases[what], message=message, log_links=links)

    @staticmethod
    def write_outputs(prefix, x):
        context = FlyteContextManager.current_context()
        literals = TypeEngine.dict_to_literal_map(context, {"rows": 1000 + x}).to_flyte_idl()
        local = JOBS / f"outputs-{time.time_ns()}.pb"
        local.write_bytes(literals.SerializeToString())
        context.file_access.put_data(str(local), prefix + "/outputs.pb")

    def delete(self, resource_meta, **kwargs):
        note(resource_meta.job, event="delete")


class AskConnector(SyncConnectorBase):
    name = "Ask Connector"

    def __init__(self):
        super().__init__(task_type_name="test_ask")

    def do(self, task_template, output_prefix, inputs=None, **kwargs):
        if task_template.custom["query"] == "raises":
            raise RuntimeError("nobody there")
        if task_template.custom["query"] == "fails":
            return Resource(phase=TaskExecution.FAILED, message="no answer")
        return Resource(phase=TaskExecution.SUCCEEDED, outputs={"rows": 7 * number(inputs)})


ConnectorRegistry.register(JobConnector())
ConnectorRegistry.register(AskConnector())


class Query(PythonTask):
    def __init__(self, name, query, task_type, metadata=None):
        super().__init__(
            task_type=task_type,
            name=name,
            task_config=None,
            interface=Interface(inputs=kwtypes(x=int), outputs=kwtypes(rows=int)),
            metadata=metadata,
        )
        self.query = query

    def get_custom(self, settings: SerializationSettings) -> typing.Dict[str, typing.Any]:
        return {"query": self.query}


class JobTask(AsyncConnectorExecutorMixin, Query):
    def __init__(self, name, query, **metadata):
        super().__init__(
            name=f"connectors_jobs.{name}", query=query, task_type="test_job", metadata=TaskMetadata(**metadata)
        )


class AskTask(SyncConnectorExecutorMixin, Query):
    def __init__(self, name, query):
        super().__init__(name=f"connectors_jobs.{name}", query=query, task_type="test_ask")


good = JobTask("good", "queued:in_line initializing running:half_way done")
long = JobTask("long", "running " * 8 + "done")
written = JobTask("written", "written")
failing = JobTask("failing", "running failed:no_such_column", retries=2)
lost = JobTask("lost", "lost:node_gone", retries=1)
aborted = JobTask("aborted", "aborted:by_someone", retries=2)
refused = JobTask("refused", "refused", retries=1)
endless = JobTask("endless", "running:on_it")
timed = JobTask("timed", "running:on_it", timeout=6)
slowly = JobTask("slowly", "slow")
unseen = JobTask("unseen", "raises")
cached = JobTask("cached", "done", cache=True, cache_version="1")
ask = AskTask("ask", "answers")
ask_failing = AskTask("ask_failing", "fails")
ask_raising = AskTask("ask_raising", "raises")
unserved = Query(name="connectors_jobs.unserved", query="", task_type="test_unserved")
sensor = FileSensor(name="connectors_jobs.sensor")


@workflow
def chain(x: int) -> int:
    return ask(x=good(x=x))


@workflow
def in_time(x: int) -> int:
    return timed(x=x)


@workflow
def waits_for_file(path: str):
    sensor(path=path)

"""Launches the tutorial's task on the sandbox that FLYTECTL_CONFIG points at, waits, and prints its output."""

from datetime import timedelta

from flytekit.configuration import Config
from flytekit.remote import FlyteRemote

remote = FlyteRemote(Config.auto(), default_project="flytesnacks", default_domain="staging")
task = remote.fetch_task(name="core.flyte_basics.task.run_batch", version="v1")
execution = remote.execute(task, inputs={})
print(f"launched {execution.id.name}: {remote.generate_console_url(execution)}")
execution = remote.wait(execution, timeout=timedelta(minutes=5), poll_interval=timedelta(seconds=1))
print(f"output o0 = {execution.outputs['o0']}")

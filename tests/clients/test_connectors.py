"""Connector tasks against flytekit's own connector service: every end of a job, aborts, time-outs, kill -9, a service
that goes away."""

import http.server
import os
import re
import subprocess
import threading

import grpc
import pytest
from flyteidl.admin.agent_pb2 import ListAgentsRequest
from flyteidl.admin.task_execution_pb2 import TaskExecutionListRequest
from flyteidl.core.execution_pb2 import TaskExecution
from flyteidl.service.agent_pb2_grpc import AgentMetadataServiceStub
from flytekit.configuration import ImageConfig, SerializationSettings
from flytekit.extras.webhook import WebhookTask

import connectors_jobs as jobs
from harness import PYFLYTE, Sandbox, wait_for

HERE = os.path.dirname(__file__)
SETTINGS = SerializationSettings(image_config=ImageConfig(), project="flytesnacks", domain="development", version="c1")


class Service:
    """`pyflyte serve connector`, which can be killed and started again."""

    def __init__(self, folder, sandbox):
        self.folder, self.process = folder, None
        self.port, self.metrics = sandbox.port_base + 10, sandbox.port_base + 11
        self.address = f"localhost:{self.port}"
        self.env = {
            **os.environ,
            "JOBS": str(folder),
            "FLYTE_AWS_ENDPOINT": f"http://localhost:{sandbox.s3}",
            "FLYTE_AWS_ACCESS_KEY_ID": "minio",
            "FLYTE_AWS_SECRET_ACCESS_KEY": "miniostorage",
        }

    def start(self):
        with open(self.folder / "log.txt", "a") as log:
            command = [
                PYFLYTE,
                "serve",
                "connector",
                "--port",
                str(self.port),
                "--prometheus_port",
                str(self.metrics),
                "--modules",
                "connectors_jobs",
            ]
            self.process = subprocess.Popen(command, cwd=HERE, env=self.env, stdout=log, stderr=subprocess.STDOUT)

        def answers():
            assert self.process.poll() is None, (self.folder / "log.txt").read_text()[-3000:]
            with grpc.insecure_channel(self.address) as channel:
                try:
                    return AgentMetadataServiceStub(channel).ListAgents(ListAgentsRequest(), timeout=2).agents
                except grpc.RpcError:
                    return None

        wait_for(answers, 60, "an answer of the connector service")

    def kill(self):
        self.process.kill()
        self.process.wait(30)

    def jobs(self, execution):
        return sorted(path.name for path in self.folder.iterdir() if path.name.startswith(execution.id.name + "-"))

    def events(self, execution):
        """Of the only job of an execution."""
        found = self.jobs(execution)
        return [fact["event"] for fact in jobs.account(found[0])] if len(found) == 1 else []


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """The sandbox before it runs: it has its ports."""
    return Sandbox(tmp_path_factory.mktemp("connectors") / "sandbox")


@pytest.fixture(scope="module")
def service(tmp_path_factory, stopped):
    folder = tmp_path_factory.mktemp("jobs")
    jobs.JOBS = folder
    own = Service(folder, stopped)
    own.start()
    yield own
    own.kill()


@pytest.fixture(scope="module")
def sandbox(stopped, service):
    own = stopped
    own.home.mkdir()
    (own.home / "config.yaml").write_text(f"connectors: [{service.address}]\n")
    own.start()
    serves = f"{service.address} serves"
    wait_for(lambda: serves in (own.home / "sandbox.log").read_text(), 30, "the connectors to be known")
    yield own
    own.run("teardown")


def launch(sandbox, entity, x=5, inputs=None):
    remote = sandbox.remote()
    register = remote.register_workflow if hasattr(entity, "nodes") else remote.register_task
    registered = register(entity, serialization_settings=SETTINGS, version="c1")
    return remote, remote.execute(registered, inputs={"x": x} if inputs is None else inputs)


def attempts(remote, execution):
    """Task executions of the first node that has some, as they come over the wire."""
    for node in remote.client.list_node_executions(execution.id)[0]:
        listed = remote.client.raw.list_task_executions_paginated(
            TaskExecutionListRequest(node_execution_id=node.id.to_flyte_idl(), limit=10)
        ).task_executions
        if listed:
            return sorted(listed, key=lambda task: task.id.retry_attempt)
    return []


def reasons(remote, execution):
    return [reason.message for task in attempts(remote, execution) for reason in task.closure.reasons]


def end(sandbox, entity, x=5):
    remote, execution = launch(sandbox, entity, x)
    phase, closure = sandbox.finish(remote, execution)
    return remote, execution, phase, closure


def test_a_job_succeeds_and_its_outputs_go_on(sandbox, service):
    remote, execution, phase, closure = end(sandbox, jobs.chain)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["o0"] == 7 * (42 + 5)
    (job,) = service.jobs(execution)
    account = jobs.account(job)
    assert [fact["event"] for fact in account] == ["create"] + ["get"] * 4
    created = account[0]
    prefix = f"s3://my-s3-bucket/metadata/propeller/flytesnacks-development-{execution.id.name}/n0/data/0"
    assert (created["x"], created["prefix"], created["namespace"], created["task"]) == (
        5,
        prefix,
        "flytesnacks-development",
        "connectors_jobs.good",
    )
    assert created["labels"]["execution-id"] == execution.id.name and created["labels"]["node-id"] == "n0"
    task = attempts(remote, execution)[0]
    assert task.closure.phase == TaskExecution.SUCCEEDED
    assert task.closure.metadata.plugin_identifier == "connector-service"
    assert task.closure.custom_info["job"] == "of the test"
    assert [(log.name, log.uri) for log in task.closure.logs] == [("Jobs console", f"http://jobs.example/{job}")]
    assert task.closure.output_uri == prefix + "/outputs.pb"
    assert reasons(remote, execution)[:3] == ["launched", "in line", "half way"]
    assert sandbox.pods() == []


def test_outputs_that_the_job_wrote_are_read(sandbox):
    remote, execution, phase, closure = end(sandbox, jobs.written)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["rows"] == 1005


@pytest.mark.parametrize(
    "entity, tries, code, message",
    [
        (jobs.failing, 1, "TaskFailedWithError", "failed to run the job: no such column"),
        (jobs.aborted, 1, "TaskFailedWithError", "failed to run the job with aborted phase."),
        (
            jobs.lost,
            2,
            "RetriesExhausted|TaskFailedWithError",
            "[2/2] currentAttempt done. Last Error: USER::failed to run the job: node gone",
        ),
    ],
)
def test_failures_of_jobs(sandbox, service, entity, tries, code, message):
    remote, execution, phase, closure = end(sandbox, entity)
    assert phase == "FAILED"
    assert (closure.error.code, closure.error.message, closure.error.kind) == (code, message, 1)  # USER
    assert len(service.jobs(execution)) == len(attempts(remote, execution)) == tries


def test_a_connector_that_refuses_the_job_is_asked_again_by_the_next_attempt(sandbox, service):
    remote, execution, phase, closure = end(sandbox, jobs.refused)
    assert phase == "FAILED"
    assert closure.error.code == "RetriesExhausted|TaskFailedWithError"
    head = (
        "[2/2] currentAttempt done. Last Error: USER::failed to create task from connector "
        "with rpc error: code = Internal desc = "
    )
    assert closure.error.message.startswith(head + "failed to create test_job task with error:")
    assert "no such table" in closure.error.message
    assert service.jobs(execution) == []


def test_synchronous_connectors(sandbox):
    remote, execution, phase, closure = end(sandbox, jobs.ask, x=6)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["rows"] == 42
    _, _, phase, closure = end(sandbox, jobs.ask_failing)
    assert (phase, closure.error.code, closure.error.message) == (
        "FAILED",
        "TaskFailedWithError",
        "failed to run the job: no answer",
    )
    _, _, phase, closure = end(sandbox, jobs.ask_raising)
    assert phase == "FAILED"
    head = (
        "[1/1] currentAttempt done. Last Error: USER::failed to receive stream from server "
        "rpc error: code = Internal desc = "
    )
    assert closure.error.message.startswith(head + "failed to do test_ask task")


def test_flytekits_own_webhook_task(sandbox):
    got = []

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"thanks")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook = WebhookTask(
        name="connectors_jobs.hook",
        url=f"http://127.0.0.1:{server.server_address[1]}/",
        data={"number": "{inputs.x}"},
        dynamic_inputs={"x": int},
    )
    remote, execution, phase, closure = end(sandbox, hook)
    server.shutdown()
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["info"]["response_data"] == "thanks"
    assert len(got) == 1


def test_a_file_sensor_waits_for_its_file(sandbox, tmp_path):
    remote, execution = launch(sandbox, jobs.waits_for_file, inputs={"path": str(tmp_path / "flag")})
    wait_for(
        lambda: [task for task in attempts(remote, execution) if task.closure.phase == TaskExecution.RUNNING],
        60,
        "the sensor to run",
    )
    (tmp_path / "flag").write_text("")
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error


def test_a_cached_job_is_not_created_again(sandbox, service):
    _, first, phase, closure = end(sandbox, jobs.cached, x=77)
    assert phase == "SUCCEEDED", closure.error
    remote, second, phase, closure = end(sandbox, jobs.cached, x=77)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(second).outputs["rows"] == 119
    assert (len(service.jobs(first)), len(service.jobs(second))) == (1, 0)


def test_termination_deletes_the_job(sandbox, service):
    remote, execution = launch(sandbox, jobs.endless)
    wait_for(lambda: "get" in service.events(execution), 60, "the job to be looked at")
    remote.terminate(execution, "enough")
    phase, _ = sandbox.finish(remote, execution)
    assert phase == "ABORTED"
    wait_for(lambda: service.events(execution)[-1] == "delete", 30, "the deletion")
    assert service.events(execution).count("delete") == 1


def test_a_timeout_deletes_the_job(sandbox, service):
    remote, execution, phase, closure = end(sandbox, jobs.in_time)
    assert phase == "FAILED"
    assert closure.error.message == "[1/1] currentAttempt done. Last Error: USER::task execution timeout [6s] expired"
    wait_for(lambda: service.events(execution)[-1] == "delete", 30, "the deletion")


def test_kill_9_creates_the_job_once(sandbox, service):
    remote, execution = launch(sandbox, jobs.long)
    wait_for(lambda: service.events(execution).count("get") >= 2, 60, "the job to be looked at")
    sandbox.kill()
    sandbox.start()
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert remote.sync(execution).outputs["rows"] == 47
    assert service.events(execution).count("create") == 1


def test_a_service_that_goes_away_is_waited_for(sandbox, service):
    remote, execution = launch(sandbox, jobs.long)
    wait_for(lambda: service.events(execution).count("get") >= 2, 60, "the job to be looked at")
    service.kill()
    told = f"the connector service at {service.address} does not answer, and is asked again until it does: "
    wait_for(lambda: [reason for reason in reasons(remote, execution) if reason.startswith(told)], 60, "a reason")
    _, unborn = launch(sandbox, jobs.good)
    wait_for(lambda: [reason for reason in reasons(remote, unborn) if reason.startswith(told)], 60, "a reason")
    service.start()
    for each in (execution, unborn):
        phase, closure = sandbox.finish(remote, each)
        assert phase == "SUCCEEDED", closure.error
        assert service.events(each).count("create") == 1
    assert f"the connector service at {service.address} answers again" in reasons(remote, execution)


def test_a_deletion_survives_kill_9_and_the_service_being_away(sandbox, service):
    remote, execution = launch(sandbox, jobs.endless)
    wait_for(lambda: "get" in service.events(execution), 60, "the job to be looked at")
    service.kill()
    remote.terminate(execution, "enough")
    phase, _ = sandbox.finish(remote, execution)
    assert phase == "ABORTED"
    sandbox.kill()
    sandbox.start()
    service.start()
    wait_for(lambda: service.events(execution)[-1] == "delete", 60, "the deletion")


def test_a_job_out_of_sight_says_why_and_is_looked_for(sandbox, service):
    remote, execution = launch(sandbox, jobs.unseen)
    told = (
        "failed to get task from connector with rpc error: code = Internal desc = failed "
        "to get test_job task with error:"
    )
    wait_for(lambda: service.events(execution).count("get") >= 2, 60, "another try")
    assert [reason for reason in reasons(remote, execution) if reason.startswith(told)]
    remote.terminate(execution, "enough")


def test_a_stop_waits_for_the_answer_to_a_creation(sandbox, service):
    remote, execution = launch(sandbox, jobs.slowly)
    wait_for(lambda: service.events(execution) == ["create"], 60, "the creation to be under way")
    sandbox.run("stop")
    sandbox.start()
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    assert service.events(execution).count("create") == 1


def test_a_type_that_nobody_serves_says_what_to_do(sandbox, service):
    _, _, phase, closure = end(sandbox, jobs.unserved)
    assert phase == "FAILED"
    assert closure.error.code == "FailedToBuildResource"
    sentence = (
        rf"could not build resource for task: task type \[test_unserved\] has no container "
        rf"and no connector serves it \({service.address} serves \[.*test_job.*\]\): "
        r"start a connector service that serves it, list its address in config.yaml "
        r"\(connectors: \[localhost:8000\]\), and start the sandbox again"
    )
    assert re.fullmatch(sentence, closure.error.message), closure.error.message


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    own = Sandbox(tmp_path_factory.mktemp("alone") / "sandbox")
    own.start()
    yield own
    own.run("teardown")


def test_without_connectors_the_error_is_the_recorded_one_and_a_reason_says_what_to_do(alone):
    remote, execution, phase, closure = end(alone, jobs.unserved)
    assert phase == "FAILED"
    assert closure.error.code == "FailedToBuildResource"
    assert (
        closure.error.message == "could not build resource for task: [BadTaskSpecification] invalid TaskSpecification, "
        "unable to determine Pod configuration"
    )
    (reason,) = reasons(remote, execution)
    assert reason == (
        "task type [test_unserved] has no container and no connector is configured: "
        "start a connector service that serves it, list its address in config.yaml "
        "(connectors: [localhost:8000]), and start the sandbox again"
    )
    assert reason in alone.run("get", execution.id.name).stdout


@pytest.mark.parametrize(
    "setting, complaint",
    [
        ("connectors: here", "line 1: connectors: expected a list of addresses, such as [localhost:8000]"),
        (
            "\nconnectors: [here]",
            "line 2: connectors: 'here' is no address; write it as host:port, such as localhost:8000",
        ),
        ("connectors: [here:0]", "line 1: connectors: 'here:0' is no address"),
        ("connectors:\n  - here:1\n  - here:1", "line 3: connectors: here:1 is listed twice"),
        (
            "connectors:\n  - {endpoint: here:1,\n     types: [a]}",
            "line 3: connectors: unexpected 'types' (known: endpoint, a text; task_types, a list)",
        ),
        ("connectors: [{task_types: [a]}]", "line 1: connectors: endpoint is missing"),
    ],
)
def test_mistakes_in_the_settings_are_named(tmp_path, setting, complaint):
    home = tmp_path / "sandbox"
    home.mkdir()
    (home / "config.yaml").write_text(setting)
    refused = Sandbox(home).run("start", check=False)
    assert refused.returncode != 0
    assert complaint in refused.stderr

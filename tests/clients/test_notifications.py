"""The end of an execution: a line in the log, a web hook, a mail. A web hook that does not answer harms nothing."""

import http.server
import json
import socketserver
import threading

import pytest
from flytekit import Email, LaunchPlan, Slack, kwtypes, workflow
from flytekit.configuration import ImageConfig, SerializationSettings
from flytekit.core.task import Echo
from flytekit.models.core.execution import WorkflowExecutionPhase as Phase

from harness import Sandbox, wait_for

say = Echo(name="notifications.say", inputs=kwtypes(x=int))


@workflow
def told(x: int = 1):
    say(x=x)


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Mail(socketserver.StreamRequestHandler):
    def handle(self):
        lines, data = [], False
        self.wfile.write(b"220 here\r\n")
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            lines.append(line)
            if data:
                if line == ".":
                    data = False
                    self.wfile.write(b"250 ok\r\n")
                continue
            data = line == "DATA"
            self.wfile.write(
                b"354 go on\r\n"
                if data
                else b"250-several\r\n250 lines\r\n"
                if line.startswith("EHLO")
                else b"250 ok\r\n"
            )
            if line == "QUIT":
                break
        self.server.got.append(lines)


@pytest.fixture(scope="module")
def servers():
    hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    mail = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail)
    for server in (hook, mail):
        server.got = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield hook, mail
    for server in (hook, mail):
        server.shutdown()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory, servers):
    hook, mail = servers
    home = tmp_path_factory.mktemp("notifications") / "sandbox"
    home.mkdir()
    (home / "config.yaml").write_text(f"""notifications:
  webhook: http://127.0.0.1:{hook.server_address[1]}/hook
  smtp: 127.0.0.1:{mail.server_address[1]}
  from: flyte@example.com
""")
    own = Sandbox(home)
    own.start()
    yield own
    own.run("teardown")


def test_the_end_is_told(sandbox, servers):
    hook, mail = servers
    remote = sandbox.remote()
    remote.register_workflow(
        told,
        SerializationSettings(
            ImageConfig.auto(img_name="none:v1"), project="flytesnacks", domain="development", version="v1"
        ),
        version="v1",
    )
    plan = LaunchPlan.create(
        "notifications.plan",
        told,
        notifications=[
            Email(phases=[Phase.SUCCEEDED], recipients_email=["ops@example.com", "second@example.com"]),
            Slack(phases=[Phase.FAILED], recipients_email=["slack@example.com"]),
        ],
    )
    remote.register_launch_plan(plan, version="v1", project="flytesnacks", domain="development")
    execution = remote.execute(remote.fetch_launch_plan(name="notifications.plan", version="v1"), inputs={})
    phase, closure = sandbox.finish(remote, execution)
    assert phase == "SUCCEEDED", closure.error
    wait_for(lambda: hook.got and mail.got, 10, "the delivery")
    said = hook.got[0]
    assert (said["name"], said["phase"], said["kind"], said["recipients"]) == (
        execution.id.name,
        "SUCCEEDED",
        "email",
        ["ops@example.com", "second@example.com"],
    )
    assert (
        said["launch_plan"] == "notifications.plan"
        and said["text"] == f"Execution {execution.id.name} of {said['workflow']} has SUCCEEDED"
    )
    lines = mail.got[0]
    assert lines[1:4] == ["MAIL FROM:<flyte@example.com>", "RCPT TO:<ops@example.com>", "RCPT TO:<second@example.com>"]
    assert f"Subject: {said['text']}" in lines and "To: ops@example.com, second@example.com" in lines
    log = (sandbox.home / "sandbox.log").read_text()
    assert (
        f"notify: execution flytesnacks/development/{execution.id.name} has SUCCEEDED: "
        "email to ops@example.com, second@example.com" in log
    )
    assert len(hook.got) == 1

"""What a client can send wrong gets a clear answer, never a crash, and changes nothing."""

import json
import socket
import urllib.error
import urllib.request

import grpc
import pytest
from flyteidl.admin import execution_pb2, task_pb2
from flyteidl.core import identifier_pb2
from flyteidl.service import admin_pb2_grpc


@pytest.fixture(scope="module")
def admin(standard):
    with grpc.insecure_channel(f"localhost:{standard.port}") as channel:
        yield admin_pb2_grpc.AdminServiceStub(channel)


def refused(call):
    with pytest.raises(grpc.RpcError) as caught:
        call()
    assert caught.value.code() not in (
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.INTERNAL,
    )
    return caught.value.code(), caught.value.details()


def test_missing_and_bad_fields(admin):
    assert refused(lambda: admin.CreateTask(task_pb2.TaskCreateRequest()))[0] == grpc.StatusCode.INVALID_ARGUMENT
    code, text = refused(
        lambda: admin.CreateExecution(
            execution_pb2.ExecutionCreateRequest(project="flytesnacks", domain="development", name="Bad Name!")
        )
    )
    assert code == grpc.StatusCode.INVALID_ARGUMENT and "invalid name format" in text
    code, _ = refused(
        lambda: admin.GetExecution(
            execution_pb2.WorkflowExecutionGetRequest(
                id=identifier_pb2.WorkflowExecutionIdentifier(project="flytesnacks", domain="development", name="none")
            )
        )
    )
    assert code == grpc.StatusCode.NOT_FOUND


def test_bytes_that_are_no_message(standard):
    with grpc.insecure_channel(f"localhost:{standard.port}") as channel:
        call = channel.unary_unary("/flyteidl.service.AdminService/CreateTask")
        refused(lambda: call(b"\xff\xff\xff\xff"))
        call = channel.unary_unary("/flyteidl.service.AdminService/NoSuchMethod")
        assert refused(lambda: call(b""))[0] == grpc.StatusCode.UNIMPLEMENTED


def http(standard, method, path, body=None, headers=None):
    request = urllib.request.Request(f"http://localhost:{standard.port}{path}", body, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_bad_json(standard):
    headers = {"Content-Type": "application/json"}
    assert http(standard, "POST", "/api/v1/tasks", b"{", headers)[0] == 400
    assert http(standard, "POST", "/api/v1/tasks", b'{"no_such_field": 1}', headers)[0] == 400
    assert http(standard, "GET", "/api/v1/nothing/here")[0] == 404


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\x01\x02\x03",
        b"GET",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nXX",
        b"A" * 100000,
        b"POST /api/v1/tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
    ],
    ids=lambda garbage: repr(garbage[:20]),
)
def test_garbage_on_the_ports(standard, garbage):
    for port in (standard.port, standard.s3):
        with socket.create_connection(("localhost", port)) as s:
            s.sendall(garbage)
            s.shutdown(socket.SHUT_WR)
            s.settimeout(20)
            try:
                while s.recv(65536):
                    pass
            except (ConnectionResetError, BrokenPipeError):
                pass
    assert http(standard, "GET", "/healthcheck")[0] == 200


def test_ids_from_nowhere_in_the_local_api(standard):
    status, body = http(standard, "GET", "/sandbox/v1/logs/..%2F..%2Fetc%2Fpasswd")
    assert status == 404 and "no pod" in json.loads(body)["message"]


def test_an_execution_that_is_not_there(standard):
    answer = standard.run("get", "nobody", check=False)
    assert answer.returncode == 1 and "no execution nobody in flytesnacks/development" in answer.stderr

"""What no other test asks for over the front door: the health stream, the page behind log links."""

import urllib.request

import grpc
import pytest

HEALTH = "/grpc.health.v1.Health/Watch"


def test_health_watch_answers_and_stays_open(standard):
    with grpc.insecure_channel(f"localhost:{standard.port}") as channel:
        stream = channel.unary_stream(HEALTH)(b"", timeout=20)
        assert next(stream) == b"\x08\x01"  # SERVING
        unknown = channel.unary_stream(HEALTH)(b"\x0a\x04none", timeout=20)
        assert next(unknown) == b"\x08\x03"  # SERVICE_UNKNOWN
        stream.cancel()
        with pytest.raises(grpc.RpcError) as refused:
            next(channel.unary_stream(HEALTH)(b"\xff", timeout=20))
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_the_address_of_log_links_is_a_page(standard):
    for path in ("/kubernetes-dashboard", "/kubernetes-dashboard/"):
        with urllib.request.urlopen(f"http://localhost:{standard.port}{path}") as answer:
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            page = answer.read()
            assert page.startswith(b"<!doctype html>") and b"/console/assets/" in page

"""What a viewer gets when a function fails or breaks a rule, and what the developer is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extensions.harness.emulator.behaviors import AttachedFunction, Behavior, Distribution
from extensions.harness.emulator.origins import ECHO
from tests.extensions.emulator.client import served
from tests.extensions.emulator.functions import javascript, python


def echo_with(event: str, function: AttachedFunction) -> Distribution:
    return Distribution({ECHO.id: ECHO}, [Behavior(ECHO.id, functions={event: function})])


HOST = "request['headers']['host'] = [{'key': 'Host', 'value': 'other.example.com'}]"


@pytest.mark.parametrize(
    ("event", "function", "status", "told"),
    [
        ("viewer-request", python("raise ValueError('no token')"), 500, "no token"),
        ("viewer-request", javascript("throw new Error('no token');"), 503, "no token"),
        ("viewer-request", python("return None"), 502, "rule 6: result: is NoneType"),
        ("viewer-request", python(HOST, "return request"), 502, "rule 2: headers.host"),
        ("origin-request", python(HOST, "return request"), 200, ""),
        (
            "viewer-request",
            javascript("request.headers.host.value = 'x'; return request;"),
            502,
            "rule 2: headers.host",
        ),
        (
            "viewer-request",
            javascript("return {statusCode: 200, headers: {'x-cache': {value: 'no'}}};"),
            502,
            "rule 1: ",
        ),
        ("viewer-request", javascript("cf.selectRequestOriginById('b'); return request;"), 502, "has no origin 'b'"),
        ("viewer-response", python("response['status'] = '404'", "return response"), 502, "rule 7: status"),
        (
            "origin-response",
            python("response['headers']['Age'] = [{'value': '1'}]", "return response"),
            502,
            "rule 6: ",
        ),
        ("origin-response", python("response['status'] = 200", "return response"), 200, "rule 7 (warning): status"),
    ],
)
def test_a_failing_function(event: str, function: AttachedFunction, status: int, told: str) -> None:
    with served(echo_with(event, function)) as edge:
        got = edge.get("/")

    assert got.status == status
    assert told in edge.notes
    if status >= 500:
        assert got.cache == "Error"
        assert told in got.body


def test_what_a_function_logs_is_shown() -> None:
    with served(echo_with("viewer-request", javascript("console.log('hello'); return request;"))) as edge:
        edge.get("/")

    assert edge.notes == "test/function.js at viewer-request: hello"


def test_a_refused_response_is_not_cached() -> None:
    with served(echo_with("origin-response", python("return {}"))) as edge:
        assert [edge.get("/").status for _ in range(2)] == [502, 502]

    assert edge.phases == ["origin", "origin-response"]


def test_a_function_that_takes_too_long_is_a_503() -> None:
    hangs = replace(python("while True: pass"), timeout=0.3)
    with served(echo_with("viewer-request", hangs)) as edge:
        assert edge.get("/").status == 503

    assert "timed out: no result after 0.3 s" in edge.notes


def test_a_function_of_an_origin_event_that_depends_on_its_memory_is_told() -> None:
    counts = AttachedFunction(
        "test/function.py",
        "python",
        "count = []\n"
        "def handler(event, context):\n"
        "    count.append(1)\n"
        "    response = event['Records'][0]['cf']['response']\n"
        "    response['headers']['x-count'] = [{'key': 'X-Count', 'value': str(len(count))}]\n"
        "    return response\n",
    )
    with served(echo_with("origin-response", counts)) as edge:
        got = edge.get("/")

    assert (got.status, got.headers["x-count"]) == (200, "1")
    assert "rule 19: result.headers.x-count[0].value: a second run" in edge.notes

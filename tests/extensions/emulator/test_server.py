"""Sockets: many at once, kept open, broken off, and none left behind."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from extensions.harness.emulator.behaviors import Behavior, Distribution
from extensions.harness.emulator.origins import ECHO, origin_at
from tests.extensions.emulator.client import served
from tests.extensions.emulator.functions import python
from tests.extensions.emulator.local_origin import LocalOrigin

ECHOING = Distribution({ECHO.id: ECHO}, [Behavior(ECHO.id)])


def exchange(port: int, sent: bytes) -> bytes:
    """What comes back on one connection until the server closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return received(connection)


def received(connection: socket.socket) -> bytes:
    """All that is yet to come, until the other side closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_requests_at_once_get_each_their_own_answer(origin: LocalOrigin) -> None:
    marks = python("response['headers']['x-uri'] = [{'key': 'X-Uri', 'value': request['uri']}]", "return response")
    behavior = Behavior("a", functions={"origin-response": marks})
    with served(Distribution({"a": origin_at("a", origin.url)}, [behavior])) as edge:
        paths = [f"/{number}" for number in range(12)] * 2
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(edge.get, paths))

    assert [(got.body, got.headers["x-uri"]) for got in answers] == [(path, path) for path in paths]


def test_nothing_is_left_when_a_server_ends_with_a_connection_open() -> None:
    before = set(threading.enumerate())
    with served(ECHOING) as edge:
        kept_open = socket.create_connection(("127.0.0.1", edge.port), timeout=10)
        kept_open.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        begun = kept_open.recv(65536)

    assert set(threading.enumerate()) == before
    assert (begun + received(kept_open)).startswith(b"HTTP/1.1 200 OK\r\n")
    kept_open.close()


def test_a_connection_serves_several_requests() -> None:
    with served(ECHOING) as edge:
        answer = exchange(edge.port, b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n" * 2)

    assert answer.count(b"HTTP/1.1 200 OK") == 2


def test_a_body_in_chunks_reaches_the_origin(origin: LocalOrigin) -> None:
    chunks = b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    with served(Distribution({"a": origin_at("a", origin.url)}, [Behavior("a")])) as edge:
        exchange(edge.port, b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n" + chunks)

    assert origin.asked[0].body == b"abcde"


@pytest.mark.parametrize("length", [b"content-length: many", b"content-length: -1", b"transfer-encoding: chunked"])
def test_a_length_that_is_no_number_is_a_bad_request(length: bytes) -> None:
    with served(ECHOING) as edge:
        answer = exchange(edge.port, b"POST / HTTP/1.1\r\nhost: x\r\n" + length + b"\r\n\r\nmany\r\n")

    assert answer.startswith(b"HTTP/1.1 400 ")

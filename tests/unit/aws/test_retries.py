"""Calls that are tried again at once: a server on this machine answers as it is told."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cloudfront_extensions.aws import clients, retries
from cloudfront_extensions.aws.retries import MOST_ATTEMPTS, delay
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.errors import (
    AwsRefused,
    AwsThrottled,
    AwsUnavailable,
    CloudFrontExtensionsError,
)

Answer = tuple[int, dict[str, Any]]

DONE: Answer = (200, {})
THROTTLED: Answer = (400, {"__type": "ThrottlingException", "message": "Rate exceeded"})
NO_ANSWER: Answer = (0, {})
SHORTEST_FUNCTION = 55
"""Seconds that the template gives most functions."""


class Server(ThreadingHTTPServer):
    """Answers one after the other, then with the last one for ever; status 0 closes the connection instead."""

    def __init__(self) -> None:
        self.answers: Iterator[Answer] = iter(())
        self.last = DONE
        self.requests: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def answer_with(self, *answers: Answer) -> None:
        self.answers = iter(answers)
        self.last = answers[-1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: Server

    def do_POST(self) -> None:
        self.server.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        status, document = next(self.server.answers, self.server.last)
        if not status:
            self.close_connection = True
            return
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Silent."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """DynamoDB, asked by clients that do not wait between their tries."""
    with Server() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "JOBS_TABLE"):
            monkeypatch.setenv(name, "testing")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr(retries, "FIRST_DELAY", 0)
        clients.client.cache_clear()
        clients._session.cache_clear()
        yield server
        clients.client.cache_clear()
        clients._session.cache_clear()
        server.shutdown()


def read() -> None:
    Table().get({"pk": {"S": "job#1"}, "sk": {"S": "job"}})


@pytest.mark.parametrize(
    "answer",
    [
        THROTTLED,
        (400, {"__type": "ProvisionedThroughputExceededException"}),
        (400, {"__type": "TransactionConflictException"}),
        (429, {}),
        (500, {"__type": "InternalServerError"}),
        (503, {}),
        NO_ANSWER,
    ],
)
def test_a_call_that_fails_for_the_moment_is_tried_again_at_once(server: Server, answer: Answer) -> None:
    server.answer_with(answer, answer, DONE)

    read()

    assert len(server.requests) == 3


@pytest.mark.parametrize("code", ["LimitExceededException", "ValidationException", "AccessDeniedException"])
def test_a_refusal_is_taken_at_its_word(server: Server, code: str) -> None:
    server.answer_with((400, {"__type": code}))

    with pytest.raises(AwsRefused):
        read()

    assert len(server.requests) == 1


@pytest.mark.parametrize(("answer", "error"), [(THROTTLED, AwsThrottled), ((503, {}), AwsUnavailable)])
def test_a_call_is_given_up_and_left_to_the_workflow_after_some_tries(
    server: Server, answer: Answer, error: type[CloudFrontExtensionsError]
) -> None:
    server.answer_with(answer)

    with pytest.raises(error):
        read()

    assert len(server.requests) == MOST_ATTEMPTS


def test_a_long_task_gets_through_though_half_of_all_calls_are_throttled(server: Server) -> None:
    """botocore's own retry quota would be used up after some 300 calls."""
    chance = random.Random(1)  # noqa: S311
    server.answer_with(*(chance.choice((THROTTLED, DONE)) for _ in range(2_000)))

    for _ in range(400):
        read()


def test_an_answer_that_does_not_come_in_time_is_left_to_the_workflow() -> None:
    from botocore.exceptions import ReadTimeoutError

    late = ReadTimeoutError(endpoint_url="https://dynamodb.example")

    assert retries.delay_before_retry(attempts=1, response=None, caught_exception=late) is None


def test_delays_grow_and_together_leave_a_function_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 1.0)

    longest = [delay(attempts) for attempts in range(1, MOST_ATTEMPTS)]

    assert longest == [0.2, 0.4, 0.8, 1.6, 3.2, 4.0, 4.0, 4.0, 4.0]
    assert sum(longest) < SHORTEST_FUNCTION / 2


def test_items_that_dynamodb_left_out_are_written_again(server: Server) -> None:
    items = [{"pk": {"S": "job#1"}, "sk": {"S": f"item#{number}"}} for number in range(3)]
    left_out = {"UnprocessedItems": {"testing": [{"PutRequest": {"Item": items[2]}}]}}
    server.answer_with((200, left_out), DONE)

    Table().put_many(iter(items))

    written = [request["RequestItems"]["testing"] for request in server.requests]
    assert [len(batch) for batch in written] == [3, 1]
    assert written[1] == [{"PutRequest": {"Item": items[2]}}]


def test_items_that_dynamodb_always_leaves_out_are_throttling(server: Server) -> None:
    item = {"pk": {"S": "job#1"}, "sk": {"S": "item#1"}}
    server.answer_with((200, {"UnprocessedItems": {"testing": [{"PutRequest": {"Item": item}}]}}))

    with pytest.raises(AwsThrottled, match="1 items stayed unprocessed"):
        Table().put_many(iter([item]))

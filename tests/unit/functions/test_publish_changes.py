"""The function that tells subscribers of changes, against an API on this machine that answers as AppSync may."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from cloudfront_extensions.aws import graphql
from cloudfront_extensions.errors import AwsRefused, AwsThrottled, AwsUnavailable
from news.changes import Changed, Kind, changed_in, worked_on
from news.publishing import publish
from tests.templates import PROJECT

JOB, OTHER, ROLLBACK = (
    Changed(Kind.JOB, "spring-2026"),
    Changed(Kind.JOB, "autumn-2026"),
    Changed(Kind.ROLLBACK, "undo"),
)
TOLD = (200, {"data": {"publishJobChanged": {"jobId": "spring-2026"}}})
CONFIG_ROLLBACK = "arn:aws:states:us-east-1:111122223333:stateMachine:ConfigRollback-EXAMPLE"


def failed(kind: str | None, message: str = "no") -> tuple[int, Any]:
    """A field that was asked for has this error."""
    return (200, {"data": {"publishJobChanged": None}, "errors": [{"errorType": kind, "message": message}]})


def problem(name: str) -> tuple[int, Any]:
    """The function behind the field said what is wrong."""
    return failed("Lambda:Unhandled", f"urn:cloudfront-extensions:problem:{name}\na detail\nwhat to do\na-request")


@dataclass
class Api:
    url: str = ""
    answers: list[tuple[int, Any]] = field(default_factory=list)
    """For the first requests; later ones are told."""
    requests: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)

    @property
    def asked_for(self) -> list[str]:
        return [body["variables"]["id"] for _, body in self.requests]


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            api.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, document = api.answers.pop(0) if api.answers else TOLD
            content = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_port}/graphql"
    for name, value in {
        "GRAPHQL_URL": api.url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "a-session",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    graphql._session.cache_clear()
    yield api
    server.shutdown()
    thread.join()
    server.server_close()
    graphql._session.cache_clear()


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PROJECT / "events" / "publish_changes" / f"{name}.json").read_text())
    return found


def executed(**detail: Any) -> Changed:
    return worked_on({**example("dry-run-ended")["detail"], **detail}, CONFIG_ROLLBACK)


def test_what_changed_often_in_a_batch_is_told_once() -> None:
    assert changed_in(example("jobs")["Records"]) == [JOB, OTHER]
    assert changed_in(example("rollbacks")["Records"]) == [Changed(Kind.ROLLBACK, "undo-2026-11-23")]


def test_a_name_may_have_the_sign_that_parts_it_from_its_kind() -> None:
    record = {"dynamodb": {"Keys": {"pk": {"S": "job#a#b"}, "sk": {"S": "job"}}}}
    assert changed_in([record]) == [Changed(Kind.JOB, "a#b")]


def test_an_execution_works_on_what_its_input_names() -> None:
    assert executed() == JOB
    assert executed(input='{"jobId": "autumn-2026", "items": "all"}') == OTHER
    rollback = worked_on(example("rollback-ended")["detail"], CONFIG_ROLLBACK)
    assert rollback == Changed(Kind.ROLLBACK, "undo-2026-11-23")


def test_an_execution_whose_input_is_too_large_for_an_event_works_on_what_it_is_named_after() -> None:
    assert worked_on(example("large-input")["detail"], CONFIG_ROLLBACK) == OTHER


@pytest.mark.parametrize("given", ["[]", '"spring-2026"', "null", "{}", '{"requestToken": null}'])
def test_an_execution_whose_input_names_nothing_is_known_by_its_name(given: str) -> None:
    assert executed(name="by-hand", input=given) == Changed(Kind.JOB, "by-hand")


def test_each_change_is_one_mutation_signed_for_appsync(api: Api) -> None:
    publish([JOB, ROLLBACK])
    (headers, first), (_, second) = api.requests
    assert "/us-east-1/appsync/aws4_request" in headers["authorization"]
    assert headers["x-amz-security-token"] == "a-session"
    assert first["query"].split()[0:2] == ["mutation", "PublishJobChanged($id:"]
    assert first["variables"] == {"id": "spring-2026"}
    assert "publishRollbackChanged" in second["query"]


@pytest.mark.parametrize(
    "answer",
    [failed("Unauthorized"), failed(None, "a value that is null"), problem("job-not-found"), problem("aws-refused")],
)
def test_what_can_not_be_told_holds_up_nothing(api: Api, answer: tuple[int, Any]) -> None:
    api.answers = [answer]
    publish([JOB, OTHER])
    assert api.asked_for == ["spring-2026", "autumn-2026"]


@pytest.mark.parametrize(
    "answer",
    [
        (401, {"errors": [{"errorType": "UnauthorizedException", "message": "Permission denied"}]}),
        (403, {"errors": [{"errorType": "AccessDeniedException"}]}),
        (404, b"no JSON"),
    ],
)
def test_an_api_that_does_not_let_us_in_is_an_error_of_the_function(api: Api, answer: tuple[int, Any]) -> None:
    api.answers = [answer]
    with pytest.raises(AwsRefused):
        publish([JOB])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((429, {"errors": [{"errorType": "TooManyRequestsException"}]}), AwsThrottled),
        ((503, b""), AwsUnavailable),
        ((500, {"errors": [{"errorType": "InternalFailureException"}]}), AwsUnavailable),
        ((200, b"cut off"), AwsUnavailable),
        (problem("aws-throttled"), AwsThrottled),
        (problem("aws-unavailable"), AwsUnavailable),
        (
            failed("Lambda:Unhandled", "2026-11-23T06:00:02Z a-request Task timed out after 28.00 seconds"),
            AwsUnavailable,
        ),
        (failed("Lambda:Unhandled"), AwsUnavailable),
        (failed("Lambda:TooManyRequestsException", "Rate Exceeded."), AwsUnavailable),
    ],
)
def test_what_may_go_through_later_fails_the_batch_which_the_stream_gives_again(
    api: Api, answer: tuple[int, Any], error: type[Exception]
) -> None:
    api.answers = [answer]
    with pytest.raises(error):
        publish([JOB])


def test_an_api_that_does_not_answer_fails_the_batch(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHQL_URL", "http://127.0.0.1:1/graphql")
    with pytest.raises(AwsUnavailable):
        publish([JOB])


def test_what_is_told_is_not_logged(api: Api, log: io.StringIO) -> None:
    api.answers = [failed("Unauthorized", "a-text-of-the-inside"), problem("job-not-found")]
    publish([JOB, OTHER])
    written = log.getvalue()
    assert "spring-2026" in written
    assert "urn:cloudfront-extensions:problem:job-not-found" in written
    assert "a-text-of-the-inside" not in written
    assert "a detail" not in written


def test_what_is_told_is_not_in_an_error(api: Api) -> None:
    api.answers = [failed("Lambda:Unhandled", "a-text-of-the-inside")]
    with pytest.raises(AwsUnavailable) as raised:
        publish([JOB])
    assert "a-text-of-the-inside" not in str(raised.value)

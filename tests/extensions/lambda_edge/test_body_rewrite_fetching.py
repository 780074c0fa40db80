"""How extensions/body-rewrite asks a real origin."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import pytest

from tests.extensions.emulator.local_origin import LocalOrigin, local_origin
from tests.extensions.lambda_edge.edge_module import edge_module

REPLACEMENTS = '[{"text": "old", "with": "new"}]'
HTML = {"content-type": "text/html"}


@pytest.fixture
def origin() -> Iterator[LocalOrigin]:
    with local_origin() as origin:
        yield origin


@pytest.fixture
def extension(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("urllib.request._opener", None)  # put back what the function installs
    return edge_module("body-rewrite", "origin-request", {"Replacements": REPLACEMENTS, "MaxBytes": "1000"})


def asked(extension: Any, origin: LocalOrigin, headers: dict[str, str] | None = None) -> dict[str, Any]:
    custom = {"domainName": "127.0.0.1", "port": origin.port, "protocol": "http", "path": ""}
    secret = {"x-origin-secret": [{"key": "x-origin-secret", "value": "s3cret"}]}
    listed = {
        name: [{"key": name, "value": value}] for name, value in {"host": "www.example.com", **(headers or {})}.items()
    }
    request = {"method": "GET", "uri": "/page", "querystring": "a=1", "headers": listed}
    request["origin"] = {"custom": {**custom, "customHeaders": secret}}
    answer: dict[str, Any] = extension.handler({"Records": [{"cf": {"request": request}}]}, None)
    return answer


def test_a_gzipped_text_is_unpacked_and_rewritten(extension: Any, origin: LocalOrigin) -> None:
    origin.answers["/page"] = (200, {**HTML, "content-encoding": "gzip"}, gzip.compress(b"old and old"))
    answer = asked(extension, origin)
    assert answer["body"] == "new and new"
    assert "content-encoding" not in answer["headers"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(gzip.compress(b"old")[:-4], id="cut off"),
        pytest.param(gzip.compress(b"old") + gzip.compress(b"old"), id="two members"),
        pytest.param(b"old", id="not gzip"),
        pytest.param(gzip.compress(b"old" * 1000), id="larger than it looks"),
    ],
)
def test_what_can_not_be_unpacked_passes(extension: Any, origin: LocalOrigin, body: bytes) -> None:
    origin.answers["/page"] = (200, {**HTML, "content-encoding": "gzip"}, body)
    assert asked(extension, origin)["uri"] == "/page"


def test_an_encoding_that_was_not_asked_for_passes(extension: Any, origin: LocalOrigin) -> None:
    origin.answers["/page"] = (200, {**HTML, "content-encoding": "br"}, b"old")
    assert asked(extension, origin)["uri"] == "/page"


def test_the_origin_gets_what_cloudfront_would_send_and_is_asked_for_the_whole(
    extension: Any, origin: LocalOrigin
) -> None:
    origin.answers["/page"] = (200, HTML, b"old")
    answer = asked(extension, origin, {"cookie": "a=1", "if-none-match": '"1"', "accept-encoding": "br"})
    [question] = origin.asked
    assert answer["body"] == "new"
    assert question.target == "/page?a=1"
    assert question.headers["host"] == "www.example.com"
    assert question.headers["cookie"] == "a=1"
    assert question.headers["x-origin-secret"] == "s3cret"
    assert question.headers["accept-encoding"] == "gzip"
    assert "if-none-match" not in question.headers


def test_a_redirect_is_not_followed(extension: Any, origin: LocalOrigin) -> None:
    origin.answers["/page"] = (302, {"location": "/elsewhere"}, b"")
    assert asked(extension, origin)["uri"] == "/page"
    assert len(origin.asked) == 1

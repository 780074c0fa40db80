"""What the REST API refuses, and how it says so: never with a 5xx, always with a problem, never quoting what was sent."""

from __future__ import annotations

import pytest

from tests.apis.conftest import CONSOLE
from tests.apis.world import World, send

JSON = {"Content-Type": "application/json"}
MARK = "do-not-quote-me-4711"
CERTIFICATES_ONLY = b'{"requestToken": "bad", "distribution": null, "domains": [{"domainName": "a.example.com"}]'


def inside(more: bytes) -> bytes:
    """A body that would start a job, and this besides."""
    return CERTIFICATES_ONLY + more + b"}"


def test_the_fields_that_are_wrong_are_named_and_not_quoted(world: World) -> None:
    answer = world.rest("viewer", "GET", f"/jobs?limit={MARK}&cursor={MARK * 200}")
    assert {fault["field"] for fault in answer.document["errors"]} == {"query.limit", "query.cursor"}
    assert MARK not in answer.text


def test_six_megabytes_are_refused(world: World) -> None:
    body = inside(b', "tags": {"a": "' + b"a" * 6_500_000 + b'"}')
    assert world.rest("admin", "POST", "/jobs", body).status == 413


def test_every_answer_has_the_security_headers(world: World) -> None:
    for answer in (
        world.rest("viewer", "GET", "/jobs"),
        world.rest("viewer", "GET", "/jobs/none"),
        world.rest("anonymous", "GET", "/jobs"),
        world.rest("machine", "GET", "/jobs"),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["strict-transport-security"].startswith("max-age=63072000")
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("caller", "status", "challenge"),
    [
        ("anonymous", 401, 'Bearer realm="CloudFront Extensions"'),
        ("expired", 401, 'Bearer realm="CloudFront Extensions"'),
        ("anonymous machine", 403, "AWS4-HMAC-SHA256"),
    ],
)
def test_who_is_not_signed_in_is_told_how_to(world: World, caller: str, status: int, challenge: str) -> None:
    refused = world.rest(caller, "GET", "/jobs")
    assert (refused.status, refused.problem) == (status, "not-signed-in")
    assert refused.headers["www-authenticate"] == challenge


class TestCrossOrigin:
    def test_the_console_may_ask_and_read(self, world: World) -> None:
        may = world.rest("anonymous", "OPTIONS", "/jobs", headers={"Origin": CONSOLE})
        assert may.status == 204
        assert may.headers["access-control-allow-origin"] == CONSOLE
        assert may.headers["access-control-allow-methods"] == "GET,POST"
        read = world.rest("viewer", "GET", "/jobs", headers={"Origin": CONSOLE})
        assert read.headers["access-control-allow-origin"] == CONSOLE
        refused = world.rest("anonymous", "GET", "/jobs", headers={"Origin": CONSOLE})
        exposed = "access-control-expose-headers"
        assert read.headers[exposed] == refused.headers[exposed] == "ETag, Location, Retry-After"

    def test_another_origin_may_not_read(self, world: World) -> None:
        read = world.rest("viewer", "GET", "/jobs", headers={"Origin": "https://evil.example.com"})
        assert "access-control-allow-origin" not in read.headers
        may = world.rest("anonymous", "OPTIONS", "/jobs", headers={"Origin": "https://evil.example.com"})
        assert may.headers["access-control-allow-origin"] == CONSOLE

    def test_the_console_may_upload_a_key_bundle_and_another_page_may_not(self, world: World) -> None:
        place = world.rest("operator", "POST", "/key-bundles").document
        asked = {
            "Access-Control-Request-Method": place["method"],
            "Access-Control-Request-Headers": ",".join(name.lower() for name in place["headers"]),
        }
        evil = send("OPTIONS", place["uploadUrl"], None, {**asked, "Origin": "https://evil.example.com"})
        assert evil.status == 403
        may = send("OPTIONS", place["uploadUrl"], None, {**asked, "Origin": CONSOLE})
        assert (may.status, may.headers["access-control-allow-origin"]) == (200, CONSOLE)
        put = send(place["method"], place["uploadUrl"], b"a bundle", {**place["headers"], "Origin": CONSOLE})
        assert "x-amz-version-id" in put.headers["access-control-expose-headers"]
        assert put.headers["x-amz-version-id"]

    def test_no_page_may_read_what_a_machine_is_answered(self, world: World) -> None:
        read = world.rest("machine", "GET", "/jobs", headers={"Origin": CONSOLE})
        assert "access-control-allow-origin" not in read.headers
        assert world.rest("machine", "OPTIONS", "/jobs").status == 403

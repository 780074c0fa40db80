"""The plain shape becomes the event of each runtime, and what comes back becomes the plain shape."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extensions.catalog.sources import EVENTS
from extensions.harness.events import MalformedResult, Surroundings, native_event, read_result
from extensions.harness.messages import Cookie, Request, Response

NAMES = st.from_regex(r"x-[a-z0-9]{1,8}", fullmatch=True)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters=";,", exclude_categories=("Cc", "Z")), max_size=8)
HEADERS = st.dictionaries(NAMES, st.lists(VALUES, min_size=1, max_size=3).map(tuple), max_size=3)
REQUEST_COOKIES = st.dictionaries(NAMES, st.lists(VALUES.map(Cookie), min_size=1, max_size=2).map(tuple), max_size=3)
ATTRIBUTES = st.sampled_from(["", "Path=/", "Path=/; Secure; Max-Age=1"])
RESPONSE_COOKIES = st.dictionaries(
    NAMES, st.lists(st.builds(Cookie, VALUES, ATTRIBUTES), min_size=1, max_size=2).map(tuple), max_size=3
)
BODIES = st.none() | st.binary(max_size=50)
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "OPTIONS"]),
    uri=VALUES.map(lambda text: f"/{text}"),
    query=st.text("ab=&%2", max_size=12),
    headers=HEADERS,
    cookies=REQUEST_COOKIES,
    body=BODIES,
)
RESPONSES = st.builds(Response, status=st.integers(200, 599), headers=HEADERS, cookies=RESPONSE_COOKIES, body=BODIES)
RUNTIMES = [(event, "python") for event in EVENTS] + [
    ("viewer-request", "javascript"),
    ("viewer-response", "javascript"),
]


def parts(event: dict[str, Any]) -> dict[str, Any]:
    found = json.loads(json.dumps(event))
    return dict(found["Records"][0]["cf"] if "Records" in found else found)


@pytest.mark.parametrize(("event", "language"), RUNTIMES)
@given(request=REQUESTS, response=RESPONSES)
def test_what_a_function_returns_as_it_came_is_unchanged(
    event: Any, language: Any, request: Request, response: Response
) -> None:
    is_request = event.endswith("-request")
    native = parts(native_event(event, language, request, None if is_request else response))
    result = native["request" if is_request else "response"]

    assert read_result(event, language, result, request, None if is_request else response) == (
        request if is_request else response
    )


REQUEST = Request(
    uri="/docs",
    query="a=1&b=&a=2&flag",
    headers={"host": ("www.example.com",), "accept": ("a", "b"), "cloudfront-viewer-country": ("DE",)},
    cookies={"session": (Cookie("1"),), "theme": (Cookie("dark"),)},
    body=b"name=value",
)
RESPONSE = Response(
    status=404, headers={"server": ("s",)}, cookies={"id": (Cookie("1", "Path=/"), Cookie("2"))}, body=b"not shown"
)


def test_the_event_of_cloudfront_functions() -> None:
    event = native_event(
        "viewer-response", "javascript", REQUEST, RESPONSE, Surroundings("203.0.113.7", request_id="r")
    )

    assert event == {
        "version": "1.0",
        "context": {
            "distributionDomainName": "d111111abcdef8.cloudfront.net",
            "distributionId": "EDFDVBD6EXAMPLE",
            "eventType": "viewer-response",
            "requestId": "r",
        },
        "viewer": {"ip": "203.0.113.7"},
        "request": {
            "method": "GET",
            "uri": "/docs",
            "querystring": {
                "a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]},
                "b": {"value": ""},
                "flag": {"value": ""},
            },
            "headers": {
                "host": {"value": "www.example.com"},
                "accept": {"value": "a", "multiValue": [{"value": "a"}, {"value": "b"}]},
                "cloudfront-viewer-country": {"value": "DE"},
            },
            "cookies": {"session": {"value": "1"}, "theme": {"value": "dark"}},
        },
        "response": {
            "statusCode": 404,
            "statusDescription": "Not Found",
            "headers": {"server": {"value": "s"}},
            "cookies": {
                "id": {
                    "value": "1",
                    "attributes": "Path=/",
                    "multiValue": [{"value": "1", "attributes": "Path=/"}, {"value": "2"}],
                }
            },
        },
    }


def test_the_event_of_lambda_edge() -> None:
    request = parts(native_event("origin-request", "python", REQUEST, surroundings=Surroundings("203.0.113.7")))[
        "request"
    ]

    assert request["headers"] == {
        "host": [{"key": "Host", "value": "www.example.com"}],
        "accept": [{"key": "Accept", "value": "a"}, {"key": "Accept", "value": "b"}],
        "cloudfront-viewer-country": [{"key": "Cloudfront-Viewer-Country", "value": "DE"}],
        "cookie": [{"key": "Cookie", "value": "session=1; theme=dark"}],
    }
    assert (request["clientIp"], request["uri"], request["querystring"]) == ("203.0.113.7", "/docs", "a=1&b=&a=2&flag")
    assert request["body"] == {
        "inputTruncated": False,
        "action": "read-only",
        "encoding": "base64",
        "data": base64.b64encode(b"name=value").decode(),
    }
    assert request["origin"].keys() == {"custom"}


def test_the_response_of_lambda_edge_has_its_cookies_in_headers_and_no_body() -> None:
    native = parts(native_event("origin-response", "python", REQUEST, RESPONSE))["response"]

    assert native == {
        "status": "404",
        "statusDescription": "Not Found",
        "headers": {
            "server": [{"key": "Server", "value": "s"}],
            "set-cookie": [{"key": "Set-Cookie", "value": "id=1; Path=/"}, {"key": "Set-Cookie", "value": "id=2"}],
        },
    }


def test_lambda_edge_does_not_see_at_viewer_events_where_a_viewer_is() -> None:
    native = parts(native_event("viewer-request", "python", REQUEST))["request"]

    assert "cloudfront-viewer-country" not in native["headers"]
    assert "origin" not in native


def test_a_long_body_is_cut_off_for_the_function_and_goes_on_whole() -> None:
    long = Request(body=b"x" * (40 * 1024 + 1))
    native = parts(native_event("viewer-request", "python", long))["request"]

    assert (native["body"]["inputTruncated"], len(base64.b64decode(native["body"]["data"]))) == (True, 40 * 1024)
    assert read_result("viewer-request", "python", native, long) == long


def test_lambda_edge_may_replace_a_body() -> None:
    native = parts(native_event("viewer-request", "python", REQUEST))["request"]
    native["body"] |= {"action": "replace", "encoding": "text", "data": "new"}
    changed = read_result("viewer-request", "python", native, REQUEST)

    assert changed.body == b"new"


@pytest.mark.parametrize(
    ("querystring", "query"),
    [
        ("z=1&a", "z=1&a"),
        ({}, ""),
        ({"b": {"value": ""}, "flag": {"value": ""}}, "b=&flag"),
        ({"new": {"value": "x"}, "b": {"value": "2"}}, "b=2&new=x"),
        ({"a": {"value": "1", "multiValue": [{"value": "3"}, {"value": "4"}]}}, "a=3&a=4"),
    ],
)
def test_a_query_may_be_a_text_or_an_object(querystring: Any, query: str) -> None:
    changed = read_result("viewer-request", "javascript", {"uri": "/", "querystring": querystring}, REQUEST)

    assert isinstance(changed, Request)
    assert changed.query == query


@pytest.mark.parametrize(
    ("body", "read"), [("text", b"text"), ({"encoding": "base64", "data": "aGk="}, b"hi"), ({"data": "hi"}, b"hi")]
)
def test_a_response_of_cloudfront_functions_has_a_body_in_several_ways(body: Any, read: bytes) -> None:
    assert read_result("viewer-request", "javascript", {"statusCode": 200, "body": body}, REQUEST).body == read


@pytest.mark.parametrize(
    ("language", "result", "told"),
    [
        ("javascript", None, "it returned nothing; return the request or a response"),
        ("javascript", "text", "it returned 'text'; return the request or a response"),
        ("javascript", {"a": 1}, "it returned an object with a; a request has uri, a response has statusCode"),
        ("javascript", {"statusCode": "x"}, "status: it is 'x'; give a number from 200 to 599"),
        ("javascript", {"uri": "/", "headers": {"a": "b"}}, "headers.a: it is 'b'; give an object"),
        ("javascript", {"uri": "/", "headers": {"a": {}}}, "headers.a: there is no value; give {value: '…'}"),
        ("python", {"uri": "/", "headers": {"a": "b"}}, 'headers.a: it is \'b\'; give [{"key": "…", "value": "…"}]'),
    ],
)
def test_a_malformed_result_is_told(language: Any, result: Any, told: str) -> None:
    with pytest.raises(MalformedResult) as raised:
        read_result("viewer-request", language, result, REQUEST)

    assert str(raised.value) == told


def test_a_body_that_is_no_base64_is_told() -> None:
    with pytest.raises(MalformedResult, match="body: it is no base64"):
        read_result(
            "origin-response", "python", {"status": 200, "body": "?", "bodyEncoding": "base64"}, REQUEST, RESPONSE
        )
    with pytest.raises(MalformedResult, match="body: it is no base64"):
        read_result(
            "viewer-request", "javascript", {"statusCode": 200, "body": {"encoding": "base64", "data": "?"}}, REQUEST
        )

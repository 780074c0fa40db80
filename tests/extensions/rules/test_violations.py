"""Each rule that one run of a function can break: a result that breaks it, and its neighbour that doesn't."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

import pytest

from extensions.harness.rules import Origins, violations
from tests.extensions.rules.native_events import (
    BUCKET,
    CUSTOM_ORIGIN,
    function_event,
    function_headers,
    function_request,
    function_response,
    lambda_event,
    lambda_headers,
    lambda_request,
    lambda_response,
)

KIB = 1024
HOST = {"host": "www.example.com", "via": "1.1 viewer"}
AT_ORIGIN = lambda_request(origin={"custom": CUSTOM_ORIGIN})


class Run(NamedTuple):
    """One run: the event, the language, what went in and what came out."""

    event: str
    language: str
    native_event: dict[str, Any]
    result: Any
    origin_calls: tuple[Any, ...] = ()

    def breaks(self) -> set[int]:
        origins = Origins(known=frozenset({"a", "b", "vpc"}), vpc=frozenset({"vpc"}), assigned="a")
        return {one.rule for one in violations(*self, origins=origins)}


def python(event: str, result: Any, request: Any = None, response: Any = None) -> Run:
    return Run(event, "python", lambda_event(event, request, response), result)


def javascript(event: str, result: Any, *origin_calls: Any, response: Any = None) -> Run:
    return Run(event, "javascript", function_event(event, response=response), result, origin_calls)


def at_origin(**changes: Any) -> Run:
    """An origin-request function that gives the origin another form."""
    return python("origin-request", AT_ORIGIN | {"origin": {"custom": CUSTOM_ORIGIN | changes}}, AT_ORIGIN)


def at_bucket(**changes: Any) -> Run:
    return python("origin-request", AT_ORIGIN | {"origin": {"s3": BUCKET | changes}}, AT_ORIGIN)


def with_body(event: str, **changes: Any) -> Run:
    body = {"inputTruncated": False, "action": "read-only", "encoding": "base64", "data": "YQ=="}
    request = lambda_request(method="POST", body=body)
    return python(event, request | {"body": body | changes}, request)


def calls(**call: Any) -> Run:
    return javascript("viewer-request", function_request(), call)


def updates(**changes: Any) -> Run:
    return calls(updateRequestOrigin={"domainName": "b.example.com"} | changes)


GENERATED = {"status": "302", "headers": lambda_headers(location="/x")}
GROUP = {"originIds": ["a", {"originId": "b"}], "failoverCriteria": {"statusCodes": [500, 503]}}

TABLE = [
    (
        "1-a-header-of-cloudfront's-own",
        python("origin-response", lambda_response(headers=lambda_headers(x_cache="Hit"))),
        python("origin-response", lambda_response(headers=lambda_headers(x_cached_by="me"))),
    ),
    (
        "1-a-header-that-begins-like-cloudfront's-own",
        javascript("viewer-request", function_request(headers=function_headers(host="www.example.com", x_edge_x="1"))),
        javascript("viewer-request", function_request(headers=function_headers(host="www.example.com", x_edges="1"))),
    ),
    (
        "2-host-changed-at-viewer-request",
        python("viewer-request", lambda_request(headers=lambda_headers(**HOST | {"host": "other.example.com"}))),
        python("origin-request", lambda_request(headers=lambda_headers(**HOST | {"host": "other.example.com"}))),
    ),
    (
        "2-host-deleted-at-viewer-request",
        javascript("viewer-request", function_request(headers={})),
        javascript("viewer-request", function_request()),
    ),
    (
        "3-if-none-match-added-at-origin-request",
        python("origin-request", lambda_request(headers=lambda_headers(**HOST, if_none_match='"1"'))),
        python("viewer-request", lambda_request(headers=lambda_headers(**HOST, if_none_match='"1"'))),
    ),
    (
        "4-via-added-at-origin-response",
        python("origin-response", lambda_response(headers=lambda_headers(content_type="text/plain", via="me"))),
        python("origin-response", lambda_response(headers=lambda_headers(content_type="text/html"))),
    ),
    (
        "4-via-deleted-at-viewer-response",
        javascript("viewer-response", function_response(headers={})),
        javascript("viewer-response", function_response()),
    ),
    (
        "4-content-length-added-at-viewer-response-by-lambda",
        python("viewer-response", lambda_response(headers=lambda_headers(content_length="1"))),
        python("origin-response", lambda_response(headers=lambda_headers(content_length="1"))),
    ),
    (
        "4-transfer-encoding-in-a-generated-response",
        python("viewer-request", GENERATED | {"headers": lambda_headers(transfer_encoding="chunked")}),
        python("viewer-request", GENERATED),
    ),
    (
        "5-the-viewer's-country-added",
        javascript(
            "viewer-request",
            function_request(headers=function_headers(host="www.example.com", cloudfront_viewer_country="FR")),
        ),
        javascript(
            "viewer-request", function_request(headers=function_headers(host="www.example.com", x_viewer_country="FR"))
        ),
    ),
    (
        "6-a-key-in-capitals",
        python("origin-response", lambda_response(headers={"Cache-Control": [{"value": "no-store"}]})),
        python("origin-response", lambda_response(headers={"cache-control": [{"value": "no-store"}]})),
    ),
    (
        "6-a-lambda-header-in-the-form-of-the-other-runtime",
        python("origin-response", lambda_response(headers=function_headers(age="1"))),
        python("origin-response", lambda_response(headers={"age": [{"key": "Age", "value": "1"}]})),
    ),
    (
        "6-a-key-that-names-another-header",
        python("origin-response", lambda_response(headers={"age": [{"key": "Date", "value": "1"}]})),
        python("origin-response", lambda_response(headers={"age": [{"key": "AGE", "value": "1"}]})),
    ),
    (
        "6-a-value-that-is-a-number",
        javascript("viewer-request", {"statusCode": 302, "headers": {"retry-after": {"value": 1}}}),
        javascript("viewer-request", {"statusCode": 302, "headers": {"retry-after": {"value": "1"}}}),
    ),
    (
        "6-a-line-break-in-a-value",
        javascript("viewer-request", {"statusCode": 302, "headers": {"location": {"value": "/\r\nx: y"}}}),
        javascript("viewer-request", {"statusCode": 302, "headers": {"location": {"value": "/x"}}}),
    ),
    (
        "6-a-cookie-among-the-headers",
        javascript("viewer-request", {"statusCode": 200, "headers": function_headers(set_cookie="a=1")}),
        javascript("viewer-request", {"statusCode": 200, "cookies": {"a": {"value": "1", "attributes": "Path=/"}}}),
    ),
    (
        "6-several-values-that-are-no-list",
        javascript("viewer-request", {"statusCode": 200, "headers": {"vary": {"value": "a", "multiValue": "a"}}}),
        javascript(
            "viewer-request",
            {"statusCode": 200, "headers": {"vary": {"value": "a", "multiValue": [{"value": "a"}, {"value": "b"}]}}},
        ),
    ),
    (
        "6-nothing-returned",
        python("viewer-request", None),
        python("viewer-request", lambda_request()),
    ),
    (
        "6-the-whole-event-returned",
        javascript("viewer-request", function_event("viewer-request")),
        javascript("viewer-request", function_request()),
    ),
    (
        "7-a-status-above-599",
        javascript("viewer-request", {"statusCode": 600}),
        javascript("viewer-request", {"statusCode": 599}),
    ),
    (
        "7-a-status-in-words",
        python("origin-request", {"status": "OK"}),
        python("origin-request", {"status": "200"}),
    ),
    (
        "7-a-text-for-a-status-of-cloudfront-functions",
        javascript("viewer-response", function_response(statusCode="200")),
        javascript("viewer-response", function_response(statusCode=404)),
    ),
    (
        "7-lambda-changes-the-status-at-viewer-response",
        python("viewer-response", lambda_response(status="404")),
        python("origin-response", lambda_response(status="404")),
    ),
    (
        "8-viewer-response-of-an-error",
        javascript("viewer-response", function_response(statusCode=200), response=function_response(statusCode=404)),
        javascript("viewer-response", function_response(statusCode=200), response=function_response(statusCode=304)),
    ),
    (
        "9-more-than-40-KB-at-the-viewer",
        python("viewer-request", {"status": "200", "body": "x" * (40 * KIB + 1)}),
        python("viewer-request", {"status": "200", "body": "x" * (40 * KIB)}),
    ),
    (
        "9-more-than-1-MB-at-the-origin",
        python("origin-response", lambda_response(body="x" * KIB * KIB)),
        python("origin-response", lambda_response(body="x" * (KIB * KIB - 100))),
    ),
    (
        "10-an-unknown-encoding",
        python("viewer-request", {"status": "200", "body": "x", "bodyEncoding": "gzip"}),
        python("viewer-request", {"status": "200", "body": "x", "bodyEncoding": "text"}),
    ),
    (
        "10-base64-that-is-none",
        javascript("viewer-request", {"statusCode": 200, "body": {"encoding": "base64", "data": "~"}}),
        javascript("viewer-request", {"statusCode": 200, "body": {"encoding": "base64", "data": "YQ=="}}),
    ),
    (
        "10-a-body-that-is-an-object",
        python("viewer-request", {"status": "200", "body": {"data": "x"}}),
        javascript("viewer-request", {"statusCode": 200, "body": {"data": "x"}}),
    ),
    (
        "10-204-with-a-body",
        javascript("viewer-request", {"statusCode": 204, "body": "x"}),
        javascript("viewer-request", {"statusCode": 204, "body": ""}),
    ),
    (
        "11-a-uri-without-its-slash",
        python("viewer-request", lambda_request(uri="docs")),
        python("viewer-request", lambda_request(uri="/docs/")),
    ),
    (
        "11-a-space-in-the-query",
        python("origin-request", lambda_request(querystring="a=1 2")),
        python("origin-request", lambda_request(querystring="a=1+2")),
    ),
    (
        "11-an-object-for-the-query-of-lambda",
        python("origin-request", lambda_request(querystring={"a": {"value": "1"}})),
        javascript("viewer-request", function_request(querystring={"a": {"value": "1"}})),
    ),
    (
        "11-a-list-for-the-query-of-cloudfront-functions",
        javascript("viewer-request", function_request(querystring=["a=1"])),
        javascript("viewer-request", function_request(querystring="a=1")),
    ),
    (
        "11-8192-characters",
        python("viewer-request", lambda_request(uri="/", querystring="a" * 8190)),
        python("viewer-request", lambda_request(uri="/", querystring="a" * 8189)),
    ),
    (
        "11-a-query-changed-at-a-response-event",
        python("origin-response", lambda_response(querystring="a=2")),
        python("origin-response", lambda_response()),
    ),
    (
        "12-the-method-changed",
        javascript("viewer-request", function_request(method="POST")),
        javascript("viewer-request", function_request(method="GET")),
    ),
    (
        "12-the-client's-address-changed",
        python("viewer-request", lambda_request(clientIp="192.0.2.1")),
        python("viewer-request", lambda_request(clientIp="203.0.113.7")),
    ),
    (
        "12-the-configuration-changed",
        python("viewer-request", lambda_request(config={"distributionId": "EOTHER"})),
        python("viewer-request", lambda_request()),
    ),
    (
        "13-an-origin-at-viewer-request",
        python("viewer-request", AT_ORIGIN),
        python("origin-request", AT_ORIGIN),
    ),
    (
        "13-both-kinds-of-origin",
        python("origin-request", AT_ORIGIN | {"origin": {"custom": CUSTOM_ORIGIN, "s3": BUCKET}}, AT_ORIGIN),
        python("origin-request", AT_ORIGIN | {"origin": {"s3": BUCKET}}, AT_ORIGIN),
    ),
    ("13-an-origin-taken-away", python("origin-request", lambda_request(), AT_ORIGIN), at_origin(path="/v2")),
    ("13-an-address", at_origin(domainName="192.0.2.1"), at_origin(domainName="b.example.com")),
    ("13-a-port-in-the-domain", at_origin(domainName="b.example.com:80"), at_origin(port=80)),
    ("13-a-long-domain", at_origin(domainName="a" * 254), at_origin(domainName="a" * 253)),
    ("13-a-bucket-in-capitals", at_bucket(domainName="Bucket.s3.amazonaws.com"), at_bucket()),
    ("13-a-path-with-a-slash-at-its-end", at_origin(path="/a/"), at_origin(path="/a")),
    ("13-a-long-path", at_origin(path="/" + "a" * 255), at_origin(path="/" + "a" * 254)),
    ("13-a-privileged-port", at_origin(port=1023), at_origin(port=1024)),
    ("13-an-unknown-protocol", at_origin(protocol="ftp"), at_origin(protocol="http")),
    ("13-a-long-wait", at_origin(readTimeout=61), at_origin(readTimeout=60)),
    (
        "13-a-custom-header-that-the-request-has",
        at_origin(customHeaders=lambda_headers(host="b.example.com")),
        at_origin(customHeaders=lambda_headers(x_key="1")),
    ),
    ("13-an-unknown-authentication", at_bucket(authMethod="sigv4"), at_bucket(authMethod="none")),
    (
        "13-an-identity-without-a-region",
        at_bucket(authMethod="origin-access-identity"),
        at_bucket(authMethod="origin-access-identity", region="eu-west-1"),
    ),
    ("14-a-long-host", updates(hostHeader="a" * 254), updates(hostHeader="a" * 253)),
    ("14-four-attempts", updates(connectionAttempts=4), updates(connectionAttempts=3)),
    ("14-a-long-connection", updates(timeouts={"connectionTimeout": 11}), updates(timeouts={"connectionTimeout": 10})),
    ("14-a-long-wait", updates(timeouts={"readTimeout": 121}), updates(timeouts={"readTimeout": 120})),
    ("14-21-names", updates(allowedCertificateNames=["a"] * 21), updates(allowedCertificateNames=["a"] * 20)),
    ("14-a-long-name", updates(allowedCertificateNames=["a" * 65]), updates(allowedCertificateNames=["a" * 64])),
    (
        "14-a-group-of-three",
        calls(createRequestOriginGroup=GROUP | {"originIds": ["a", "b", "a"]}),
        calls(createRequestOriginGroup=GROUP),
    ),
    (
        "14-a-group-without-criteria",
        calls(createRequestOriginGroup={"originIds": ["a", "b"]}),
        calls(createRequestOriginGroup=GROUP),
    ),
    ("14-an-unknown-origin", calls(selectRequestOriginById="c"), calls(selectRequestOriginById="b")),
    (
        "14-a-vpc-origin-updated",
        javascript(
            "viewer-request",
            function_request(),
            {"selectRequestOriginById": "vpc"},
            {"updateRequestOrigin": {"domainName": "b.example.com"}},
        ),
        calls(selectRequestOriginById="vpc"),
    ),
    (
        "14-a-helper-at-viewer-response",
        javascript("viewer-response", function_response(), {"selectRequestOriginById": "a"}),
        javascript("viewer-request", function_request(), {"selectRequestOriginById": "a"}),
    ),
    (
        "15-a-replaced-body-of-more-than-40-KB",
        with_body("viewer-request", action="replace", encoding="text", data="x" * (40 * KIB + 1)),
        with_body("origin-request", action="replace", encoding="text", data="x" * (40 * KIB + 1)),
    ),
    (
        "15-a-replaced-body-of-more-than-53.2-KB-in-base64",
        with_body("viewer-request", action="replace", data=base64.b64encode(b"x" * 41_000).decode()),
        with_body("viewer-request", action="replace", data=base64.b64encode(b"x" * 40_000).decode()),
    ),
    ("15-an-unknown-action", with_body("viewer-request", action="drop"), with_body("viewer-request")),
    (
        "15-the-mark-of-truncation-changed",
        with_body("viewer-request", inputTruncated=True),
        with_body("viewer-request", inputTruncated=False),
    ),
    (
        "15-a-body-from-cloudfront-functions",
        javascript("viewer-request", function_request(body="x")),
        javascript("viewer-request", function_request()),
    ),
    (
        "15-an-event-that-shows-too-much",
        python("viewer-request", GENERATED, lambda_request(body={"data": "x" * 60_000})),
        python("origin-request", GENERATED, lambda_request(body={"data": "x" * 60_000})),
    ),
    (
        "16-headers-of-more-than-20480-bytes",
        python("origin-request", lambda_request(headers=lambda_headers(**HOST, x="x" * 20_480))),
        python("origin-request", lambda_request(headers=lambda_headers(**HOST, x="x" * 20_000))),
    ),
    (
        "20-a-cloudfront-header-added-at-viewer-request",
        python("viewer-request", lambda_request(headers=lambda_headers(**HOST, cloudfront_is_mobile_viewer="true"))),
        python("origin-request", lambda_request(headers=lambda_headers(**HOST, cloudfront_is_mobile_viewer="true"))),
    ),
]


@pytest.mark.parametrize(("name", "broken"), [pytest.param(name, broken, id=name) for name, broken, _ in TABLE])
def test_what_breaks_a_rule_is_told_with_its_number(name: str, broken: Run) -> None:
    assert broken.breaks() == {int(name.partition("-")[0])}


@pytest.mark.parametrize("sound", [pytest.param(sound, id=name) for name, _, sound in TABLE])
def test_what_keeps_it_is_silent(sound: Run) -> None:
    assert sound.breaks() == set()


def test_the_table_has_every_rule_that_one_run_can_break() -> None:
    in_configuration = {17, 18, 19}
    assert {int(name.partition("-")[0]) for name, *_ in TABLE} == set(range(1, 21)) - in_configuration


def test_a_violation_says_where_what_and_what_to_do() -> None:
    result = lambda_request(headers=lambda_headers(**HOST | {"host": "other.example.com"}))
    (found,) = violations("viewer-request", "python", lambda_event("viewer-request"), result)

    assert str(found) == (
        "rule 2: headers.host: host is read-only at viewer-request and was changed; leave it as it came in"
    )

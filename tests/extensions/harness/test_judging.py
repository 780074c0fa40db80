"""What is expected is compared with what came out, and each difference is told in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extensions.harness.cases import load_case
from extensions.harness.engines.calls import Outcome
from extensions.harness.judging import judge

REQUEST = {"uri": "/docs", "query": "a=1", "headers": {"accept": ["a", "b"]}, "cookies": {"id": "1"}}
NATIVE_HEADERS = {
    "host": {"value": "www.example.com"},
    "accept": {"value": "a", "multiValue": [{"value": "a"}, {"value": "b"}]},
}
NATIVE = {
    "method": "GET",
    "uri": "/docs",
    "querystring": {"a": {"value": "1"}},
    "headers": NATIVE_HEADERS,
    "cookies": {"id": {"value": "1"}},
}
ANSWER = {"statusCode": 302, "headers": {"location": {"value": "/x"}}}


def differences(folder: Path, expect: Any, value: Any, **more: Any) -> list[str]:
    path = folder / "case.json"
    path.write_text(json.dumps({"what": "x", "event": "viewer-request", "request": REQUEST, "expect": expect}))
    return judge(load_case(path), "javascript", [Outcome(value, **more)])


@pytest.mark.parametrize(
    ("expect", "value"),
    [
        ({"unchanged": True}, NATIVE),
        ({"request": {"uri": "/x"}}, {**NATIVE, "uri": "/x"}),
        ({"request": {"query": "b=2"}}, {**NATIVE, "querystring": "b=2"}),
        ({"request": {"headers": {"X-A": "1"}}}, {**NATIVE, "headers": {**NATIVE_HEADERS, "x-a": {"value": "1"}}}),
        ({"request": {"headers": {"accept": None}}}, {**NATIVE, "headers": {"host": NATIVE_HEADERS["host"]}}),
        ({"request": {"cookies": {"id": None, "new": "2"}}}, {**NATIVE, "cookies": {"new": {"value": "2"}}}),
        ({"response": {"status": 302, "headers": {"location": "/x"}}}, ANSWER),
        ({"response": {"status": 403, "body": {"contains": "no"}}}, {"statusCode": 403, "body": "Oh no"}),
        (
            {"response": {"status": 403, "body": {"base64": "/w=="}}},
            {"statusCode": 403, "body": {"encoding": "base64", "data": "/w=="}},
        ),
    ],
)
def test_what_is_as_expected_has_no_difference(tmp_path: Path, expect: Any, value: Any) -> None:
    assert differences(tmp_path, expect, value) == []


@pytest.mark.parametrize(
    ("expect", "value", "told"),
    [
        ({"unchanged": True}, {**NATIVE, "uri": "/x"}, ['uri is "/x"; expected "/docs"']),
        ({"unchanged": True}, {**NATIVE, "method": "PUT"}, ['method is "PUT"; expected "GET"']),
        ({"request": {"uri": "/x"}}, NATIVE, ['uri is "/docs"; expected "/x"']),
        ({"request": {"uri": "/x"}}, {**NATIVE, "uri": "/x", "cookies": {}}, ['cookies.id is not there; expected "1"']),
        (
            {"unchanged": True},
            {**NATIVE, "headers": {**NATIVE_HEADERS, "x-a": {"value": "1"}}},
            ['headers.x-a is "1"; expected nothing'],
        ),
        (
            {"unchanged": True},
            {**NATIVE, "headers": {**NATIVE_HEADERS, "accept": {"value": "a"}}},
            ['headers.accept is "a"; expected ["a", "b"]'],
        ),
        ({"request": {"headers": {"accept": None}}}, NATIVE, ['headers.accept is ["a", "b"]; expected nothing']),
        ({"unchanged": True}, ANSWER, ["it answers 302 itself; expected that the request goes on"]),
        ({"response": {"status": 302}}, NATIVE, ["the request goes on, to /docs; expected a response with status 302"]),
        ({"response": {"status": 302}}, ANSWER, ['headers.location is "/x"; expected nothing']),
        ({"response": {"status": 301, "headers": {"location": "/x"}}}, ANSWER, ["status is 302; expected 301"]),
        ({"response": {"status": 403}}, {"statusCode": 403, "body": "no"}, ['body is "no"; expected nothing']),
        (
            {"response": {"status": 403, "body": {"contains": "yes"}}},
            {"statusCode": 403, "body": "no"},
            ['body is "no"; expected that it contains "yes"'],
        ),
        (
            {"response": {"status": 200}},
            {"statusCode": 200, "cookies": {"a": {"value": "1", "attributes": "Path=/"}}},
            ['cookies.a is "1; Path=/"; expected nothing'],
        ),
        ({"unchanged": True}, None, ["it returned nothing; return the request or a response"]),
    ],
)
def test_a_difference_is_told_in_words(tmp_path: Path, expect: Any, value: Any, told: list[str]) -> None:
    assert differences(tmp_path, expect, value) == told


def test_a_failure_is_the_only_difference_and_names_who_did_not_answer(tmp_path: Path) -> None:
    assert differences(tmp_path, {"unchanged": True}, None, error="KeyError: 'x'", unanswered=("GET https://a/",)) == [
        "KeyError: 'x'",
        "nothing in the case answers GET https://a/",
    ]


def test_origin_calls_must_be_the_expected_ones(tmp_path: Path) -> None:
    calls = ({"selectRequestOriginById": "b"},)

    assert differences(tmp_path, {"unchanged": True, "origin": list(calls)}, NATIVE, origin_calls=calls) == []
    assert differences(tmp_path, {"unchanged": True}, NATIVE, origin_calls=calls) == [
        'origin calls are [{"selectRequestOriginById": "b"}]; expected []'
    ]


def test_a_changed_response_keeps_what_is_not_named(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    response = {"status": 200, "headers": {"server": "s"}, "body": "hidden"}
    expect = {"response": {"headers": {"x-a": "1"}}}
    case = {"what": "x", "event": "viewer-response", "response": response, "expect": expect}
    path.write_text(json.dumps(case))
    headers = {"server": {"value": "s"}, "x-a": {"value": "1"}}

    assert judge(load_case(path), "javascript", [Outcome({"statusCode": 200, "headers": headers})]) == []
    assert judge(load_case(path), "javascript", [Outcome({"statusCode": 404, "headers": headers, "body": "new"})]) == [
        "status is 404; expected 200",
        'body is "new"; expected "hidden"',
    ]


def test_a_difference_in_one_of_several_steps_names_the_step(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    steps = [{"expect": {"unchanged": True}}, {"expect": {"response": {"status": 429}}}]
    path.write_text(json.dumps({"what": "x", "event": "viewer-request", "steps": steps}))
    request = {"uri": "/", "method": "GET", "headers": {"host": {"value": "www.example.com"}}}

    assert judge(load_case(path), "javascript", [Outcome(request), Outcome(request)]) == [
        "step 2: the request goes on, to /; expected a response with status 429"
    ]

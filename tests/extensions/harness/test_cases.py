"""Cases are read with what they leave out, and what is no case is refused by file and place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extensions.harness.cases import MalformedCase, load_case, load_cases
from extensions.harness.messages import Cookie, Request, Response
from extensions.harness.plain import written

SMALLEST = {"what": "x", "event": "viewer-request", "request": {}, "expect": {"unchanged": True}}


def write(folder: Path, document: Any) -> Path:
    path = folder / "case.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_what_is_left_out_is_the_usual(tmp_path: Path) -> None:
    case = load_case(write(tmp_path, SMALLEST))

    assert case.steps[0].request == Request("GET", "/", "", {"host": ("www.example.com",)})
    assert case.now == datetime(2026, 1, 1, tzinfo=UTC)
    assert (case.parameters, case.key_value_store) == ({}, {})


def test_everything_can_be_said(tmp_path: Path) -> None:
    request = {
        "method": "POST",
        "uri": "/a",
        "query": "b=1",
        "headers": {"Host": "h", "accept": ["a", "b"]},
        "cookies": {"c": "1", "d": ["2", "3"]},
        "body": "text",
        "origin": {"s3": {}},
    }
    response = {"status": 404, "cookies": {"e": {"value": "1", "attributes": "Path=/"}}, "body": {"base64": "/w=="}}
    surroundings = {"viewer": {"ip": "203.0.113.7"}, "distribution": {"domainName": "d.example.com", "id": "E1"}}
    case = load_case(
        write(
            tmp_path,
            {
                **SMALLEST,
                **surroundings,
                "event": "origin-response",
                "request": request,
                "response": response,
                "parameters": {"Count": 1},
                "keyValueStore": None,
                "secrets": {"arn": "s"},
                "now": "2026-06-01T12:00:00Z",
                "network": [{"request": "GET https://a/"}],
            },
        )
    )

    assert case.steps[0].request == Request(
        "POST",
        "/a",
        "b=1",
        {"host": ("h",), "accept": ("a", "b")},
        {"c": (Cookie("1"),), "d": (Cookie("2"), Cookie("3"))},
        b"text",
        {"s3": {}},
    )
    assert case.steps[0].response == Response(404, {}, {"e": (Cookie("1", "Path=/"),)}, b"\xff")
    assert written(case.steps[0].response) == response
    assert written(case.steps[0].request) == {**request, "headers": {"host": "h", "accept": ["a", "b"]}}
    (call,) = case.calls("python")
    assert call.event["Records"][0]["cf"]["config"]["distributionId"] == "E1"
    assert (call.key_value_store, call.secrets, case.parameters) == (None, {"arn": "s"}, {"Count": "1"})


def test_steps_share_what_is_in_memory(tmp_path: Path) -> None:
    step = {"request": {"uri": "/"}, "expect": {"unchanged": True}}
    case = load_case(write(tmp_path, {"what": "x", "event": "viewer-request", "steps": [step, step]}))

    assert [call.continues for call in case.calls("python")] == [False, True]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("{", "it is no JSON"),
        ("[]", "something has the wrong shape"),
        ({**SMALLEST, "expects": {}}, "there is no expects in a case; there are distribution, event, expect"),
        ({"event": "viewer-request", "expect": {"unchanged": True}}, "there is no what; give a text"),
        ({**SMALLEST, "event": "request"}, "the event is request; give one of viewer-request, origin-request"),
        ({**SMALLEST, "expect": {}}, "expect one of request, response, unchanged"),
        ({**SMALLEST, "expect": {"unchanged": True, "response": {}}}, "expect one of request, response, unchanged"),
        ({**SMALLEST, "event": "viewer-response"}, "at viewer-response a response goes in; give one"),
        (
            {**SMALLEST, "event": "viewer-response", "expect": {"request": {}}},
            "at viewer-response a response comes out",
        ),
        ({**SMALLEST, "steps": [{}]}, "give either steps or a request"),
        ({"what": "x", "event": "viewer-request", "steps": [{"now": "x"}]}, "there is no now in a case"),
        ({**SMALLEST, "request": {"querystring": "a"}}, "there is no querystring in request; there are body, cookies"),
        ({**SMALLEST, "expect": {"request": {"url": "/"}}}, "there is no url in request; there are body, cookies"),
        ({**SMALLEST, "expect": {"response": {"statusCode": 1}}}, "there is no statusCode in response; there are body"),
        ({**SMALLEST, "expect": {"unchanged": False}}, "unchanged is true, or not there"),
        ({**SMALLEST, "viewer": {"address": "::1"}}, "there is no address in viewer; there are ip"),
        ({**SMALLEST, "network": [{"url": "https://a/"}]}, "there is no url in network; there are body, headers"),
        ({**SMALLEST, "now": "today"}, "something has the wrong shape"),
        ({**SMALLEST, "request": {"headers": []}}, "something has the wrong shape"),
    ],
)
def test_what_is_no_case_is_refused(tmp_path: Path, document: Any, told: str) -> None:
    path = write(tmp_path, document)

    with pytest.raises(MalformedCase) as raised:
        load_case(path)

    assert str(raised.value).startswith(f"{path}: {told}")


def test_cases_of_a_folder_are_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    for name in ("b", "a"):
        (tmp_path / "cases" / f"{name}.json").write_text(json.dumps(SMALLEST))

    assert [case.path.stem for case in load_cases(tmp_path)] == ["a", "b"]

"""Rules that no single run can break: sizes, limits, associations, repeated runs; and what only earns a warning."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, repeat

import pytest

from extensions.harness.rules import (
    Association,
    Violation,
    account_violations,
    association_violations,
    code_violations,
    log_violations,
    repetition_violations,
    sizes,
    store_violations,
    update_violations,
    violations,
    warnings,
)
from tests.extensions.rules.native_events import lambda_event, lambda_request, lambda_response

REQUEST = Association("*", "viewer-request", "javascript", "redirect")
RESPONSE = Association("*", "viewer-response", "javascript", "headers")
AT_ORIGIN = Association("*", "origin-response", "python", "cache")


def functions(count: int, stores: list[str]) -> dict[str, list[str]]:
    return dict(zip(map(str, range(count)), repeat(stores)))


def keys(count: int, value: str = "") -> dict[str, str]:
    return {str(number): value for number in range(count)}


TABLE: list[tuple[str, Iterable[Violation], Iterable[Violation]]] = [
    (
        "16-a-long-url",
        sizes("GET", "/" + "a" * 8192, {}),
        sizes("GET", "/" + "a" * 8191, {}),
    ),
    (
        "16-many-headers",
        sizes("GET", "/", {"x": ("a" * 10_000, "a" * 10_500)}),
        sizes("GET", "/", {"x": ("a" * 10_000, "a" * 10_000)}),
    ),
    ("17-long-code", code_violations("x" * 10_241), code_violations("x" * 10_240)),
    ("17-a-long-key", store_violations({"k" * 513: ""}), store_violations({"k" * 512: ""})),
    ("17-an-empty-key", store_violations({"": "v"}), store_violations({"k": ""})),
    ("17-a-long-value", store_violations({"k": "é" * 513}), store_violations({"k": "é" * 512})),
    ("17-a-big-store", store_violations(keys(5300, "v" * 1000)), store_violations(keys(5000, "v" * 1000))),
    ("17-an-update-of-51-keys", update_violations(keys(51)), update_violations(keys(50))),
    ("17-a-big-update", update_violations({"k": "v" * 3 * 2**20}), update_violations({"k": "v" * 3 * 10**6})),
    ("17-two-stores", account_violations({"f": ["a", "b"]}), account_violations({"f": ["a"], "g": ["b"]})),
    ("17-a-store-of-eleven", account_violations(functions(11, ["a"])), account_violations(functions(10, ["a"]))),
    ("17-101-functions", account_violations(functions(101, [])), account_violations(functions(100, []))),
    (
        "17-51-stores",
        account_violations({str(number): [str(number)] for number in range(51)}),
        account_violations({str(number): [str(number)] for number in range(50)}),
    ),
    (
        "18-two-functions-at-one-event",
        association_violations([REQUEST, Association("*", "viewer-request", "javascript", "auth")]),
        association_violations([REQUEST, RESPONSE, Association("/api/*", "viewer-request", "javascript", "auth")]),
    ),
    (
        "18-both-runtimes-at-the-viewer",
        association_violations([REQUEST, Association("*", "viewer-response", "python", "late")]),
        association_violations([REQUEST, RESPONSE, AT_ORIGIN]),
    ),
    (
        "18-a-cloudfront-function-at-an-origin-event",
        association_violations([Association("*", "origin-request", "javascript", "router")]),
        association_violations([Association("*", "origin-request", "python", "router")]),
    ),
    (
        "18-functions-of-two-accounts",
        association_violations(
            [
                Association("*", "viewer-request", "javascript", "a", "111111111111"),
                Association("/b", "viewer-request", "javascript", "b", "222222222222"),
            ]
        ),
        association_violations([Association("*", "viewer-request", "javascript", "a", "111111111111")]),
    ),
    (
        "19-a-second-run-differs",
        repetition_violations("origin-request", {"uri": "/a", "headers": {}}, {"uri": "/a/a", "headers": {}}),
        repetition_violations("origin-request", {"uri": "/a", "headers": {}}, {"uri": "/a", "headers": {}}),
    ),
    (
        "19-a-second-run-differs-inside-a-list",
        repetition_violations(
            "origin-response", {"headers": {"x": [{"value": "1"}]}}, {"headers": {"x": [{"value": "2"}]}}
        ),
        repetition_violations(
            "viewer-request", {"headers": {"x": [{"value": "1"}]}}, {"headers": {"x": [{"value": "2"}]}}
        ),
    ),
]


@pytest.mark.parametrize(
    ("number", "broken"), [pytest.param(name.partition("-")[0], broken, id=name) for name, broken, _ in TABLE]
)
def test_what_breaks_a_rule_is_told_with_its_number(number: str, broken: Iterable[Violation]) -> None:
    assert {one.rule for one in broken if not one.is_warning} == {int(number)}


@pytest.mark.parametrize("sound", [pytest.param(sound, id=name) for name, _, sound in TABLE])
def test_what_keeps_it_is_silent(sound: Iterable[Violation]) -> None:
    assert list(sound) == []


def test_a_second_run_that_differs_is_told_with_the_place() -> None:
    (found,) = repetition_violations("origin-request", {"headers": {"x": [1, 2]}}, {"headers": {"x": [1, 3]}})

    assert found.message.startswith("result.headers.x[1]: ")


def test_a_status_that_is_a_number_is_a_warning_for_lambda() -> None:
    result = lambda_response(status=200)

    assert violations("origin-response", "python", lambda_event("origin-response"), result) == []
    assert [one.rule for one in warnings("origin-response", "python", lambda_event("origin-response"), result)] == [7]


def test_a_body_that_is_changed_but_not_replaced_is_a_warning() -> None:
    body = {"inputTruncated": False, "action": "read-only", "encoding": "base64", "data": "YQ=="}
    event = lambda_event("viewer-request", lambda_request(body=body))
    result = lambda_request(body=body | {"data": "Yg=="})

    assert violations("viewer-request", "python", event, result) == []
    assert [one.rule for one in warnings("viewer-request", "python", event, result)] == [15]


def test_a_long_log_is_a_warning() -> None:
    assert [(one.rule, one.is_warning) for one in log_violations(["x" * 5_000] * 3)] == [(17, True)]
    assert list(chain(log_violations([]), log_violations(["x" * 10_000]))) == []

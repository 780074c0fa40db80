"""Which calls and events a rule strikes."""

from __future__ import annotations

import random
from typing import Any

import pytest

from localaws import fault_commands
from localaws.server.faults.rules import CALLS, EVENTS, KILLS, Armed, Occasion, RuleError, rule_of


def armed(seed: int = 7, place: int = 0, **stated: Any) -> Armed:
    stated = {"kind": "throttle", **stated}
    return Armed(1, seed, place, rule_of(stated), stated)


def call(
    text: str = "", *, service: str = "acm", operation: str = "RequestCertificate", caller: str = "role/session"
) -> Occasion:
    callers = (caller, "RequestCertificateRole/RequestCertificate")
    return Occasion(CALLS, {"service": (service,), "operation": (operation,), "caller": callers}, text)


def strikes(rule: Armed, occasions: list[Occasion]) -> list[int]:
    """The places of the struck ones, counted by whoever keeps the rule."""
    struck = []
    for place, occasion in enumerate(occasions):
        if rule.strikes(occasion):
            rule.struck += 1
            struck.append(place)
    return struck


@pytest.mark.parametrize(
    ("stated", "is_struck"),
    [
        ({}, True),
        ({"service": "acm"}, True),
        ({"service": "cloudfront"}, False),
        ({"operation": "Request*"}, True),
        ({"operation": "request*"}, False),
        ({"operation": "Request"}, False),
        ({"caller": "role/*"}, True),
        ({"caller": "*/RequestCertificate"}, True),
        ({"caller": "*/other"}, False),
        ({"containing": "case-17"}, True),
        ({"containing": "case-18"}, False),
        ({"service": "acm", "containing": "case-18"}, False),
    ],
)
def test_a_rule_strikes_what_has_all_that_it_names(stated: dict[str, Any], is_struck: bool) -> None:
    assert armed(**stated).strikes(call("shop.case-17.example.com")) == is_struck


def test_a_call_is_struck_only_by_what_can_happen_to_it() -> None:
    outside = Occasion(CALLS - KILLS, call().fields, "")
    assert not armed(kind="kill-after").strikes(outside)
    assert not armed(kind="event-lost").strikes(outside)
    assert armed(kind="lost-after").strikes(outside)


def test_an_event_is_matched_by_source_and_type() -> None:
    event = Occasion(EVENTS, {"source": ("aws.acm",), "detailType": ("ACM Certificate Available",)}, "")
    assert armed(kind="event-lost", source="aws.*", detailType="* Available").strikes(event)
    assert not armed(kind="event-lost", source="aws.cloudfront").strikes(event)


def test_nth_counts_the_calls_that_match() -> None:
    calls = [call("a"), call("b"), call("a"), call("a"), call("b"), call("a")]
    assert strikes(armed(nth=2, containing="a"), calls) == [2]
    assert strikes(armed(nth=[1, 4], containing="a"), calls) == [0, 5]


def test_times_ends_it() -> None:
    rule = armed(times=2)
    assert strikes(rule, [call()] * 5) == [0, 1]
    assert (rule.matched, rule.struck) == (5, 2)


def test_probability_0_strikes_nothing_and_1_everything() -> None:
    calls = [call(str(number)) for number in range(50)]
    assert strikes(armed(probability=0), calls) == []
    assert strikes(armed(probability=1), calls) == list(range(50))


def test_probability_is_about_the_share_that_is_struck() -> None:
    calls = [call(f"shop-{number}.example.com") for number in range(2000)]
    assert 500 < len(strikes(armed(probability=0.3), calls)) < 700


def test_a_repeated_call_is_drawn_anew() -> None:
    assert 50 < len(strikes(armed(probability=0.5), [call()] * 200)) < 150


@pytest.mark.parametrize("shuffled_by", [1, 2, 3])
def test_the_same_seed_strikes_the_same_calls_in_any_order(shuffled_by: int) -> None:
    calls = [call(f"shop-{number % 70}.example.com") for number in range(200)]
    shuffled = list(calls)
    random.Random(shuffled_by).shuffle(shuffled)  # noqa: S311

    def struck(seed: int, occasions: list[Occasion]) -> list[str]:
        return sorted(occasions[place].text for place in strikes(armed(seed, probability=0.4), occasions))

    assert struck(7, shuffled) == struck(7, calls)
    assert struck(8, calls) != struck(7, calls)


def test_two_rules_of_one_seed_strike_different_calls() -> None:
    calls = [call(str(number)) for number in range(100)]
    assert strikes(armed(place=0, probability=0.5), calls) != strikes(armed(place=1, probability=0.5), calls)


@pytest.mark.parametrize(
    ("once", "again"),
    [
        (
            "arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-4333-8444-555555555555",
            "arn:aws:acm:us-east-1:000000000000:certificate/99999999-2222-4333-8444-aaaaaaaaaaaa",
        ),
        ("/2020-05-31/distribution/E2QWRUHAPOMQZL/config", "/2020-05-31/distribution/E1ABCDEFGHIJK2/config"),
        ('{"hosted_zone_id": {"S": "Z14E5Q6KA7QMFI"}}', '{"hosted_zone_id": {"S": "ZAE0KGN5A2783D"}}'),
        ("d111111abcdef8.cloudfront.net", "d222222abcdef8.cloudfront.net"),
        ("2026-11-22T19:12:01.747Z", "2026-12-01T00:00:00Z"),
        ("lastModifiedTime: Nov 23, 2026 2:12:24 AM", "lastModifiedTime: Dec 1, 2026 11:00:00 PM"),
        ("accessKeyId: ASIA0123456789ABCDEF", "accessKeyId: ASIAFEDCBA9876543210"),
        ("AROAX7Q2M4K9P1ZB3C5D8:shop", "AROA1B2C3D4E5F6G7H8IJ:shop"),
        ('{"at": 1795374721.5}', '{"at": 1795374999.25}'),
        ("Domains-5e6907e7-b02-RequestC9CB3DE4E6374E", "Domains-7c3229e3-97c-RequestCAD37F67AE2AE8"),
        ("http://127.0.0.1:58677/queue", "http://127.0.0.1:48041/queue"),
        ("/restapis/a1b2c3d4e5/v1/_user_request_/jobs", "/restapis/f6a7b8c9d0/v1/_user_request_/jobs"),
        ("/v1/apis/qb4hmqk6zvbh3d/graphql", "/v1/apis/0wcn7srpyvfm2t/graphql"),
        ("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"),
    ],
)
def test_what_a_run_makes_up_does_not_tell_its_calls_apart(once: str, again: str) -> None:
    assert call(f"{once} shop.example.com").identity == call(f"{again} shop.example.com").identity


@pytest.mark.parametrize(
    ("one", "other"),
    [("shop-1.example.com", "shop-2.example.com"), ("d00017.example.com", "d00018.example.com"), ("item 7", "item 8")],
)
def test_names_tell_calls_apart(one: str, other: str) -> None:
    assert call(one).identity != call(other).identity


@pytest.mark.parametrize(
    ("stated", "complaint"),
    [
        ([], "a rule has a kind, one of "),
        ({"kind": "rain"}, "a rule has a kind, one of "),
        ({"kind": "error"}, "missing ['code']"),
        ({"kind": "slow"}, "missing ['seconds']"),
        ({"kind": "event-delayed"}, "missing ['seconds']"),
        ({"kind": "throttle", "seconds": 1}, "unknown ['seconds']"),
        ({"kind": "throttle", "source": "aws.acm"}, "unknown ['source']"),
        ({"kind": "event-lost", "service": "acm"}, "unknown ['service']"),
        ({"kind": "throttle", "nth": 0}, "nth is a whole number from 1"),
        ({"kind": "throttle", "probability": 2}, "probability is between 0 and 1"),
    ],
)
def test_a_rule_that_can_not_be_is_refused(stated: object, complaint: str) -> None:
    with pytest.raises(RuleError) as refused:
        rule_of(stated)
    assert complaint in str(refused.value)


def test_a_caller_is_the_same_under_another_name_of_its_own() -> None:
    assert call(caller="role-1/function-1").identity == call(caller="role-2/function-2").identity


def test_the_command_line_knows_every_kind() -> None:
    assert set(fault_commands.KINDS) == CALLS | EVENTS

"""Differences as people read them."""

from __future__ import annotations

import copy

import pytest

from cloudfront_extensions.versions.diff import diff
from cloudfront_extensions.versions.text import lines, unified
from tests.unit.versions.shop_config import Config, shop_config


@pytest.fixture
def before() -> Config:
    return shop_config()


@pytest.fixture
def after(before: Config) -> Config:
    return copy.deepcopy(before)


def test_a_line_says_risk_kind_path_and_values(before: Config, after: Config) -> None:
    after["CacheBehaviors"]["Items"][0]["ViewerProtocolPolicy"] = "allow-all"
    after["Aliases"] = {"Items": ["shop.example.com"]}
    after["Comment"] = ""
    del after["CustomErrorResponses"]["Items"][1]

    assert lines(diff(before, after)) == [
        "high   added   Aliases[shop.example.com]",
        "high   changed CacheBehaviors[/api/*].ViewerProtocolPolicy: redirect-to-https → allow-all",
        'low    changed Comment: Storefront template: what every customer\'s shop starts from → ""',
        'medium removed CustomErrorResponses[503]: {"ErrorCachingMinTTL": 5, "ResponseCode": "503", "ResponsePagePath": "/…',
    ]


def test_of_a_new_structure_what_goes_without_saying_is_left_out(before: Config, after: Config) -> None:
    origin = {"Id": "api", "DomainName": "api.example.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    after["Origins"]["Items"].append({**origin, "OriginPath": "", "ConnectionAttempts": 3})

    assert lines(diff(before, after)) == [
        'high   added   Origins[api]: {"DomainName": "api.example.com", "S3OriginConfig": {"OriginAccessIdent…'
    ]


def test_of_a_new_order_only_what_moves_is_told(before: Config, after: Config) -> None:
    behaviors = after["CacheBehaviors"]["Items"]
    behaviors.insert(0, behaviors.pop())
    behaviors.insert(1, {**behaviors[0], "PathPattern": "/new"})

    order, new = lines(diff(before, after))

    assert order == "high   moved   CacheBehaviors: *.ico from 3 to 1"
    assert new.startswith("high   added   CacheBehaviors[/new] as number 2: {")


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("bcda", "a from 1 to 4"),
        ("dabc", "d from 4 to 1"),
        ("badc", "b from 2 to 1, d from 4 to 3"),
        ("dcba", "d from 4 to 1, c from 3 to 2, b from 2 to 3"),
    ],
)
def test_as_few_are_told_to_have_moved_as_can_be(order: str, told: str) -> None:
    def config(patterns: str) -> Config:
        behavior = shop_config()["CacheBehaviors"]["Items"][0]
        return shop_config() | {"CacheBehaviors": {"Items": [{**behavior, "PathPattern": one} for one in patterns]}}

    assert lines(diff(config("abcd"), config(order))) == [f"high   moved   CacheBehaviors: {told}"]


def test_what_a_terminal_would_obey_is_written_out(before: Config, after: Config) -> None:
    after["Comment"] = "\x1b[31mred\n\u202eGröße"

    (line,) = lines(diff(before, after))

    assert line.endswith(r"→ \x1b[31mred\n\u202eGröße")


def test_unified_text_shows_both_canonical_forms_line_by_line(before: Config, after: Config) -> None:
    after["Origins"]["Items"].reverse()
    after["PriceClass"] = "PriceClass_All"

    assert unified(before, after, ("version 1", "version 2")).splitlines()[:9] == [
        "--- version 1",
        "+++ version 2",
        "@@ -272,7 +272,7 @@",
        "     ],",
        '     "Quantity": 2',
        "   },",
        '-  "PriceClass": "PriceClass_100",',
        '+  "PriceClass": "PriceClass_All",',
        '   "Restrictions": {',
    ]


def test_unified_text_shows_that_a_secret_changes_and_not_what_it_is(before: Config, after: Config) -> None:
    after["Origins"]["Items"][0]["CustomHeaders"]["Items"][0]["HeaderValue"] = "hunter2"

    text = unified(before, after)

    changes = [line for line in text.splitlines() if line[0] in "+-" and line[:3] not in ("+++", "---")]
    assert changes == ['-              "HeaderValue": "(secret 2)"', '+              "HeaderValue": "(secret 3)"']
    assert "hunter2" not in text
    assert "replace-with" not in text

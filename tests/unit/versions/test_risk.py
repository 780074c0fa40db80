"""How much a change can harm, and why."""

from __future__ import annotations

import pytest

from cloudfront_extensions.versions.diff import Change, ChangeKind, diff, diff_tags
from cloudfront_extensions.versions.paths import Element, Path
from cloudfront_extensions.versions.risk import RISKS, UNKNOWN_MEMBER, Risk, as_json, assess, risk_of
from cloudfront_extensions.versions.shape import LISTS
from tests.unit.versions.cloudfront_model import places
from tests.unit.versions.shop_config import shop_config

KEYS = {f"{place}[].{listed.key}" for place, listed in LISTS.items() if listed.key}
"""Members that never change: an element with another key is another element."""


def change(*path: str | Element) -> Change:
    return Change(path, ChangeKind.CHANGED, "a", "b")


def as_path(place: str) -> Path:
    steps: list[str | Element] = []
    for name in place.split("."):
        steps.append(name.removesuffix("[]"))
        if name.endswith("[]"):
            steps.append(Element("x"))
    return tuple(steps)


@pytest.mark.parametrize("place", sorted(places().keys() - KEYS))
def test_every_place_of_the_model_has_a_risk_with_a_reason(place: str) -> None:
    assert assess(change(*as_path(place))) is not UNKNOWN_MEMBER


def test_the_table_names_no_place_that_the_model_does_not_have() -> None:
    assert RISKS.keys() - places().keys() == {"Tags"}


@pytest.mark.parametrize("place", ["FutureMember", "Origins[].FutureMember", "DefaultCacheBehavior.FutureMember.x"])
def test_a_member_that_nobody_knows_is_of_medium_risk_because_nobody_knows_it(place: str) -> None:
    assert assess(change(*as_path(place))) == (Risk.MEDIUM, "a member that this table does not know")


@pytest.mark.parametrize(
    ("place", "risk"),
    [
        ("Aliases[]", "high"),
        ("ViewerCertificate.ACMCertificateArn", "high"),
        ("Origins[]", "high"),
        ("Origins[].CustomHeaders[].HeaderValue", "high"),
        ("DefaultCacheBehavior.ViewerProtocolPolicy", "high"),
        ("CacheBehaviors[].FunctionAssociations[].FunctionARN", "high"),
        ("CacheBehaviors[].TrustedKeyGroups[]", "high"),
        ("WebACLId", "high"),
        ("Restrictions.GeoRestriction[]", "high"),
        ("Enabled", "high"),
        ("CustomErrorResponses[].ResponseCode", "medium"),
        ("DefaultRootObject", "medium"),
        ("Comment", "low"),
        ("Logging.Bucket", "low"),
        ("PriceClass", "low"),
        ("HttpVersion", "low"),
    ],
)
def test_risks_of_well_known_members(place: str, risk: str) -> None:
    assert assess(change(*as_path(place))).risk == risk


def test_the_worst_change_counts() -> None:
    low, medium, high = change("Comment"), change("DefaultRootObject"), change("Enabled")

    assert risk_of([low]) is Risk.LOW
    assert risk_of([medium, low]) is Risk.MEDIUM
    assert risk_of([low, high, medium]) is Risk.HIGH
    assert risk_of([]) is None


def test_tags_are_of_low_risk() -> None:
    assert risk_of(diff_tags({}, {"team": "shop"})) is Risk.LOW


def test_json_for_reports_has_path_kind_values_risk_and_reason() -> None:
    before, after = shop_config(), shop_config()
    after["DefaultCacheBehavior"]["Compress"] = False

    assert as_json(diff(before, after)) == [
        {
            "path": "DefaultCacheBehavior.Compress",
            "kind": "changed",
            "before": True,
            "after": False,
            "risk": "low",
            "reason": "the size of answers",
        }
    ]


def test_json_for_reports_says_that_a_secret_changed_but_not_what_it_is() -> None:
    before, after = shop_config(), shop_config()
    headers = after["Origins"]["Items"][0]["CustomHeaders"]["Items"]
    headers[0]["HeaderValue"] = "hunter2"
    headers.append({"HeaderName": "X-New", "HeaderValue": "hunter3"})

    changed, added = as_json(diff(before, after))[::-1]

    assert (changed["kind"], changed["before"], changed["after"]) == ("changed", "(secret)", "(secret)")
    assert added["after"] == {"HeaderName": "X-New", "HeaderValue": "(secret)"}

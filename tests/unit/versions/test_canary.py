"""What a canary can't bring about."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.versions.canary import CHANGEABLE, why_no_canary
from cloudfront_extensions.versions.diff import diff
from tests.unit.versions.shops import behavior, block, certificate, origin, shop


def reasons(planned: dict[str, Any], live: dict[str, Any] | None = None) -> list[str]:
    live = live or shop()
    return list(why_no_canary(live, diff(live, planned)))


@pytest.mark.parametrize(
    "changes",
    [
        {"CacheBehaviors": block(behavior(PathPattern="/api/*"))},
        {"Comment": "tried"},
        {"CustomErrorResponses": block({"ErrorCode": 404, "ErrorCachingMinTTL": 5})},
        {"DefaultCacheBehavior": behavior(Compress=False)},
        {"DefaultRootObject": "start.html"},
        {"Logging": {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""}},
        {"OriginGroups": block({"Id": "group", "Members": block({"OriginId": "web"})})},
        {"Origins": block(origin(), origin("api"))},
        {"Restrictions": {"GeoRestriction": block("KP", RestrictionType="blacklist")}},
    ],
)
def test_these_can_be_tried_on_a_part_of_the_viewers(changes: dict[str, Any]) -> None:
    assert changes.keys() <= CHANGEABLE
    assert reasons(shop(**changes)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"Aliases": block("new.example.com")},
        {"ViewerCertificate": certificate("other")},
        {"WebACLId": ""},
        {"PriceClass": "PriceClass_100"},
        {"HttpVersion": "http2and3"},
        {"IsIPV6Enabled": False},
        {"Enabled": False},
        {"FutureMember": 1},
    ],
)
def test_all_else_is_named_as_what_can_not_change(changes: dict[str, Any]) -> None:
    (member,) = changes
    assert reasons(shop(**changes)) == [f"{member}: CloudFront does not let it change during continuous deployment"]


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ({"Enabled": False}, "it is disabled"),
        ({"Staging": True}, "it is a staging distribution itself"),
        ({"ContinuousDeploymentPolicyId": "policy"}, "it has a continuous deployment policy"),
        ({"ConnectionMode": "tenant-only"}, "a multi-tenant distribution"),
        ({"HttpVersion": "http3"}, "HttpVersion: HTTP/3 excludes it"),
        ({"HttpVersion": "http2and3"}, "HttpVersion: HTTP/3 excludes it"),
    ],
)
def test_some_distributions_can_not_have_one_whatever_changes(own: dict[str, Any], says: str) -> None:
    (reason,) = reasons(shop(Comment="tried", **own), live=shop(**own))
    assert reason.startswith(says)

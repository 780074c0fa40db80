"""How changes are named."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cloudfront_extensions.versions.content import canonical
from cloudfront_extensions.versions.diff import Change, ChangeKind, diff, diff_tags
from cloudfront_extensions.versions.paths import Element, text_of
from tests.unit.versions.shop_config import Config, shop_config


@pytest.fixture
def before() -> Config:
    return shop_config()


@pytest.fixture
def after(before: Config) -> Config:
    return copy.deepcopy(before)


def told(changes: tuple[Change, ...]) -> list[tuple[str, str, Any, Any]]:
    return [(text_of(change.path), change.kind, change.before, change.after) for change in changes]


def test_a_member_that_changes_is_named_by_its_path(before: Config, after: Config) -> None:
    after["CacheBehaviors"]["Items"][0]["ViewerProtocolPolicy"] = "allow-all"

    assert told(diff(before, after)) == [
        ("CacheBehaviors[/api/*].ViewerProtocolPolicy", "changed", "redirect-to-https", "allow-all")
    ]


def test_elements_of_a_set_come_and_go(before: Config, after: Config) -> None:
    after["Restrictions"]["GeoRestriction"] |= {"Quantity": 2, "Items": ["SY", "IR"]}

    assert told(diff(before, after)) == [
        ("Restrictions.GeoRestriction[IR]", "added", None, "IR"),
        ("Restrictions.GeoRestriction[KP]", "removed", "KP", None),
    ]


def test_a_header_of_an_origin_is_found_wherever_it_stands(before: Config, after: Config) -> None:
    after["Origins"]["Items"].reverse()
    after["Origins"]["Items"][1]["CustomHeaders"]["Items"].reverse()
    after["Origins"]["Items"][1]["CustomHeaders"]["Items"][0]["HeaderValue"] = "shop"

    assert told(diff(before, after)) == [
        ("Origins[storefront].CustomHeaders[X-Forwarded-Platform].HeaderValue", "changed", "storefront", "shop")
    ]


def test_an_element_that_is_new_is_one_change_in_canonical_form(before: Config, after: Config) -> None:
    after["CustomErrorResponses"]["Items"].append({"ErrorCode": 404, "ErrorCachingMinTTL": 1})

    (change,) = diff(before, after)

    assert change.path == ("CustomErrorResponses", Element(404))
    assert (change.kind, change.after) == (ChangeKind.ADDED, {"ErrorCode": 404, "ErrorCachingMinTTL": 1})


def test_behaviors_in_another_order_are_one_change_of_the_order(before: Config, after: Config) -> None:
    after["CacheBehaviors"]["Items"].reverse()

    assert told(diff(before, after)) == [
        ("CacheBehaviors", "moved", ("/api/*", "/assets/*", "*.ico"), ("*.ico", "/assets/*", "/api/*"))
    ]


def test_a_behavior_put_between_others_moves_none_of_them(before: Config, after: Config) -> None:
    new = {**after["CacheBehaviors"]["Items"][0], "PathPattern": "/v2/*"}
    after["CacheBehaviors"]["Items"].insert(1, new)

    (change,) = diff(before, after)

    assert (text_of(change.path), change.kind, change.position) == ("CacheBehaviors[/v2/*]", "added", 1)


def test_a_behavior_taken_out_moves_none_of_the_others(before: Config, after: Config) -> None:
    del after["CacheBehaviors"]["Items"][0]

    assert [(path, kind) for path, kind, *_ in told(diff(before, after))] == [("CacheBehaviors[/api/*]", "removed")]


def test_the_members_of_an_origin_group_are_compared_in_their_order(before: Config, after: Config) -> None:
    members = [{"OriginId": "storefront"}, {"OriginId": "static-assets"}]
    group = {"Id": "both", "FailoverCriteria": {"StatusCodes": {"Items": [500]}}, "Members": {"Items": members}}
    before["OriginGroups"] = {"Items": [group]}
    after["OriginGroups"] = {"Items": [{**group, "Members": {"Items": members[::-1]}}]}

    assert told(diff(before, after)) == [("OriginGroups[both].Members.Items", "changed", members, members[::-1])]


def test_a_kind_of_origin_that_replaces_another_is_told_whole(before: Config, after: Config) -> None:
    origin = after["Origins"]["Items"][1]
    del origin["S3OriginConfig"]
    origin["VpcOriginConfig"] = {"VpcOriginId": "vo-1"}

    assert told(diff(before, after)) == [
        ("Origins[static-assets].S3OriginConfig", "removed", {"OriginAccessIdentity": ""}, None),
        ("Origins[static-assets].VpcOriginConfig", "added", None, {"VpcOriginId": "vo-1"}),
    ]


def test_a_member_left_out_is_compared_with_what_cloudfront_fills_in(before: Config, after: Config) -> None:
    del after["PriceClass"]
    del after["Logging"]

    assert told(diff(before, after)) == [
        ("Logging.Bucket", "changed", "storefront-access-logs.s3.amazonaws.com", ""),
        ("Logging.Enabled", "changed", True, False),
        ("Logging.Prefix", "changed", "template/", ""),
        ("PriceClass", "changed", "PriceClass_100", "PriceClass_All"),
    ]


def test_a_certificate_is_told_once_though_cloudfront_names_it_twice(before: Config, after: Config) -> None:
    chosen = {"SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.2_2021", "CertificateSource": "acm"}
    before["ViewerCertificate"] = {**chosen, "ACMCertificateArn": "arn:1", "Certificate": "arn:1"}
    after["ViewerCertificate"] = {**chosen, "ACMCertificateArn": "arn:2", "Certificate": "arn:2"}

    assert told(diff(before, after)) == [("ViewerCertificate.ACMCertificateArn", "changed", "arn:1", "arn:2")]


@pytest.mark.parametrize(("was", "now"), [("1", 1), (True, "true"), (None, ""), (None, 0), ([], {}), (1, 2)])
def test_what_python_takes_for_different_is_different(before: Config, after: Config, was: object, now: object) -> None:
    before["FutureMember"], after["FutureMember"] = [was], [now]

    assert told(diff(before, after)) == [("FutureMember", "changed", [was], [now])]


def test_a_list_of_an_unknown_member_is_compared_in_its_order(before: Config, after: Config) -> None:
    before["FutureMember"] = {"Quantity": 2, "Items": ["a", "b"]}
    after["FutureMember"] = {"Quantity": 2, "Items": ["b", "a"]}

    assert told(diff(before, after)) == [("FutureMember.Items", "changed", ["a", "b"], ["b", "a"])]


def test_a_list_with_one_id_twice_is_compared_as_it_stands(before: Config, after: Config) -> None:
    after["Origins"]["Items"].append(after["Origins"]["Items"][0])

    (change,) = diff(before, after)

    assert (text_of(change.path), change.kind, len(change.after)) == ("Origins.Items", "changed", 3)


def test_changes_come_in_the_order_of_their_paths(before: Config, after: Config) -> None:
    after |= {"Comment": "new", "Enabled": False, "Aliases": {"Items": ["b.example.com", "a.example.com"]}}

    assert [text_of(change.path) for change in diff(before, after)] == [
        "Aliases[a.example.com]",
        "Aliases[b.example.com]",
        "Comment",
        "Enabled",
    ]


def test_from_nothing_to_a_whole_configuration(before: Config) -> None:
    assert diff({}, {}) == ()
    assert "Origins" in [text_of(change.path) for change in diff({}, before)]
    assert canonical({})["ViewerCertificate"]["CloudFrontDefaultCertificate"] is True


def test_values_are_kept_out_of_the_representation_for_logs(before: Config, after: Config) -> None:
    after["Origins"]["Items"][0]["CustomHeaders"]["Items"][0]["HeaderValue"] = "hunter2"

    assert "hunter2" not in repr(diff(before, after))


def test_tags_are_compared_beside_the_configuration() -> None:
    changes = diff_tags({"team": "shop", "stage": "dev", "old": ""}, {"team": "shop", "stage": "prod", "new": ""})

    assert told(changes) == [
        ("Tags[new]", "added", None, ""),
        ("Tags[old]", "removed", "", None),
        ("Tags[stage]", "changed", "dev", "prod"),
    ]


class Counting(dict[str, Any]):
    """A structure that counts how often its members are gone through."""

    visits = 0

    def items(self) -> Any:
        Counting.visits += 1
        return super().items()


@pytest.mark.parametrize("number", [10, 100, 1000])
def test_every_structure_is_visited_a_few_times_however_many_there_are(number: int) -> None:
    def config(comment: str) -> Config:
        shop = shop_config()
        behavior = shop["CacheBehaviors"]["Items"][0]
        shop["CacheBehaviors"] = {"Items": [Counting(behavior, PathPattern=f"/{at}/*") for at in range(number)]}
        shop["CacheBehaviors"]["Items"][number // 2]["Comment"] = comment
        return shop

    before, after, Counting.visits = config("a"), config("b"), 0

    assert len(diff(before, after)) == 1
    assert Counting.visits <= 2 * number + 10

"""What of a target stays its own when it gets the configuration of a version."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from botocore.session import get_session

from cloudfront_extensions.errors import VersionIncomplete
from cloudfront_extensions.versions.keep import FIELDS, NAMES, Kept, kept_fields, kept_for_want, planned_config
from tests.unit.versions.shops import behavior, block, origin, shop

ALWAYS = ("callerReference", "staging", "continuousDeploymentPolicy", "connectionMode")
SHOP, BLOG = shop("shop"), shop("blog", DefaultCacheBehavior=behavior(Compress=False), PriceClass="PriceClass_100")


def taken_over(source: dict[str, Any], target: dict[str, Any], planned: dict[str, Any]) -> set[str]:
    """The members in which the two differ and the planned configuration is as the source."""
    differing = {name for name in source.keys() | target.keys() if source.get(name) != target.get(name)}
    assert all(planned.get(name) in (source.get(name), target.get(name)) for name in planned)
    return {name for name in differing if planned.get(name) == source.get(name)}


def test_the_table_has_every_member_of_a_configuration_once() -> None:
    model = get_session().get_service_model("cloudfront").shape_for("DistributionConfig")

    members = [member for field in FIELDS for member in field.members]
    assert sorted(members) == sorted(model.members)
    assert len(set(NAMES)) == len(FIELDS)
    assert all(field.reason for field in FIELDS)


def test_another_distributions_configuration_leaves_a_target_what_makes_it_itself() -> None:
    planned = planned_config(BLOG, SHOP, kept_fields(None, same_distribution=False))

    assert taken_over(SHOP, BLOG, planned) == {"DefaultCacheBehavior", "PriceClass"}


def test_a_version_of_its_own_comes_back_as_it_was_but_for_aliases_and_certificate() -> None:
    before = {**BLOG, "CallerReference": SHOP["CallerReference"]}
    planned = planned_config(SHOP, before, kept_fields(None, same_distribution=True))

    assert taken_over(before, SHOP, planned) == {"DefaultCacheBehavior", "PriceClass", "Comment", "Logging", "WebACLId"}


def test_those_who_keep_nothing_consent_to_other_aliases_and_another_certificate() -> None:
    planned = planned_config(BLOG, SHOP, kept_fields([], same_distribution=False))

    assert (planned["Aliases"], planned["ViewerCertificate"]) == (SHOP["Aliases"], SHOP["ViewerCertificate"])
    assert planned["CallerReference"] == BLOG["CallerReference"]


def test_what_is_named_is_kept_and_the_default_is_not() -> None:
    kept = kept_fields(["priceClass", "comment"], same_distribution=False)

    assert kept == (*ALWAYS, "comment", "priceClass")


@pytest.mark.parametrize("name", [field.name for field in FIELDS if field.kept is Kept.ALWAYS])
def test_some_fields_are_kept_whatever_is_asked_for(name: str) -> None:
    assert name in kept_fields([], same_distribution=True)


def test_origins_are_kept_with_their_groups() -> None:
    group = {"Id": "failover", "Members": block({"OriginId": "a"}, {"OriginId": "b"})}
    target = {**BLOG, "Origins": block(origin("a"), origin("b")), "OriginGroups": block(group)}
    planned = planned_config(target, SHOP, kept_fields(["origins"], same_distribution=False))

    assert (planned["Origins"], planned["OriginGroups"]) == (target["Origins"], target["OriginGroups"])


def test_what_the_target_does_not_have_is_kept_absent() -> None:
    bare = {name: value for name, value in BLOG.items() if name != "Logging"}

    assert "Logging" not in planned_config(bare, SHOP, kept_fields(None, same_distribution=False))


def test_a_member_that_is_newer_than_the_table_comes_with_the_version() -> None:
    planned = planned_config(BLOG, {**SHOP, "FutureMember": {"on": True}}, kept_fields(None, same_distribution=False))
    assert planned["FutureMember"] == {"on": True}

    planned = planned_config({**BLOG, "FutureMember": {"on": True}}, SHOP, kept_fields(None, same_distribution=False))
    assert "FutureMember" not in planned


def test_neither_configuration_is_changed_nor_shared() -> None:
    target, source = deepcopy(BLOG), deepcopy(SHOP)
    planned = planned_config(target, source, kept_fields(None, same_distribution=False))
    planned["Aliases"]["Items"].append("new.example.com")
    planned["DefaultCacheBehavior"]["Compress"] = "changed"

    assert (target, source) == (BLOG, SHOP)


def test_what_cloudtrail_hides_is_kept_besides() -> None:
    kept = kept_fields([], same_distribution=True, besides=kept_for_want(["Comment"]))

    assert kept == (*ALWAYS, "comment")


@pytest.mark.parametrize(
    "hidden",
    [
        ["Origins.Items[0].CustomHeaders.Items[0].HeaderValue"],
        ["Comment", "Origins.Items[0].CustomHeaders.Items[0].HeaderValue"],
        ["Origins"],
    ],
)
def test_what_is_hidden_in_the_middle_of_something_can_not_be_kept_apart(hidden: list[str]) -> None:
    with pytest.raises(VersionIncomplete, match="CloudTrail did not tell Origins"):
        kept_for_want(hidden)

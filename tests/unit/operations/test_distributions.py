"""The account's distributions as both APIs tell of them: CloudFront's page, joined with what is known of its versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cloudfront_extensions.aws import clients
from cloudfront_extensions.aws.executions import execution_arn
from cloudfront_extensions.aws.rollback_store import Lock, RollbackStore
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import (
    AwsRefused,
    DistributionNotFound,
    InvalidCursor,
    InvalidInput,
    split_next_action,
)
from cloudfront_extensions.operations.cursors import cursor_after
from cloudfront_extensions.operations.distributions import get_distribution, list_distributions
from cloudfront_extensions.operations.snapshots import create_snapshot
from cloudfront_extensions.versions.records import DELETED_ETAG, Seen, VersionKind
from tests.unit.aws.cloudfront_account import CloudFrontAccount
from tests.unit.conftest import Account
from tests.unit.operations.calls import calls_made
from tests.unit.operations.people import OPERATOR
from tests.unit.operations.state_machine import Workflow
from tests.unit.versions.shop_config import shop_config


@pytest.fixture
def cloudfront(account: Account) -> Iterator[CloudFrontAccount]:
    found = CloudFrontAccount()
    with found.in_place_of_aws():
        yield found


def shop(**members: Any) -> dict[str, Any]:
    return {**shop_config(), **members}


def test_what_cloudfront_tells_and_what_is_known_here_stand_together(cloudfront: CloudFrontAccount) -> None:
    aliases = {"Quantity": 1, "Items": ["shop.example.com"]}
    cloudfront.add("E1", shop(Comment="the shop", Aliases=aliases, Enabled=True), status="InProgress")
    VersionStore().record(Seen("E1", "E1", config=shop(), modified_at="2026-03-02T09:14:07.000Z"))

    (found,) = list_distributions()["items"]
    assert found == {
        "distributionId": "E1",
        "domainName": "e1.cloudfront.net",
        "aliases": ["shop.example.com"],
        "enabled": True,
        "status": "InProgress",
        "comment": "the shop",
        "etag": None,
        "modifiedAt": "2026-03-02T09:14:07.000Z",
        "liveVersion": 1,
        "staging": False,
        "multiTenant": False,
    }


def test_multi_tenant_and_staging_distributions_are_shown_as_such(cloudfront: CloudFrontAccount) -> None:
    cloudfront.add("E1", {**shop(ConnectionMode="tenant-only")})
    cloudfront.add("E2", shop(Staging=True))

    tenants, staging = list_distributions()["items"]
    assert (tenants["multiTenant"], tenants["staging"]) == (True, False)
    assert (staging["multiTenant"], staging["staging"]) == (False, True)
    assert get_distribution("E1")["multiTenant"]


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_the_list_is_whole_with_two_calls_for_a_page(cloudfront: CloudFrontAccount, limit: int) -> None:
    for number in range(1, 5):
        cloudfront.add(f"E{number}", shop())
        VersionStore().record(Seen(f"E{number}", "E1", config=shop(), modified_at="2026-03-02T09:14:07.000Z"))
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        cloudfront.calls.clear()
        with calls_made() as calls:
            page = list_distributions(limit=limit, cursor=cursor)
        assert [*cloudfront.calls, *calls] == ["ListDistributions", "BatchGetItem"]
        found += [(each["distributionId"], each["liveVersion"]) for each in page["items"]]
        cursor, pages = page["nextCursor"], pages + 1

    assert found == [(f"E{number}", 1) for number in range(1, 5)]


def test_an_account_without_any_has_an_empty_list(cloudfront: CloudFrontAccount) -> None:
    assert list_distributions() == {"items": [], "nextCursor": None}


@pytest.mark.parametrize("limit", [0, -1, 101, 10**9, True, "5", 2.0])
def test_a_page_has_a_sensible_size(cloudfront: CloudFrontAccount, limit: Any) -> None:
    with pytest.raises(InvalidInput, match="limit"):
        list_distributions(limit=limit)
    assert cloudfront.calls == []


def test_a_broken_cursor_is_refused_before_anything_is_asked(cloudfront: CloudFrontAccount) -> None:
    with pytest.raises(InvalidCursor):
        list_distributions(cursor="E1")
    assert cloudfront.calls == []


@pytest.mark.parametrize("place", ["e1", "E1/", "E1\n", "../E1", "E" * 33, "\x00", "E1&Marker=E2"], ids=ascii)
def test_a_forged_place_is_refused_before_anything_is_asked(cloudfront: CloudFrontAccount, place: str) -> None:
    with pytest.raises(InvalidCursor):
        list_distributions(cursor=cursor_after(place, "distributions"))
    assert cloudfront.calls == []


def test_a_place_that_cloudfront_does_not_take_is_a_bad_cursor(cloudfront: CloudFrontAccount) -> None:
    cloudfront.refuse("ListDistributions", "InvalidArgument")
    with pytest.raises(InvalidCursor):
        list_distributions(cursor=cursor_after("ENONE", "distributions"))
    cloudfront.refuse("ListDistributions", "InvalidArgument")
    with pytest.raises(AwsRefused):
        list_distributions()


def test_one_distribution_has_its_configuration_summed_up(cloudfront: CloudFrontAccount) -> None:
    web_acl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b"
    config = shop(WebACLId=web_acl, DefaultRootObject="index.html", Logging={"Enabled": True})
    cloudfront.add("E1", config)
    found = get_distribution("E1")

    assert found["config"] == {
        "origins": [{"id": origin["Id"], "domainName": origin["DomainName"]} for origin in config["Origins"]["Items"]],
        "behaviors": 1 + len(config["CacheBehaviors"]["Items"]),
        "defaultRootObject": "index.html",
        "priceClass": config["PriceClass"],
        "httpVersion": config["HttpVersion"],
        "certificateArn": None,
        "webAclId": web_acl,
        "logging": True,
    }
    assert (found["versions"], found["snapshotCount"], found["rollback"]) == (None, 0, None)


def test_it_tells_whether_its_live_version_is_still_what_is_live(cloudfront: CloudFrontAccount) -> None:
    cloudfront.add("E1", shop())
    VersionStore().record(Seen("E1", "E0", config=shop(), modified_at="2026-03-02T09:00:00.000Z"))
    assert get_distribution("E1")["versions"] == {"last": 1, "live": 1, "isCurrent": False}

    create_snapshot("E1", name="now", caller=OPERATOR)
    found = get_distribution("E1")
    assert found["versions"] == {"last": 2, "live": 2, "isCurrent": True}
    assert found["snapshotCount"] == 1


def test_a_rollback_that_works_on_it_is_named_for_as_long_as_it_runs(
    cloudfront: CloudFrontAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloudfront.add("E1", shop())
    workflow = Workflow("ConfigRollback", "CONFIG_ROLLBACK", monkeypatch)
    arn = workflow.start("rollback-1", {})
    RollbackStore().take_lock("E1", Lock("rollback-1", arn), None)
    assert get_distribution("E1")["rollback"] == {"requestToken": "rollback-1", "executionArn": arn}

    workflow.end(arn)
    assert get_distribution("E1")["rollback"] is None

    RollbackStore().take_lock(
        "E1", Lock("rollback-0", execution_arn(workflow.arn, "forgotten")), Lock("rollback-1", arn)
    )
    assert get_distribution("E1")["rollback"] is None


def test_a_deleted_distribution_is_not_found_and_its_versions_are_pointed_to(cloudfront: CloudFrontAccount) -> None:
    VersionStore().record(Seen("E1", DELETED_ETAG, VersionKind.DELETED))
    with pytest.raises(DistributionNotFound) as refused:
        get_distribution("E1")
    reason, next_action = split_next_action(str(refused.value))
    assert "E1" in reason
    assert "versions" in str(next_action)


@pytest.mark.parametrize("bad", ["../E1", "e1", "", "E1?x", None])
def test_an_id_that_is_none_is_refused_before_anything_is_asked(cloudfront: CloudFrontAccount, bad: Any) -> None:
    with pytest.raises(InvalidInput, match="distributionId"):
        get_distribution(bad)
    assert cloudfront.calls == []


def test_reading_writes_nothing(cloudfront: CloudFrontAccount) -> None:
    cloudfront.add("E1", shop())
    with calls_made() as calls:
        list_distributions()
        get_distribution("E1")
    assert set(calls) <= {"BatchGetItem", "GetItem", "Query"}
    assert clients.client("dynamodb").scan(TableName="versions")["Count"] == 0

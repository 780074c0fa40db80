"""Deployments and their attachments: by name, by distribution and in pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudfront_extensions.aws import deployment_store
from cloudfront_extensions.aws.deployment_store import DeploymentStore
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.errors import DeploymentNotFound
from cloudfront_extensions.extensions.deployment_records import AttachedFunction, Claim, Deployment, DeploymentStatus
from cloudfront_extensions.extensions.deployment_request import Attachment
from cloudfront_extensions.versions.edge_functions import EdgeEvent
from tests.unit.conftest import Account, create_table

SHOP = Deployment("shop", "directory-index", "spring", "hash-1", "execution-1", requested_by="ann")
SUMMER = Claim("summer", "hash-2", "execution-2")
ARN = "arn:aws:cloudfront::123456789012:function/shop"


@pytest.fixture
def store(account: Account, monkeypatch: pytest.MonkeyPatch) -> DeploymentStore:
    create_table("deployments", "configuration", "VersionsTable")
    monkeypatch.setenv("DEPLOYMENTS_TABLE", "deployments")
    return DeploymentStore()


def attached(deployment: str, distribution: str, pattern: str = "*") -> AttachedFunction:
    return AttachedFunction(deployment, Attachment(distribution, pattern, EdgeEvent.VIEWER_REQUEST), ARN)


def test_a_deployment_is_made_once(store: DeploymentStore) -> None:
    assert store.create(SHOP)
    assert not store.create(replace(SHOP, token="summer"))
    found = store.existing("shop")
    assert found.created_at == found.updated_at != ""
    assert replace(found, created_at="", updated_at="") == SHOP


def test_what_is_not_there_is_told(store: DeploymentStore) -> None:
    assert store.deployment("shop") is None
    with pytest.raises(DeploymentNotFound, match="shop"):
        store.existing("shop")


def test_whoever_works_on_it_notes_how_far_it_is(store: DeploymentStore) -> None:
    store.create(SHOP)
    facts = {"version": "1.0.0", "content_hash": "abc", "stack_id": "arn", "parameters": {"Mode": "", "Rules": "[]"}}
    assert store.note("shop", "execution-1", status=DeploymentStatus.LIVE, functions={"viewer-request": ARN}, **facts)
    found = store.existing("shop")
    assert found.status is DeploymentStatus.LIVE
    assert found.functions == {"viewer-request": ARN}
    assert {name: getattr(found, name) for name in facts} == facts


def test_another_execution_takes_it_over_and_begins_anew(store: DeploymentStore) -> None:
    store.create(SHOP)
    store.note("shop", "execution-1", status=DeploymentStatus.FAILED, error="E", reason="R", next_action="N")
    before = store.existing("shop")
    assert store.take_over(before, SUMMER, extension="cors")
    found = store.existing("shop")
    assert (found.claim, found.status, found.extension) == (SUMMER, DeploymentStatus.BEGUN, "cors")
    assert (found.error, found.reason, found.next_action) == (None, None, None)
    # AND the one before can neither note anything nor take it back
    assert not store.note("shop", "execution-1", status=DeploymentStatus.LIVE)
    assert not store.take_over(before, before.claim)
    assert store.existing("shop") == found


def test_what_is_not_there_is_neither_noted_nor_taken_over(store: DeploymentStore) -> None:
    assert not store.note("shop", "execution-1", status=DeploymentStatus.LIVE)
    assert not store.take_over(SHOP, SUMMER)
    assert store.deployment("shop") is None


def test_deployments_are_listed_in_pages_the_newest_first(
    store: DeploymentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        monkeypatch.setattr(deployment_store, "now", lambda number=number: f"2026-03-0{number + 1}T00:00:00.000Z")
        store.create(replace(SHOP, name=f"shop-{number}"))
    names, after = [], None
    while True:
        page = store.newest(2, after)
        names.append([found.name for found in page.deployments])
        after = page.last
        if after is None:
            break
    assert names == [["shop-4", "shop-3"], ["shop-2", "shop-1"], ["shop-0"]]


def test_what_is_attached_is_known_by_deployment(store: DeploymentStore) -> None:
    store.create(SHOP)
    one, other = attached("shop", "E1"), attached("shop", "E2", "/a#b/*")
    for each in (other, one, attached("other", "E1")):
        store.attach(each)
    assert list(store.attached("shop")) == [one, other]
    done = replace(one, attached_at="2026-03-02T00:00:00.000Z")
    store.attach(done)
    store.detach("shop", other.place)
    store.detach("shop", other.place)
    assert list(store.attached("shop")) == [done]
    assert store.existing("shop").name == "shop"


def test_the_deployments_of_a_distribution_are_a_query_in_pages(store: DeploymentStore) -> None:
    wanted = [attached("a", "E1"), attached("a", "E1", "/#/*"), attached("b", "E1")]
    for each in (*wanted, attached("a", "E2")):
        store.attach(each)
    first = store.attached_to("E1", 2)
    assert first.last
    rest = store.attached_to("E1", 2, first.last)
    assert first.attached + rest.attached == wanted
    assert rest.last is None
    assert store.attached_to("E3", 2).attached == []


def test_a_table_can_be_given(store: DeploymentStore) -> None:
    DeploymentStore(Table("deployments")).create(SHOP)
    assert store.existing("shop").extension == "directory-index"

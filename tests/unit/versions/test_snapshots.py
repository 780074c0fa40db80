"""What may be asked of snapshots."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.versions.snapshots import Action, SnapshotRequest, parse_request

ID = "E2QWRUHAPOMQZL"
CREATE = {"action": "create", "distributionId": ID, "name": "known-good"}


def test_a_snapshot_is_of_the_live_version_unless_one_is_named() -> None:
    assert parse_request(CREATE) == SnapshotRequest(Action.CREATE, ID, "known-good", number=None)
    more = {"version": 7, "note": "as of the sale", "requestedBy": "ops@example.com"}
    assert parse_request({**CREATE, **more}) == SnapshotRequest(
        Action.CREATE, ID, "known-good", 7, "as of the sale", "ops@example.com"
    )


@pytest.mark.parametrize("name", ["a", "A.b_c-9", "x" * 64, "Latest", "latest.1"])
def test_a_name_may_be(name: str) -> None:
    assert parse_request({**CREATE, "name": name}).name == name


@pytest.mark.parametrize("name", ["", "x" * 65, "two words", "ä", "a/b", "a#b", "a\n", None, 7])
def test_a_name_may_not_be(name: object) -> None:
    for action in ({"action": "create"}, {"action": "describe"}, {"action": "delete"}):
        with pytest.raises(InvalidInput, match=r"^name: "):
            parse_request({**CREATE, **action, "name": name})


def test_the_latest_can_be_described_and_never_stored() -> None:
    latest = {"distributionId": ID, "name": "latest"}
    assert parse_request({**latest, "action": "describe"}).name == "latest"
    for action in ({"action": "create"}, {"action": "annotate", "note": ""}, {"action": "delete"}):
        with pytest.raises(InvalidInput, match="always stands for the live version"):
            parse_request({**latest, **action})


@pytest.mark.parametrize(
    ("field", "document"),
    [
        ("action", {"distributionId": ID}),
        ("action", {"action": "move", "distributionId": ID}),
        ("action", {"action": ["create"], "distributionId": ID}),
        ("distributionId", {"action": "list"}),
        ("distributionId", {"action": "list", "distributionId": "arn:aws:cloudfront::111122223333:distribution/E1"}),
        ("name", {"action": "describe", "distributionId": ID}),
        ("note", {"action": "annotate", "distributionId": ID, "name": "known-good"}),
        ("note", {**CREATE, "note": "x" * 1_001}),
        ("note", {**CREATE, "note": 7}),
        ("requestedBy", {**CREATE, "requestedBy": "x" * 257}),
        ("version", {**CREATE, "version": 0}),
        ("version", {**CREATE, "version": True}),
        ("version", {**CREATE, "version": "7"}),
        ("version", {"action": "pin", "distributionId": ID}),
        ("name", {"action": "pin", "distributionId": ID, "version": 1, "name": "known-good"}),
        ("version", {"action": "delete", "distributionId": ID, "name": "known-good", "version": 1}),
    ],
    ids=str,
)
def test_a_wrong_missing_or_superfluous_field_is_named(field: str, document: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=f"^{field}: "):
        parse_request(document)

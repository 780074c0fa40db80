"""A version says which rollback wrote it, whichever of the two is known first."""

from __future__ import annotations

import pytest

from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.versions.records import Seen
from tests.unit.aws.between import Between
from tests.unit.conftest import Account

ID = "E2QWRUHAPOMQZL"
SEEN = Seen(ID, "A", config={"CallerReference": "shop", "Comment": "", "Enabled": True})


def test_a_version_that_is_there_is_told(account: Account) -> None:
    account.versions.record(SEEN)
    account.versions.note_rollback(ID, "A", "spring-1")
    assert account.versions.version(ID, 1).rollback == "spring-1"


def test_a_version_that_comes_later_knows(account: Account) -> None:
    account.versions.note_rollback(ID, "A", "spring-1")
    assert account.versions.record(SEEN).version.rollback == "spring-1"
    # AND once more changes nothing
    account.versions.note_rollback(ID, "A", "spring-1")
    assert account.versions.version(ID, 1).rollback == "spring-1"


def test_no_other_version_is_meant(account: Account) -> None:
    account.versions.note_rollback(ID, "B", "spring-1")
    assert account.versions.record(SEEN).version.rollback is None


def waiting(account: Account) -> list[str]:
    """What is noted for versions to come."""
    return [row["sk"]["S"] for row in Table("versions").query(f"distribution#{ID}", "rollback#")]


def test_what_was_noted_for_a_version_to_come_goes_when_it_comes(account: Account) -> None:
    account.versions.note_rollback(ID, "A", "spring-1")
    assert waiting(account) == ["rollback#A"]
    account.versions.record(SEEN)
    assert waiting(account) == []


def test_a_rollback_that_is_noted_while_its_version_is_numbered_is_told(account: Account) -> None:
    capture = VersionStore(Table("versions", Between(lambda: account.versions.note_rollback(ID, "A", "spring-1"))))
    assert capture.record(SEEN).version.rollback == "spring-1"
    assert account.versions.version(ID, 1).rollback == "spring-1"
    assert waiting(account) == []


def test_a_rollback_that_died_before_its_version_knew_is_told_by_whoever_sees_it_next(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.versions.record(SEEN)
    with monkeypatch.context() as patched:
        patched.setattr(Table, "update", _dies)
        with pytest.raises(_DiedError):
            account.versions.note_rollback(ID, "A", "spring-1")
    account.versions.record(SEEN)
    assert account.versions.version(ID, 1).rollback == "spring-1"
    assert waiting(account) == []


class _DiedError(Exception):
    """The function is gone."""


def _dies(*_: object, **__: object) -> None:
    raise _DiedError

"""A version says which rollback wrote it, whichever of the two is known first."""

from __future__ import annotations

from cloudfront_extensions.versions.records import Seen
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

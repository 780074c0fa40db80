"""To whom an alias belongs."""

from __future__ import annotations

import pytest

from cloudfront_extensions.distributions.aliases import (
    ConflictingAlias,
    check_conflicts,
    check_owners,
    refused_by_cloudfront,
)
from cloudfront_extensions.errors import AliasInUse

OURS, THEIRS = "******789012", "******112233"
ACCOUNT = "123456789012"


def test_nobody_has_the_alias() -> None:
    check_conflicts("shop.example.com", [], ACCOUNT)


def test_the_alias_of_another_account_is_in_use() -> None:
    taken = ConflictingAlias("shop.example.com", "*******EMCVL9", THEIRS)

    with pytest.raises(
        AliasInUse,
        match=r"alias shop\.example\.com is already used by distribution \*+EMCVL9 of another account \(\*+112233\)",
    ):
        check_conflicts("shop.example.com", [taken], ACCOUNT)


def test_the_alias_of_another_distribution_of_this_account_is_in_use() -> None:
    taken = ConflictingAlias("shop.example.com", "*******EMCVL9", OURS)

    with pytest.raises(AliasInUse, match="of this account; remove it there"):
        check_conflicts("shop.example.com", [taken], ACCOUNT)


def test_wildcard_and_name_may_overlap_within_one_account() -> None:
    check_conflicts("shop.example.com", [ConflictingAlias("*.example.com", "*******EMCVL9", OURS)], ACCOUNT)
    check_conflicts("*.example.com", [ConflictingAlias("shop.example.com", "*******EMCVL9", OURS)], ACCOUNT)


def test_wildcard_and_name_may_not_overlap_between_accounts() -> None:
    with pytest.raises(AliasInUse, match=r"\(which has \*\.example\.com\)"):
        check_conflicts("shop.example.com", [ConflictingAlias("*.example.com", "*******EMCVL9", THEIRS)], ACCOUNT)


def test_an_alias_in_the_account_is_found_by_its_exact_name() -> None:
    owners = {"*.example.com": "E1", "taken.example.com": "E2"}
    check_owners(["shop.example.com"], owners)

    with pytest.raises(
        AliasInUse, match=r"alias taken\.example\.com is already used by distribution E2 of this account"
    ):
        check_owners(["shop.example.com", "taken.example.com"], owners)


def test_cloudfronts_refusal_is_explained_by_the_owner_where_he_is_known() -> None:
    aliases = ["shop.example.com", "www.example.com"]

    assert "distribution E2 of this account" in str(refused_by_cloudfront(aliases, {"www.example.com": "E2"}))
    assert "by no distribution of this account: shop.example.com, www.example.com" in str(
        refused_by_cloudfront(aliases, {})
    )

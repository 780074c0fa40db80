"""To whom an alias belongs already. An alias is in one distribution of all accounts.

A wildcard and a name below it may be in two distributions of one account; CloudFront then takes the more specific one
(Developer Guide, "Restrictions on using alternate domain names").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cloudfront_extensions.errors import AliasInUse


@dataclass(frozen=True, slots=True)
class ConflictingAlias:
    """One answer of ListConflictingAliases: ids are masked with asterisks, all but their last characters."""

    alias: str
    distribution_id: str
    account_id: str


def check_conflicts(alias: str, answers: Iterable[ConflictingAlias], account_id: str) -> None:
    """Judge what CloudFront says of an alias that a new distribution of `account_id` shall have.

    Raises:
        AliasInUse: a distribution has this very alias, or one of another account has an overlapping one.
    """
    for answer in answers:
        ours = _may_be(answer.account_id, account_id)
        if answer.alias == alias or not ours:
            whose = "this account" if ours else f"another account ({answer.account_id})"
            raise alias_in_use(alias, f"distribution {answer.distribution_id} of {whose}", as_part_of=answer.alias)


def check_owners(aliases: Iterable[str], owners: Mapping[str, str]) -> None:
    """Raises AliasInUse when this account has a distribution with one of the aliases. `owners`: alias → its id."""
    for alias in aliases:
        if alias in owners:
            raise alias_in_use(alias, f"distribution {owners[alias]} of this account")


def refused_by_cloudfront(aliases: Iterable[str], owners: Mapping[str, str]) -> AliasInUse:
    """The error for CNAMEAlreadyExists, which does not say which alias it means, nor who has it."""
    names = tuple(aliases)
    for alias in names:
        if alias in owners:
            return alias_in_use(alias, f"distribution {owners[alias]} of this account")
    return AliasInUse(
        f"CloudFront says that an alias is in use, by no distribution of this account: {', '.join(names)}; "
        "its owner must give it up, or prove to AWS Support that it is yours"
    )


def alias_in_use(alias: str, owner: str, as_part_of: str | None = None) -> AliasInUse:
    held = "" if as_part_of in (None, alias) else f" (which has {as_part_of})"
    return AliasInUse(f"alias {alias} is already used by {owner}{held}; remove it there or leave it out of this job")


def _may_be(masked: str, identifier: str) -> bool:
    """Whether a masked id can be this one."""
    return identifier.endswith(masked.lstrip("*"))

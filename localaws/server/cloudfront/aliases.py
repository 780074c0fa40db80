"""To whom an alias belongs: to one distribution of all accounts; wildcards may overlap within one account.

`PUT /_localaws/cloudfront/foreign-aliases` with `{"alias": "shop.example.com"}` gives an alias to a distribution of
somebody else's account, `DELETE` takes it back, `GET` lists them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from localaws.server import control
from localaws.server.acm.names import covers
from localaws.server.cloudfront import distributions
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.distributions import AliasOwner

GREATEST_PAGE = 100
SHOWN_CHARACTERS = 6
"""Of an id that may be somebody else's: the API reference's example shows `*******EMCVL9` and `******112233`."""

_foreign: set[str] = set()

forget = _foreign.clear


def install() -> None:
    control.serve("/_localaws/cloudfront/foreign-aliases", GET=_list, PUT=_give, DELETE=_take)


def check(aliases: list[str], distribution_id: str | None, account: str) -> None:
    """Raises RefusedError when an alias belongs to another distribution; None is a distribution not made yet."""
    for alias, _ in rivals(aliases, distribution_id, account):
        raise RefusedError(
            "CNAMEAlreadyExists",
            f"One or more of the CNAMEs you provided are already associated with a different resource: {alias}",
        )


def rivals(aliases: list[str], distribution_id: str | None, account: str) -> Iterator[tuple[str, AliasOwner]]:
    """Who else has one of these aliases or, in another account, one that overlaps with it."""
    others: dict[str, list[AliasOwner]] = defaultdict(list)
    for owner in _owners():
        if owner.distribution_id != distribution_id:
            others[owner.alias].append(owner)
    for alias in aliases:
        candidates = others if alias.startswith("*.") else {alias, f"*.{alias.partition('.')[2]}"} & others.keys()
        for owner in (owner for candidate in candidates for owner in others[candidate]):
            if owner.alias == alias or (owner.account != account and overlap(alias, owner.alias)):
                yield alias, owner


def overlap(one: str, other: str) -> bool:
    return covers(one, other) or covers(other, one)


def conflicting(alias: str, marker: str | None, page_size: str | None) -> Element:
    """ConflictingAliasesList: who has the alias or one that overlaps with it, ids hidden but for their ends."""
    size = _page_size(page_size)
    found = sorted((owner for owner in _owners() if overlap(alias, owner.alias)), key=_position)
    remaining = [owner for owner in found if marker is None or _position(owner) > marker]
    page = remaining[:size]
    root = Element("ConflictingAliasesList")
    if len(remaining) > size:
        SubElement(root, "NextMarker").text = _position(page[-1])
    SubElement(root, "MaxItems").text = str(size)
    SubElement(root, "Quantity").text = str(len(page))
    listed = SubElement(root, "Items")
    for owner in page:
        conflict = SubElement(listed, "ConflictingAlias")
        SubElement(conflict, "Alias").text = owner.alias
        SubElement(conflict, "DistributionId").text = _hidden(owner.distribution_id)
        SubElement(conflict, "AccountId").text = _hidden(owner.account)
    return root


def _page_size(text: str | None) -> int:
    if text is None:
        return GREATEST_PAGE
    if not text.isdecimal() or not 0 < int(text) <= GREATEST_PAGE:
        raise RefusedError("InvalidArgument", f"MaxItems must be a number from 1 to {GREATEST_PAGE}")
    return int(text)


def _position(owner: AliasOwner) -> str:
    """Where the owner stands in the list, without revealing more of it than the list does."""
    return f"{owner.alias} {_hidden(owner.distribution_id)}"


def _hidden(identifier: str) -> str:
    return "*" * (len(identifier) - SHOWN_CHARACTERS) + identifier[-SHOWN_CHARACTERS:]


def _owners() -> Iterable[AliasOwner]:
    yield from distributions.owners()
    for alias in _foreign:
        digest = hashlib.sha256(alias.encode()).hexdigest()
        account = str(int(digest, 16))[-12:]
        yield AliasOwner(alias, account, f"E{digest[:13].upper()}")


def _list(_: dict[str, Any]) -> list[str]:
    return sorted(_foreign)


def _give(body: dict[str, Any]) -> list[str]:
    (alias,) = control.fields(body, "alias")
    _foreign.add(alias.lower())
    return _list({})


def _take(body: dict[str, Any]) -> list[str]:
    (alias,) = control.fields(body, "alias")
    if alias.lower() not in _foreign:
        raise control.BadRequestError(f"{alias} is not given to anybody")
    _foreign.remove(alias.lower())
    return _list({})

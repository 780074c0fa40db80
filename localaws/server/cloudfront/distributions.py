"""MiniStack's table of distributions, read as this world's public facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_ALIAS = re.compile(r"CNAME>([^<]+)<")

Distribution = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AliasOwner:
    """A distribution, or distribution tenant, that has an alias."""

    alias: str
    account: str
    distribution_id: str


def mine() -> dict[str, Distribution]:
    """The caller's distributions by id."""
    from ministack.services import cloudfront

    return dict(cloudfront._distributions.items())


def owners() -> Iterator[AliasOwner]:
    """Every alias of every distribution and tenant in all accounts."""
    from ministack.services import cloudfront

    for (account, distribution_id), distribution in list(cloudfront._distributions._data.items()):
        for alias in _ALIAS.findall(distribution["config_xml"] or ""):
            yield AliasOwner(alias.lower(), account, distribution_id)
    for (account, _), tenant in list(cloudfront._distribution_tenants._data.items()):
        for domain in tenant["Domains"]:
            yield AliasOwner(domain.lower(), account, tenant["Id"])


def users_of(value: str) -> list[Distribution]:
    """The caller's distributions that refer to a policy, function or the like by this id or ARN."""
    element = f">{value}<"
    return [found for found in mine().values() if element in (found["config_xml"] or "")]

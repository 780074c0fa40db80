"""MiniStack's table of distributions: read as this world's public facts, and changed where MiniStack has no operation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import fromstring, tostring

from localaws.server.cloudfront import configuration
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config

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


def existing(distribution_id: str) -> Distribution:
    """One of the caller's. Raises RefusedError."""
    distribution = mine().get(distribution_id)
    if distribution is None:
        raise RefusedError("NoSuchDistribution", "The specified distribution does not exist.")
    return distribution


def config_of(distribution: Distribution) -> Config:
    """The configuration as it is stored: complete."""
    return configuration.read(fromstring(distribution["config_xml"]))  # noqa: S314 - our own


def is_staging(distribution: Distribution) -> bool:
    return "Staging>true<" in distribution["config_xml"]


def store(distribution: Distribution, config: Config) -> None:
    """Give a distribution another configuration, which is complete, and with it another ETag."""
    from ministack.services import cloudfront

    distribution.update(
        config_xml=tostring(configuration.write(config), encoding="unicode"),
        enabled=config["Enabled"],
        ETag=cloudfront.new_uuid(),
        LastModifiedTime=cloudfront._now_iso(),
    )


def owners() -> Iterator[AliasOwner]:
    """Every alias of every distribution and tenant in all accounts."""
    from ministack.services import cloudfront

    for (account, distribution_id), distribution in list(cloudfront._distributions._data.items()):
        for alias in _ALIAS.findall(distribution["config_xml"] or ""):
            yield AliasOwner(alias.lower(), account, distribution_id)
    for (account, _), tenant in list(cloudfront._distribution_tenants._data.items()):
        for domain in tenant["Domains"]:
            yield AliasOwner(domain.lower(), account, tenant["Id"])


def having(alias: str) -> list[Distribution]:
    """The caller's distribution with this alias, if there is one."""
    return [found for found in mine().values() if alias in map(str.lower, _ALIAS.findall(found["config_xml"]))]


def of(owner: AliasOwner) -> Distribution | None:
    """The distribution of any account; None for a tenant, and for what is not in this world."""
    from ministack.services import cloudfront

    found: Distribution | None = cloudfront._distributions._data.get((owner.account, owner.distribution_id))
    return found


def users_of(value: str) -> list[Distribution]:
    """The caller's distributions that refer to a policy, function or the like by this id or ARN."""
    element = f">{value}<"
    return [found for found in mine().values() if element in (found["config_xml"] or "")]

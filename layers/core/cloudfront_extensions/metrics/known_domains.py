"""Which domain a request is counted under: an alias, a distribution, or the name of a distribution that is not known.

Viewers may send any host name, so hosts are never domains by themselves: there would be as many domains as an attacker likes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypedDict

ALL_DISTRIBUTIONS = "*"
"""The domain under which all distributions of the account are counted together."""


class KnownDistribution(TypedDict):
    distributionId: str
    edgeDomain: str
    """CloudFront's own name of it, such as `d111111abcdef8.cloudfront.net`."""
    aliases: list[str]


class KnownDomains:
    """The distributions of the account and their aliases, as they are at one moment."""

    def __init__(self, distributions: Iterable[KnownDistribution]) -> None:
        """An alias that two distributions list, as one moment of its move may show, is the first one's alone."""
        self._ids: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        for distribution in distributions:
            edge_domain = distribution["edgeDomain"].lower()
            self._ids[edge_domain] = distribution["distributionId"]
            for alias in distribution["aliases"]:
                self._aliases.setdefault(alias.lower(), edge_domain)

    @classmethod
    def from_json(cls, text: str) -> KnownDomains:
        return cls(json.loads(text))

    def as_json(self) -> str:
        """The distributions as a JSON list of KnownDistribution."""
        return json.dumps(self.distributions(), separators=(",", ":"))

    def distributions(self) -> list[KnownDistribution]:
        aliases: dict[str, list[str]] = {edge_domain: [] for edge_domain in self._ids}
        for alias, edge_domain in self._aliases.items():
            aliases[edge_domain].append(alias)
        return [
            {"distributionId": self._ids[edge_domain], "edgeDomain": edge_domain, "aliases": aliases[edge_domain]}
            for edge_domain in self._ids
        ]

    def fold(self, edge_domain: str, host: str) -> str:
        """The domain of a request for `host` (lower case, without port) that the distribution `edge_domain` answered.

        The most specific alias counts: the very name, else a wildcard that covers it, which is exactly one label (RFC 6125,
        6.4.3). Names are compared as they are logged: an international name is an alias as A-labels only.
        """
        if edge_domain not in self._ids:
            return edge_domain
        name = host.removesuffix(".")
        if self._aliases.get(name) == edge_domain:
            return name
        first, _, parent = name.partition(".")
        wildcard = f"*.{parent}"
        if first and self._aliases.get(wildcard) == edge_domain:
            return wildcard
        return self._ids[edge_domain]

    def domains(self) -> list[str]:
        """All domains that requests may be counted under now, without ALL_DISTRIBUTIONS: ids first, then aliases."""
        return [*self._ids.values(), *self._aliases]

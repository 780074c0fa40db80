"""The distributions whose requests are made up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from logs.requests import Distribution


def from_file(documents: Any) -> list[Distribution]:
    """Distributions as `known_domains` has them. Viewers of one without an alias send its own name.

    A wildcard alias is asked for by two names that it covers. A document of another shape is a ValueError that says so.
    """
    if not isinstance(documents, list) or not documents:
        raise ValueError('give a list of distributions, each {"distributionId", "edgeDomain", "aliases"}')
    return [_distribution(place, document) for place, document in enumerate(documents, 1)]


def _distribution(place: int, document: Any) -> Distribution:
    match document:
        case {"distributionId": str(own_id), "edgeDomain": str(edge_domain), "aliases": None | [*_]}:
            return Distribution(own_id, edge_domain, _hosts(document["aliases"] or ()) or (edge_domain,))
    raise ValueError(
        f"distribution {place} has to have distributionId and edgeDomain, which are texts, and aliases, which is a list"
    )


def _hosts(aliases: Iterable[str]) -> tuple[str, ...]:
    hosts: list[str] = []
    for alias in aliases:
        hosts += [f"{label}{alias[1:]}" for label in ("www", "api")] if alias.startswith("*.") else [alias]
    return tuple(hosts)


def _example(number: int) -> Mapping[str, Any]:
    aliases = [f"www.shop-{number}.example.com", f"img.shop-{number}.example.com", f"*.shop-{number}.example.net"]
    name = f"{number:013X}"
    return {
        "distributionId": f"E{name}",
        "edgeDomain": f"d{name.lower()}.cloudfront.net",
        "aliases": aliases[: number % 4],
    }


EXAMPLES = from_file([_example(number) for number in range(1, 13)])
"""Twelve distributions of one to four hosts each."""

"""The distributions whose requests are made up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from logs.requests import Distribution


def from_file(documents: Iterable[Mapping[str, Any]]) -> list[Distribution]:
    """Distributions as `known_domains` has them. Viewers of one without an alias send its own name.

    A wildcard alias is asked for by two names that it covers.
    """
    return [
        Distribution(document["distributionId"], document["edgeDomain"], _hosts(document) or (document["edgeDomain"],))
        for document in documents
    ]


def _hosts(document: Mapping[str, Any]) -> tuple[str, ...]:
    hosts: list[str] = []
    for alias in document["aliases"]:
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


EXAMPLES = from_file(_example(number) for number in range(1, 13))
"""Twelve distributions of one to four hosts each."""

"""Which points of presence a pre-warming goes through: named one by one, by country, or by region.

What countries and regions stand for is data (`pops.json`), with the day it was true and where it is from. A country without a
PoP of its own stands for those of the regional edge cache that serves it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, refuse_unknown

MOST_POPS = 200
_CODE = re.compile(r"[A-Z]{3}[0-9]{1,3}-[A-Z][0-9]{1,2}")
"""As CloudFront names it in x-amz-cf-pop: the airport, a number, and the kind of place."""


@dataclass(frozen=True, slots=True)
class KnownPops:
    as_of: str
    default: tuple[str, ...]
    """Regions."""
    regions: Mapping[str, tuple[str, ...]]
    countries: Mapping[str, tuple[str, ...]]
    """By ISO 3166-1 alpha-2 code."""


def known_pops() -> KnownPops:
    document = json.loads(files(__package__).joinpath("pops.json").read_text())
    return KnownPops(
        document["asOf"],
        tuple(document["default"]),
        {name: tuple(pops) for name, pops in document["regions"].items()},
        {name: tuple(pops) for name, pops in document["countries"].items()},
    )


def parse_target(value: object, known: KnownPops) -> tuple[str, ...]:
    """The PoPs that a request's `target` names, each once; None names those of the default regions. Raises InvalidInput."""
    if value is None:
        return _each_once(pop for region in known.default for pop in known.regions[region])
    if not isinstance(value, dict):
        raise InvalidInput(f"target: {described(value)}; give an object with pops, countries or regions")
    refuse_unknown(value, ("pops", "countries", "regions"), "target.")
    pops = _each_once(
        (
            *_codes(_list(value, "pops")),
            *_named(_list(value, "countries"), known.countries, "countries"),
            *_named(_list(value, "regions"), known.regions, "regions"),
        )
    )
    if not 1 <= len(pops) <= MOST_POPS:
        raise InvalidInput(f"target: it names {len(pops)} PoPs; name 1 to {MOST_POPS}")
    return pops


def _list(target: Mapping[str, Any], name: str) -> list[object]:
    value = target.get(name, [])
    if not isinstance(value, list):
        raise InvalidInput(f"target.{name}: {described(value)}; give a list")
    return value


def _codes(values: list[object]) -> Iterable[str]:
    for index, value in enumerate(values):
        code = value.upper() if isinstance(value, str) else ""
        if not _CODE.fullmatch(code):
            raise InvalidInput(f"target.pops[{index}]: {described(value)}; give the code of a PoP, such as FRA56-P4")
        yield code


def _named(values: list[object], known: Mapping[str, tuple[str, ...]], name: str) -> Iterable[str]:
    for index, value in enumerate(values):
        pops = known.get(value) if isinstance(value, str) else None
        if pops is None:
            raise InvalidInput(f"target.{name}[{index}]: {described(value)}; choose from {', '.join(sorted(known))}")
        yield from pops


def _each_once(pops: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pops))

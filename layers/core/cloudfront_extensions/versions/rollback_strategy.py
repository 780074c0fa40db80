"""In which way a rollback changes its targets, and what it watches meanwhile: `strategy` of a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, refuse_unknown

MAXIMUM_WEIGHT = 0.15
"""Of all requests, to a staging distribution (Developer Guide, "Quotas and other considerations for continuous deployment")."""
DEFAULT_WEIGHT = 0.05
HEADER_PREFIX = "aws-cf-cd-"
MAXIMUM_ALARMS = 100
"""Names that one DescribeAlarms takes."""
SHORTEST_WAIT = 60
LONGEST_WAIT = 7 * 24 * 3600
DEFAULT_BAKE = 600

_ALARM_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,255}")
_HEADER_NAME = re.compile(HEADER_PREFIX + r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,246}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{1,1783}")
"""CloudFormation User Guide, ContinuousDeploymentPolicy SingleHeaderConfig: a name has up to 256 characters."""
_FIELDS = frozenset({"type", "weight", "bakeSeconds", "alarmNames", "headers"})

Word = TypeVar("Word", bound=StrEnum)


class StrategyType(StrEnum):
    ALL_AT_ONCE = "allAtOnce"
    ONE_BY_ONE = "oneByOne"
    CANARY = "canary"


class Header(NamedTuple):
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Strategy:
    type: StrategyType = StrategyType.ONE_BY_ONE
    bake_seconds: int = 0
    """How long the alarms are watched, once a change is deployed or viewers go to the staging distribution."""
    alarm_names: tuple[str, ...] = ()
    weight: float | None = None
    """Share of all requests that a canary gets; None: those with the header, or there is no canary."""
    header: Header | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "type": self.type.value,
            "bakeSeconds": self.bake_seconds,
            "alarmNames": list(self.alarm_names),
            "weight": self.weight,
            "headers": {self.header.name: self.header.value} if self.header else None,
        }


def parse_strategy(value: object) -> Strategy:
    """Raises InvalidInput, which names the field that is wrong."""
    if not isinstance(value, dict):
        raise InvalidInput(f"strategy: {described(value)}; give an object with a type")
    refuse_unknown(value, _FIELDS, place="strategy.")
    kind = word(StrategyType, value.get("type"), "strategy.type")
    is_canary = kind is StrategyType.CANARY
    alarms = _alarm_names(value.get("alarmNames", []))
    weight, header = _weight(value.get("weight")), _header(value.get("headers"))
    for name, given in (("weight", weight), ("headers", header)):
        if given and not is_canary:
            raise InvalidInput(f"strategy.{name}: only the strategy {StrategyType.CANARY} sends some viewers ahead")
    if weight and header:
        raise InvalidInput("strategy.headers: give this or weight, for CloudFront takes one of the two")
    if is_canary and not header:
        weight = weight or DEFAULT_WEIGHT
    return Strategy(kind, _bake(value, watches=is_canary or bool(alarms)), alarms, weight, header)


def word(words: type[Word], value: object, field: str) -> Word:
    """One of a closed set of words."""
    if isinstance(value, str) and value in tuple(words):
        return words(value)
    raise InvalidInput(f"{field}: {described(value)}; give {' or '.join(words)}")


def seconds(
    document: Mapping[str, Any], name: str, *, default: int, least: int = SHORTEST_WAIT, place: str = ""
) -> int:
    value = document.get(name, default)
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= LONGEST_WAIT:
        return value
    raise InvalidInput(
        f"{place}{name}: {_number(value)}; give a whole number of seconds from {least} to {LONGEST_WAIT}"
    )


def _bake(value: Mapping[str, Any], *, watches: bool) -> int:
    """There has to be a time for watching where there is something to watch."""
    default, least = (DEFAULT_BAKE, SHORTEST_WAIT) if watches else (0, 0)
    return seconds(value, "bakeSeconds", default=default, least=least, place="strategy.")


def _weight(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= MAXIMUM_WEIGHT:
        return float(value)
    raise InvalidInput(f"strategy.weight: {_number(value)}; give a share of requests above 0, at most {MAXIMUM_WEIGHT}")


def _header(value: object) -> Header | None:
    if value is None:
        return None
    if not isinstance(value, dict) or len(value) != 1:
        given = f"it has {len(value)} headers" if isinstance(value, dict) else described(value)
        raise InvalidInput(f"strategy.headers: {given}; give one, as an object, for CloudFront looks at one")
    ((name, content),) = value.items()
    if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
        raise InvalidInput(f"strategy.headers: {described(name)}; the header's name must begin with {HEADER_PREFIX}")
    if not isinstance(content, str) or not _HEADER_VALUE.fullmatch(content):
        raise InvalidInput(f"strategy.headers: the value of {name} must be 1 to 1,783 printable ASCII characters")
    return Header(name, content)


def _alarm_names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAXIMUM_ALARMS:
        given = f"it has {len(value)} names" if isinstance(value, list) else described(value)
        raise InvalidInput(f"strategy.alarmNames: {given}; give a list of at most {MAXIMUM_ALARMS}")
    for index, name in enumerate(value):
        if not isinstance(name, str) or not _ALARM_NAME.fullmatch(name):
            raise InvalidInput(f"strategy.alarmNames[{index}]: {described(name)}; give the name of a CloudWatch alarm")
    return tuple(dict.fromkeys(value))


def _number(value: object) -> str:
    return f"it is {value}" if isinstance(value, int | float) and not isinstance(value, bool) else described(value)

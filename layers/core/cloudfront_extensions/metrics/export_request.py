"""What the workflow metrics_export is asked: which domains, from when to when, in which windows, as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypedDict

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, flag, refuse_unknown
from cloudfront_extensions.metrics.fields import counted_domain, moment
from cloudfront_extensions.metrics.windows import Interval, label, start_of

ALL_DOMAINS = "all"
MOST_DOMAINS = 1_000
"""Domains named one by one; `all` may be more."""
MOST_DAYS: Mapping[Interval, int] = {Interval.FIVE_MINUTES: 35, Interval.HOUR: 400, Interval.DAY: 400}

_FIELDS = frozenset({"domains", "from", "to", "interval", "format", "countries"})


class Format(StrEnum):
    CSV = "csv"
    """Gzipped, with one line of column names."""
    PARQUET = "parquet"


class ExportJson(TypedDict):
    """A request with every default written out; `from` and `to` are starts of windows."""

    domains: list[str] | str
    first: str
    end: str
    interval: str
    format: str
    countries: bool


@dataclass(frozen=True, slots=True)
class ExportRequest:
    domains: tuple[str, ...] | None
    """None: all."""
    first: int
    """Start of the first window, in seconds since 1970."""
    end: int
    """The first moment after the last one."""
    interval: Interval
    format: Format
    countries: bool
    """Whether rows are told apart by country."""

    def as_json(self) -> ExportJson:
        return {
            "domains": ALL_DOMAINS if self.domains is None else list(self.domains),
            "first": label(self.first),
            "end": label(self.end),
            "interval": str(self.interval),
            "format": str(self.format),
            "countries": self.countries,
        }


def parse_request(document: Mapping[str, Any]) -> ExportRequest:
    """Raises InvalidInput, InvalidDomainName."""
    refuse_unknown(document, _FIELDS)
    interval = Interval(_one_of(document.get("interval", Interval.HOUR), "interval", Interval))
    first = start_of(moment(document.get("from"), "from"), interval)
    end = start_of(moment(document.get("to"), "to") + interval.seconds - 1, interval)
    if first >= end:
        raise InvalidInput("from, to: nothing lies from the one up to the other; give a later `to`")
    if end - first > MOST_DAYS[interval] * Interval.DAY.seconds:
        raise InvalidInput(f"from, to: windows of {interval} are exported for up to {MOST_DAYS[interval]} days at once")
    return ExportRequest(
        _domains(document.get("domains", ALL_DOMAINS)),
        first,
        end,
        interval,
        Format(_one_of(document.get("format", Format.CSV), "format", Format)),
        flag(document, "countries", default=False),
    )


def refuse_expired(request: ExportRequest, now: int, days: int) -> None:
    """Raises InvalidInput where windows that are asked for may be gone: those of five minutes are kept for so many days."""
    if request.interval is Interval.FIVE_MINUTES and request.first < now - days * Interval.DAY.seconds:
        raise InvalidInput(f"from: windows of five minutes are kept for {days} days; choose the interval 1h or 1d")


def _domains(value: object) -> tuple[str, ...] | None:
    if value == ALL_DOMAINS:
        return None
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_DOMAINS:
        told = f"it has {len(value)} entries" if isinstance(value, list) else described(value)
        raise InvalidInput(f'domains: {told}; give a list of 1 to {MOST_DOMAINS:,}, or "{ALL_DOMAINS}"')
    return tuple(dict.fromkeys(counted_domain(one, f"domains[{number}]") for number, one in enumerate(value)))


def _one_of(value: object, field: str, words: type[StrEnum]) -> str:
    if isinstance(value, str) and value in tuple(words):
        return value
    raise InvalidInput(f"{field}: {described(value)}; give one of {', '.join(words)}")

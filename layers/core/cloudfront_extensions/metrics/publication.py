"""What CloudWatch is told of a domain: the sums of each window of five minutes, as documents of its embedded metric format.
And of the logs themselves: what could not be counted.

CloudWatch adds up what it is told and forgets nothing. So a window that was told of before, and has changed because files
came late, is told of again by the difference alone: `Sum` is right however often a window changes. For the same reason
numerators and denominators are told, never ratios; alarms and dashboards divide them (`docs/alarms.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.metrics.definitions import NOT_SERVED, is_hit
from cloudfront_extensions.metrics.facts import Facts
from cloudfront_extensions.metrics.sources import Source

NAMESPACE = "CloudFrontExtensions"
OLDEST = 14 * 86_400
"""Seconds after which CloudWatch takes a data point no more (API reference, MetricDatum, Timestamp)."""
MARGIN = 900
"""Seconds that a line of the log may be under way to CloudWatch, at most the time that a function runs."""
MOST_DOMAINS = 500

_DOMAIN = re.compile(r"\*|(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_UNITS = {
    "Requests": "Count",
    "ClientErrors": "Count",
    "ServerErrors": "Count",
    "CacheHits": "Count",
    "CacheLookups": "Count",
    "Bytes": "Bytes",
    "TimeTaken": "Milliseconds",
}
_TROUBLES = ("RejectedLines", "UnreadableFiles", "FailedFolders")


class Trouble(NamedTuple):
    """What could not be counted of one kind of logs."""

    rejected_lines: int = 0
    """Lines of the folders that a scan counted. A folder that is counted again tells its own again: never add them up."""
    unreadable_files: int = 0
    """Files that were set aside of these folders, at any time."""
    failed_folders: int = 0
    """Folders whose query failed."""


class Sums(NamedTuple):
    """What one window of a domain comes to, in the order of the metrics' names above."""

    requests: int
    client_errors: int
    """Answered with 400 to 499."""
    server_errors: int
    """Answered with 500 to 599."""
    cache_hits: int
    """Of a result type that ends in `Hit`."""
    cache_lookups: int
    """All but LimitExceeded and CapacityExceeded, as the metric `chr` has it."""
    bytes: int
    taken_ms: int

    def minus(self, other: Sums) -> Sums:
        return Sums(*(own - others for own, others in zip(self, other, strict=True)))


NOTHING = Sums(0, 0, 0, 0, 0, 0, 0)
Windows = Mapping[int, Sums]
"""By the start of the window, in seconds since 1970."""


def published_domains(text: str) -> tuple[str, ...]:
    """The domains that a parameter lists, separated by commas; none where it is empty.

    Raises:
        InvalidInput: one of them is no domain, or there are too many.
    """
    domains = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise InvalidInput(f"PublishedDomains: {domain!r} is no domain; give aliases, distribution ids, or *")
    if len(domains) > MOST_DOMAINS:
        raise InvalidInput(f"PublishedDomains: {len(domains):,} domains; at most {MOST_DOMAINS} are published")
    return domains


def sums(facts: Facts) -> Sums:
    found = [0] * len(NOTHING)
    for cell, measures in facts.items():
        counted = (
            True,
            cell.status.startswith("4"),
            cell.status.startswith("5"),
            is_hit(cell.result),
            cell.result not in NOT_SERVED,
        )
        for place, counts in enumerate(counted):
            found[place] += measures.requests * counts
        found[5] += measures.bytes
        found[6] += measures.taken_ms
    return Sums(*found)


def changes(windows: Windows, told: Windows, now: int) -> dict[int, Sums]:
    """What is yet to be told of windows that are young enough, over what CloudWatch was `told` before."""
    oldest = now - OLDEST + MARGIN
    differences = {
        start: window.minus(told.get(start, NOTHING)) for start, window in windows.items() if oldest <= start <= now
    }
    return {start: difference for start, difference in sorted(differences.items()) if difference != NOTHING}


def trouble_documents(source: Source, trouble: Trouble, now: int) -> Iterable[dict[str, Any]]:
    """One line of the log with what there is of it; none where there is no trouble, for CloudWatch charges each metric."""
    told = {name: number for name, number in zip(_TROUBLES, trouble, strict=True) if number}
    if told:
        yield _document(now, "Source", source.value, dict.fromkeys(told, "Count"), told.values())


def documents(domain: str, changed: Windows) -> Iterable[dict[str, Any]]:
    """One line of the log for each window: each has one time for all its metrics."""
    for start, difference in changed.items():
        yield _document(start, "Domain", domain, _UNITS, difference)


def _document(
    moment: int, dimension: str, value: str, units: Mapping[str, str], numbers: Iterable[int]
) -> dict[str, Any]:
    metrics = [{"Name": name, "Unit": unit} for name, unit in units.items()]
    return {
        "_aws": {
            "Timestamp": moment * 1000,
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [[dimension]], "Metrics": metrics}],
        },
        dimension: value,
        **dict(zip(units, numbers, strict=True)),
    }

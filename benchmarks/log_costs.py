"""What metrics cost on AWS a month, computed of what was counted here: Athena's scans, DynamoDB's writes and storage.

Prices are those of us-east-1, without free tiers. Left out are S3, functions, transitions and reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.log_bytes import QUERIES, REFRESHES_AN_HOUR, Scanned
from cloudfront_extensions.metrics.stored_items import Kind, Retention

LINES_A_DAY = 30_000_000
DOMAINS = 10_000
DAYS = 30
HOURS_A_DAY = 24
TERABYTE, GIGABYTE, MILLION = 10**12, 10**9, 10**6
DOLLARS_A_TERABYTE = 5
LEAST_BYTES = 10_000_000
"""That Athena bills for a query."""
DOLLARS_A_MILLION_WRITES = 0.625
DOLLARS_A_GIGABYTE_MONTH = 0.25


@dataclass(frozen=True, slots=True)
class AthenaCosts:
    """Dollars a month at LINES_A_DAY."""

    hourly: float
    five_minutes: float
    legacy_hourly: float
    legacy_five_minutes: float
    predecessor: float
    """Every five minutes."""
    idle_hourly: float
    """What the least bill of a query comes to, where each refresh finds something."""
    idle_five_minutes: float


@dataclass(frozen=True, slots=True)
class Storing:
    """The items of one domain for one day, every hour of which is counted once."""

    traffic: str
    requests: int
    items: float
    write_units: float
    bytes: float
    by_kind: dict[str, float]
    """Items."""
    largest_item: int
    writes_dollars: float
    """A month, for DOMAINS such domains."""
    writes_dollars_five_minutes: float
    """At most: as if all items of the hour were written twelve times. The windows that are still to come are not."""
    storage_dollars: float
    """A month, when the table has all that it keeps."""


def athena(scanned: Scanned) -> AthenaCosts:
    of_an_hour = LINES_A_DAY / HOURS_A_DAY / scanned.lines

    def dollars(query_bytes: list[float], refreshes_an_hour: int) -> float:
        billed = sum(max(LEAST_BYTES, size * of_an_hour) for size in query_bytes)
        return round(billed * refreshes_an_hour * HOURS_A_DAY * DAYS / TERABYTE * DOLLARS_A_TERABYTE, 2)

    return AthenaCosts(
        hourly=dollars([scanned.parquet], 1),
        five_minutes=dollars([scanned.parquet], REFRESHES_AN_HOUR),
        legacy_hourly=dollars([scanned.legacy], 1),
        legacy_five_minutes=dollars([scanned.legacy], REFRESHES_AN_HOUR),
        predecessor=dollars([scanned.reduced_file * len(each) for each in QUERIES.values()], REFRESHES_AN_HOUR),
        idle_hourly=dollars([0], 1),
        idle_five_minutes=dollars([0], REFRESHES_AN_HOUR),
    )


def storing(traffic: str, requests: int, hours: int, stored: Mapping[str, Any]) -> Storing:
    """Of what `log_items.Stored` has told of so many requests in so many hours."""
    per_domain_day = HOURS_A_DAY / hours / stored["domains"]
    units, retention = sum(stored["units"].values()) * per_domain_day, Retention()
    kept = sum(
        size * per_domain_day * (retention.five_minutes_days if kind == Kind.FIVE_MINUTES else retention.hour_days)
        for kind, size in stored["bytes"].items()
    )
    dollars = units * DOMAINS * DAYS / MILLION * DOLLARS_A_MILLION_WRITES
    return Storing(
        traffic=traffic,
        requests=round(requests * per_domain_day),
        items=round(sum(stored["items"].values()) * per_domain_day, 1),
        write_units=round(units, 1),
        bytes=round(sum(stored["bytes"].values()) * per_domain_day),
        by_kind={kind: round(count * per_domain_day, 1) for kind, count in stored["items"].items()},
        largest_item=stored["largest"],
        writes_dollars=round(dollars, 2),
        writes_dollars_five_minutes=round(dollars * REFRESHES_AN_HOUR, 2),
        storage_dollars=round(kept * DOMAINS / GIGABYTE * DOLLARS_A_GIGABYTE_MONTH, 2),
    )

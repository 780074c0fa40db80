"""Metrics of chosen domains in CloudWatch, by lines in the log of whoever calls this (embedded metric format).

What CloudWatch was told of an hour is an item of the metrics table. It is written before the lines are: where a function dies
between the two, CloudWatch misses what one refresh added to one domain, and nothing is ever told twice.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from cloudfront_extensions.aws.attributes import from_attribute, to_attributes
from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.aws.table import Attributes, Table
from cloudfront_extensions.metrics.publication import (
    OLDEST,
    Sums,
    Trouble,
    changes,
    documents,
    published_domains,
    sums,
    trouble_documents,
)
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.windows import Interval, hours_of_folder, label, start_of

HOUR = Interval.HOUR.seconds
KEPT = OLDEST + 86_400
"""Seconds after its hour for which an item is kept: CloudWatch takes nothing of so old an hour any more."""

Hours = list[int]


class _Told(NamedTuple):
    """What CloudWatch was told of a domain in one hour."""

    windows: dict[int, Sums]
    revision: int
    """How often it was told of that hour."""


_NEVER_TOLD = _Told({}, 0)


def publish_metrics(folders: Collection[Folder]) -> int:
    """Tell CloudWatch what has changed in the published domains by a refresh of these folders; the number of windows told.

    The domains come from the environment, PUBLISHED_DOMAINS.
    """
    domains = published_domains(os.environ.get("PUBLISHED_DOMAINS", ""))
    hours = _hours(folders) if domains else []
    return sum(_publish(domain, hours) for domain in domains)


def publish_trouble(source: Source, trouble: Trouble) -> None:
    """Tell CloudWatch what could not be counted of a kind of logs."""
    _tell(*trouble_documents(source, trouble, epoch_seconds()))


def _tell(*lines: dict[str, Any]) -> None:
    for line in lines:
        sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _hours(folders: Collection[Folder]) -> Hours:
    """The hours of the folders and those beside them, for lines may lie a little outside the hour of their folder."""
    return sorted({hour for folder in folders for hour in hours_of_folder(int(folder.begins.timestamp()))})


def _publish(domain: str, hours: Hours) -> int:
    table, now, count = Table(os.environ["METRICS_TABLE"]), epoch_seconds(), 0
    told = _told(table, domain, hours)
    windows = _windows(domain, hours)
    for hour in hours:
        before = told.get(hour, _NEVER_TOLD)
        within = {start: window for start, window in windows.items() if start_of(start, Interval.HOUR) == hour}
        changed = changes(within, before.windows, now)
        if changed and _note(table, domain, hour, before, {start: within[start] for start in changed}):
            _tell(*documents(domain, changed))
            count += len(changed)
    return count


def _windows(domain: str, hours: Hours) -> dict[int, Sums]:
    store, found = MetricsStore(), {}
    for first, end in _stretches(hours):
        # As they are: the refresh that calls this has just written them.
        series = store.facts(domain, first, end, Interval.FIVE_MINUTES, consistent=True)
        found.update({start: sums(facts) for start, facts in series.facts.items()})
    return found


def _stretches(hours: Hours) -> Iterator[tuple[int, int]]:
    """Hours that follow each other, from the first one's start to the last one's end."""
    first = None
    for hour in hours:
        first = hour if first is None else first
        if hour + HOUR not in hours:
            yield first, hour + HOUR
            first = None


def _told(table: Table, domain: str, hours: Hours) -> dict[int, _Told]:
    found = {}
    for row in table.get_many(_key(domain, hour) for hour in hours):
        windows = {int(start): Sums(*told) for start, told in from_attribute(row["windows"]).items()}
        found[from_attribute(row["hour"])] = _Told(windows, from_attribute(row["revision"]))
    return found


def _note(table: Table, domain: str, hour: int, before: _Told, windows: Mapping[int, Sums]) -> bool:
    """Note what is about to be told. False where another execution was faster, which tells it then.

    A write whose answer was lost is sent again and finds that it is not the first: the mark tells that it was this one.
    """
    mark = uuid.uuid4().hex
    values = {
        "hour": hour,
        "windows": {str(start): list(told) for start, told in {**before.windows, **windows}.items()},
        "revision": before.revision + 1,
        "mark": mark,
        "expires_at": hour + KEPT,
    }
    key = _key(domain, hour)
    if before.revision:
        noted = table.update(key, values, only_if={"revision": before.revision})
    else:
        noted = table.put(key, to_attributes(values), only_new=True)
    return noted or (table.get(key) or {}).get("mark") == {"S": mark}


def _key(domain: str, hour: int) -> Attributes:
    return {"pk": {"S": domain}, "sk": {"S": f"published#{label(hour)}"}}

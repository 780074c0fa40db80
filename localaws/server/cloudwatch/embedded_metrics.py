"""Lines of logs in the embedded metric format are metrics too, whoever writes them: functions, or PutLogEvents.

The format is that of "Specification: Embedded metric format" in CloudWatch's user guide. What is against it stays a line
of the log and becomes no metric, as on AWS.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from localaws.server.seams import wrap
from localaws.server.settings import Settings

OLDEST, NEWEST = 14 * 86_400, 2 * 3600
"""Seconds that a metric may lie back, and ahead."""
MOST_VALUES = 100
MOST_METRICS = 100
MOST_DIMENSIONS = 30

Json = Mapping[str, Any]


class Point(NamedTuple):
    namespace: str
    name: str
    dimensions: dict[str, str]
    timestamp: float
    unit: str
    values: list[float]


def install(settings: Settings) -> None:
    from ministack.services import cloudwatch_logs

    wrap(cloudwatch_logs, "_append_log_events", counting)


def counting(stock: Callable[..., None]) -> Callable[..., None]:
    def append_log_events(stream: dict[str, Any], events: list[dict[str, Any]]) -> None:
        from ministack.services import cloudwatch

        stock(stream, events)
        found = [point for event in events for point in points(event["message"], time.time())]
        for point in found:
            cloudwatch._store_datum(*point[:5], None, point.values, None, None)
        if found:
            cloudwatch._evaluate_all_alarms()

    return append_log_events


def points(line: str, now: float) -> Iterator[Point]:
    """The metrics of a line of a log; none of one that is something else."""
    if '"_aws"' not in line:
        return
    try:
        document = json.loads(line)
        described = document["_aws"]
        timestamp = described["Timestamp"] / 1000
        directives = described["CloudWatchMetrics"]
        if not now - OLDEST <= timestamp <= now + NEWEST:
            return
        yield from [point for directive in directives for point in of_directive(directive, document, timestamp)]
    except (ValueError, KeyError, TypeError):
        return


def of_directive(directive: Json, document: Json, timestamp: float) -> Iterator[Point]:
    if len(directive["Metrics"]) > MOST_METRICS:
        raise ValueError("too many metrics")
    for names in directive["Dimensions"]:
        if len(names) > MOST_DIMENSIONS:
            raise ValueError("too many dimensions")
        dimensions = {name: text(document[name]) for name in names}
        for metric in directive["Metrics"]:
            if values := numbers(document.get(metric["Name"])):
                yield Point(
                    directive["Namespace"],
                    metric["Name"],
                    dimensions,
                    timestamp,
                    metric.get("Unit", "None"),
                    values,
                )


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a dimension is a text")
    return value


def numbers(value: Any) -> list[float]:
    """The values of a metric, one or up to a hundred; none where it is left out or is no number."""
    several = value if isinstance(value, list) else [value]
    good = all(isinstance(one, int | float) and not isinstance(one, bool) for one in several)
    return [float(one) for one in several] if good and len(several) <= MOST_VALUES else []

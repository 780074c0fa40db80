"""Lines of a log group become metrics by the group's metric filters.

A pattern is one of JSON lines: conditions such as `$.errorCode = *` and `$.records.failed > 0`, with `||` between them, as
"Filter pattern syntax" in CloudWatch Logs' user guide has them. Any other pattern is refused. A line counts when it is put.
"""

from __future__ import annotations

import json
import operator
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from localaws.server.seams import wrap
from localaws.server.settings import Settings

PATTERN = re.compile(r"\{(.*)\}")
CONDITION = re.compile(r"\$\.([\w.]+)\s*(=|>|<)\s*(\*|\"[^\"*]*\"|-?\d+(?:\.\d+)?)")
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {"=": operator.eq, ">": operator.gt, "<": operator.lt}

Json = dict[str, Any]


class Condition(NamedTuple):
    path: tuple[str, ...]
    comparison: str
    wanted: str | float | None
    """None: anything that is there."""

    def holds(self, document: Any) -> bool:
        for name in self.path:
            document = document.get(name) if isinstance(document, Mapping) else None
        if self.wanted is None:
            return document is not None
        is_number = isinstance(document, int | float) and not isinstance(document, bool)
        if isinstance(self.wanted, str) or not is_number:
            return self.comparison == "=" and document == self.wanted
        return COMPARISONS[self.comparison](document, self.wanted)


def install(settings: Settings) -> None:
    from ministack.services import cloudwatch_logs

    wrap(cloudwatch_logs, "_put_metric_filter", refusing)
    wrap(cloudwatch_logs, "_append_log_events", filtering)


def conditions(pattern: str) -> list[Condition]:
    """One of them is enough. Raises ValueError for what is not embedded."""
    whole = PATTERN.fullmatch(pattern.strip())
    if whole is None:
        raise ValueError(f"filterPattern: {pattern!r} is no pattern of JSON lines")
    return [condition(part.strip().removeprefix("(").removesuffix(")").strip()) for part in whole[1].split("||")]


def condition(text: str) -> Condition:
    found = CONDITION.fullmatch(text)
    if found is None:
        raise ValueError(f"filterPattern: {text!r} is not embedded")
    path, comparison, wanted = found.groups()
    value = None if wanted == "*" else wanted.strip('"') if wanted.startswith('"') else float(wanted)
    return Condition(tuple(path.split(".")), comparison, value)


def refusing(stock: Callable[[Json], Any]) -> Callable[[Json], Any]:
    def put_metric_filter(data: Json) -> Any:
        from ministack.core.responses import error_response_json

        try:
            conditions(data.get("filterPattern", ""))
            for one in data.get("metricTransformations", []):
                float(one["metricValue"])
        except ValueError as error:
            return error_response_json("InvalidParameterException", str(error), 400)
        return stock(data)

    return put_metric_filter


def filtering(stock: Callable[..., None]) -> Callable[..., None]:
    def append_log_events(stream: Json, events: list[Json]) -> None:
        from ministack.services import cloudwatch

        stock(stream, events)
        filters = filters_of(stream)
        counted = [
            each
            for event in events
            for one in filters
            if matches(one["filterPattern"], event["message"])
            for each in one["metricTransformations"]
        ]
        for each in counted:
            values, unit = [float(each["metricValue"])], each.get("unit", "None")
            cloudwatch._store_datum(
                each["metricNamespace"], each["metricName"], {}, time.time(), unit, None, values, None, None
            )
        if counted:
            cloudwatch._evaluate_all_alarms()

    return append_log_events


def filters_of(stream: Json) -> list[Json]:
    """The metric filters of the log group that a stream is in."""
    from ministack.services import cloudwatch_logs

    return [
        each
        for each in list(cloudwatch_logs._metric_filters.values())
        if (group := cloudwatch_logs._log_groups.get(each["logGroupName"]))
        and any(own is stream for own in group["streams"].values())
    ]


def matches(pattern: str, line: str) -> bool:
    try:
        document = json.loads(line)
    except ValueError:
        return False
    return any(one.holds(document) for one in conditions(pattern))

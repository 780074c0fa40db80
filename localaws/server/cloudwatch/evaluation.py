"""An alarm looks at its own metrics, in its last periods, M out of N, with missing data as it is told to treat them.

Data that arrive make alarms look, those that have data in their periods; time passing makes none look. For that,
`POST /_localaws/alarms` with `{"alarm": "…"}` has one look now, or with `"at"` as at another moment. A period ends at the
moment of the look. The band of an anomaly alarm is the mean of all data before its periods, give or take its standard
deviations; AWS's model learns hours, weekdays and trends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from statistics import fmean, pstdev
from typing import Any, NamedTuple

from localaws.server import control
from localaws.server.cloudwatch import metric_math
from localaws.server.cloudwatch.metric_math import UnknownExpressionError, Value
from localaws.server.seams import wrap
from localaws.server.settings import Settings

FEWEST_FOR_A_BAND = 3
"""Earlier periods with data, without which there is no band."""
TWO_WEEKS = 14 * 86_400

Json = Mapping[str, Any]
Alarm = dict[str, Any]


class Limits(NamedTuple):
    """What a value must stay within."""

    lower: float | None
    upper: float | None


COMPARISONS: dict[str, Callable[[float, Limits], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, limits: limits.upper is not None and value >= limits.upper,
    "GreaterThanThreshold": lambda value, limits: limits.upper is not None and value > limits.upper,
    "LessThanThreshold": lambda value, limits: limits.lower is not None and value < limits.lower,
    "LessThanOrEqualToThreshold": lambda value, limits: limits.lower is not None and value <= limits.lower,
    "GreaterThanUpperThreshold": lambda value, limits: limits.upper is not None and value > limits.upper,
    "LessThanLowerThreshold": lambda value, limits: limits.lower is not None and value < limits.lower,
    "LessThanLowerOrGreaterThanUpperThreshold": lambda value, limits: (
        limits.lower is not None and limits.upper is not None and not limits.lower <= value <= limits.upper
    ),
}


def install(settings: Settings) -> None:
    from ministack.services import cloudwatch

    wrap(cloudwatch, "_evaluate_alarm", lambda _: look_at_data)
    control.serve("/_localaws/alarms", POST=_look)


def look_at_data(alarm: Alarm) -> None:
    """What MiniStack does with every alarm when data arrive: nothing with those that have none in their periods."""
    at = time.time()
    if any(value is not None for value in values_of(alarm, at)):
        look(alarm, at)


def look(alarm: Alarm, at: float) -> None:
    from ministack.services import cloudwatch

    state, reason = judged(alarm, at)
    before = alarm["StateValue"]
    if state == before:
        return
    alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def judged(alarm: Alarm, at: float) -> tuple[str, str]:
    """The state that an alarm has by its data, and why."""
    values, limits = values_of(alarm, at), limits_of(alarm, at)
    wanted = int(alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"])
    present = [value for value in values if value is not None]
    breaching = sum(COMPARISONS[alarm["ComparisonOperator"]](value, limits) for value in present)
    missing, treatment = len(values) - len(present), alarm.get("TreatMissingData") or "missing"
    if limits == Limits(None, None):
        return "INSUFFICIENT_DATA", "Insufficient Data: there is no band yet"
    if treatment == "breaching":
        breaching += missing
    elif treatment == "ignore" and breaching < wanted and len(present) < wanted:
        return alarm["StateValue"], alarm["StateReason"]
    elif treatment == "missing":
        if not present:
            return "INSUFFICIENT_DATA", f"Insufficient Data: {missing} datapoints were unknown."
        wanted = min(wanted, len(present))
    state = "ALARM" if breaching >= wanted else "OK"
    return state, f"Threshold Crossed: {breaching} of {len(values)} datapoints {present} were beyond {tuple(limits)}"


def values_of(alarm: Alarm, at: float) -> list[Value]:
    """The value of what the alarm watches in each of its periods, the latest first."""
    queries = queries_of(alarm)
    watched = next(query for query in queries.values() if is_watched(query, alarm))
    return [
        value(watched, queries, at - number * period_of(alarm)) for number in range(int(alarm["EvaluationPeriods"]))
    ]


def limits_of(alarm: Alarm, at: float) -> Limits:
    """The threshold, on both sides; or the band."""
    if not alarm.get("ThresholdMetricId"):
        return Limits(alarm["Threshold"], alarm["Threshold"])
    queries, period = queries_of(alarm), period_of(alarm)
    band = metric_math.band_of(queries[alarm["ThresholdMetricId"]]["Expression"])
    if band is None:
        raise UnknownExpressionError("ThresholdMetricId names no ANOMALY_DETECTION_BAND")
    begins = at - int(alarm["EvaluationPeriods"]) * period
    periods = int(TWO_WEEKS // period)
    found = [value(queries[band[0]], queries, begins - number * period) for number in range(periods)]
    earlier = [one for one in found if one is not None]
    if len(earlier) < FEWEST_FOR_A_BAND:
        return Limits(None, None)
    middle, half = fmean(earlier), band[1] * pstdev(earlier)
    return Limits(middle - half, middle + half)


def queries_of(alarm: Alarm) -> dict[str, Json]:
    """The alarm's queries by their ids; an alarm on one metric has one."""
    if metrics := alarm.get("Metrics"):
        return {query["Id"]: query for query in metrics}
    metric = {name: alarm.get(name) for name in ("Namespace", "MetricName", "Dimensions")}
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    return {"m": {"Id": "m", "MetricStat": {"Metric": metric, "Period": alarm["Period"], "Stat": statistic}}}


def is_watched(query: Json, alarm: Alarm) -> bool:
    is_told = query.get("ReturnData", True) not in (False, "false")
    return is_told and query["Id"] != alarm.get("ThresholdMetricId")


def period_of(alarm: Alarm) -> int:
    periods = (query["MetricStat"]["Period"] for query in queries_of(alarm).values() if "MetricStat" in query)
    return max(map(int, periods))


def value(query: Json, queries: Mapping[str, Json], ends: float) -> Value:
    """What a query comes to in the period that ends at a moment."""
    if expression := query.get("Expression"):
        named = {
            name: value(queries[name], queries, ends) for name in metric_math.ids_of(expression) if name in queries
        }
        return metric_math.evaluated(expression, named)
    from ministack.services import cloudwatch

    measured = query["MetricStat"]
    found = list(points(measured["Metric"], ends - int(measured["Period"]), ends))
    return cloudwatch._stat_value(cloudwatch._calc_stats(found), measured["Stat"], found) if found else None


def points(metric: Json, after: float, until: float) -> Iterable[Json]:
    """The data of one metric, by all of its dimensions and no others."""
    from ministack.services import cloudwatch

    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(metric.get("Dimensions") or []))
    stored = cloudwatch._metrics.get((metric["Namespace"], metric["MetricName"], dimensions)) or []
    return (point for point in stored if after < point["Timestamp"] <= until)


def _look(body: dict[str, Any]) -> dict[str, Any]:
    from ministack.services import cloudwatch

    name, moment = control.fields(body, "alarm", optional=("at",))
    try:
        at = datetime.fromisoformat(moment).timestamp() if moment else time.time()
    except ValueError as error:
        raise control.BadRequestError(f"at: {error}") from error
    for alarms in (cloudwatch._alarms, cloudwatch._composite_alarms):
        if name in alarms:
            if alarms is cloudwatch._alarms:
                look(alarms[name], at)
            return {"alarm": name, "state": alarms[name]["StateValue"], "reason": alarms[name]["StateReason"]}
    raise control.BadRequestError(f"no alarm {name}")

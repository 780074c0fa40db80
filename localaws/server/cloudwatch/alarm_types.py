"""Alarms on several metrics, composite alarms and anomaly detectors are made by stacks, and the first by PutMetricAlarm.

An anomaly detector is remembered and does nothing: alarms find their band themselves (`evaluation`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from localaws.server.cloudwatch import metric_math
from localaws.server.seams import on_reset, provide_type, wrap
from localaws.server.settings import Settings

Json = dict[str, Any]
Made = tuple[str, Json]

_detectors: dict[str, Json] = {}


def install(settings: Settings) -> None:
    from ministack.services import cloudwatch
    from ministack.services.cloudformation import provisioners

    wrap(provisioners, "_cw_metric_alarm_record", with_queries)
    wrap(cloudwatch, "_put_metric_alarm", keeping_queries)
    on_reset(cloudwatch, _detectors.clear)
    provide_type(
        "AWS::CloudWatch::CompositeAlarm",
        {"create": create_composite, "update": update_composite, "delete": delete_composite},
    )
    provide_type(
        "AWS::CloudWatch::AnomalyDetector",
        {"create": create_detector, "update": update_detector, "delete": delete_detector},
    )


def checked(metrics: list[Json]) -> list[Json]:
    """The queries of an alarm, numbers as numbers. Raises ValueError for what is not embedded."""
    ids = {query["Id"] for query in metrics}
    for query in metrics:
        if expression := query.get("Expression"):
            if unknown := metric_math.ids_of(expression) - ids:
                raise ValueError(f"Metrics: no query has the id {min(unknown)}")
            if metric_math.band_of(expression) is None:
                metric_math.evaluated(expression, dict.fromkeys(ids, 1.0))
        else:
            query["MetricStat"]["Period"] = int(query["MetricStat"]["Period"])
    if not any("MetricStat" in query for query in metrics):
        raise ValueError("Metrics: one query at least must be of a metric")
    return metrics


def as_queries(alarm: Json, given: Mapping[str, Any]) -> Json:
    """The record of an alarm on several metrics: what belongs to one metric is not among its fields."""
    one_metric = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit")
    kept = {name: value for name, value in alarm.items() if name not in one_metric}
    if band := given.get("ThresholdMetricId"):
        kept["ThresholdMetricId"] = band
        del kept["Threshold"]
    return {**kept, "Metrics": checked(given["Metrics"])}


def with_queries(stock: Callable[..., Json]) -> Callable[..., Json]:
    def record(name: str, properties: Json) -> Json:
        if not properties.get("Metrics"):
            return stock(name, properties)
        # MiniStack wants a metric and a threshold; neither stays.
        bare = {key: value for key, value in properties.items() if key != "Metrics"}
        made = stock(name, {"MetricName": "-", "Namespace": "-", "Threshold": 0, **bare})
        return as_queries(made, properties)

    return record


def keeping_queries(stock: Callable[..., Any]) -> Callable[..., Any]:
    def put_metric_alarm(params: Json, body: Json, is_cbor: bool, is_json: bool = False) -> Any:
        from ministack.services import cloudwatch

        queries = body.get("Metrics") if is_cbor or is_json else None
        if queries:
            try:
                checked(queries)
            except ValueError as error:
                return cloudwatch._error("ValidationError", str(error), 400, use_json=is_json, use_cbor=is_cbor)
        answer = stock(params, body, is_cbor, is_json)
        if queries and (name := body["AlarmName"]) in cloudwatch._alarms:
            cloudwatch._alarms[name] = as_queries(cloudwatch._alarms[name], body)
            cloudwatch._evaluate_alarm(cloudwatch._alarms[name])
        return answer

    return put_metric_alarm


def create_composite(logical_id: str, properties: Json, stack: str) -> Made:
    from ministack.services.cloudformation import provisioners

    name = properties.get("AlarmName") or provisioners._physical_name(stack, logical_id, max_len=255)
    return put_composite(name, properties)


def update_composite(name: str, old: Json, new: Json, stack: str, logical_id: str | None = None) -> Made:
    if new.get("AlarmName") != old.get("AlarmName"):
        made = create_composite(logical_id or name, new, stack)
        delete_composite(name, old)
        return made
    return put_composite(name, new)


def put_composite(name: str, properties: Json) -> Made:
    from ministack.services import cloudwatch

    given = {key: value for key, value in properties.items() if key != "Tags"}
    status, _, body = cloudwatch._put_composite_alarm({}, {**given, "AlarmName": name}, False, is_json=True)
    if status != 200:
        raise ValueError(f"AWS::CloudWatch::CompositeAlarm: {body!r}")
    return name, {"Arn": cloudwatch._composite_alarms[name]["AlarmArn"]}


def delete_composite(name: str, properties: Json) -> None:
    from ministack.services import cloudwatch

    status, _, body = cloudwatch._delete_alarms({}, {"AlarmNames": [name]}, False, is_json=True)
    if status != 200:
        raise ValueError(f"AWS::CloudWatch::CompositeAlarm: {body!r}")


def create_detector(logical_id: str, properties: Json, stack: str) -> Made:
    from ministack.core.responses import new_uuid

    detector = str(new_uuid())
    _detectors[detector] = properties
    return detector, {"Id": detector}


def update_detector(detector: str, old: Json, new: Json, stack: str, logical_id: str | None = None) -> Made:
    _detectors[detector] = new
    return detector, {"Id": detector}


def delete_detector(detector: str, properties: Json) -> None:
    _detectors.pop(detector, None)

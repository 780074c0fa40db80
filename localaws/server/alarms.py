"""CloudWatch tells EventBridge when an alarm changes its state, and takes no state but the three that there are.

The form of "CloudWatch Alarm State Change" is that of "Alarm events and EventBridge" in CloudWatch's user guide.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from localaws.server.models import service_model
from localaws.server.seams import on_reset, wrap
from localaws.server.settings import Settings
from localaws.server.shapes import violations

State = dict[str, str]

_states: dict[str, State] = {}
"""What was last told of an alarm, by its ARN."""


def install(settings: Settings) -> None:
    from ministack.services import cloudwatch

    wrap(cloudwatch, "_set_alarm_state", checked)
    wrap(cloudwatch, "_record_history", telling)
    on_reset(cloudwatch, _states.clear)


def checked(stock: Callable[..., Any]) -> Callable[..., Any]:
    def set_alarm_state(params: dict[str, Any], body: dict[str, Any], is_cbor: bool, is_json: bool = False) -> Any:
        from ministack.services import cloudwatch

        def refused(code: str, message: str) -> Any:
            return cloudwatch._error(code, message, 400, use_json=is_json, use_cbor=is_cbor)

        shape = service_model("cloudwatch").operation_model("SetAlarmState").input_shape
        form = {name: text for name in shape.members if (text := cloudwatch._p(params, name))}
        given = body if is_cbor or is_json else form
        if complaints := list(violations(shape, given, "")):
            return refused(
                "ValidationError", f"{len(complaints)} validation error(s) detected: {'; '.join(complaints)}"
            )
        if not is_json_text(given.get("StateReasonData") or "{}"):
            return refused("InvalidFormat", "StateReasonData must be JSON")
        return stock(params, body, is_cbor, is_json)

    return set_alarm_state


def is_json_text(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def telling(stock: Callable[..., None]) -> Callable[..., None]:
    """`_record_history`, which sees every alarm that is made and every change of a state."""

    def record_history(name: str, old: str, new: str, reason: str, *rest: Any, **named: Any) -> None:
        from ministack.services import cloudwatch

        stock(name, old, new, reason, *rest, **named)
        alarm = cloudwatch._alarms.get(name) or cloudwatch._composite_alarms[name]
        state = {"value": new, "reason": reason, "timestamp": now()}
        if new != old and alarm.get("StateReasonData"):
            state["reasonData"] = alarm["StateReasonData"]
        before = _states.get(alarm["AlarmArn"], {"value": old})
        _states[alarm["AlarmArn"]] = state
        if new != old:
            send(alarm, before, state)

    return record_history


def send(alarm: dict[str, Any], before: State, state: State) -> None:
    from ministack.services import eventbridge

    detail = {
        "alarmName": alarm["AlarmName"],
        "configuration": configuration(alarm),
        "previousState": before,
        "state": state,
    }
    entry = {
        "Source": "aws.cloudwatch",
        "DetailType": "CloudWatch Alarm State Change",
        "Resources": [alarm["AlarmArn"]],
        "Detail": json.dumps(detail),
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def configuration(alarm: dict[str, Any]) -> dict[str, Any]:
    """Of an alarm on one metric; of others, the description alone."""
    described = {"description": alarm["AlarmDescription"]} if alarm.get("AlarmDescription") else {}
    if not alarm.get("MetricName"):
        return described
    metric = {
        "namespace": alarm["Namespace"],
        "name": alarm["MetricName"],
        "dimensions": {dimension["Name"]: dimension["Value"] for dimension in alarm.get("Dimensions", [])},
    }
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic")
    measured = {"metric": metric, "period": alarm.get("Period"), "stat": statistic}
    return {**described, "metrics": [{"id": str(uuid.uuid4()), "metricStat": measured, "returnData": True}]}


def now() -> str:
    return f"{datetime.now(UTC).isoformat(timespec='milliseconds')[:-6]}+0000"

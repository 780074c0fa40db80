"""CloudWatch alarms that say whether a change is good."""

from __future__ import annotations

from collections.abc import Sequence

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import AlarmFired, InvalidInput

_ALARM = "ALARM"


def check_known(names: Sequence[str]) -> None:
    """Raises InvalidInput where there is no such alarm."""
    if missing := sorted(set(names) - _states(names).keys()):
        raise InvalidInput(f"strategy.alarmNames: there is no alarm {missing[0]!r} in this Region")


def check_quiet(names: Sequence[str]) -> None:
    """Raises AlarmFired where one of the alarms is on, or is there no longer."""
    states = _states(names)
    for name in names:
        if name not in states:
            raise AlarmFired(f"alarm {name} is there no longer")
        state, reason = states[name]
        if state == _ALARM:
            raise AlarmFired(f"alarm {name} is on: {reason}")


def _states(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Name → state and what CloudWatch says of it, of those of the alarms that there are."""
    if not names:
        return {}
    with aws_call("DescribeAlarms", ", ".join(names)):
        answer = client("cloudwatch").describe_alarms(
            AlarmNames=list(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100
        )
    alarms = [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]
    return {alarm["AlarmName"]: (alarm["StateValue"], alarm.get("StateReason", "")) for alarm in alarms}

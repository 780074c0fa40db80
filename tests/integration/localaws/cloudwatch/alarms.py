"""What the contract tests of CloudWatch do again and again: alarms, data, and looks at an alarm."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from localaws.control import control
from localaws.instance import Instance
from tests.integration.localaws import edge

NOW = int(time.time()) // 300 * 300
"""The start of a window of five minutes; all looks are as at this moment, so that no test meets the end of one."""

Json = dict[str, Any]


def put(
    instance: Instance, namespace: str, name: str, *values: float | None, of: str = "shop", period: int = 300
) -> None:
    """Data of the periods before NOW, the latest last; None for a period without."""
    for number, value in enumerate(reversed(values)):
        if value is not None:
            datum = {
                "MetricName": name,
                "Dimensions": [{"Name": "Domain", "Value": of}],
                "Timestamp": datetime.fromtimestamp(NOW - number * period, UTC),
                "Value": value,
            }
            instance.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[datum])


def alarm(instance: Instance, **settings: Any) -> str:
    """Make an alarm on the sum of Errors of a shop; returns its name, which is its namespace too."""
    name = edge.new_token()
    instance.client("cloudwatch").put_metric_alarm(
        **{
            "AlarmName": name,
            "Namespace": name,
            "MetricName": "Errors",
            "Dimensions": [{"Name": "Domain", "Value": "shop"}],
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 3,
            "Threshold": 5,
            "ComparisonOperator": "GreaterThanThreshold",
            **settings,
        }
    )
    return name


def look(instance: Instance, name: str, at: int = NOW) -> str:
    """The state of an alarm after a look as at a moment."""
    moment = datetime.fromtimestamp(at, UTC).isoformat()
    return str(control(instance, "POST", "alarms", {"alarm": name, "at": moment})["state"])


def state(instance: Instance, name: str) -> str:
    kinds = ["MetricAlarm", "CompositeAlarm"]
    answer = instance.client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=kinds)
    (found,) = [*answer["MetricAlarms"], *answer["CompositeAlarms"]]
    return str(found["StateValue"])

"""Schedules of EventBridge pass in real time; `POST /_localaws/schedules` with `{"rule": "…"}` lets one come due now.

The rule is named by its name or its ARN. It does what it does at its hour: one that is disabled is refused.
"""

from __future__ import annotations

from typing import Any

from ministack.services import eventbridge

from localaws.server import control
from localaws.server.settings import Settings

LONG_AGO = 0.0
"""When a rule was last due, for it to be due now."""


def install(settings: Settings) -> None:
    control.serve("/_localaws/schedules", POST=_come_due)


def _come_due(body: dict[str, Any]) -> dict[str, Any]:
    (name,) = control.fields(body, "rule")
    for key, rule in list(eventbridge._rules._data.items()):
        if name in (rule["Name"], rule["Arn"]) and rule.get("ScheduleExpression"):
            eventbridge._rule_last_fired[key] = LONG_AGO
            eventbridge._tick_scheduled_rules()
            if eventbridge._rule_last_fired[key] == LONG_AGO:
                raise control.BadRequestError(
                    f"{rule['Arn']} is never due: {rule['ScheduleExpression']}, {rule['State']}"
                )
            return {"rule": rule["Arn"]}
    raise control.BadRequestError(f"no rule {name} with a schedule")

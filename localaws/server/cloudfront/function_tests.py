"""TestFunction: a function of one stage answers one event, and what it wrote and cost is told."""

from __future__ import annotations

import base64
import json
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from localaws.server.cloudfront import function_engine, functions, key_value_stores
from localaws.server.cloudfront.answers import RefusedError

EVENT_MEMBERS = ("version", "context", "viewer", "request")
WHOLE_BUDGET_MILLISECONDS = 1.0
"""The run time that counts as all that a function may compute. AWS publishes none: the figure is of this machine alone."""


def tested(function: dict[str, Any], stage: str, event_object: str) -> Element:
    """The TestResult. Raises RefusedError for what is no event."""
    from ministack.services import cloudfront

    event = _event(event_object)
    view = cloudfront._function_view(function, stage)
    stores = view.get("kvs_arns") or [""]
    outcome = function_engine.run(view["code"].decode(errors="replace"), event, key_value_stores.content(stores[0]))
    root = Element("TestResult")
    status, modified = cloudfront._function_dev_status(function), function[f"last_modified_{functions.short(stage)}"]
    cloudfront._function_summary_builder(function, stage, status, modified)(SubElement(root, "FunctionSummary"))
    SubElement(root, "ComputeUtilization").text = str(_utilization(outcome.milliseconds))
    logs = SubElement(root, "FunctionExecutionLogs")
    for line in outcome.logs:
        SubElement(logs, "member").text = line
    SubElement(root, "FunctionErrorMessage").text = outcome.error
    SubElement(root, "FunctionOutput").text = "" if outcome.error else _output(event, outcome.value)
    return root


def _event(event_object: str) -> dict[str, Any]:
    try:
        event = json.loads(base64.b64decode(event_object))
    except ValueError as error:
        raise RefusedError("InvalidArgument", f"The event object is not JSON: {error}") from error
    missing = [name for name in EVENT_MEMBERS if not isinstance(event, dict) or name not in event]
    if missing:
        raise RefusedError("InvalidArgument", f"The event object lacks {', '.join(missing)}")
    return dict(event)


def _output(event: dict[str, Any], value: Any) -> str:
    """What the function answered is a response when it has a status, or was asked for one; else it is a request."""
    is_response = isinstance(value, dict) and "statusCode" in value
    kind = "response" if is_response or event["context"].get("eventType") == "viewer-response" else "request"
    return json.dumps({kind: value}, separators=(",", ":"), ensure_ascii=False)


def _utilization(milliseconds: float) -> int:
    return min(100, max(1, round(100 * milliseconds / WHOLE_BUDGET_MILLISECONDS)))

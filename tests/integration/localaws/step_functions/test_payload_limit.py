"""States carry at most 256 KiB."""

from __future__ import annotations

import pytest

from tests.integration.localaws import edge
from tests.integration.localaws.workbench import INVOKE, Workbench

GIVES_TEXT = """
    def handler(event, context):
        return "x" * event["characters"]
"""
LIMIT = 262_144


@pytest.mark.parametrize(("characters", "status"), [(LIMIT - 200, "SUCCEEDED"), (LIMIT, "FAILED")])
def test_a_result_over_the_limit_fails_the_execution_past_any_wildcard(
    bench: Workbench, characters: int, status: str
) -> None:
    states = {
        "Work": {
            "Type": "Task",
            "Resource": INVOKE,
            "Parameters": {"FunctionName": bench.function(GIVES_TEXT), "Payload": {"characters": characters}},
            "ResultSelector": {"length.$": "States.ArrayLength(States.Array($.Payload))"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
            "End": True,
        },
        "Caught": {"Type": "Succeed"},
    }
    ended = bench.run(states)
    assert ended["status"] == status
    assert ended.get("error") in (None, "States.DataLimitExceeded")


def test_a_state_that_grows_over_the_limit_fails_the_execution(bench: Workbench) -> None:
    double = {"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$"}, "End": True}
    assert bench.run({"Double": double}, "x" * (LIMIT // 2))["error"] == "States.DataLimitExceeded"


def test_the_limit_can_be_changed_for_a_run(bench: Workbench) -> None:
    name = "Maximum input or output size for a task, state, or execution"
    with edge.quota(bench.instance, "states", 10, quotaName=name):
        assert bench.run({"Only": {"Type": "Pass", "End": True}}, "x" * 8)["status"] == "SUCCEEDED"
        grows = {"Type": "Pass", "Result": "x" * 9, "End": True}
        assert bench.run({"Grows": grows})["error"] == "States.DataLimitExceeded"


def test_ministack_alone_has_no_limit(stock: Workbench) -> None:
    double = {"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$"}, "End": True}
    assert stock.run({"Double": double}, "x" * (LIMIT // 2))["status"] == "SUCCEEDED"

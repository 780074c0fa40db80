"""How many functions a state machine runs at once."""

from __future__ import annotations

from tests.integration.localaws.workbench import INVOKE, Json, Workbench

FUNCTIONS_AT_ONCE = 8
WHO = """
    import os, time

    def handler(event, context):
        time.sleep(0.05)
        return os.getpid()
"""


def test_a_task_does_not_time_out_while_it_queues(bench: Workbench) -> None:
    # Four rounds of 1.5 s take longer than the timeout; one alone has time to spare, on a busy machine too.
    slow: Json = {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": bench.function(WHO.replace("0.05", "1.5")), "Payload": {}},
        "TimeoutSeconds": 5,
        "End": True,
    }
    each: Json = {"Type": "Map", "ItemProcessor": {"StartAt": "Slow", "States": {"Slow": slow}}, "End": True}
    assert bench.run({"Each": each}, list(range(4 * FUNCTIONS_AT_ONCE)))["status"] == "SUCCEEDED"


def test_a_wide_map_runs_few_processes(bench: Workbench) -> None:
    invoke: Json = {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": bench.function(WHO), "Payload": {}},
        "OutputPath": "$.Payload",
        "End": True,
    }
    each: Json = {"Type": "Map", "ItemProcessor": {"StartAt": "Who", "States": {"Who": invoke}}, "End": True}
    ended = bench.run({"Each": each}, list(range(3 * FUNCTIONS_AT_ONCE)))
    assert 1 < len(set(ended["output"])) <= FUNCTIONS_AT_ONCE

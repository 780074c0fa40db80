"""A task that starts an execution and waits for it fails as on AWS, and a name that ran before is refused.

MiniStack passes the child's own error through, runs the child without the events of a child, and refuses a repeated
name even when it asks for the execution that is running with the same input.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from ministack.core.responses import new_uuid
from ministack.services import stepfunctions

from localaws.server.settings import Settings
from localaws.server.step_functions import execution_status, service_tasks, state_visits
from localaws.server.step_functions.answers import Answer, accepted

SYNC = ":startExecution.sync"

_parents: dict[str, dict[str, Any]] = {}
"""The execution that waits for the one with this ARN, while that is being started."""


def install(settings: Settings) -> None:
    start_stock = stepfunctions._start_execution

    def start(data: dict[str, Any]) -> Answer:
        """StartExecution: idempotent while the execution of that name runs with that input."""
        running = _running_namesake(data)
        if running is not None:
            return accepted({"executionArn": running["executionArn"], "startDate": running["startDate"]})
        answer: Answer = start_stock(data)
        return answer

    stepfunctions._start_execution = start
    stepfunctions._invoke_nested_start_execution = start_only
    stepfunctions._invoke_nested_start_execution_sync = start_and_wait
    execution_status.at_start.append(adopt_child)


def start_only(resource: str, task_input: dict[str, Any]) -> dict[str, Any]:
    execution = _start(task_input)
    return {"ExecutionArn": execution["executionArn"], "StartDate": _milliseconds(execution["startDate"])}


def start_and_wait(resource: str, task_input: dict[str, Any]) -> dict[str, Any]:
    """Start the execution, wait until it ends, and return its description, or raise States.TaskFailed caused by it."""
    execution = _start(task_input)
    execution_status.wait_until_ended(execution)
    described = description(execution)
    if execution["status"] != "SUCCEEDED":
        raise stepfunctions._ExecutionError("States.TaskFailed", json.dumps(described))
    if resource.endswith(".sync:2"):
        described["Output"] = json.loads(described["Output"])
    return described


def adopt_child(execution: dict[str, Any]) -> None:
    """Give an execution that a task starts and waits for its parent, before it enters its first state."""
    if parent := _parents.get(execution["executionArn"]):
        execution_status.adopt(parent, execution)


def description(execution: dict[str, Any]) -> dict[str, Any]:
    """DescribeExecution as a task has it: names capitalised, input and output as text, times in milliseconds."""
    succeeded = execution["status"] == "SUCCEEDED"
    fields = {
        "ExecutionArn": execution["executionArn"],
        "StateMachineArn": execution["stateMachineArn"],
        "Name": execution["name"],
        "Status": execution["status"],
        "StartDate": _milliseconds(execution["startDate"]),
        "StopDate": _milliseconds(execution["stopDate"]),
        "Input": execution["input"],
        "InputDetails": {"Included": True},
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE" if succeeded else "REDRIVABLE",
    }
    if succeeded:
        return {**fields, "Output": execution["output"], "OutputDetails": {"Included": True}}
    return {**fields, "Error": execution.get("error"), "Cause": execution.get("cause")}


def _start(task_input: dict[str, Any]) -> dict[str, Any]:
    """Start an execution as the role of the current state's machine."""
    request = {"name": new_uuid(), **stepfunctions._nested_start_execution_request(task_input)}
    client = service_tasks.client_of("stepfunctions")
    arn = _execution_arn(request["stateMachineArn"], request["name"])
    visit = state_visits.current()
    if visit is not None and SYNC in visit.definition.get("Resource", ""):
        _parents[arn] = visit.execution
    try:
        started = client.start_execution(**request)
    except ClientError as error:
        model = client.meta.service_model.operation_model("StartExecution")
        raise service_tasks.failure(error, "StepFunctions", model) from error
    except (HTTPClientError, BotoCoreError) as error:
        raise stepfunctions._ExecutionError("StepFunctions.SdkClientException", str(error)) from error
    finally:
        _parents.pop(arn, None)
    execution: dict[str, Any] = stepfunctions._executions[started["executionArn"]]
    return execution


def _execution_arn(state_machine_arn: str, name: str) -> str:
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"


def _running_namesake(data: dict[str, Any]) -> dict[str, Any] | None:
    state_machine_arn = stepfunctions._resolve_state_machine_arn(data.get("stateMachineArn", "").partition("#")[0])
    if "name" not in data or state_machine_arn is None:
        return None
    execution_arn = _execution_arn(state_machine_arn, data["name"])
    namesake: dict[str, Any] | None = stepfunctions._executions.get(execution_arn)
    if namesake and namesake["status"] == "RUNNING" and namesake["input"] == data.get("input", "{}"):
        return namesake
    return None


def _milliseconds(time: str) -> int | None:
    milliseconds: int | None = stepfunctions._iso_to_epoch_ms(time)
    return milliseconds

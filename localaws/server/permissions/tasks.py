"""What Step Functions does in the name of a state machine's role without a call of its own needs permissions too.

To follow an execution that a `.sync` task started (states:DescribeExecution), to stop it with the task
(states:StopExecution), and to start the children of a Distributed Map (states:StartExecution on its own state machine).
Where it lacks one, the state fails with States.Permissions: which error AWS gives is not documented. A function's log is
lost without an error, as on AWS.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import stepfunctions

from localaws.server.permissions import enforcement
from localaws.server.permissions.required import Permission
from localaws.server.seams import wrap
from localaws.server.settings import Settings
from localaws.server.step_functions import state_visits

Json = dict[str, Any]


def install(settings: Settings) -> None:
    wrap(stepfunctions, "_run_distributed_map", if_children_may_be_started)
    wrap(stepfunctions, "_invoke_nested_start_execution_sync", if_it_may_be_followed)
    wrap(lambda_runtime, "execution_credentials", with_its_log)


def needs(permission: Permission, execution: Json) -> None:
    """Raises States.Permissions unless the role of the execution's state machine has the permission."""
    if not is_allowed(permission, execution):
        message = (
            f"The role of the state machine is not authorized to perform {permission.action} on {permission.resource}"
        )
        raise stepfunctions._ExecutionError("States.Permissions", message)


def is_allowed(permission: Permission, execution: Json) -> bool:
    arn = state_machine_of(execution)
    role_arn = stepfunctions._state_machines[arn]["roleArn"]
    return enforcement.is_allowed(role_arn, arn.rpartition(":")[2], permission)


def state_machine_of(execution: Json) -> str:
    return str(execution["stateMachineArn"]).partition("/")[0]


def if_children_may_be_started(stock: Callable[..., Any]) -> Callable[..., Any]:
    def run_distributed_map(
        state: Json, state_input: Any, effective: Any, processor: Json, execution: Json, context: Json
    ) -> Any:
        needs(Permission("states:StartExecution", state_machine_of(execution)), execution)
        return stock(state, state_input, effective, processor, execution, context)

    return run_distributed_map


def if_it_may_be_followed(stock: Callable[[str, Json], Json]) -> Callable[[str, Json], Json]:
    def start_and_wait(resource: str, task_input: Json) -> Json:
        visit = state_visits.current()
        try:
            described = stock(resource, task_input)
        except stepfunctions._ExecutionError as error:
            if error.error == "States.TaskFailed" and visit is not None:
                needs(Permission("states:DescribeExecution", json.loads(error.cause)["ExecutionArn"]), visit.execution)
            raise
        if visit is not None:
            needs(Permission("states:DescribeExecution", described["ExecutionArn"]), visit.execution)
        return described

    return start_and_wait


def with_its_log(stock: Callable[[Json], Json]) -> Callable[[Json], Json]:
    """Look, when a function gets its credentials, whether it may write its log."""

    def execution_credentials(config: Json) -> Json:
        role_arn, name = config["Role"], config["FunctionName"]
        group = config.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}"
        region, account = config["FunctionArn"].split(":")[3:5]
        streams = f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:*"
        for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            enforcement.is_allowed(role_arn, name, Permission(action, streams))
        return stock(config)

    return execution_credentials

"""What Step Functions and Lambda do in the name of a role needs permissions, like its calls."""

from __future__ import annotations

import pytest

from localaws import permissions
from tests.integration.localaws.edge import eventually
from tests.integration.localaws.workbench import Json, Workbench

NOTHING = {"End": {"Type": "Succeed"}}
MANAGING = {
    "Effect": "Allow",
    "Action": ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
    "Resource": "*",
}


def allow(*actions: str, on: str = "*") -> Json:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on}


def distributed_map() -> Json:
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "End"}
    return {"Map": {"Type": "Map", "ItemProcessor": {**processor, "States": NOTHING}, "ItemsPath": "$", "End": True}}


def waiting_for(child: str) -> Json:
    resource = "arn:aws:states:::states:startExecution.sync:2"
    return {"Child": {"Type": "Task", "Resource": resource, "Parameters": {"StateMachineArn": child}, "End": True}}


def test_a_distributed_map_starts_executions_of_its_own_state_machine(bench: Workbench) -> None:
    role = bench.role("mapping")
    machine = bench.machine(distributed_map(), role=role)
    ended = bench.wait(bench.started(machine, [1, 2]))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Permissions")
    assert f"states:StartExecution on {machine}" in ended["cause"]
    # AND once it may
    bench.put_policy("mapping", allow("states:StartExecution", on=machine))
    assert bench.wait(bench.started(machine, [1, 2]))["output"] == [1, 2]


def test_a_task_that_waits_for_an_execution_looks_at_it(bench: Workbench) -> None:
    child = bench.machine(NOTHING)
    starting = allow("states:StartExecution", on=child)
    machine = bench.machine(waiting_for(child), role=bench.role("following", starting, MANAGING))
    ended = bench.wait(bench.started(machine))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Permissions")
    looking = allow("states:DescribeExecution", on=f"{child.replace(':stateMachine:', ':execution:')}:*")
    bench.put_policy("following", starting, MANAGING, looking)
    assert bench.wait(bench.started(machine))["status"] == "SUCCEEDED"


def test_an_execution_that_may_not_be_started_fails_the_task(bench: Workbench) -> None:
    child = bench.machine(NOTHING)
    ended = bench.wait(bench.started(bench.machine(waiting_for(child), role=bench.role("", MANAGING))))
    assert ended["status"] == "FAILED"
    assert f"states:StartExecution on resource: {child}" in ended["cause"]


@pytest.mark.parametrize(("may_stop", "status"), [(True, "ABORTED"), (False, "RUNNING")])
def test_a_child_is_stopped_with_its_parent_by_leave(bench: Workbench, may_stop: bool, status: str) -> None:
    child = bench.machine({"Wait": {"Type": "Wait", "Seconds": 99_999_999, "End": True}})
    actions = ["states:StartExecution", "states:DescribeExecution", *(["states:StopExecution"] if may_stop else [])]
    machine = bench.machine(waiting_for(child), role=bench.role("", allow(*actions), MANAGING))
    states, parent = bench.client("stepfunctions"), bench.started(machine)
    (running,) = eventually(lambda: states.list_executions(stateMachineArn=child)["executions"])
    states.stop_execution(executionArn=parent)
    assert states.describe_execution(executionArn=running["executionArn"])["status"] == status


def test_a_function_that_may_not_log_works_all_the_same(bench: Workbench) -> None:
    function = bench.function("def handler(event, context): return 1", role=bench.role("silent"), name="silent")
    assert bench.client("lambda").invoke(FunctionName=function)["Payload"].read() == b"1"
    denied = [one["action"] for one in permissions.decisions(bench.instance) if one["principal"] == "silent/silent"]
    assert denied == ["logs:CreateLogStream", "logs:PutLogEvents"]


def test_without_the_shim_a_distributed_map_starts_what_it_likes(stock: Workbench) -> None:
    machine = stock.machine(distributed_map(), role=stock.role(""))
    assert stock.wait(stock.started(machine, [1]))["output"] == [1]

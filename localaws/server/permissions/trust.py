"""A role must let the service assume it: Lambda and Step Functions look when a function or a state machine is made.

MiniStack looks whether the role exists, for calls of the API only; CloudFormation's functions and state machines may name
any. Step Functions also looks whether the role may manage the rule that `.sync` tasks need.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import error_response_json, get_account_id
from ministack.services import iam, lambda_svc, stepfunctions
from ministack.services.cloudformation import provisioners

from localaws.server.permissions import enforcement
from localaws.server.permissions.required import Permission
from localaws.server.seams import wrap
from localaws.server.settings import Settings

LAMBDA, STEP_FUNCTIONS = "lambda.amazonaws.com", "states.amazonaws.com"
SYNC_TASK = "states:startExecution.sync"
NOT_TRUSTED = (
    "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the "
    "provided role."
)
MANAGED_RULE = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
MANAGING_IT = ("events:PutTargets", "events:PutRule", "events:DescribeRule")

Json = dict[str, Any]
Refusal = tuple[str, str]
"""Code and message."""
Judge = Callable[[Json], Refusal | None]


def install(settings: Settings) -> None:
    wrap(lambda_svc, "_create_function", unless(of_function))
    wrap(stepfunctions, "_create_state_machine", unless(of_state_machine))
    wrap(stepfunctions, "_update_state_machine", unless(of_state_machine))
    for resource_type, judge in (
        ("AWS::Lambda::Function", of_function),
        ("AWS::StepFunctions::StateMachine", of_state_machine_resource),
    ):
        handlers = provisioners._RESOURCE_HANDLERS[resource_type]
        handlers["create"] = guarded_creation(handlers["create"], judge)


def may_assume(role_arn: str, service: str) -> bool:
    """Whether the role exists and its trust policy names the service."""
    role = iam._roles.get(role_arn.rpartition("/")[2])
    if role is None:
        return False
    context = iam_evaluator.EvalContext(
        principal_arn="",
        principal_type="Service",
        principal_account="",
        action="sts:AssumeRole",
        resource_arn=role_arn,
        region=enforcement.REGION,
    )
    document = role["AssumeRolePolicyDocument"]
    decision = iam_evaluator.evaluate_resource_policy(document, context, service=service)
    return bool(decision.decision == "Allow")


def of_function(request: Json) -> Refusal | None:
    if may_assume(request.get("Role", ""), LAMBDA):
        return None
    return "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."


def of_state_machine(request: Json) -> Refusal | None:
    known: Json = stepfunctions._state_machines.get(request.get("stateMachineArn")) or {}
    role_arn = request.get("roleArn") or known.get("roleArn", "")
    definition = request.get("definition") or known.get("definition", "")
    if not may_assume(role_arn, STEP_FUNCTIONS):
        return "AccessDeniedException", f"{NOT_TRUSTED}: {role_arn}"
    rule = f"arn:aws:events:{enforcement.REGION}:{get_account_id()}:{MANAGED_RULE}"
    managing = [Permission(action, rule) for action in MANAGING_IT]
    if SYNC_TASK in definition and not all(enforcement.is_allowed(role_arn, STEP_FUNCTIONS, one) for one in managing):
        return "AccessDeniedException", f"'{role_arn}' is not authorized to create managed-rule."
    return None


def of_state_machine_resource(properties: Json) -> Refusal | None:
    definition = provisioners._sfn_definition(properties)
    return of_state_machine({"roleArn": properties.get("RoleArn", ""), "definition": definition})


def unless(judge: Judge) -> Callable[[Callable[[Json], Any]], Callable[[Json], Any]]:
    """An operation that is refused when the request's role won't do."""

    def wrapper(stock: Callable[[Json], Any]) -> Callable[[Json], Any]:
        def operation(request: Json) -> Any:
            refusal = judge(request)
            return error_response_json(*refusal, 400) if refusal else stock(request)

        return operation

    return wrapper


def guarded_creation(stock: Callable[..., Any], judge: Judge) -> Callable[..., Any]:
    def create(logical_id: str, properties: Json, *more: Any, **named: Any) -> Any:
        if refusal := judge(properties):
            raise ValueError(f"{refusal[1]} (Service: {refusal[0]})")
        return stock(logical_id, properties, *more, **named)

    return create

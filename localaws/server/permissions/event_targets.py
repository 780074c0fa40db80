"""EventBridge needs leave to invoke a target: its own policy (functions, queues, topics) or a role (state machines).

MiniStack invokes whatever a rule names. What is denied is dropped as on AWS, where only the metric FailedInvocations tells
of it; here the record of permissions does.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import EvalContext
from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge

from localaws.server.permissions import record, trust
from localaws.server.permissions.required import Permission
from localaws.server.seams import wrap
from localaws.server.settings import Settings
from localaws.server.step_functions import service_tasks

EVENTBRIDGE = "events.amazonaws.com"

_delivery: ContextVar[tuple[dict[str, Any], dict[str, Any]]] = ContextVar("delivery")
"""The target and the rule that are at work."""


def install(settings: Settings) -> None:
    wrap(eventbridge, "_invoke_target", with_the_rule_known)
    wrap(eventbridge, "_dispatch_to_lambda", if_its_policy_allows("lambda:InvokeFunction"))
    wrap(eventbridge, "_dispatch_to_sns", if_its_policy_allows("sns:Publish"))
    wrap(eventbridge, "_dispatch_to_sqs", if_its_policy_allows("sqs:SendMessage"))
    eventbridge._dispatch_to_stepfunctions = start_with_the_role_of_the_target


def with_the_rule_known(stock: Callable[..., None]) -> Callable[..., None]:
    def invoke_target(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> None:
        _delivery.set((target, rule))
        stock(target, event, rule, view)

    return invoke_target


def if_its_policy_allows(action: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Deliver to a function, queue or topic whose policy lets in the rule."""

    def wrapper(stock: Callable[..., None]) -> Callable[..., None]:
        def dispatch(target: object, *payload: Any) -> None:
            _, rule = _delivery.get()
            delivering = Permission(action, str(target))
            if is_let_in(rule, delivering):
                stock(target, *payload)
                return
            missing = {"Resource": delivering.resource, "Condition": {"ArnLike": {"AWS:SourceArn": rule["Arn"]}}}
            because = f"the policy of {delivering.resource} does not allow the rule {rule['Name']} {action}"
            record.record_refusal_of_service(EVENTBRIDGE, delivering, missing, because)

        return dispatch

    return wrapper


def is_let_in(rule: dict[str, Any], delivering: Permission) -> bool:
    context = EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=delivering.action,
        resource_arn=delivering.resource,
        region=get_region(),
        # Whatever brought the event about: EventBridge itself calls over HTTPS.
        secure_transport=True,
        service_context={"aws:sourcearn": rule["Arn"], "aws:sourceaccount": get_account_id()},
    )
    found = iam_evaluator._resource_policy(delivering.action.partition(":")[0], delivering.resource)
    decision = iam_evaluator.evaluate_resource_policy(found[0] if found else None, context, service=EVENTBRIDGE)
    return bool(decision.decision == "Allow")


def start_with_the_role_of_the_target(state_machine_arn: str, payload: str) -> None:
    target, rule = _delivery.get()
    role_arn = target.get("RoleArn", "")
    if not trust.may_assume(role_arn, EVENTBRIDGE):
        because = f"the rule {rule['Name']} has no role that EventBridge can assume, to start {state_machine_arn}"
        record.record_refusal_of_service(EVENTBRIDGE, Permission("sts:AssumeRole", role_arn), {}, because)
        return
    # A thread, because the rule may be at work on the server's event loop, which is to answer this call.
    threading.Thread(target=start, args=(role_arn, rule["Name"], state_machine_arn, payload), daemon=True).start()


def start(role_arn: str, rule_name: str, state_machine_arn: str, payload: str) -> None:
    client = service_tasks.client_of_session("stepfunctions", role_arn, rule_name)
    try:
        client.start_execution(stateMachineArn=state_machine_arn, input=payload)
    except (BotoCoreError, ClientError, HTTPClientError) as error:
        print(f"The rule {rule_name} did not start {state_machine_arn}: {error}", file=sys.stderr, flush=True)

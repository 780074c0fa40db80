"""IAM is enforced: each call of a role needs the policies of that role, and what was decided is on record.

MiniStack has the evaluator and leaves it off. With it on, it lets a call pass when it does not know the action; here that
is refused, so that a gap in the embedded AWS can't look like a permission. `required` puts right what it takes
for the action and the resource of a call, `keys` which keys of KMS it uses, `edge_functions` what its
functions of Lambda@Edge need. The keys of the account itself, `test` and account numbers, may do everything that no
resource's own policy denies them.

What is denied is in the `denied` field of the call's record, as `record` has it. HTTP stands for HTTPS here,
unless a request says `x-forwarded-proto: http`: policies that ask for a secure transport see one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.iam_evaluator import AuthError, EvalContext, EvalResult
from ministack.core.responses import get_account_id
from ministack.services import sts

from localaws.server import front_door
from localaws.server.front_door import Answer, Call, Proceed
from localaws.server.permissions import record
from localaws.server.permissions.edge_functions import edge_functions_in, roles_to_make, uses_of_edge_functions
from localaws.server.permissions.keys import uses_of_keys
from localaws.server.permissions.record import NOBODY_KNOWS, ROLE_SESSION, recorded
from localaws.server.permissions.required import UNKNOWN, Permission, required
from localaws.server.permissions.stacks import CLOUDFORMATION, passed_roles
from localaws.server.refusals import refusal
from localaws.server.seams import wrap
from localaws.server.settings import Settings

Decision: TypeAlias = "EvalResult | AuthError | None"
REGION = "us-east-1"
USER = ":user/"


def install(settings: Settings) -> None:
    record.open_in(settings.state_directory)
    app.AUTH = True
    wrap(app, "pin_request_origin", with_transport)
    wrap(iam_actions, "extract_iam_action", or_unknown)
    wrap(iam_actions, "access_denied_response", as_aws_says_it)
    wrap(iam_evaluator, "enforce", on_all_that_is_required)
    wrap(iam_evaluator, "parse_policy_document", parsed_once)
    wrap(iam_evaluator, "_resolve_condition_key", with_the_role_as_principal)
    front_door.add(told_of_missing_objects_by_leave)


async def told_of_missing_objects_by_leave(call: Call, proceed: Proceed) -> Answer:
    """That an object does not exist is told to those who may list the bucket; to others, access is denied."""
    answer = await proceed(call)
    principal = principal_of(call.request.access_key or "")
    if principal is None or answer.status != 404 or call.operation != "GetObject":
        return answer
    listing = Permission("s3:ListBucket", f"arn:aws:s3:::{call.request.path.split('/')[1]}")
    decision = decided(principal, listing)
    if decision.decision == "Allow":
        recorded(principal, listing, None)
        return answer
    call.notes["denied"] = recorded(principal, listing, decision)
    return refusal(call, "AccessDenied", call.notes["denied"]["because"])


def with_transport(stock: Callable[[str, bool], None]) -> Callable[[str, bool], None]:
    def pin_request_origin(source_ip: str, secure_transport: bool) -> None:
        call = front_door.current()
        says = call.request.headers.get("x-forwarded-proto") if call else None
        stock(source_ip, says != "http")

    return pin_request_origin


def or_unknown(stock: Callable[..., str | None]) -> Callable[..., str | None]:
    def extract_iam_action(*request: Any) -> str | None:
        call = front_door.current()
        is_role = call is not None and principal_of(call.request.access_key or "") is not None
        return stock(*request) or (UNKNOWN if is_role else None)

    return extract_iam_action


def as_aws_says_it(stock: Callable[..., Any]) -> Callable[..., Any]:
    """Name the action and the resource that were denied; services that speak JSON answer with status 400."""

    def access_denied_response(
        service: str, action: str, principal: str, request_id: str, **details: Any
    ) -> tuple[int, dict[str, str], bytes]:
        call = front_door.current()
        denied = call.notes.get("denied") if call else None
        if denied and not details.get("error_code"):
            details["message"] = denied["because"]
            # Some services' denials are worded from these alone.
            action, details["resource_arn"] = denied["action"], denied["resource"]
        status, headers, body = stock(service, action, principal, request_id, **details)
        says_target = "x-amz-target" in (details.get("headers") or {})
        return (400 if denied and says_target else status), headers, body

    return access_denied_response


def on_all_that_is_required(stock: Callable[..., Decision]) -> Callable[..., Decision]:
    """`enforce`, for each permission that a call needs instead of for the action that MiniStack has found."""

    def enforce(
        access_key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Decision:
        call, principal = front_door.current(), principal_of(access_key)
        found = Permission(action, resource_arn)
        if call is None:
            return stock(access_key, action, service, region, resource_arn, service_context)
        if principal is None:
            decision = stock(access_key, action, service, region, resource_arn, service_context)
            return decision or denied_to_the_account(call, found, service, region, service_context or {})
        if action == UNKNOWN:
            unknown = EvalResult(NOBODY_KNOWS, principal)
            call.notes["denied"] = recorded(principal, Permission(f"{call.service}:{call.operation}", "*"), unknown)
            return unknown
        permissions = required(call, found, get_account_id(), region)
        if not permissions:
            return iam_evaluator.check_credentials(access_key, service)
        checks = [(permission, service, service_context) for permission in permissions]
        via = {"kms:ViaService": f"{service}.{region}.amazonaws.com"}
        checks += [(Permission(use, key), "kms", via) for use, key in uses_of_keys(call, action)]
        versions = edge_functions_in(call, action)
        checks += [(permission, "lambda", None) for permission in uses_of_edge_functions(versions)]
        checks += [(permission, "iam", context) for permission, context in roles_to_make(versions, get_account_id())]
        passing = {"iam:PassedToService": CLOUDFORMATION}
        checks += [(Permission("iam:PassRole", role), "iam", passing) for role in passed_roles(call, action)]
        for permission, of, context in checks:
            decision = stock(access_key, permission.action, of, region, permission.resource, context)
            if isinstance(decision, AuthError):
                return decision
            line = recorded(principal, permission, decision)
            if decision is not None:
                call.notes["denied"] = line
                return decision
        return None

    return enforce


def denied_to_the_account(
    call: Call, asked: Permission, service: str, region: str, service_context: dict[str, Any]
) -> EvalResult | None:
    """What a resource's own policy denies to everybody, it denies to the account's own keys too."""
    policy = iam_evaluator._resource_policy(service, asked.resource)
    if policy is None:
        return None
    account = get_account_id()
    context = EvalContext(
        principal_arn=f"arn:aws:iam::{account}:root",
        principal_type="Root",
        principal_account=account,
        action=asked.action,
        resource_arn=asked.resource,
        region=region,
        service_context={key.lower(): value for key, value in service_context.items()},
    )
    decision = iam_evaluator.evaluate_resource_policy(policy[0], context)
    if decision.decision != "Deny":
        return None
    decision.principal_arn, decision.resource_policy_arn = context.principal_arn, asked.resource
    call.notes["denied"] = recorded(context.principal_arn, asked, decision)
    return decision


def is_allowed(role_arn: str, session: str, permission: Permission) -> bool:
    """Whether a role may do what AWS does in its name without a call of its own; it is on record like a call."""
    if not app.AUTH:
        return True
    account, role = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    principal = f"arn:aws:sts::{account}:assumed-role/{role}/{session}"
    decision = decided(principal, permission)
    recorded(principal, permission, None if decision.decision == "Allow" else decision)
    return bool(decision.decision == "Allow")


def decided(principal: str, permission: Permission, conditions: dict[str, str] | None = None) -> EvalResult:
    """What the policies of a session's role and its boundary say; resource policies have no part in it.

    `conditions` are values that policies may ask for, by their keys.
    """
    from ministack.services import iam

    account, role = principal.split(":")[4], principal.split("/")[1]
    context = EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=account,
        action=permission.action,
        resource_arn=permission.resource,
        region=REGION,
        service_context={key.lower(): value for key, value in (conditions or {}).items()},
    )
    limits = iam_evaluator._permissions_boundary(iam._roles, role, account)
    return iam_evaluator.evaluate(context, iam_evaluator._gather_role_policies(role, account), *limits)


def record_user(access_key: str, permission: Permission, denied: EvalResult | None) -> None:
    """Users of IAM who ask an API for something go on record like roles; the account itself does not."""
    arn = str((iam_evaluator.resolve_caller_identity(access_key) or {}).get("userArn", ""))
    if principal_of(access_key) is not None or USER not in arn:
        return
    line = recorded(arn, permission, denied)
    call = front_door.current()
    if denied is not None and call is not None:
        call.notes["denied"] = line


def principal_of(access_key: str) -> str | None:
    """The session that calls; None for a caller without a role: the account itself."""
    session = sts._sessions.get(access_key) or {}
    arn = str(session.get("Arn", ""))
    return arn if ROLE_SESSION in arn else None


def with_the_role_as_principal(stock: Callable[[str, EvalContext], Any]) -> Callable[[str, EvalContext], Any]:
    """`aws:PrincipalArn` of a session is the ARN of its role; MiniStack takes the session's own."""

    def resolve_condition_key(key: str, context: EvalContext) -> Any:
        value = stock(key, context)
        if key.lower() != "aws:principalarn" or ROLE_SESSION not in str(value):
            return value
        account, role = str(value).split(":")[4], str(value).split("/")[1]
        return f"arn:aws:iam::{account}:role/{role}"

    return resolve_condition_key


def parsed_once(stock: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Policies are parsed for every call, and their text says the same each time."""
    parse_text = functools.lru_cache(maxsize=1024)(stock)
    return lambda document: parse_text(document) if isinstance(document, str) else stock(document)

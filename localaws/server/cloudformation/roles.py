"""A stack's resources are made, changed and deleted by a role: the one that is handed over, or else the caller's own.

A role that was handed over stays the stack's until another one is. Who is neither may do everything, as everywhere here:
the account's own keys. What the role lacks fails the resource; a type of which nobody here knows what it needs is refused,
so that a gap in the embedded AWS can't look like a permission. MiniStack makes all resources as nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, handlers, provisioners
from ministack.services.cloudformation.helpers import _error, _p

from localaws.server import front_door
from localaws.server.cloudformation import needs
from localaws.server.cloudformation.needs import Need, Place
from localaws.server.permissions import enforcement, record, trust
from localaws.server.permissions.required import Permission
from localaws.server.permissions.stacks import CLOUDFORMATION
from localaws.server.settings import Settings

SESSION = "AWSCloudFormation"
ACTIONS = (
    "CreateStack",
    "UpdateStack",
    "DeleteStack",
    "CreateChangeSet",
    "ExecuteChangeSet",
    "ContinueUpdateRollback",
    "RollbackStack",
)
ROLE = "_role_arn"
"""Where stacks and change sets keep the role that was handed over."""

Answer = tuple[int, dict[str, str], bytes]
Action = Callable[[dict[str, Any]], Answer]

_acting: ContextVar[str | None] = ContextVar("acting", default=None)
"""The session that makes the stack's resources; None for the account itself. Tasks and threads of the operation copy it."""


def install(settings: Settings) -> None:
    for action in ACTIONS:
        handlers._ACTION_HANDLERS[action] = by_its_role(action, handlers._ACTION_HANDLERS[action])
    for resource_type, stock in list(provisioners._RESOURCE_HANDLERS.items()):
        provisioners._RESOURCE_HANDLERS[resource_type] = {**stock, **allowed_first(resource_type, stock)}


def by_its_role(action: str, stock: Action) -> Action:
    def operation(params: dict[str, Any]) -> Answer:
        given = _p(params, "RoleARN")
        if given and not trust.may_assume(given, CLOUDFORMATION):
            return _refused(f"Role {given} is invalid or cannot be assumed")
        role = given or _remembered(action, params)
        acting = _acting.set(_session(role) if role else _caller())
        try:
            answer = stock(params)
        finally:
            _acting.reset(acting)
        if given and answer[0] == 200:
            _remember(action, params, given)
        return answer

    return operation


def allowed_first(resource_type: str, stock: Mapping[str, Any]) -> dict[str, Any]:
    """The handlers of a type, each of which asks first whether who acts may do what it does."""

    def create(logical_id: str, properties: dict[str, Any], stack: str, *more: Any) -> Any:
        demand(resource_type, "create", Place(stack, logical_id), properties)
        return stock["create"](logical_id, properties, stack, *more)

    def update(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, *more: Any) -> Any:
        demand(resource_type, "update", Place(stack, str(next(iter(more), "")), physical_id), new)
        return stock["update"](physical_id, old, new, stack, *more)

    def delete(physical_id: str, properties: dict[str, Any], *more: Any) -> Any:
        demand(resource_type, "delete", Place("", "", physical_id), properties)
        return stock["delete"](physical_id, properties, *more)

    ours = {"create": create, "update": update, "delete": delete}
    return {name: handler for name, handler in ours.items() if name in stock}


def demand(resource_type: str, step: str, place: Place, properties: dict[str, Any]) -> None:
    """Raises ValueError, by which CloudFormation fails the resource, unless who acts may do all that the step does."""
    principal = _acting.get()
    if principal is None:
        return
    found = needs.of(resource_type, step, place, properties, get_account_id(), get_region())
    if found is None:
        raise ValueError(
            f"The embedded AWS does not know which permissions a role needs to {step} {resource_type}; "
            "localaws/server/cloudformation/needs.py is to know it"
        )
    for need in found:
        _demand(principal, need)


def _demand(principal: str, need: Need) -> None:
    permission = Permission(need.action, need.resource)
    decision = enforcement.decided(principal, permission, dict(need.context))
    if decision.decision == "Allow":
        record.recorded(principal, permission, None)
        return
    line = record.recorded(principal, permission, decision)
    raise ValueError(f'Resource handler returned message: "{line["because"]}" (HandlerErrorCode: AccessDenied)')


def _session(role: str) -> str:
    account, name = role.split(":")[4], role.rpartition("/")[2]
    return f"arn:aws:sts::{account}:assumed-role/{name}/{SESSION}"


def _caller() -> str | None:
    call = front_door.current()
    return enforcement.principal_of(call.request.access_key or "") if call else None


def _remembered(action: str, params: dict[str, Any]) -> str:
    """The role of the change set, or else of the stack."""
    stack = _p(params, "StackName")
    if action == "ExecuteChangeSet":
        _, change_set = changesets._find_change_set(_p(params, "ChangeSetName"), stack)
        if change_set and change_set.get(ROLE):
            return str(change_set[ROLE])
        stack = change_set["StackName"] if change_set else stack
    found = handlers._resolve_stack(stack) if stack else None
    return str((found or {}).get(ROLE, ""))


def _remember(action: str, params: dict[str, Any], role: str) -> None:
    """A change set's role becomes that of its stack by being executed, which is when its own resources are made."""
    if action == "CreateChangeSet":
        _, change_set = changesets._find_change_set(_p(params, "ChangeSetName"), _p(params, "StackName"))
        change_set[ROLE] = role
        cloudformation._stacks[change_set["StackName"]][ROLE] = role
        return
    stack = handlers._resolve_stack(_p(params, "StackName"))
    if stack:
        stack[ROLE] = role


def _refused(message: str) -> Answer:
    answer: Answer = _error("ValidationError", message)
    return answer

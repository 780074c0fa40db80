"""A request with a token that was answered before gets the same answer, and nothing is done again.

MiniStack writes `ClientRequestToken` into events and passes over `ClientToken` of change sets: a retry is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import cloudformation
from ministack.services.cloudformation import handlers
from ministack.services.cloudformation.helpers import _p

from localaws.server.seams import on_reset
from localaws.server.settings import Settings

TOKENS = {
    "CreateStack": "ClientRequestToken",
    "UpdateStack": "ClientRequestToken",
    "ExecuteChangeSet": "ClientRequestToken",
    "CreateChangeSet": "ClientToken",
}
"""The member of each operation's request. Deleting needs none: what is gone is deleted again without an error."""

Answer = tuple[int, dict[str, str], bytes]
Action = Callable[[dict[str, Any]], Answer]

_answered: dict[tuple[str, ...], Answer] = {}


def install(settings: Settings) -> None:
    for action, member in TOKENS.items():
        handlers._ACTION_HANDLERS[action] = once(action, member, handlers._ACTION_HANDLERS[action])
    on_reset(cloudformation, _answered.clear)


def once(action: str, member: str, stock: Action) -> Action:
    def operation(params: dict[str, Any]) -> Answer:
        token = _p(params, member)
        if not token:
            return stock(params)
        names = _p(params, "StackName"), _p(params, "ChangeSetName")
        key = (get_account_id(), action, *names, token)
        if key in _answered and _is_there(action, params):
            return _answered[key]
        answer = stock(params)
        if answer[0] == 200:
            _answered[key] = answer
        return answer

    return operation


def _is_there(action: str, params: dict[str, Any]) -> bool:
    """Whether what was made then is there still: names of what is deleted are free again, with any token."""
    if action == "ExecuteChangeSet":
        return True
    stack = handlers._resolve_stack(_p(params, "StackName"))
    if stack is None or stack["StackStatus"] == "DELETE_COMPLETE":
        return False
    name = _p(params, "ChangeSetName")
    return action != "CreateChangeSet" or any(
        each["ChangeSetName"] == name and each["StackId"] == stack["StackId"]
        for each in cloudformation._change_sets.values()
    )

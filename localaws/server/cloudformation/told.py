"""What CloudFormation tells of stacks and change sets is as its model wants it, and says which role a stack has.

MiniStack tells descriptions that are empty, and a change set's type, which the API keeps to itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import handlers

from localaws.server.cloudformation.roles import ROLE
from localaws.server.settings import Settings

ACTIONS = (
    "DescribeStacks",
    "DescribeChangeSet",
    "GetTemplateSummary",
    "ListChangeSets",
)
LEFT_OUT = re.compile(rb"<Description></Description>|<ChangeSetType>\w*</ChangeSetType>")
STACK_ID = re.compile(rb"<StackId>([^<]+)</StackId>")

Answer = tuple[int, dict[str, str], bytes]
Action = Callable[[dict[str, Any]], Answer]


def install(settings: Settings) -> None:
    for action in ACTIONS:
        handlers._ACTION_HANDLERS[action] = as_modelled(handlers._ACTION_HANDLERS[action])
    handlers._ACTION_HANDLERS["DescribeStacks"] = with_role(handlers._ACTION_HANDLERS["DescribeStacks"])


def as_modelled(stock: Action) -> Action:
    def operation(params: dict[str, Any]) -> Answer:
        status, headers, body = stock(params)
        return status, headers, LEFT_OUT.sub(b"", body)

    return operation


def with_role(stock: Action) -> Action:
    def described(found: re.Match[bytes]) -> bytes:
        role = (handlers._resolve_stack(found[1].decode()) or {}).get(ROLE)
        return found[0] + f"<RoleARN>{role}</RoleARN>".encode() if role else found[0]

    def operation(params: dict[str, Any]) -> Answer:
        status, headers, body = stock(params)
        return status, headers, STACK_ID.sub(described, body)

    return operation

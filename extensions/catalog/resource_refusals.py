"""What is refused of the resources of an extension: policies that allow too much, and names that can be there only once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from extensions.catalog.folders import Extension
from extensions.catalog.refusal import Refusal

_GENEROUS = re.compile(r"(FullAccess|Administrator|PowerUser)[A-Za-z]*$")
_PHYSICAL_NAME = re.compile(r"^(Name|(Function|Role|Bucket|Table|Topic|Queue|LogGroup|Policy|ManagedPolicy)Name)$")
_OF_STACK = re.compile(r"AWS::Stack(Name|Id)")


def refusals(extension: Extension) -> Iterator[Refusal]:
    template = extension.template
    for logical_id, resource in template.section("Resources").items():
        properties = resource.get("Properties", {})
        line = template.line("Resources", logical_id)
        for wrong in [*_of_policies(properties), *_of_names(properties)]:
            yield Refusal(template.path, line, f"{logical_id}: {wrong}")


def _of_policies(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _of_policies(one)
    elif isinstance(value, str) and _GENEROUS.search(value):
        yield f"the policy {value} allows too much; allow what the code calls"
    elif isinstance(value, Mapping):
        if value.get("Effect") == "Allow":
            yield from _of_statement(value)
        for one in value.values():
            yield from _of_policies(one)


def _of_statement(statement: Mapping[str, Any]) -> Iterator[str]:
    actions = statement.get("Action", ())
    for action in [actions] if isinstance(actions, str) else actions:
        if "*" in action:
            yield f"the action {action} allows too much; name each action that the code calls"
    resources = statement.get("Resource", ())
    if "*" in ([resources] if isinstance(resources, str) else resources):
        yield "the resource * allows too much; name what the code works on"
    if "NotAction" in statement or "NotResource" in statement:
        yield "NotAction and NotResource allow too much; name what is allowed"


def _of_names(properties: Mapping[str, Any]) -> Iterator[str]:
    """A name that has nothing of the stack's keeps a second copy out of the account."""
    for key, value in properties.items():
        if key.endswith("Config") and isinstance(value, Mapping):
            yield from _of_names(value)
        elif _PHYSICAL_NAME.match(key) and not _OF_STACK.search(json.dumps(value)):
            yield f"{key} can be there once in an account; leave it out, or make it of AWS::StackName"

"""What templates call a thing that CloudFormation has named: `RequestCertificate` for `…-RequestC9CB3DE4E6374E`."""

from __future__ import annotations

from ministack.services.cloudformation import _stacks

_found: dict[str, str] = {}


def logical_name(physical_name: str) -> str:
    """The logical id of a stack's resource with this name; what no stack has made keeps its name."""
    if physical_name in _found:
        return _found[physical_name]
    for stack in list(_stacks.values()):
        for logical_id, resource in list(stack.get("_resources", {}).items()):
            if str(resource.get("PhysicalResourceId", "")).rpartition(":")[2] == physical_name:
                return _found.setdefault(physical_name, str(logical_id))
    return physical_name

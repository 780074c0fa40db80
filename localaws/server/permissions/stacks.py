"""What operations of CloudFormation are about, and the role that they hand over; MiniStack looks for neither in a form."""

from __future__ import annotations

from urllib.parse import parse_qs

from localaws.server.front_door import Call

CLOUDFORMATION = "cloudformation.amazonaws.com"


def resource_of(call: Call, account: str, region: str) -> str:
    """The ARN of the stack that a call names, by itself or by its change set; an asterisk where it names none."""
    from ministack.services.cloudformation import changesets

    form = parse_qs(call.body.decode(errors="replace"))
    (stack,) = form.get("StackName", [""])
    (change_set,) = form.get("ChangeSetName", [""])
    if not stack and change_set:
        _, found = changesets._find_change_set(change_set, "")
        stack = found["StackId"] if found else ""
    if not stack or stack.startswith("arn:"):
        return stack or "*"
    return f"arn:aws:cloudformation:{region}:{account}:stack/{stack}/*"


def passed_roles(call: Call, action: str) -> list[str]:
    """Handed to CloudFormation, for which the caller needs leave."""
    if not action.startswith("cloudformation:"):
        return []
    return parse_qs(call.body.decode(errors="replace")).get("RoleARN", [])

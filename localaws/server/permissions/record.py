"""Writes `<state directory>/permissions.jsonl`: every denial, and what was allowed, the first time that it was.

    {"time", "principal", "action", "resource", "allowed", "because"?, "missing"?}

`principal` is `role/session`, or the service that delivers an event; `missing` is the statement that would have allowed it,
left out where a policy denies it. A denial is in the server's log too.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ministack.core.iam_evaluator import EvalResult
from ministack.core.responses import now_iso

from localaws.server.permissions.required import Permission
from localaws.server.records.json_lines import JsonLines

ROLE_SESSION = ":assumed-role/"
NOBODY_KNOWS = "nobody knows"
"""The decision about an operation whose permission is not known here."""

_lines: JsonLines
_already_allowed: set[tuple[str, Permission]] = set()


def open_in(state_directory: Path) -> None:
    global _lines
    _lines = JsonLines(state_directory / "permissions.jsonl")


def recorded(principal_arn: str, permission: Permission, denied: EvalResult | None) -> dict[str, Any]:
    """Write what was decided to the record, and a denial in words to the log; returns the line."""
    principal = principal_arn.partition(ROLE_SESSION)[2] or principal_arn
    line = {
        "time": now_iso(),
        "principal": principal,
        "action": permission.action,
        "resource": permission.resource,
        "allowed": denied is None,
    }
    if denied is None:
        if (principal, permission) not in _already_allowed:
            _already_allowed.add((principal, permission))
            _lines.append(line)
        return line
    line["because"] = _sentence(principal_arn, permission, denied)
    if denied.decision == "ImplicitDeny":
        line["missing"] = {"Effect": "Allow", "Action": permission.action, "Resource": permission.resource}
    _write_denial(line)
    return line


def record_refusal_of_service(service: str, permission: Permission, missing: dict[str, Any], because: str) -> None:
    """Write to the record that a service was not let in by a resource's own policy or by a role's trust policy."""
    _write_denial(
        {
            "time": now_iso(),
            "principal": service,
            "action": permission.action,
            "resource": permission.resource,
            "allowed": False,
            "because": because,
            "missing": {"Effect": "Allow", "Principal": {"Service": service}, "Action": permission.action, **missing},
        }
    )


def _write_denial(line: dict[str, Any]) -> None:
    _lines.append(line)
    print(f"Denied: {line['because']}", json.dumps(line.get("missing", "")), file=sys.stderr, flush=True)


def _sentence(principal: str, permission: Permission, denied: EvalResult) -> str:
    if denied.decision == NOBODY_KNOWS:
        return (
            f"The embedded AWS does not know which permission {permission.action} needs; "
            "localaws/server/permissions/required.py is to know it"
        )
    if denied.decision == "ImplicitDeny":
        reason = f"because no identity-based policy allows the {permission.action} action"
    else:
        kind = "a resource-based" if denied.resource_policy_arn else "an identity-based"
        reason = f"with an explicit deny in {kind} policy"
    return f"User: {principal} is not authorized to perform: {permission.action} on resource: {permission.resource} {reason}"

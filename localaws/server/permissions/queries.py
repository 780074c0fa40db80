"""Which permissions calls of Athena and of Glue's catalog need, after their Service Authorization Reference."""

from __future__ import annotations

import json
from typing import Any

from localaws.server.front_door import Call


def needed(call: Call, action: str, found: str, account: str, region: str) -> list[tuple[str, str]]:
    """Actions and resources of one call; `found` is the resource that MiniStack finds."""
    request: dict[str, Any] = json.loads(call.body or b"{}")
    if action.startswith("athena:"):
        groups = _work_groups(request)
        return [(action, f"arn:aws:athena:{region}:{account}:workgroup/{one}") for one in groups] or [(action, found)]
    return [(action, resource) for resource in _of_catalog(action, request, f"arn:aws:glue:{region}:{account}")]


def _work_groups(request: dict[str, Any]) -> list[str]:
    """Those of the queries that a request names; its own, or `primary`, where it names none."""
    from localaws.server.athena import operations

    ids = request.get("QueryExecutionIds") or [request[name] for name in ("QueryExecutionId",) if name in request]
    if ids:
        return sorted({operations.queries[one].workgroup for one in ids if one in operations.queries})
    return [str(request.get("WorkGroup") or request.get("Name") or "primary")]


def _of_catalog(action: str, request: dict[str, Any], arn: str) -> list[str]:
    """The catalog, the database and the table: Glue wants an action allowed on all that contain the resource."""
    of_database = action in ("glue:GetDatabase", "glue:UpdateDatabase", "glue:DeleteDatabase")
    database = request.get("DatabaseName") or (request.get("Name") if of_database else None)
    table = request.get("TableName") or (None if of_database else request.get("Name"))
    resources = [f"{arn}:catalog"]
    if database:
        resources.append(f"{arn}:database/{database}")
    if database and table:
        resources.append(f"{arn}:table/{database}/{table}")
    return resources

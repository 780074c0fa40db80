"""Changes of delivery sources and destinations that are under way: meanwhile nobody else changes the same one.

Here a change takes no time, so that two never meet by themselves. `PUT /_localaws/log-delivery-changes` with `{"name": "…"}`
begins one of the source or the destination of this name, as another caller would; `DELETE` ends it. A delivery is changed with
both its ends.
"""

from __future__ import annotations

from typing import Any

from localaws.server.aws_json import ServiceError
from localaws.server.control import fields

_under_way: set[str] = set()


def begin(body: dict[str, Any]) -> dict[str, Any]:
    (name,) = fields(body, "name")
    _under_way.add(name)
    return {"underWay": sorted(_under_way)}


def end(body: dict[str, Any]) -> dict[str, Any]:
    (name,) = fields(body, "name")
    _under_way.discard(name)
    return {"underWay": sorted(_under_way)}


def forget() -> None:
    _under_way.clear()


def check(*names: str) -> None:
    """Raises ServiceError where one of these is being changed."""
    if not _under_way.isdisjoint(names):
        message = "Requested resource is currently being updated. Please try again later."
        raise ServiceError("ConflictException", message)

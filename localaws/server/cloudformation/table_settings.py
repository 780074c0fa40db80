"""A table of a stack has the time to live and the point-in-time recovery that its template says.

MiniStack leaves both out. Items whose time is over stay all the same: AWS deletes them within days, MiniStack would once a
minute, in the middle of whatever a test does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import AccountRegionScopedDict

from localaws.server.settings import Settings

NAME = "AWS::DynamoDB::Table"
Created = tuple[str, dict[str, Any]]


class NeverDue(AccountRegionScopedDict):  # type: ignore[misc]
    """Settings that can be made and told, and in which the search for items to delete finds no table."""

    __slots__ = ()

    def all_items(self) -> list[Any]:
        return []


def install(settings: Settings) -> None:
    from ministack.services import dynamodb
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS[NAME]
    create_stock, update_stock = handlers["create"], handlers["update"]

    def create(logical_id: str, properties: Mapping[str, Any], *rest: Any, **named: Any) -> Created:
        created: Created = create_stock(logical_id, properties, *rest, **named)
        apply(created[0], {}, properties)
        return created

    def update(table: str, old: Mapping[str, Any], new: Mapping[str, Any], *rest: Any, **named: Any) -> Created:
        updated: Created = update_stock(table, old, new, *rest, **named)
        apply(updated[0], old, new)
        return updated

    handlers.update(create=create, update=update)
    dynamodb._ttl_settings.__class__ = NeverDue


def apply(table: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Bring the table's settings to what the template says now."""
    from ministack.services import dynamodb

    calls: dict[str, tuple[Callable[[dict[str, Any]], Any], dict[str, Any]]] = {
        "TimeToLiveSpecification": (dynamodb._update_ttl, {"AttributeName": "-", "Enabled": False}),
        "PointInTimeRecoverySpecification": (
            dynamodb._update_continuous_backups,
            {"PointInTimeRecoveryEnabled": False},
        ),
    }
    for name, (call, default) in calls.items():
        wanted = new.get(name) or (default if old.get(name) else None)
        if wanted:
            status, _, body = call({"TableName": table, name: {**wanted, **truths(wanted)}})
            if status >= 400:
                raise ValueError(f"{NAME}: {name}: {body!r}")


def truths(wanted: Mapping[str, Any]) -> dict[str, bool]:
    """Truths arrive as texts where they are parameters."""
    names = [name for name in wanted if name.endswith("nabled")]
    return {name: str(wanted[name]).lower() == "true" for name in names}

"""A change set sees the resources that a changed condition adds or removes.

MiniStack compares resources without asking whether their conditions hold, finds no change, and `sam deploy` does
nothing.
"""

from __future__ import annotations

from typing import Any

from ministack.services.cloudformation import changesets, engine

from localaws.server.settings import Settings


def install(settings: Settings) -> None:
    resolve_stock = changesets._resolve_props_for_diff

    def resolve(template: dict[str, Any], params: dict[str, Any], stack_name: str, stack_id: str) -> dict[str, Any]:
        """The template's resources as they are compared: those that exist under these parameters."""
        resolved: dict[str, Any] = resolve_stock(template, params, stack_name, stack_id)
        if not template:
            return resolved
        holds = engine._evaluate_conditions(template, params)
        existing = {
            logical_id: resource
            for logical_id, resource in resolved["Resources"].items()
            if holds.get(resource.get("Condition"), True)
        }
        return {**resolved, "Resources": existing}

    changesets._resolve_props_for_diff = resolve

"""A nested `AWS::Serverless::Application` may hold `AWS::Serverless::*` resources, and may be updated.

MiniStack applies transforms to root templates only, and an update of a nested stack forgets the attributes of the
resources that did not change, so that a `GetAtt` of one fails.
"""

from __future__ import annotations

from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, engine, handlers, provisioners

from localaws.server.settings import Settings

READERS_OF_ROOT_TEMPLATES = (changesets, handlers)
"""Imported here because they must have bound the stock `_parse_template` before it is replaced: only the nested path,
which looks it up when a nested stack is made, is to see ours."""


def install(settings: Settings) -> None:
    parse_stock, update_stock = engine._parse_template, provisioners._update_resource

    def parse(template_body: str) -> dict[str, Any]:
        template: dict[str, Any] = parse_stock(template_body)
        if not engine.declared_transforms(template):
            return template
        transformed = engine._apply_transforms(template)
        if isinstance(transformed, engine._TransformFailed):
            raise ValueError(f"Transform of the nested template failed: {transformed}")
        plain: dict[str, Any] = transformed
        return plain

    def update(
        resource_type: str,
        physical_id: str,
        old: dict[str, Any],
        new: dict[str, Any],
        stack_name: str,
        logical_id: str | None = None,
        attributes: dict[str, Any] | None = None,
    ) -> tuple[str, dict[str, Any]]:
        if attributes is None and logical_id is not None:
            attributes = cloudformation._stacks[stack_name]["_resources"][logical_id]["Attributes"]
        updated: tuple[str, dict[str, Any]] = update_stock(
            resource_type, physical_id, old, new, stack_name, logical_id, attributes
        )
        return updated

    engine._parse_template = parse
    provisioners._update_resource = update

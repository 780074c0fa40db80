"""A bucket of a stack takes access control lists, or none, as its OwnershipControls say; MiniStack passes over them."""

from __future__ import annotations

from typing import Any

from ministack.services import s3
from ministack.services.cloudformation import provisioners

from localaws.server.settings import Settings

BUCKET = "AWS::S3::Bucket"


def install(settings: Settings) -> None:
    handlers = provisioners._RESOURCE_HANDLERS[BUCKET]
    create, update = handlers["create"], handlers["update"]

    def create_bucket(logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        made = create(logical_id, properties, stack_name)
        own(str(made[0]), properties)
        return made

    def update_bucket(name: str, before: dict[str, Any], properties: dict[str, Any], stack_name: str) -> Any:
        made = update(name, before, properties, stack_name)
        own(name, properties)
        return made

    provisioners._RESOURCE_HANDLERS[BUCKET] = {**handlers, "create": create_bucket, "update": update_bucket}


def own(name: str, properties: dict[str, Any]) -> None:
    for rule in properties.get("OwnershipControls", {}).get("Rules", []):
        rule_element = f"<Rule><ObjectOwnership>{rule['ObjectOwnership']}</ObjectOwnership></Rule>"
        s3._put_bucket_ownership_controls(name, f"<OwnershipControls>{rule_element}</OwnershipControls>".encode())

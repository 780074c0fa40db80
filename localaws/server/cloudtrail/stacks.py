"""What CloudFormation does to distributions, which on AWS are calls that it makes for whoever deploys.

It happens inside MiniStack, so that the calls are made up here, from the distribution as it was before and is after: what
was asked is what was stored. Only what succeeds is told, and only of distributions. On AWS, CloudFormation also disables
what it is about to delete.
"""

from __future__ import annotations

import uuid
from typing import Any
from xml.etree.ElementTree import Element

from localaws.server.bodies import xml_bodies
from localaws.server.cloudfront import distributions
from localaws.server.cloudfront.resource_type import NAME
from localaws.server.cloudtrail import events, identities
from localaws.server.cloudtrail.elements import spelled
from localaws.server.models import service_model

CLOUDFORMATION = "cloudformation.amazonaws.com"


def install() -> None:
    from ministack.services.cloudformation import provisioners

    provisioners._RESOURCE_HANDLERS[NAME] = telling(provisioners._RESOURCE_HANDLERS[NAME])


def telling(handlers: dict[str, Any]) -> dict[str, Any]:
    """The handlers of the type, with an event after each."""

    def create(logical_id: str, properties: dict[str, Any], stack: str) -> tuple[str, dict[str, Any]]:
        created: tuple[str, dict[str, Any]] = handlers["create"](logical_id, properties, stack)
        distribution_id, _ = created
        response = response_about(distribution_id)
        asked = {"distributionConfig": config_in(response), "tags": {"items": tags_of(distribution_id)}}
        response["location"] = f"/2020-05-31/distribution/{distribution_id}"
        tell("CreateDistributionWithTags", {"distributionConfigWithTags": asked}, response)
        return created

    def update(distribution_id: str, *rest: Any) -> tuple[str, dict[str, Any]]:
        before = etag_of(distribution_id)
        updated: tuple[str, dict[str, Any]] = handlers["update"](distribution_id, *rest)
        response = response_about(updated[0])
        asked = {"id": distribution_id, "ifMatch": before, "distributionConfig": config_in(response)}
        tell("UpdateDistribution", asked, response)
        return updated

    def delete(distribution_id: str, *rest: Any) -> None:
        before = etag_of(distribution_id)
        handlers["delete"](distribution_id, *rest)
        if before:
            tell("DeleteDistribution", {"id": distribution_id, "ifMatch": before}, None)

    return {**handlers, "create": create, "update": update, "delete": delete}


def tell(name: str, parameters: dict[str, Any], response: dict[str, Any] | None) -> None:
    from ministack.core.responses import get_account_id

    account = get_account_id()
    identity = identities.root(account) | {"invokedBy": CLOUDFORMATION}
    call = events.ApiCall(name, identity, CLOUDFORMATION, CLOUDFORMATION, str(uuid.uuid4()), parameters, response)
    events.send(account, call)


def response_about(distribution_id: str) -> dict[str, Any]:
    from ministack.services import cloudfront

    distribution = distributions.mine()[distribution_id]
    shape, element = service_model("cloudfront").shape_for("Distribution"), Element("Distribution")
    cloudfront._build_distribution_xml(element, distribution)
    return {"distribution": spelled(shape, xml_bodies.tree(shape, element)), "eTag": distribution["ETag"]}


def config_in(response: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = response["distribution"]["distributionConfig"]
    return config


def etag_of(distribution_id: str) -> str | None:
    """None for a distribution that is not there."""
    distribution = distributions.mine().get(distribution_id)
    return distribution["ETag"] if distribution else None


def tags_of(distribution_id: str) -> list[dict[str, str]]:
    from ministack.services import cloudfront

    tags = cloudfront._tags.get(distributions.mine()[distribution_id]["ARN"], [])
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in tags]

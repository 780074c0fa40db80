"""AWS::CloudFront::Distribution: the same checks as the API's, and the stack waits until it is Deployed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import tostring

from localaws.server.cloudfront import checks, configuration, deployment, distributions, edge_functions, replicas
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config
from localaws.server.cloudfront.defaults import completed
from localaws.server.cloudfront.distributions import Distribution
from localaws.server.settings import Settings

NAME = "AWS::CloudFront::Distribution"

Created = tuple[str, dict[str, Any]]


def handlers(stock: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """MiniStack's handlers of the type with our checks before and the deployment after them.

    CloudFormation adds tags of its own, which begin with `aws:` and are not subject to the checks.
    """

    def create(logical_id: str, properties: dict[str, Any], stack: str) -> Created:
        tags = [(tag["Key"], tag["Value"]) for tag in properties.get("Tags", []) if not tag["Key"].startswith("aws:")]
        config = _checked(properties, lambda config: checks.check_new(config, tags))
        distribution_id, attributes = stock["create"](logical_id, properties, stack)
        _deploy(distributions.mine()[distribution_id], config, settings)
        return distribution_id, attributes

    def update(
        distribution_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str | None = None
    ) -> Created:
        distribution = distributions.mine().get(distribution_id)
        if distribution is None:
            return create(logical_id or distribution_id, new, stack)
        config = _checked(
            new, lambda config: checks.check_changed(config, distribution), distribution["CallerReference"]
        )
        _, attributes = stock["update"](distribution_id, old, new, stack, logical_id)
        _deploy(distribution, config, settings)
        return distribution_id, attributes

    def delete(distribution_id: str, properties: dict[str, Any]) -> None:
        stock["delete"](distribution_id, properties)
        replicas.note()

    return {**stock, "create": create, "update": update, "delete": delete}


def _checked(
    properties: dict[str, Any], check: Callable[[Config], None], caller_reference: str | None = None
) -> Config:
    """The configuration that the template asks for. Raises ValueError, by which CloudFormation fails the resource.

    A template has no caller reference; MiniStack draws one when it creates the distribution.
    """
    from ministack.services.cloudformation import provisioners

    try:
        element = provisioners._cf_distribution_config(properties, caller_reference or str(uuid.uuid4()))
        config = configuration.read(element)
        check(config)
    except RefusedError as refusal:
        raise ValueError(f"{NAME}: {refusal}") from refusal
    return config


def _deploy(distribution: Distribution, config: Config, settings: Settings) -> None:
    kept = config | {"CallerReference": distribution["CallerReference"]}
    distribution["config_xml"] = tostring(configuration.write(completed(kept)), encoding="unicode")
    edge_functions.make_missing_roles(distribution)
    deployment.begin(distribution, settings)
    deployment.wait(distribution)

"""The operations on continuous deployment policies."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from xml.etree.ElementTree import Element, SubElement

from localaws.server.cloudfront import configuration, continuous_deployment, deployment, deployment_policies
from localaws.server.cloudfront.answers import Answer, xml
from localaws.server.cloudfront.deployment_policies import Policy
from localaws.server.cloudfront.pages import page_of
from localaws.server.cloudfront.request import Request, check_if_match, parsed
from localaws.server.settings import Settings

PATH = "/2020-05-31/continuous-deployment-policy"
ALL = re.compile(rf"{PATH}/?")
ONE = re.compile(rf"{PATH}/([^/]+)/?")
CONFIGURATION = re.compile(rf"{PATH}/([^/]+)/config/?")
CONFIG = "ContinuousDeploymentPolicyConfig"

Operation = tuple[str, re.Pattern[str], Callable[..., Awaitable[Answer]]]
"""Method, path, and what answers the request."""


def operations(settings: Settings) -> tuple[Operation, ...]:
    async def update(request: Request, policy_id: str) -> Answer:
        """A primary distribution that the policy is attached to is deployed anew."""
        policy = deployment_policies.find(policy_id)
        check_if_match(request, policy.etag)
        config = configuration.read(parsed(request.body), CONFIG)
        deployment_policies.check(config, policy.id)
        continuous_deployment.check_policy_change(policy, config)
        changed = deployment_policies.change(policy, config)
        if primary := continuous_deployment.primary_of(policy):
            deployment.begin(primary, settings)
        return _with_etag(changed, _whole(changed))

    return (
        ("GET", ALL, _list),
        ("POST", ALL, _create),
        ("GET", ONE, _get),
        ("GET", CONFIGURATION, _get_configuration),
        ("PUT", ONE, update),
        ("DELETE", ONE, _delete),
    )


async def _create(request: Request) -> Answer:
    config = configuration.read(parsed(request.body), CONFIG)
    deployment_policies.check_new(config)
    policy = deployment_policies.create(config)
    _, headers, body = _with_etag(policy, _whole(policy))
    return 201, headers | {"Location": f"{PATH}/{policy.id}"}, body


async def _get(_request: Request, policy_id: str) -> Answer:
    policy = deployment_policies.find(policy_id)
    return _with_etag(policy, _whole(policy))


async def _get_configuration(_request: Request, policy_id: str) -> Answer:
    policy = deployment_policies.find(policy_id)
    return _with_etag(policy, configuration.write(policy.config, CONFIG))


async def _delete(request: Request, policy_id: str) -> Answer:
    policy = deployment_policies.find(policy_id)
    check_if_match(request, policy.etag)
    deployment_policies.delete(policy)
    return 204, {}, b""


async def _list(request: Request) -> Answer:
    """Quantity is the number of all policies, "regardless of the MaxItems value"."""
    found = deployment_policies.mine()
    page = page_of(found, request.query)
    root = Element("ContinuousDeploymentPolicyList")
    if page.next_marker:
        SubElement(root, "NextMarker").text = page.next_marker
    SubElement(root, "MaxItems").text = str(page.size)
    SubElement(root, "Quantity").text = str(len(found))
    listed = SubElement(root, "Items")
    for policy in page.items.values():
        SubElement(listed, "ContinuousDeploymentPolicySummary").append(_whole(policy))
    return xml(root)


def _whole(policy: Policy) -> Element:
    root = Element("ContinuousDeploymentPolicy")
    SubElement(root, "Id").text = policy.id
    SubElement(root, "LastModifiedTime").text = policy.last_modified
    root.append(configuration.write(policy.config, CONFIG))
    return root


def _with_etag(policy: Policy, root: Element) -> Answer:
    status, headers, body = xml(root)
    return status, headers | {"ETag": policy.etag}, body

"""The operations on real-time log configurations."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from localaws.server.cloudfront import configuration, distributions, listing, realtime_log_configs
from localaws.server.cloudfront.answers import Answer, xml
from localaws.server.cloudfront.configuration import Config
from localaws.server.cloudfront.deployment_policy_service import Operation
from localaws.server.cloudfront.pages import page_of
from localaws.server.cloudfront.realtime_log_configs import RealtimeLogConfig
from localaws.server.cloudfront.request import Request, parsed

API = "/2020-05-31"
ALL = re.compile(rf"{API}/realtime-log-config/?")
GET = re.compile(rf"{API}/get-realtime-log-config/?")
DELETE = re.compile(rf"{API}/delete-realtime-log-config/?")
USERS = re.compile(rf"{API}/distributionsByRealtimeLogConfig/?")
CHANGEABLE = ("EndPoints", "Fields", "SamplingRate")


def operations() -> tuple[Operation, ...]:
    return (
        ("GET", ALL, _list),
        ("POST", ALL, _create),
        ("PUT", ALL, _update),
        ("POST", GET, _get),
        ("POST", DELETE, _delete),
        ("POST", USERS, _list_users),
    )


async def _create(request: Request) -> Answer:
    config = realtime_log_configs.create(_asked(request, "CreateRealtimeLogConfigRequest"))
    _, headers, body = _result("CreateRealtimeLogConfigResult", config)
    return 201, headers, body


async def _get(request: Request) -> Answer:
    config = realtime_log_configs.find(_asked(request, "GetRealtimeLogConfigRequest"))
    return _result("GetRealtimeLogConfigResult", config)


async def _update(request: Request) -> Answer:
    """A distribution that logs by it is not deployed anew: the change is not one of its own configuration."""
    asked = _asked(request, "UpdateRealtimeLogConfigRequest")
    current = realtime_log_configs.find(asked)
    changes = {member: value for member, value in asked.items() if member in CHANGEABLE}
    return _result("UpdateRealtimeLogConfigResult", realtime_log_configs.change(current, changes))


async def _delete(request: Request) -> Answer:
    realtime_log_configs.delete(realtime_log_configs.find(_asked(request, "DeleteRealtimeLogConfigRequest")))
    return 204, {}, b""


async def _list(request: Request) -> Answer:
    page = page_of(realtime_log_configs.mine(), request.query)
    root = Element("RealtimeLogConfigs")
    SubElement(root, "MaxItems").text = str(page.size)
    SubElement(root, "IsTruncated").text = str(page.next_marker is not None).lower()
    SubElement(root, "Marker").text = page.marker
    if page.next_marker:
        SubElement(root, "NextMarker").text = page.next_marker
    if page.items:
        listed = SubElement(root, "Items")
        for config in page.items.values():
            element = configuration.write(config.as_config(), "RealtimeLogConfig")
            element.tag = "member"
            listed.append(element)
    return xml(root)


async def _list_users(request: Request) -> Answer:
    """Nobody where there is no such configuration: the model has no other error than InvalidArgument."""
    asked = _asked(request, "ListDistributionsByRealtimeLogConfigRequest")
    name, arn = asked.get("RealtimeLogConfigName"), asked.get("RealtimeLogConfigArn")
    found = next((one for one in realtime_log_configs.mine().values() if name == one.name or arn == one.arn), None)
    users = {user["Id"]: user for user in distributions.users_of(found.arn)} if found else {}
    query: dict[str, Any] = {member: asked[member] for member in ("Marker", "MaxItems") if member in asked}
    return xml(listing.distribution_list(query, users))


def _asked(request: Request, kind: str) -> Config:
    return configuration.read(parsed(request.body), kind)


def _result(kind: str, config: RealtimeLogConfig) -> Answer:
    root = Element(kind)
    root.append(configuration.write(config.as_config(), "RealtimeLogConfig"))
    return xml(root)

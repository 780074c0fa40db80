"""How large an event gets."""

from __future__ import annotations

import json

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.listening import Listener

LARGEST_EVENT = 256 * 1024
"""Bytes that EventBridge delivers."""


def test_what_is_larger_than_100_kb_is_left_out(instance: Instance, trail: Listener) -> None:
    """CloudFront completes each behavior, so that the answer is more than twice the request."""
    behaviors = [edge.behavior(PathPattern=f"/{number}/*") for number in range(250)]
    with edge.quota(instance, "cloudfront", 300, quotaCode="L-F432D044"):
        edge.distribution(instance, CacheBehaviors=edge.block(*behaviors))
    (event,) = trail.heard(1)
    asked = event["detail"]["requestParameters"]["distributionConfig"]
    assert asked["cacheBehaviors"]["quantity"] == 250
    assert event["detail"]["responseElements"] == {"omitted": True}
    assert len(json.dumps(event)) < LARGEST_EVENT

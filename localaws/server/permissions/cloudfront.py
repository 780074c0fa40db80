"""The actions that CloudFront's operations need, and on what, where MiniStack finds another one or not all."""

from __future__ import annotations

import re

from localaws.server.cloudfront.distributions import having
from localaws.server.front_door import Call
from localaws.server.permissions import cloudfront_functions

CONTINUOUS_DEPLOYMENT_POLICY = re.compile(r"/2020-05-31/continuous-deployment-policy/([^/]+)")

Needed = list[tuple[str, str]]
"""Actions without the service's prefix, each with its resource."""


def needed(call: Call, action: str, resource: str, account: str) -> Needed:
    """Given the action and the resource that MiniStack finds."""
    match action:
        case "CreateDistributionWithTags":
            return [("CreateDistribution", "*"), ("TagResource", f"arn:aws:cloudfront::{account}:distribution/*")]
        case "CopyDistribution":
            return [(action, resource), ("GetDistribution", resource), ("CreateDistribution", "*")]
        case "UpdateDistributionWithStagingConfig":
            return [
                ("UpdateDistribution", resource),
                *(("GetDistribution", each) for each in _promoted(call, resource)),
            ]
        case "AssociateAlias":
            changed = [resource, *(source["ARN"] for source in having(_asked(call, "Alias").lower()))]
            return [(action, resource), *(("UpdateDistribution", each) for each in changed)]
        case "ListConflictingAliases":
            return [(action, f"arn:aws:cloudfront::{account}:distribution/{_asked(call, 'DistributionId')}")]
        case "TagResource" | "UntagResource" | "ListTagsForResource":
            return [(action, _asked(call, "Resource"))]
    if policy := CONTINUOUS_DEPLOYMENT_POLICY.match(call.request.path):
        return [(action, f"arn:aws:cloudfront::{account}:continuous-deployment-policy/{policy[1]}")]
    return [(action, cloudfront_functions.resource_of(call, action, account) or resource)]


def _promoted(call: Call, primary: str) -> list[str]:
    """The primary distribution and the staging distribution, if the request says which one."""
    staging = _asked(call, "StagingDistributionId")
    return [primary, f"{primary.rpartition('/')[0]}/{staging}"] if staging else [primary]


def _asked(call: Call, name: str) -> str:
    """A parameter of the query; empty where there is none."""
    return call.request.query.get(name, [""])[0]

"""Which permissions a call needs, where MiniStack's list is silent, coarse or wrong.

After the Service Authorization Reference. An operation is not always one action: a request with tags also needs the right
to tag, on resources that have no name yet.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from ministack.services import stepfunctions

from localaws.server.front_door import Call
from localaws.server.permissions import cloudfront, cloudfront_functions, logs_delivery, queries, stacks

UNKNOWN = "unknown:Action"
"""For a call of which nobody here knows what it needs."""
CATALOG = {f"glue:{action}" for action in ("GetDatabase", "GetTable", "GetTables", "GetPartition", "GetPartitions")}
"""What Athena does in Glue for a query."""
APPLICATION = re.compile(r"arn:aws:serverlessrepo:[^/]+/[^/]+")
RULE_OF_DEFAULT_BUS = re.compile(r"^(arn:aws:events:[^:]*:[^:]*:rule/)default/")


@dataclass(frozen=True, slots=True)
class Permission:
    action: str
    resource: str


def required(call: Call, found: Permission, account: str, region: str) -> list[Permission]:
    """The permissions that a call needs, given the one that MiniStack finds. None at all where the service
    itself will refuse it."""
    match found.action:
        case "acm:RequestCertificate" if json.loads(call.body).get("Tags"):
            certificates = f"arn:aws:acm:{region}:{account}:certificate/*"
            return [found, Permission("acm:AddTagsToCertificate", certificates)]
        case "acm:ImportCertificate":
            request = json.loads(call.body)
            certificate = request.get("CertificateArn") or f"arn:aws:acm:{region}:{account}:certificate/*"
            tagging = [Permission("acm:AddTagsToCertificate", certificate)] if request.get("Tags") else []
            return [Permission(found.action, certificate), *tagging]
        case "cloudwatch:DescribeAlarms":
            return [Permission(found.action, f"arn:aws:cloudwatch:{region}:{account}:alarm:*")]
        case "states:SendTaskSuccess" | "states:SendTaskFailure" | "states:SendTaskHeartbeat":
            return [Permission(found.action, machine) for machine in _waiting_machine(call)]
        case action if action.startswith("cloudfront:"):
            found_action = action.removeprefix("cloudfront:")
            pairs = cloudfront.needed(call, found_action, found.resource, account)
            lists = [Permission(*use) for use in logs_delivery.uses_of_log_buckets(call, action)]
            return [*(Permission(f"cloudfront:{needed}", resource) for needed, resource in pairs), *lists]
        case action if action.startswith("logs:") and (
            found_logs := logs_delivery.needed(call, action, account, region)
        ):
            return [Permission(needed, resource) for needed, resource in found_logs]
        case action if action.startswith("athena:") or action in CATALOG:
            pairs = queries.needed(call, action, found.resource, account, region)
            return [Permission(*pair) for pair in pairs]
    return [Permission(found.action, _resource(call, found, account, region))]


def _resource(call: Call, found: Permission, account: str, region: str) -> str:
    """What an operation is about that needs the one action of its name."""
    match found.action.partition(":")[0]:
        case "cloudfront-keyvaluestore":
            return cloudfront_functions.store_of_keys(call)
        case "cloudformation":
            return stacks.resource_of(call, account, region)
        case "states" if found.action == "states:DescribeMapRun":
            return str(json.loads(call.body)["mapRunArn"])
        case "serverlessrepo":
            application = APPLICATION.search(unquote(call.request.path))
            return application[0] if application else found.resource
        case "events":
            return RULE_OF_DEFAULT_BUS.sub(r"\1", found.resource)
    return found.resource


def _waiting_machine(call: Call) -> list[str]:
    """The state machine that waits for the token; none for a token that no task waits or waited for."""
    waiting: dict[str, Any] | None = stepfunctions._task_tokens.get(json.loads(call.body)["taskToken"])
    return [waiting["stateMachineArn"]] if waiting and "stateMachineArn" in waiting else []

"""The permissions that a configuration with functions of Lambda@Edge needs of its sender, besides CloudFront's own.

After "Set up IAM permissions and roles for Lambda@Edge" of CloudFront's guide, which wants the asterisk at the end of two
actions and the function's version for a resource. It asks for them of whoever creates a distribution or updates one; that
an update which leaves the functions as they are needs them too, and so what copies a distribution or promotes a copy, is
the cautious reading. Deleting needs none: AWS takes its copies back with a role of its own.
"""

from __future__ import annotations

import re

from localaws.server.cloudfront import distributions
from localaws.server.cloudfront.edge_functions import VERSION, missing_roles, path_of
from localaws.server.front_door import Call
from localaws.server.permissions.required import Permission

CARRYING_A_CONFIGURATION = (
    "cloudfront:CreateDistribution",
    "cloudfront:CreateDistributionWithTags",
    "cloudfront:UpdateDistribution",
)
LAMBDA_FUNCTION_ARN = re.compile(r"LambdaFunctionARN>([^<]+)<")
OF_THE_VERSION = ("lambda:GetFunction", "lambda:EnableReplication*", "lambda:DisableReplication*")


def edge_functions_in(call: Call, action: str) -> list[str]:
    """The versions that the configuration in a call names; what CloudFront will refuse as no version is left out."""
    named = {found.strip() for found in LAMBDA_FUNCTION_ARN.findall(_configuration_in(call, action))}
    return sorted(filter(VERSION.fullmatch, named))


def _configuration_in(call: Call, action: str) -> str:
    """The configuration that a call sends, or that of the distribution that it names for a model."""
    if action in CARRYING_A_CONFIGURATION:
        return call.body.decode(errors="replace")
    model = ""
    if action == "cloudfront:CopyDistribution":
        model = call.request.path.split("/")[3]
    elif action == "cloudfront:UpdateDistributionWithStagingConfig":
        (model,) = call.request.query.get("StagingDistributionId", [""])
    distribution = distributions.mine().get(model)
    return distribution["config_xml"] if distribution else ""


def uses_of_edge_functions(versions: list[str]) -> list[Permission]:
    return [Permission(action, version) for version in versions for action in OF_THE_VERSION]


def roles_to_make(versions: list[str], account: str) -> list[tuple[Permission, dict[str, str]]]:
    """Those of AWS that are missing the first time in an account; each with what conditions of policies may ask for."""
    if not versions:
        return []
    return [
        (
            Permission("iam:CreateServiceLinkedRole", f"arn:aws:iam::{account}:role{path_of(service)}{role}"),
            {"iam:AWSServiceName": service},
        )
        for service, role in missing_roles().items()
    ]

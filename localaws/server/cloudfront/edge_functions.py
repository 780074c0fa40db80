"""Functions of Lambda@Edge that behaviors name: their versions must exist, and their first use in an account makes two roles.

The roles are those by which AWS copies functions to its Regions and writes their logs (CloudFront's guide, "Set up IAM
permissions and roles for Lambda@Edge"). Nothing is copied and nothing is run here.
"""

from __future__ import annotations

import json
import re

from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config, behaviors, items
from localaws.server.cloudfront.distributions import Distribution

VERSION = re.compile(r"arn:aws:lambda:us-east-1:(\d{12}):function:([\w-]+):(\d+)")
ROLES = {
    "replicator.lambda.amazonaws.com": "AWSServiceRoleForLambdaReplicator",
    "logger.cloudfront.amazonaws.com": "AWSServiceRoleForCloudFrontLogger",
}
"""Service → its service-linked role."""


def check(config: Config) -> None:
    """Raises RefusedError."""
    from ministack.services import lambda_svc

    for behavior in behaviors(config):
        for association in items(behavior.get("LambdaFunctionAssociations")):
            arn = association["LambdaFunctionARN"]
            version = VERSION.fullmatch(arn)
            if version is None:
                raise RefusedError(
                    "InvalidLambdaFunctionAssociation", f"not a numbered version of a function in us-east-1: {arn}"
                )
            account, name, number = version.groups()
            function = lambda_svc._functions.get_scoped(account, "us-east-1", name)
            if function is None or number not in function["versions"]:
                raise RefusedError("InvalidLambdaFunctionAssociation", f"there is no such version of a function: {arn}")


def missing_roles() -> dict[str, str]:
    """Those of ROLES that the caller's account does not have yet."""
    from ministack.services import iam

    present = {role["Path"] for role in iam._roles.values()}
    return {service: role for service, role in ROLES.items() if path_of(service) not in present}


def make_missing_roles(distribution: Distribution) -> None:
    """What CloudFront does once it has taken a configuration."""
    from ministack.services import iam

    if "LambdaFunctionARN>" not in distribution["config_xml"]:
        return
    for service, role in missing_roles().items():
        trusting = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [trusting]})
        iam._create_role({"RoleName": role, "Path": path_of(service), "AssumeRolePolicyDocument": trust})


def path_of(service: str) -> str:
    """The path of a service's own roles."""
    return f"/aws-service-role/{service}/"

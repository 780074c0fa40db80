"""Functions of Lambda@Edge, as configurations name them: one version each."""

from __future__ import annotations

import re

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.failures import aws_call

_ARN = re.compile(r"(?P<function>arn:aws[a-z-]*:lambda:us-east-1:[0-9]{12}:function:[^:]+):(?P<version>[0-9]+)")
"""CloudFront takes numbered versions, and in this Region alone (Developer Guide, "Restrictions on Lambda@Edge")."""


def edge_function_exists(arn: str) -> bool:
    """Whether there is a version of a function under an ARN, and one that CloudFront takes."""
    match = _ARN.fullmatch(arn)
    if not match:
        return False
    try:
        with aws_call("GetFunctionConfiguration", arn, {"ResourceNotFoundException": AlreadyGone}):
            client("lambda").get_function_configuration(FunctionName=match["function"], Qualifier=match["version"])
    except AlreadyGone:
        return False
    return True

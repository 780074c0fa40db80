"""Functions of Lambda@Edge, as configurations name them: one version each."""

from __future__ import annotations

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.versions.edge_functions import LAMBDA_VERSION


def edge_function_exists(arn: str) -> bool:
    """Whether there is a version of a function under an ARN, and one that CloudFront takes."""
    if not LAMBDA_VERSION.fullmatch(arn):
        return False
    function, _, version = arn.rpartition(":")
    try:
        with aws_call("GetFunctionConfiguration", arn, {"ResourceNotFoundException": AlreadyGone}):
            client("lambda").get_function_configuration(FunctionName=function, Qualifier=version)
    except AlreadyGone:
        return False
    return True

"""Whether an execution still runs."""

from __future__ import annotations

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import CloudFrontExtensionsError


class _Forgotten(CloudFrontExtensionsError):
    """Step Functions no longer knows the execution; never leaves this module."""


def is_running(execution_arn: str) -> bool:
    """False too for an execution that ended so long ago that Step Functions has forgotten it (90 days)."""
    try:
        with aws_call("DescribeExecution", execution_arn, {"ExecutionDoesNotExist": _Forgotten}):
            answer = client("stepfunctions").describe_execution(executionArn=execution_arn)
    except _Forgotten:
        return False
    return bool(answer["status"] == "RUNNING")

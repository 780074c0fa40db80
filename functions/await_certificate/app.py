"""Keep the task token of an execution that waits for a certificate; its answer comes through the token alone."""

from __future__ import annotations

from typing import Any, TypedDict

from cloudfront_extensions.aws.callbacks import CertificateCallbacks
from cloudfront_extensions.aws.certificate_waits import Waiter
from cloudfront_extensions.aws.log import logger


class Wait(TypedDict):
    jobId: str
    itemId: str
    certificateArn: str
    taskToken: str
    executionArn: str


@logger.inject_lambda_context
def handler(event: Wait, context: Any) -> None:
    CertificateCallbacks().wait(event["certificateArn"], Waiter(event["executionArn"], event["taskToken"]))

"""Resume the executions that wait for the certificates which an "ACM Certificate Available" event names.

Whatever the event's action (issuance, renewal, import, re-import), the certificate is available: every action counts,
and a renewal makes up for an issuance whose event was lost.
"""

from __future__ import annotations

from typing import Any, TypedDict

from cloudfront_extensions.aws.callbacks import CertificateCallbacks
from cloudfront_extensions.aws.log import logger


class CertificateAvailable(TypedDict):
    """What is read of the event; "Amazon EventBridge support for ACM" in ACM's user guide has the whole."""

    resources: list[str]


class Resumed(TypedDict):
    resumed: int


@logger.inject_lambda_context
def handler(event: CertificateAvailable, context: Any) -> Resumed:
    callbacks = CertificateCallbacks()
    return Resumed(resumed=sum(callbacks.issued(arn) for arn in event["resources"]))

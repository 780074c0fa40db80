"""What CloudFront can tell in access logs, and whether the delivery service may write to a bucket."""

from __future__ import annotations

from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import EvalContext
from ministack.core.responses import get_account_id, get_region

DELIVERY_SERVICE = "delivery.logs.amazonaws.com"
DEFAULT_FIELDS = (
    *("date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "sc-status"),
    *("cs(Referer)", "cs(User-Agent)", "cs-uri-query", "cs(Cookie)", "x-edge-result-type", "x-edge-request-id"),
    *("x-host-header", "cs-protocol", "cs-bytes", "time-taken", "x-forwarded-for", "ssl-protocol", "ssl-cipher"),
    *("x-edge-response-result-type", "cs-protocol-version", "fle-status", "fle-encrypted-fields", "c-port"),
    *("time-to-first-byte", "x-edge-detailed-result-type", "sc-content-type", "sc-content-len", "sc-range-start"),
    *("sc-range-end", "c-country", "cache-behavior-path-pattern"),
)
"""What is delivered where no fields are chosen: as the guide's example of CreateDelivery answers."""
FIELDS = frozenset({*DEFAULT_FIELDS, "timestamp(ms)", "origin-fbl", "origin-lbl", "asn"})
"""Those of standard logs, and the subset of the real-time fields that can be chosen too."""


def may_write(object_arn: str, source_arn: str) -> bool:
    """Whether the bucket's own policy lets the delivery service write an object for a delivery source."""
    context = EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="s3:PutObject",
        resource_arn=object_arn,
        region=get_region(),
        secure_transport=True,
        service_context={
            "aws:sourcearn": source_arn,
            "aws:sourceaccount": get_account_id(),
            "s3:x-amz-acl": "bucket-owner-full-control",
        },
    )
    found = iam_evaluator._resource_policy("s3", object_arn)
    decision = iam_evaluator.evaluate_resource_policy(found[0] if found else None, context, service=DELIVERY_SERVICE)
    return bool(decision.decision == "Allow")

"""The actions that the delivery API of CloudWatch Logs needs, and on what, of which MiniStack knows no resources.

After the Service Authorization Reference; whoever makes a distribution a source needs CloudFront's leave for that too, and who
turns on standard logging v1 that of the bucket's access control list (both after CloudFront's guide).
"""

from __future__ import annotations

import json
import re

from ministack.services import cloudwatch_logs, s3

from localaws.server.cloudfront import distributions
from localaws.server.front_door import Call

Needed = list[tuple[str, str]]
"""Actions, each with its resource."""

_LOGGING = re.compile(r"<Logging>(.*?)</Logging>", re.DOTALL)
_BUCKET = re.compile(r"<Bucket>([^<]+)\.s3\.amazonaws\.com</Bucket>")
BY_NAME = {
    "PutDeliverySource": "delivery-source",
    "GetDeliverySource": "delivery-source",
    "DeleteDeliverySource": "delivery-source",
    "PutDeliveryDestination": "delivery-destination",
    "GetDeliveryDestination": "delivery-destination",
    "DeleteDeliveryDestination": "delivery-destination",
}


def needed(call: Call, action: str, account: str, region: str) -> Needed | None:
    """None for what is no operation of the delivery API with a resource."""
    operation = action.removeprefix("logs:")
    request = json.loads(call.body or b"{}")
    own = f"arn:aws:logs:{region}:{account}:"
    if kind := BY_NAME.get(operation):
        vending = [("cloudfront:AllowVendedLogDeliveryForResource", request.get("resourceArn", "*"))]
        return [(action, f"{own}{kind}:{request.get('name')}"), *(vending if operation == "PutDeliverySource" else [])]
    match operation:
        case "CreateDelivery":
            source = f"{own}delivery-source:{request.get('deliverySourceName')}"
            return [(action, each) for each in (source, request.get("deliveryDestinationArn", "*"), f"{own}delivery:*")]
        case "UpdateDeliveryConfiguration":
            ends = _ends_of(request.get("id", ""), own)
            return [(action, each) for each in (*ends, f"{own}delivery:{request.get('id')}")]
        case "GetDelivery" | "DeleteDelivery":
            return [(action, f"{own}delivery:{request.get('id')}")]
    return None


def uses_of_log_buckets(call: Call, action: str) -> Needed:
    """Of an update that sends the files of standard logging v1 to another bucket of this account than before."""
    if action != "cloudfront:UpdateDistribution":
        return []
    distribution = distributions.mine().get(call.request.path.split("/")[3])
    before = _log_bucket(distribution["config_xml"]) if distribution else None
    bucket = _log_bucket(call.body.decode(errors="replace"))
    if bucket is None or bucket == before or bucket not in s3._buckets:
        return []
    return [(use, f"arn:aws:s3:::{bucket}") for use in ("s3:GetBucketAcl", "s3:PutBucketAcl")]


def _log_bucket(config: str) -> str | None:
    logging = _LOGGING.search(config)
    bucket = _BUCKET.search(logging[1]) if logging and "<Enabled>true<" in logging[1] else None
    return bucket[1] if bucket else None


def _ends_of(delivery_id: str, own: str) -> list[str]:
    """Source and destination of a delivery; none of one that is not there."""
    delivery = cloudwatch_logs._deliveries.get(delivery_id)
    if delivery is None:
        return []
    return [f"{own}delivery-source:{delivery['deliverySourceName']}", delivery["deliveryDestinationArn"]]

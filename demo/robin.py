"""Robin: somebody with an access key who changes a distribution at night and tells nobody."""

from __future__ import annotations

import copy
import json
from typing import Any

import boto3

from localaws.instance import REGION, Instance

NAME = "robin"
NEW_PLATFORM = "storefront.next.platform.example.com"


def change(instance: Instance, distribution_id: str) -> None:
    """Another origin, no encryption, no security headers: with CloudFront's API alone, as from any laptop."""
    cloudfront = _client_of_robin(instance)
    found = cloudfront.get_distribution_config(Id=distribution_id)
    cloudfront.update_distribution(
        Id=distribution_id, IfMatch=found["ETag"], DistributionConfig=_spoilt(found["DistributionConfig"])
    )


def _spoilt(config: dict[str, Any]) -> dict[str, Any]:
    spoilt = copy.deepcopy(config)
    spoilt["Comment"] = "New platform, quick try"
    for origin in spoilt["Origins"]["Items"]:
        if origin["Id"] == "storefront":
            origin["DomainName"] = NEW_PLATFORM
    for behavior in spoilt["CacheBehaviors"]["Items"]:
        if behavior["PathPattern"] == "/api/*":
            behavior["ViewerProtocolPolicy"] = "allow-all"
    del spoilt["DefaultCacheBehavior"]["ResponseHeadersPolicyId"]
    return spoilt


def _client_of_robin(instance: Instance) -> Any:
    iam = instance.client("iam")
    iam.create_user(UserName=NAME)
    allowed = {"Effect": "Allow", "Action": "cloudfront:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName=NAME, PolicyName="anything-in-cloudfront", PolicyDocument=policy)
    key = iam.create_access_key(UserName=NAME)["AccessKey"]
    return boto3.client(
        "cloudfront",
        endpoint_url=instance.endpoint_url,
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )

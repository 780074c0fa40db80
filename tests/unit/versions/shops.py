"""Configurations of two shops, as CloudFront answers them, for tests of what is planned from one to the other."""

from __future__ import annotations

from typing import Any

Config = dict[str, Any]

ACCOUNT = "123456789012"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/{}"
WEB_ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/{}/5d9f2c1e-7a1b-4c8e-9f00-0123456789ab"
FUNCTION = "arn:aws:cloudfront::123456789012:function/{}"
EDGE_FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:{}"


def block(*items: Any, **beside: Any) -> Config:
    return {**beside, "Quantity": len(items), **({"Items": list(items)} if items else {})}


def behavior(target: str = "web", **members: Any) -> Config:
    return {
        "TargetOriginId": target,
        "ViewerProtocolPolicy": "redirect-to-https",
        "CachePolicyId": "cache-1",
        "Compress": True,
        **members,
    }


def origin(identifier: str = "web", **members: Any) -> Config:
    custom = {
        "HTTPPort": 80,
        "HTTPSPort": 443,
        "OriginProtocolPolicy": "https-only",
        "OriginSslProtocols": block("TLSv1.2"),
    }
    kind = {} if {"S3OriginConfig", "VpcOriginConfig"} & members.keys() else {"CustomOriginConfig": custom}
    return {"Id": identifier, "DomainName": f"{identifier}.example.net", **kind, **members}


def certificate(name: str) -> Config:
    return {
        "CloudFrontDefaultCertificate": False,
        "ACMCertificateArn": CERTIFICATE.format(name),
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    }


def shop(name: str = "shop", **members: Any) -> Config:
    """A distribution's configuration; everything that tells it from another has its name."""
    return {
        "CallerReference": f"reference-{name}",
        "Aliases": block(f"{name}.example.com"),
        "DefaultRootObject": "index.html",
        "Origins": block(origin()),
        "OriginGroups": block(),
        "DefaultCacheBehavior": behavior(),
        "CacheBehaviors": block(),
        "CustomErrorResponses": block(),
        "Comment": f"the {name}",
        "Logging": {"Enabled": True, "IncludeCookies": False, "Bucket": f"{name}.s3.amazonaws.com", "Prefix": ""},
        "PriceClass": "PriceClass_All",
        "Enabled": True,
        "ViewerCertificate": certificate(name),
        "Restrictions": {"GeoRestriction": block(RestrictionType="none")},
        "WebACLId": WEB_ACL.format(name),
        "HttpVersion": "http2",
        "IsIPV6Enabled": True,
        "ContinuousDeploymentPolicyId": "",
        "Staging": False,
        **members,
    }

"""A configuration that holds together, and refers to nothing that there is."""

from __future__ import annotations

from typing import Any

ACCOUNT = "000000000000"


def dangling_config() -> dict[str, Any]:
    """One reference of each kind, an alias, and what CloudFront can't do without."""
    functions = (
        ("FunctionAssociations", "FunctionARN", f"arn:aws:cloudfront::{ACCOUNT}:function/none"),
        ("LambdaFunctionAssociations", "LambdaFunctionARN", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:none:1"),
    )
    bucket = {"DomainName": "bucket.s3.amazonaws.com"}
    return {
        "CallerReference": "dangling",
        "Comment": "",
        "Enabled": True,
        "Aliases": block("dangling.example.com"),
        "Origins": block(
            {"Id": "vpc", "DomainName": "inside.example.net", "VpcOriginConfig": {"VpcOriginId": "vo_none"}},
            {
                "Id": "old",
                **bucket,
                "S3OriginConfig": {"OriginAccessIdentity": "origin-access-identity/cloudfront/ENO"},
            },
            {
                "Id": "new",
                **bucket,
                "S3OriginConfig": {"OriginAccessIdentity": ""},
                "OriginAccessControlId": "none",
            },
        ),
        "DefaultCacheBehavior": {
            "TargetOriginId": "new",
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": "none",
            "OriginRequestPolicyId": "none",
            "ResponseHeadersPolicyId": "none",
            "FieldLevelEncryptionId": "none",
            "RealtimeLogConfigArn": f"arn:aws:cloudfront::{ACCOUNT}:realtime-log-config/none",
            "TrustedKeyGroups": {"Enabled": True, **block("none")},
            **{
                member: block({"EventType": event, arn_member: arn})
                for event, (member, arn_member, arn) in zip(
                    ("viewer-request", "origin-request"), functions, strict=True
                )
            },
        },
        "ViewerCertificate": {
            "ACMCertificateArn": f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/11111111-2222-4333-8444-555555555555",
            "SSLSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        },
        "WebACLId": f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/none/00000000-0000-4000-8000-000000000000",
    }


def block(*items: Any) -> dict[str, Any]:
    """CloudFront's way to write a list."""
    return {"Quantity": len(items), "Items": list(items)}

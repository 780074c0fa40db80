"""Web ACLs of WAF, as configurations name them: by the ARN."""

from __future__ import annotations

import re

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.failures import aws_call

_ARN = re.compile(r"arn:aws[a-z-]*:wafv2:us-east-1:[0-9]{12}:global/webacl/(?P<name>[^/]+)/(?P<id>[0-9a-f-]{36})")
"""Of WAFv2, with CloudFront's scope. An id of another form is one of WAF Classic, which AWS shut down in 2025."""


def web_acl_exists(arn: str) -> bool:
    """Whether there is a web ACL under an ARN, and one that CloudFront takes."""
    match = _ARN.fullmatch(arn)
    if not match:
        return False
    try:
        with aws_call("GetWebACL", arn, {"WAFNonexistentItemException": AlreadyGone}):
            client("wafv2").get_web_acl(Name=match["name"], Id=match["id"], Scope="CLOUDFRONT")
    except AlreadyGone:
        return False
    return True

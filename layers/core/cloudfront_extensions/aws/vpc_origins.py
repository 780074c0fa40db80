"""VPC origins of this account."""

from __future__ import annotations

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.failures import aws_call


def vpc_origin_exists(identifier: str) -> bool:
    try:
        check_vpc_origin(identifier)
    except AlreadyGone:
        return False
    return True


def check_vpc_origin(identifier: str) -> None:
    """Raises AlreadyGone where there is no VPC origin of this id, or the text can't be one."""
    with aws_call("GetVpcOrigin", identifier):
        client("cloudfront").get_vpc_origin(Id=identifier)

"""Refuse what CloudFront would refuse, and put on record the distribution that is to be created."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.distributions import DistributionCreation
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.distributions.deployment import DistributionState
from cloudfront_extensions.distributions.request import parse_request


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> DistributionState:
    return DistributionCreation().prepare(parse_request(event))

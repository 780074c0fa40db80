"""Create the distribution that is on record, or adopt it where an earlier try created it."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.distributions import DistributionCreation
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.distributions.deployment import DistributionState


@logger.inject_lambda_context
def handler(event: DistributionState, context: Any) -> DistributionState:
    return DistributionCreation().create(event)

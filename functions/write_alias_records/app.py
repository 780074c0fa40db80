"""Lead names to their distribution in Route 53, as far as the zones are ours."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.alias_records import write_alias_records
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.distributions.deployment import DistributionState


@logger.inject_lambda_context
def handler(event: DistributionState, context: Any) -> DistributionState:
    return write_alias_records(event)

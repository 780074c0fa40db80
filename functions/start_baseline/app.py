"""Start a baseline whenever the stack is deployed: a custom resource of CloudFormation, which waits for an answer only."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.baseline_start import ResourceEvent, start_on_deployment
from cloudfront_extensions.aws.log import logger


@logger.inject_lambda_context
def handler(event: ResourceEvent, context: Any) -> None:
    start_on_deployment(event)

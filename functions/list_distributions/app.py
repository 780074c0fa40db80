"""Begin a baseline: which distributions have no version, or another configuration than the last one known, in batches."""

from __future__ import annotations

from typing import Any, TypedDict

from cloudfront_extensions.aws.config_baseline import BegunBaseline, list_distributions
from cloudfront_extensions.aws.log import logger


class BeginningEvent(TypedDict):
    request: dict[str, Any]
    runId: str


@logger.inject_lambda_context
def handler(event: BeginningEvent, context: Any) -> BegunBaseline:
    return list_distributions(event["request"], event["runId"])

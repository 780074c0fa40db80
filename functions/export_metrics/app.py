"""Make the next part of an export of metrics; the first time, write down what is exported."""

from __future__ import annotations

import os
from typing import Any, TypedDict

from parquet import to_parquet

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.metrics_export import ExportState, begin_export, export_part


class BeginningEvent(TypedDict):
    request: dict[str, Any]
    exportId: str


@logger.inject_lambda_context
def handler(event: BeginningEvent | ExportState, context: Any) -> ExportState:
    if "request" in event:
        return begin_export(event["request"], event["exportId"])
    margin = 1_000 * int(os.environ["EXPORT_MARGIN"])
    return export_part(event, to_parquet, lambda: context.get_remaining_time_in_millis() > margin)

"""Make each real-time log record that Firehose brings end with one newline. Says how many there were, never what they say."""

from __future__ import annotations

from collections import Counter
from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.metrics.realtime_records import TransformedRecord, transformed


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: Any) -> dict[str, list[TransformedRecord]]:
    records = transformed(event["records"])
    logger.info("real-time log records", records=Counter(record["result"] for record in records))
    return {"records": records}

"""Store the figures of a scan, for as long as there is time, and say where to go on."""

from __future__ import annotations

import os
from typing import Any, TypedDict

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.metrics_refresh_state import Query, Refresh, Stored
from cloudfront_extensions.aws.metrics_refresh_storing import store


class StoringEvent(TypedDict):
    refresh: Refresh
    scan: Query
    stored: Stored


@logger.inject_lambda_context
def handler(event: StoringEvent, context: Any) -> Stored:
    margin = 1_000 * int(os.environ["STORE_MARGIN"])
    return store(
        event["refresh"], event["scan"], event["stored"], lambda: context.get_remaining_time_in_millis() > margin
    )

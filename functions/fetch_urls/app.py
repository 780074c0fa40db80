"""Fetch the URLs of a batch through one point of presence, as many as there is time for."""

from __future__ import annotations

import os
from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.pop_addresses import PopAddresses
from cloudfront_extensions.aws.prewarm_fetching import Batch, BatchState, fetch_batch


@logger.inject_lambda_context
def handler(event: Batch, context: Any) -> BatchState:
    addresses = PopAddresses(os.environ["DNS_RESOLVER"])
    return fetch_batch(event, addresses.of, lambda: context.get_remaining_time_in_millis() / 1000)

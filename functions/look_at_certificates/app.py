"""Look at a batch of certificates, ask DNS for their validation records, and write down what was seen."""

from __future__ import annotations

import os
from typing import Any

from cloudfront_extensions.aws.dns_resolver import DnsResolver
from cloudfront_extensions.aws.inventory_looking import Batch, BatchLookedAt, look_at_batch
from cloudfront_extensions.aws.log import logger


@logger.inject_lambda_context
def handler(event: Batch, context: Any) -> BatchLookedAt:
    return look_at_batch(event, DnsResolver(os.environ["DNS_RESOLVER"]).check)

"""Name versions and pin them: create, list, describe, annotate and delete snapshots, pin and unpin versions."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.snapshot_management import PinJson, SnapshotList, manage
from cloudfront_extensions.versions.snapshots import SnapshotJson


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> SnapshotJson | SnapshotList | PinJson:
    return manage(event)

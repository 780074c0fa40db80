"""Tell which validation records a person has to publish for a job: files in S3, and one message."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.validation_announcement import AnnouncedJob, Announcement, announce


@logger.inject_lambda_context
def handler(event: AnnouncedJob, context: Any) -> Announcement:
    return announce(event)

"""Remind people, in one message, of the certificates that end soon and won't renew themselves."""

from __future__ import annotations

from typing import Any

from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.aws.reminder_sending import Reminded, RunToRemindOf, send_reminders


@logger.inject_lambda_context
def handler(event: RunToRemindOf, context: Any) -> Reminded:
    return send_reminders(event)

"""Tell the subscribers of jobs and rollbacks what has changed: invoked by the streams of the two tables, and by events.

The streams tell of what is on record. That an execution begins or ends stands in no row where it is a dry run, or does not
come to the state that would write it.
"""

from __future__ import annotations

import os
from typing import Any

from cloudfront_extensions.aws.log import logger
from news.changes import changed_in, worked_on
from news.publishing import publish


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: Any) -> None:
    if "Records" in event:
        publish(changed_in(event["Records"]))
    else:
        publish([worked_on(event["detail"], os.environ["CONFIG_ROLLBACK"])])

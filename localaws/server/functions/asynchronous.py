"""A function that a rule invokes and that fails is invoked again, twice; and only a few run at a time on this machine.

MiniStack invokes it once, and starts a process for each of any number of events at once. Lambda keeps asynchronous events
in a queue, and tries those that fail a minute and two minutes later ("Error handling for asynchronous invocations"). Each
process takes some 36 MB here, so that further events wait for their turn.
"""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from ministack.services import eventbridge, lambda_svc

from localaws.server.settings import Settings

SECONDS_BEFORE_RETRIES = (60, 120)


def install(settings: Settings) -> None:
    dispatch_stock = eventbridge._dispatch_to_lambda
    turns = threading.BoundedSemaphore(settings.functions_at_once)

    def dispatch(function_arn: str, payload: str) -> None:
        function, config, _ = lambda_svc._get_func_record_for_ref(function_arn)
        if not function or not config:
            dispatch_stock(function_arn, payload)
            return
        record = lambda_svc._execution_record_for_config(function, config)
        threading.Thread(target=invoke_until_it_succeeds, args=(record, json.loads(payload)), daemon=True).start()

    def invoke_until_it_succeeds(record: dict[str, Any], event: Any) -> None:
        for seconds in (*SECONDS_BEFORE_RETRIES, None):
            with turns:
                result = lambda_svc._execute_function_with_config_scope(record, event)
            if seconds is None or not result.get("error"):
                return
            time.sleep(settings.wall_seconds(seconds))

    eventbridge._dispatch_to_lambda = dispatch

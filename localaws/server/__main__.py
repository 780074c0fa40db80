"""Start one instance: MiniStack with our modules installed, on 127.0.0.1, until SIGTERM.

Run as `.venv-localaws/bin/python -m localaws.server` from the project's root; `localaws.instance` does so. Settings
come from `LOCALAWS_*` variables (`localaws.server.settings`); `LOCALAWS_WITHOUT=a,b` leaves modules out, so that
contract tests can see whether MiniStack has learnt to do their work itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable

from localaws.server import settings as instance_settings
from localaws.server.settings import Settings

MODULES = (
    "identities",
    "front_door",
    "permissions.enforcement",
    "functions.runtime",
    "functions.logs",
    "functions.layers",
    "functions.cold_starts",
    "functions.errors",
    "functions.told_configuration",
    "step_functions.service_tasks",
    "functions.concurrency",
    "functions.asynchronous",
    "functions.synchronous",
    "step_functions.prompt_start",
    "step_functions.error_names",
    "step_functions.path_failures",
    "step_functions.retry_limits",
    "step_functions.callback_tasks",
    "step_functions.task_timeouts",
    "step_functions.nested_executions",
    "step_functions.query_tasks",
    "step_functions.distributed_map",
    "step_functions.branches",
    "step_functions.state_visits",
    "step_functions.execution_status",
    "step_functions.payload_limit",
    "step_functions.history_limit",
    "records.states",
    "permissions.tasks",
    "cloudformation.nested_applications",
    "permissions.trust",
    "permissions.event_targets",
    "cloudformation.conditional_change_sets",
    "cloudformation.transform_parameters",
    "cloudformation.table_settings",
    "cloudformation.bucket_ownership",
    "acm",
    "cloudfront",
    "cloudfront.realtime_log_delivery",
    "route53.dns",
    "route53.resolver",
    "route53.record_sets",
    "firehose",
    "logs_delivery",
    "cognito",
    "sns",
    "secretsmanager",
    "cloudwatch.embedded_metrics",
    "cloudwatch.metric_filters",
    "cloudwatch.evaluation",
    "cloudwatch.alarm_types",
    "alarms",
    "web_acls",
    "athena",
    "schedules",
    "serverless_repository",
    "api_gateway",
    "appsync",
    "quotas.service_quotas",
    "quotas.size_limits",
    "functions.payloads",
    "quotas.rates",
    "cloudtrail",
    "cloudformation.roles",
    "cloudformation.tokens",
    "cloudformation.told",
    "faults.in_force",
    "faults.calls",
    "faults.events",
    "wire",
    "records.marks",
    "records.calls",
)
"""In the order in which they are installed: what comes later wraps what came before."""


def prepare_environment(settings: Settings) -> None:
    """Tell MiniStack where it lives. It reads these variables when it is imported, so this comes first.

    Credentials, endpoints and dotfiles of the person who starts the server must reach neither it nor its functions.
    """
    temporary = settings.state_directory / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        BIND_HOST="127.0.0.1",
        IOT_MTLS_ENABLED="0",
        GATEWAY_PORT=str(settings.port),
        STATE_DIR=str(settings.state_directory / "state"),
        S3_DATA_DIR=str(settings.state_directory / "s3"),
        TMPDIR=str(temporary),
        HOME=str(settings.state_directory),
        LAMBDA_WARM_TTL_SECONDS=str(settings.functions_stay_warm),
        SFN_WAIT_SCALE=str(settings.time_scale),
        LOG_LEVEL=os.environ.get("LOCALAWS_LOG_LEVEL", "WARNING"),
    )


def collect_garbage_rarely() -> None:
    """What the server keeps, histories above all, is never garbage: looking through it again and again stops all work."""
    gc.set_threshold(100_000, 50, 100)


def install_modules(settings: Settings) -> None:
    left_out = set(filter(None, os.environ.get("LOCALAWS_WITHOUT", "").split(",")))
    if unknown := left_out - set(MODULES):
        sys.exit(f"LOCALAWS_WITHOUT names no modules: {', '.join(sorted(unknown))}")
    for name in MODULES:
        if name not in left_out:
            importlib.import_module(f"localaws.server.{name}").install(settings)


async def serve(port: int) -> None:
    from hypercorn.asyncio import serve as serve_application
    from hypercorn.config import Config
    from ministack import app

    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0.5
    config.loglevel = "WARNING"
    await serve_application(app.app, config, shutdown_trigger=stop_requested())


def stop_requested() -> Callable[[], Awaitable[None]]:
    """What hypercorn waits for: SIGTERM, SIGINT, or, when told to, the end of standard input (our starter has died)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def wait_for_end_of_input() -> None:
        sys.stdin.read()
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)

    if os.environ.get("LOCALAWS_STOP_WITH_STDIN"):
        threading.Thread(target=wait_for_end_of_input, daemon=True).start()

    async def stopped() -> None:
        await stop.wait()

    return stopped


def main() -> None:
    settings = instance_settings.from_environment()
    prepare_environment(settings)
    collect_garbage_rarely()
    install_modules(settings)
    # Not asyncio.run, nor a normal exit: both would join threads of executions that wait for hours.
    asyncio.new_event_loop().run_until_complete(serve(settings.port))

    from ministack.core import lambda_runtime

    lambda_runtime.reset()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

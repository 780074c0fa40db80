"""The process in which a Python function runs: what the Lambda runtime's bootstrap is on AWS.

Standard library only, and never imported by the server: MiniStack writes this text beside the function's unpacked
artefact and starts it with the function's interpreter. One JSON line on standard input describes the function, each
further line is one invocation, each line on standard output an answer; what the function prints goes to standard
error, its log.

A failed invocation is answered as a result under FAILURE, in Lambda's own shape, so that the process stays warm as on
AWS; `localaws.server.functions.errors` turns it back into a failure. Before each answer comes END_OF_LOG on standard error,
for `localaws.server.functions.logs`.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import time
import traceback
from types import SimpleNamespace
from typing import Any, TextIO

FAILURE = "localaws:functionFailure"
END_OF_LOG = "localaws:endOfLog"
GIVEN_BY_LAMBDA = {
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "LAMBDA_TASK_ROOT",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_DISABLE_HOST_PREFIX_INJECTION",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_LOG_STREAM_NAME",
}


class LoadError(Exception):
    """The function's module or handler cannot be loaded; `kind` is Lambda's name for it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    log = sys.stderr
    function = json.loads(sys.stdin.readline())
    layers = os.environ.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep)
    arrange_environment(function["env"])
    arrange_imports(function["code_dir"], layers)
    logging.basicConfig(stream=sys.stderr, format="[%(levelname)s]\t%(asctime)s\t%(message)s")
    handler, failure = load_or_failure(function)
    write(answers, {"status": "ready", "cold": True})
    for line in sys.stdin:
        invocation = json.loads(line)
        if handler is None:
            result: Any = {FAILURE: failure}
            handler, failure = load_or_failure(function)
        else:
            result = invoke(handler, invocation["event"], context_of(function, invocation["ctx"]))
        print(END_OF_LOG, file=log, flush=True)
        write(answers, {"status": "ok", "result": result})


def arrange_environment(variables: dict[str, str]) -> None:
    """Leave what Lambda gives a function, and the function's own variables; nothing of the server's.

    One thing more than Lambda: SDKs name this process in their user agent, so that the front door can end it.
    """
    for name in set(os.environ) - GIVEN_BY_LAMBDA:
        del os.environ[name]
    os.environ.update(variables)
    os.environ["AWS_SDK_UA_APP_ID"] = f"process-{os.getpid()}"


def arrange_imports(code_directory: str, layers: list[str]) -> None:
    """The function's code first, then its layers, the last one on top as in /opt, then the interpreter's packages."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folders = [code_directory]
    for layer in filter(None, reversed(layers)):
        folders += [f"{layer}/python/lib/{version}/site-packages", f"{layer}/python"]
    sys.path[:1] = folders


def load_or_failure(function: dict[str, Any]) -> tuple[Any, dict[str, Any] | None]:
    try:
        return load(function["module"], function["handler"]), None
    except LoadError as error:
        return None, failure_of(error.kind, error, [])
    except Exception as error:  # noqa: BLE001 - whatever a module raises is Lambda's answer
        return None, failure_of(type(error).__name__, error, frames_of(error))


def load(module_name: str, handler_name: str) -> Any:
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise LoadError("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise LoadError("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}") from error
    if not hasattr(module, handler_name):
        raise LoadError("Runtime.HandlerNotFound", f"Handler '{handler_name}' missing on module '{module_name}'")
    return getattr(module, handler_name)


def invoke(handler: Any, event: Any, context: Any) -> Any:
    try:
        result = handler(event, context)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is Lambda's answer
        return {FAILURE: failure_of(type(error).__name__, error, frames_of(error))}
    try:
        json.dumps(result)
    except (TypeError, ValueError) as error:
        return {FAILURE: failure_of("Runtime.MarshalError", error, [])}
    return result


def context_of(function: dict[str, Any], invocation: dict[str, Any]) -> Any:
    """The context object. Its deadline counts from now, when the code starts, not from the request."""
    deadline = time.monotonic() + invocation["timeout_ms"] / 1000
    if invocation["trace_id"]:
        os.environ["_X_AMZN_TRACE_ID"] = invocation["trace_id"]
    return SimpleNamespace(
        function_name=function["function_name"],
        function_version=os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
        invoked_function_arn=invocation["invoked_function_arn"],
        memory_limit_in_mb=str(function["memory"]),
        aws_request_id=invocation["request_id"],
        log_group_name=f"/aws/lambda/{function['function_name']}",
        log_stream_name=os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
        identity=None,
        client_context=None,
        get_remaining_time_in_millis=lambda: max(0, int((deadline - time.monotonic()) * 1000)),
    )


def frames_of(error: BaseException) -> list[str]:
    """The stack below this file: the function's own frames."""
    frames = traceback.extract_tb(error.__traceback__)
    return traceback.format_list([frame for frame in frames if frame.filename != __file__])


def failure_of(kind: str, error: BaseException, frames: list[str]) -> dict[str, Any]:
    """Lambda's answer to a failed invocation, which is also written to the function's log."""
    print(f"[ERROR] {kind}: {error}\nTraceback (most recent call last):\n{''.join(frames)}", file=sys.stderr)
    return {"errorMessage": str(error), "errorType": kind, "stackTrace": frames}


def write(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()

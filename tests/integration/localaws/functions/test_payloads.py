"""Functions are given and give back 6 MB, or are given 1 MB when nobody waits for them."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Workbench

MOST_WHEN_WAITED_FOR = 6 * 1024**2
MOST_AS_EVENT = 1024**2
GIVES_TEXT = """
    def handler(event, context):
        return "x" * (event["bytes"] - 2)
"""
GIVES_LENGTH = "def handler(event, context): return len(event)"


def text_of(size: int) -> bytes:
    """A JSON text of this many bytes."""
    return json.dumps("x" * (size - 2)).encode()


def test_a_caller_who_waits_may_send_6_mb(bench: Workbench) -> None:
    invoke, function = bench.client("lambda").invoke, bench.function(GIVES_LENGTH)
    answer = invoke(FunctionName=function, Payload=text_of(MOST_WHEN_WAITED_FOR))
    assert json.load(answer["Payload"]) == MOST_WHEN_WAITED_FOR - 2
    with pytest.raises(ClientError) as refused:
        invoke(FunctionName=function, Payload=text_of(MOST_WHEN_WAITED_FOR + 1))
    assert refused.value.response["Error"]["Code"] == "RequestTooLargeException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_a_caller_who_does_not_wait_may_send_1_mb(bench: Workbench) -> None:
    invoke, function = bench.client("lambda").invoke, bench.function(GIVES_LENGTH)
    invoke(FunctionName=function, InvocationType="Event", Payload=text_of(MOST_AS_EVENT))
    with edge.refused("RequestTooLargeException"):
        invoke(FunctionName=function, InvocationType="Event", Payload=text_of(MOST_AS_EVENT + 1))


def test_a_function_may_answer_6_mb(bench: Workbench) -> None:
    invoke, function = bench.client("lambda").invoke, bench.function(GIVES_TEXT)
    answer = invoke(FunctionName=function, Payload=json.dumps({"bytes": MOST_WHEN_WAITED_FOR}))
    assert "FunctionError" not in answer
    answer = invoke(FunctionName=function, Payload=json.dumps({"bytes": MOST_WHEN_WAITED_FOR + 1}))
    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"])["errorType"] == "Function.ResponseSizeTooLarge"


def test_ministack_alone_has_no_limit(stock: Workbench) -> None:
    invoke, function = stock.client("lambda").invoke, stock.function(GIVES_TEXT, runtime="python3.11")
    answer = invoke(FunctionName=function, Payload=json.dumps({"bytes": MOST_WHEN_WAITED_FOR + 1}))
    assert "FunctionError" not in answer
    stock.client("lambda").invoke(FunctionName=function, Payload=text_of(MOST_WHEN_WAITED_FOR + 1))

"""The custom resource that starts a baseline with each deployment.

CloudFormation waits for an answer, an hour at most, and takes whatever happens to the baseline itself for the baseline's own
affair: it is answered as soon as the execution has begun. It is told of every failure too, with the reason.
"""

from __future__ import annotations

import json
import os
from typing import TypedDict
from urllib.request import Request, urlopen

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.errors import CloudFrontExtensionsError

ANSWER_SECONDS = 20
MOST_CHARACTERS = 1_000
"""Of a reason: CloudFormation takes answers of up to 4,096 bytes."""


class ResourceEvent(TypedDict):
    """What CloudFormation asks of a custom resource."""

    RequestType: str
    RequestId: str
    ResponseURL: str
    StackId: str
    LogicalResourceId: str


class _AlreadyStarted(CloudFrontExtensionsError):
    """An earlier try of the same request started it; never leaves this module."""


def start_on_deployment(event: ResourceEvent) -> None:
    """Start a baseline where the stack is created or updated, and answer CloudFormation in any case."""
    try:
        if event["RequestType"] != "Delete":
            _start(event["RequestId"])
    except Exception as error:  # noqa: BLE001 - without an answer the deployment would wait for an hour
        logger.exception("the baseline was not started")
        _answer(event, "FAILED", f"The baseline of all configurations was not started: {type(error).__name__}: {error}")
    else:
        _answer(event, "SUCCESS", "")


def _start(request_id: str) -> None:
    try:
        with aws_call("StartExecution", "the baseline", {"ExecutionAlreadyExists": _AlreadyStarted}):
            client("stepfunctions").start_execution(
                stateMachineArn=os.environ["BASELINE_STATE_MACHINE"], name=f"deployment-{request_id}", input="{}"
            )
    except _AlreadyStarted:
        return


def _answer(event: ResourceEvent, status: str, reason: str) -> None:
    answer = {
        "Status": status,
        "Reason": reason[:MOST_CHARACTERS],
        "PhysicalResourceId": event["LogicalResourceId"],
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    # The URL is CloudFormation's, signed for a request without content type.
    request = Request(  # noqa: S310
        event["ResponseURL"], json.dumps(answer).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urlopen(request, timeout=ANSWER_SECONDS):  # noqa: S310
        return

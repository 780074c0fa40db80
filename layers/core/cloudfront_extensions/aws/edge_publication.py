"""Functions of CloudFront on their way from the stage DEVELOPMENT to LIVE: tried there, and published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.error_table import AlreadyGone, EtagMoved
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import ExtensionChangedMeanwhile, FunctionTestFailed
from cloudfront_extensions.versions.edge_functions import is_lambda


class Stage(StrEnum):
    DEVELOPMENT = "DEVELOPMENT"
    LIVE = "LIVE"


class Described(NamedTuple):
    etag: str
    modified_at: datetime


class Tested(NamedTuple):
    utilization: int
    """Of the time that a function may compute, in percent."""
    output: str
    """JSON: the request or response that the function made."""


def publish(function_arn: str) -> str:
    """Have a function live as it is developed; the ARN that a distribution is given.

    A version of a Lambda function is published by being made. Raises ExtensionChangedMeanwhile where the function is gone, or
    somebody else is changing it.
    """
    if is_lambda(function_arn):
        return function_arn
    name = _name(function_arn)
    developed = _developed(name)
    if not _is_live(name, developed):
        try:
            go_live(name, developed.etag)
        except (EtagMoved, AlreadyGone) as error:
            if not _is_live(name, _developed(name)):
                raise ExtensionChangedMeanwhile(str(error)) from error
    return function_arn


def test(function_arn: str, event: Mapping[str, Any]) -> Tested:
    """How a function, as it is developed, answers an event.

    Raises:
        FunctionTestFailed: it throws, or answers what is no request or response.
        ExtensionChangedMeanwhile: it is gone, or somebody else is changing it.
    """
    name = _name(function_arn)
    try:
        return run(name, _developed(name).etag, event)
    except (EtagMoved, AlreadyGone) as error:
        raise ExtensionChangedMeanwhile(str(error)) from error


def described(name: str, stage: Stage) -> Described | None:
    """None where there is no such function, or it has not come to this stage."""
    try:
        with aws_call("DescribeFunction", f"{name} {stage}"):
            answer = client("cloudfront").describe_function(Name=name, Stage=stage.value)
    except AlreadyGone:
        return None
    return Described(answer["ETag"], answer["FunctionSummary"]["FunctionMetadata"]["LastModifiedTime"])


def go_live(name: str, etag: str) -> None:
    """Raises AlreadyGone, EtagMoved."""
    with aws_call("PublishFunction", name):
        client("cloudfront").publish_function(Name=name, IfMatch=etag)


def run(name: str, etag: str, event: Mapping[str, Any]) -> Tested:
    """Raises AlreadyGone, EtagMoved, FunctionTestFailed."""
    with aws_call("TestFunction", name):
        answer = client("cloudfront").test_function(
            Name=name, IfMatch=etag, Stage=Stage.DEVELOPMENT.value, EventObject=json.dumps(event).encode()
        )
    result = answer["TestResult"]
    if message := result.get("FunctionErrorMessage"):
        raise FunctionTestFailed(f"{name} in its test: {message}")
    return Tested(int(result.get("ComputeUtilization") or 0), result.get("FunctionOutput", ""))


def _developed(name: str) -> Described:
    found = described(name, Stage.DEVELOPMENT)
    if found is None:
        raise ExtensionChangedMeanwhile(f"DescribeFunction for {name}: there is no such function any more")
    return found


def _is_live(name: str, developed: Described) -> bool:
    """Publishing leaves the time of the function that is developed: what was published after it was changed is the same.

    How the two stages' ETags go together is not documented. What can't be told apart is published again, which does no harm.
    """
    live = described(name, Stage.LIVE)
    return live is not None and live.modified_at > developed.modified_at


def _name(function_arn: str) -> str:
    return function_arn.rpartition("/")[2]

"""CloudFormation is always answered: a deployment never waits for nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from cloudfront_extensions.aws.baseline_start import ResourceEvent, start_on_deployment
from tests.unit.conftest import Account

ASSUMED = json.dumps({"Version": "2012-10-17", "Statement": []})
DEFINITION = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})


class CloudFormation:
    """The place where answers are put."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.content_types: list[str | None] = []
        answers = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                answers.content_types.append(self.headers["Content-Type"])
                answers.answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - named by the base class
                """Tests print nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/answer?signature=abc"


@pytest.fixture
def cloudformation() -> Iterator[CloudFormation]:
    waiting = CloudFormation()
    thread = threading.Thread(target=waiting.server.serve_forever)
    thread.start()
    yield waiting
    waiting.server.shutdown()
    thread.join()
    waiting.server.server_close()


@pytest.fixture
def machine(account: Account, monkeypatch: pytest.MonkeyPatch) -> str:
    role = "arn:aws:iam::123456789012:role/ConfigBaselineRole"
    made = account.client("stepfunctions").create_state_machine(name="baseline", definition=DEFINITION, roleArn=role)
    monkeypatch.setenv("BASELINE_STATE_MACHINE", made["stateMachineArn"])
    return str(made["stateMachineArn"])


def event(cloudformation: CloudFormation, request_type: str = "Create", request_id: str = "request-1") -> ResourceEvent:
    return {
        "RequestType": request_type,
        "RequestId": request_id,
        "ResponseURL": cloudformation.url,
        "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/Configuration/1",
        "LogicalResourceId": "BaselineOnDeployment",
    }


def started(account: Account, machine: str) -> list[str]:
    executions = account.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return [one["name"] for one in executions]


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_a_deployment_starts_a_baseline(
    account: Account, machine: str, cloudformation: CloudFormation, request_type: str
) -> None:
    start_on_deployment(event(cloudformation, request_type))

    assert started(account, machine) == ["deployment-request-1"]
    (answer,) = cloudformation.answers
    assert (answer["Status"], answer["RequestId"], answer["LogicalResourceId"]) == (
        "SUCCESS",
        "request-1",
        "BaselineOnDeployment",
    )
    # The URL is signed for a request without one.
    assert not cloudformation.content_types[0]


def test_a_request_that_comes_again_starts_nothing_more(
    account: Account, machine: str, cloudformation: CloudFormation
) -> None:
    for _ in range(2):
        start_on_deployment(event(cloudformation))

    assert started(account, machine) == ["deployment-request-1"]
    assert [answer["Status"] for answer in cloudformation.answers] == ["SUCCESS", "SUCCESS"]


def test_the_removal_of_the_stack_starts_nothing(
    account: Account, machine: str, cloudformation: CloudFormation
) -> None:
    start_on_deployment(event(cloudformation, "Delete"))

    assert started(account, machine) == []
    assert cloudformation.answers[0]["Status"] == "SUCCESS"


def test_the_resource_keeps_its_id_so_that_cloudformation_replaces_nothing(
    machine: str, cloudformation: CloudFormation
) -> None:
    for request_type in ("Create", "Update", "Delete"):
        start_on_deployment(event(cloudformation, request_type, f"request-{request_type}"))

    assert len({answer["PhysicalResourceId"] for answer in cloudformation.answers}) == 1


def test_what_can_not_be_started_is_answered_with_the_reason(
    account: Account, cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "arn:aws:states:us-east-1:123456789012:stateMachine:" + "x" * 2_000
    for machine, words in ((None, "BASELINE_STATE_MACHINE"), (nowhere, "AwsRefused: StartExecution for the baseline")):
        if machine:
            monkeypatch.setenv("BASELINE_STATE_MACHINE", machine)
        start_on_deployment(event(cloudformation))
        answer = cloudformation.answers.pop()
        assert answer["Status"] == "FAILED"
        assert words in answer["Reason"]
        assert len(answer["Reason"]) <= 1_000

"""State machines whose executions run until a test ends them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.stepfunctions.models import stepfunctions_backends

from cloudfront_extensions.aws.clients import client

ACCOUNT, REGION = "123456789012", "us-east-1"
DEFINITION = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}}


class Workflow:
    """One of the product's, known by a variable of the environment."""

    def __init__(self, name: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
        answer = client("stepfunctions").create_state_machine(
            name=name, definition=json.dumps(DEFINITION), roleArn=f"arn:aws:iam::{ACCOUNT}:role/workflow"
        )
        self.arn: str = answer["stateMachineArn"]
        monkeypatch.setenv(variable, self.arn)

    @property
    def executions(self) -> list[Any]:
        """In the order of their start."""
        found: list[Any] = stepfunctions_backends[ACCOUNT][REGION].describe_state_machine(self.arn).executions
        return found

    @property
    def arns(self) -> list[str]:
        return [each.execution_arn for each in self.executions]

    def start(self, name: str, document: Any) -> str:
        """Start one past the APIs, as a person does in the console."""
        answer = client("stepfunctions").start_execution(
            stateMachineArn=self.arn, name=name, input=json.dumps(document)
        )
        arn: str = answer["executionArn"]
        return arn

    def end(self, arn: str, status: str = "SUCCEEDED", **told: str) -> None:
        """`told` is `error` and `cause` of one that failed."""
        (found,) = (each for each in self.executions if each.execution_arn == arn)
        client("stepfunctions").stop_execution(executionArn=arn)
        found.status = status
        for name, value in told.items():
            setattr(found, name, value)

    def input_of(self, arn: str) -> dict[str, Any]:
        answer = client("stepfunctions").describe_execution(executionArn=arn)
        document: dict[str, Any] = json.loads(answer["input"])
        return document


class ConfigRollback(Workflow):
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__("ConfigRollback", "CONFIG_ROLLBACK", monkeypatch)

"""One embedded AWS with the real template deployed, for all workflow tests."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from localaws.deployment import build, deploy
from localaws.instance import Instance

TIME_SCALE = 0.0002
"""An hour passes in 0.7 s; the first look at a certificate comes after 60 ms."""


@dataclass
class Deployment:
    """The deployed application, as a test talks to it."""

    instance: Instance
    outputs: dict[str, str]
    executions: list[str] = field(default_factory=list)

    def client(self, service: str) -> Any:
        return self.instance.client(service)

    @property
    def bucket(self) -> str:
        return self.outputs["JobsBucket"]

    def start(self, workflow: str, request: dict[str, Any], name: str | None = None) -> str:
        """Start `domain_onboarding`, `certificate_creation` or `distribution_creation`; the execution's ARN."""
        output = "".join(word.capitalize() for word in workflow.split("_")) + "StateMachine"
        answer = self.client("stepfunctions").start_execution(
            stateMachineArn=self.outputs[output], name=name or uuid.uuid4().hex, input=json.dumps(request)
        )
        return str(answer["executionArn"])

    def wait(self, execution_arn: str, seconds: float = 90) -> dict[str, Any]:
        """The description of an execution once it has ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            description: dict[str, Any] = self.client("stepfunctions").describe_execution(executionArn=execution_arn)
            if description["status"] != "RUNNING":
                return description
            pause()
        raise AssertionError(f"{execution_arn} was still running after {seconds} s")

    def run(self, workflow: str, request: dict[str, Any], seconds: float = 90) -> dict[str, Any]:
        return self.wait(self.start(workflow, request), seconds)

    def put(self, key: str, content: str | bytes) -> None:
        body = content.encode() if isinstance(content, str) else content
        self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body)

    def document(self, key: str) -> Any:
        return json.loads(self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read())


def pause() -> None:
    """A breath between two looks at something that the embedded AWS does in its own time."""
    time.sleep(0.05)


@pytest.fixture(scope="session")
def deployment() -> Iterator[Deployment]:
    build()
    with Instance("workflows", time_scale=TIME_SCALE, certificate_validation_timeout=600) as instance:
        os.environ.update(instance.environment)
        yield Deployment(instance, deploy(instance, parameters={"DomainConcurrency": "8", "CertificateRequestConcurrency": "5"}))

"""What all acts play on: the application, deployed into the embedded AWS, and the terminal."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from rich.console import Console
from rich.text import Text

from localaws.instance import Instance

SECONDS_FOR_A_WORKFLOW = 300
SECONDS_BETWEEN_LOOKS = 0.2

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Stage:
    instance: Instance
    console: Console
    outputs: dict[str, str]
    """Of the root stack."""

    @property
    def bucket(self) -> str:
        return self.outputs["JobsBucket"]

    def client(self, service: str) -> Any:
        return self.instance.client(service)

    def document(self, key: str) -> dict[str, Any]:
        """A JSON object of the jobs bucket."""
        body = self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()
        document: dict[str, Any] = json.loads(body)
        return document

    def start(self, state_machine: str, request: dict[str, Any]) -> str:
        """Start the state machine of that output; the execution's ARN."""
        answer = self.client("stepfunctions").start_execution(
            stateMachineArn=self.outputs[state_machine], input=json.dumps(request)
        )
        return str(answer["executionArn"])

    def execution(self, execution_arn: str) -> dict[str, Any]:
        execution: dict[str, Any] = self.client("stepfunctions").describe_execution(executionArn=execution_arn)
        return execution

    def wait(self, execution_arn: str, look: Callable[[], None] = lambda: None) -> dict[str, Any]:
        """The execution once it has ended; `look` is called now and then until it has."""

        def ended() -> dict[str, Any] | None:
            execution = self.execution(execution_arn)
            look()
            return execution if execution["status"] != "RUNNING" else None

        return self.eventually(ended, f"{execution_arn} was not done")

    def eventually(self, question: Callable[[], Answer | None], otherwise: str) -> Answer:
        """Ask until there is an answer, and return it."""
        deadline = time.monotonic() + SECONDS_FOR_A_WORKFLOW
        while time.monotonic() < deadline:
            if answer := question():
                return answer
            time.sleep(SECONDS_BETWEEN_LOOKS)
        raise TimeoutError(f"{otherwise} within {SECONDS_FOR_A_WORKFLOW} s")

    def open_act(self, title: str) -> None:
        self.console.print()
        self.console.rule(Text(title, style="bold"))

    def say(self, text: str) -> None:
        self.console.print(f"\n[bold]{text}[/bold]", highlight=False)

    def tell(self, text: str, style: str = "") -> None:
        """A plain line, in which brackets mean nothing."""
        self.console.print(Text(text, style=style))

    def check(self, claim: str, holds: bool) -> bool:
        """Say whether what the audience was promised is so."""
        self.tell(f"{'✓' if holds else '✗ not so:'} {claim}", "green" if holds else "red")
        return holds

"""The deployed application as a test talks to it: start workflows, wait for them, read what became of items and files."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cloudfront_extensions.aws.certificate_waits import CertificateWaits
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.rollback_store import RollbackStore
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.jobs.records import Item, ItemKey
from localaws import executions
from localaws.deployment import outputs
from localaws.instance import Instance
from tests.integration.localaws import edge

SECONDS = 90
"""Of this machine, which may be busy: how long a test waits for anything. Nothing takes so long by itself."""
WORKFLOWS = (
    "cache_prewarm",
    "certificate_creation",
    "certificate_import",
    "certificate_inventory",
    "config_baseline",
    "config_capture",
    "config_rollback",
    "distribution_creation",
    "domain_onboarding",
    "job_cleanup",
    "log_delivery",
    "metrics_export",
    "metrics_refresh",
)

Json = dict[str, Any]
Answer = TypeVar("Answer")


def eventually(question: Callable[[], Answer]) -> Answer:
    """Ask until the answer is true, and return it."""
    return edge.eventually(question, SECONDS)


@dataclass
class Application:
    instance: Instance
    outputs: dict[str, str]
    _functions: dict[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        return self.instance.client(service)

    @property
    def bucket(self) -> str:
        return self.outputs["JobsBucket"]

    @property
    def topic(self) -> str:
        return self.outputs["NotificationTopic"]

    @property
    def store(self) -> JobStore:
        return JobStore(self._table)

    @property
    def versions(self) -> VersionStore:
        table = Table(self.outputs["VersionsTable"], self.client("dynamodb"))
        return VersionStore(table, self.outputs["ConfigurationBucket"])

    @property
    def rollbacks(self) -> RollbackStore:
        return RollbackStore(Table(self.outputs["VersionsTable"], self.client("dynamodb")))

    @property
    def waits(self) -> CertificateWaits:
        return CertificateWaits(self._table)

    @property
    def _table(self) -> Table:
        return Table(self.outputs["JobsTable"], self.client("dynamodb"))

    def state_machine(self, workflow: str) -> str:
        """The ARN of one of WORKFLOWS."""
        return self.outputs["".join(word.capitalize() for word in workflow.split("_")) + "StateMachine"]

    def start(self, workflow: str, request: Json, *, name: str | None = None) -> str:
        """Start an execution of a workflow, or of the state machine with that ARN; returns its ARN."""
        arn = self.state_machine(workflow) if workflow in WORKFLOWS else workflow
        answer = self.client("stepfunctions").start_execution(
            stateMachineArn=arn, name=name or uuid.uuid4().hex, input=json.dumps(request)
        )
        return str(answer["executionArn"])

    def wait(self, execution_arn: str, seconds: float = SECONDS) -> Json:
        """DescribeExecution of an execution that has ended, with the output decoded."""
        return executions.wait(self.instance, execution_arn, timeout=seconds)

    def run(self, workflow: str, request: Json) -> Json:
        return self.wait(self.start(workflow, request))

    def stop(self, execution_arn: str) -> None:
        self.client("stepfunctions").stop_execution(executionArn=execution_arn)

    def is_running(self, execution_arn: str) -> bool:
        described = self.client("stepfunctions").describe_execution(executionArn=execution_arn)
        return bool(described["status"] == "RUNNING")

    def states_of(self, execution_arn: str) -> list[str]:
        """The states that an execution has entered, in that order; those of its children are not among them."""
        own = (line for line in self.instance.states.read_text().splitlines() if execution_arn in line)
        records = (json.loads(line) for line in own)
        return [
            record["state"]
            for record in records
            if record["executionArn"] == execution_arn and record["event"] == "entered"
        ]

    def largest_state(self, execution_arn: str) -> int:
        """Bytes of the largest state that an execution itself carried, not counting its children."""
        own = (json.loads(line) for line in self.instance.states.read_text().splitlines() if execution_arn in line)
        return max(
            int(record.get(field, 0))
            for record in own
            if record["executionArn"] == execution_arn
            for field in ("inputBytes", "outputBytes")
        )

    def item(self, job_id: str, item_id: str) -> Item:
        found = self.store.item(ItemKey(job_id, item_id))
        assert found is not None, f"no item {item_id} of job {job_id}"
        return found

    def items(self, job_id: str) -> list[Item]:
        return list(self.store.items(job_id))

    def put(self, key: str, content: str | bytes | Json) -> str:
        """Write an object of the jobs bucket; returns its key."""
        text = json.dumps(content) if isinstance(content, dict) else content
        self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=text.encode() if isinstance(text, str) else text)
        return key

    def text(self, key: str) -> str:
        return str(self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read().decode())

    def document(self, key: str) -> Any:
        return json.loads(self.text(key))

    def keys(self, prefix: str) -> set[str]:
        """The keys of the objects below a prefix."""
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return {found["Key"] for page in pages for found in page.get("Contents", [])}

    @property
    def functions(self) -> dict[str, str]:
        """The functions' names, by their logical ids in the templates."""
        if not self._functions:
            stacks = self.client("cloudformation").describe_stacks()["Stacks"]
            self._functions = {
                resource["LogicalResourceId"]: resource["PhysicalResourceId"]
                for stack in stacks
                for resource in self.client("cloudformation").describe_stack_resources(StackName=stack["StackName"])[
                    "StackResources"
                ]
                if resource["ResourceType"] == "AWS::Lambda::Function"
            }
        return self._functions

    def function(self, logical_id: str) -> str:
        return self.functions[logical_id]

    def invoke(self, logical_id: str, event: object) -> Any:
        """A function's answer; {"errorType", "errorMessage", …} where it failed."""
        answer = self.client("lambda").invoke(FunctionName=self.function(logical_id), Payload=json.dumps(event))
        return json.load(answer["Payload"])

    @contextmanager
    def environment(self, *logical_ids: str, **variables: str) -> Iterator[None]:
        """Functions with other environment variables, for the block."""
        functions = self.client("lambda")
        names = [self.function(logical_id) for logical_id in logical_ids]
        before = {
            name: functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"] for name in names
        }
        for name, own in before.items():
            functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**own, **variables}})
        try:
            yield
        finally:
            for name, own in before.items():
                functions.update_function_configuration(FunctionName=name, Environment={"Variables": own})

    @contextmanager
    def looking_often(self, **variables: str) -> Iterator[None]:
        """The workflow looks at certificates by itself as its defaults say, some times a second here, for the block."""
        waits = {"CERTIFICATE_FIRST_WAIT": "300", "CERTIFICATE_LONGEST_WAIT": "3600", **variables}
        with self.environment("RequestCertificate", "LookAtCertificate", **waits):
            yield

    def update_stack(self, **parameters: str) -> None:
        """Update the root stack with other values of some parameters, and wait until that is done."""
        formation, name = self.client("cloudformation"), "cloudfront-extensions"
        (stack,) = formation.describe_stacks(StackName=name)["Stacks"]
        values = {given["ParameterKey"]: given["ParameterValue"] for given in stack["Parameters"]} | parameters
        formation.update_stack(
            StackName=name,
            UsePreviousTemplate=True,
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        formation.get_waiter("stack_update_complete").wait(
            StackName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": SECONDS * 20}
        )
        self.outputs = outputs(self.instance, name)
        self._functions.clear()

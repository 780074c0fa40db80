"""Makes functions and state machines in an instance for contract tests."""

from __future__ import annotations

import io
import itertools
import json
import textwrap
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from localaws import executions
from localaws.instance import Instance

ROLE = "arn:aws:iam::000000000000:role/contract-test"
SERVICES = ("lambda.amazonaws.com", "states.amazonaws.com", "events.amazonaws.com")
INVOKE = "arn:aws:states:::lambda:invoke"
WAIT_FOR_TOKEN = "arn:aws:states:::lambda:invoke.waitForTaskToken"

Json = dict[str, Any]


@dataclass
class Workbench:
    """Names are made here, so that tests do not meet in one instance."""

    instance: Instance
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        """ROLE, which may do everything, for functions and state machines whose permissions are not the subject."""
        self.role("contract-test", {"Effect": "Allow", "Action": "*", "Resource": "*"})

    def client(self, service: str) -> Any:
        return self.instance.client(service)

    def role(self, name: str, *statements: Json, service: Sequence[str] = SERVICES) -> str:
        """Create a role that services and tests may assume, with these statements for a policy; returns its ARN."""
        iam = self.client("iam")
        trusted = {"Service": list(service), "AWS": "arn:aws:iam::000000000000:root"}
        trusting = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [trusting]})
        created = iam.create_role(RoleName=name or self._name("role"), AssumeRolePolicyDocument=trust)["Role"]
        if statements:
            self.put_policy(created["RoleName"], *statements)
        return str(created["Arn"])

    def put_policy(self, role_name: str, *statements: Json) -> None:
        """Give a role of ours these statements instead of the ones it has."""
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.client("iam").put_role_policy(RoleName=role_name, PolicyName="policy", PolicyDocument=policy)

    def function(
        self, code: str, *, name: str = "", runtime: str = "python3.13", role: str = ROLE, **settings: Any
    ) -> str:
        """Create a function whose `app.handler` is in `code`; returns its ARN."""
        created = self.client("lambda").create_function(
            FunctionName=name or self._name("function"),
            Runtime=runtime,
            Handler="app.handler",
            Role=role,
            Code={"ZipFile": zipped({"app.py": textwrap.dedent(code)})},
            **settings,
        )
        return str(created["FunctionArn"])

    def let_in(self, function: str, rule_arn: str) -> None:
        """Let a rule of EventBridge invoke a function."""
        self.client("lambda").add_permission(
            FunctionName=function,
            StatementId="rule",
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=rule_arn,
        )

    def machine(self, states: Json, *, role: str = ROLE, **definition: Any) -> str:
        """Create a state machine that starts at the first of `states`; returns its ARN."""
        created = self.client("stepfunctions").create_state_machine(
            name=self._name("machine"),
            definition=json.dumps({"StartAt": next(iter(states)), "States": states, **definition}),
            roleArn=role,
        )
        return str(created["stateMachineArn"])

    def run(self, states: Json, execution_input: object = None) -> Json:
        """Create and run a state machine; returns DescribeExecution with the output decoded."""
        return executions.run(self.instance, self.machine(states), execution_input)

    def start(self, states: Json, execution_input: object = None) -> str:
        return self.started(self.machine(states), execution_input)

    def started(self, machine: str, execution_input: object = None) -> str:
        """Start an execution of a state machine; returns its ARN."""
        started = self.client("stepfunctions").start_execution(
            stateMachineArn=machine, input=json.dumps(execution_input or {})
        )
        return str(started["executionArn"])

    def wait(self, execution_arn: str) -> Json:
        return executions.wait(self.instance, execution_arn)

    def queue(self) -> str:
        """Create a queue; returns its URL."""
        return str(self.client("sqs").create_queue(QueueName=self._name("queue"))["QueueUrl"])

    def received(self, queue_url: str) -> Json:
        """The next message of a queue, which is JSON; waits up to twenty seconds for it."""
        answer = self.client("sqs").receive_message(QueueUrl=queue_url, WaitTimeSeconds=20)
        decoded: Json = json.loads(answer["Messages"][0]["Body"])
        return decoded

    def bucket(self, **objects: object) -> str:
        """Create a bucket with objects of JSON; returns its name."""
        name = self._name("bucket")
        s3 = self.client("s3")
        s3.create_bucket(Bucket=name)
        for key, value in objects.items():
            s3.put_object(Bucket=name, Key=key, Body=json.dumps(value))
        return name

    def stored(self, bucket: str, key: str) -> Any:
        return json.loads(self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())

    def stack(self, template: str, **parameters: str) -> str:
        """Create a stack and wait until it is there; returns its name. Raises WaiterError when it fails."""
        name = self._name("stack")
        self.client("cloudformation").create_stack(StackName=name, TemplateBody=template, **stack_options(parameters))
        self._wait_for_stack("stack_create_complete", name)
        return name

    def update_stack(self, name: str, template: str, **parameters: str) -> None:
        self.client("cloudformation").update_stack(StackName=name, TemplateBody=template, **stack_options(parameters))
        self._wait_for_stack("stack_update_complete", name)

    def _wait_for_stack(self, waiter: str, name: str) -> None:
        config = {"Delay": 0.05, "MaxAttempts": 200}
        self.client("cloudformation").get_waiter(waiter).wait(StackName=name, WaiterConfig=config)

    def states_of(self, execution_arn: str) -> list[Json]:
        """What `states.jsonl` tells of an execution."""
        return [line for line in executions.lines(self.instance.states) if line["executionArn"] == execution_arn]

    def _name(self, kind: str) -> str:
        return f"contract-{kind}-{next(self._numbers)}"


def stack_options(parameters: dict[str, str]) -> Json:
    values = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    return {"Parameters": values, "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]}


def zipped(files: dict[str, str]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for name, text in files.items():
            writer.writestr(name, text)
    return archive.getvalue()


def wait_for_token(queue_url: str, **fields: Any) -> Json:
    """A task that sends its token to a queue and waits for it."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue_url, "MessageBody": {"token.$": "$$.Task.Token"}},
        "End": True,
        **fields,
    }

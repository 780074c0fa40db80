"""EventBridge invokes a target when the function's policy or the target's role lets it."""

from __future__ import annotations

import itertools
import json

import pytest

from localaws import executions, permissions
from tests.integration.localaws.edge import eventually, let_in_rules
from tests.integration.localaws.workbench import ROLE, Json, Workbench

NOTHING = {"End": {"Type": "Succeed"}}
numbers = itertools.count()


@pytest.fixture
def source() -> str:
    """The source of the events of one test."""
    return f"tests.targets.{next(numbers)}"


def rule(bench: Workbench, source: str, **target: str) -> str:
    """A rule for events of this source with this target; returns its ARN."""
    events, name = bench.client("events"), source.replace(".", "-")
    arn = events.put_rule(Name=name, EventPattern=json.dumps({"source": [source]}))["RuleArn"]
    events.put_targets(Rule=name, Targets=[{"Id": "it", **target}])
    return str(arn)


def send(bench: Workbench, source: str) -> None:
    bench.client("events").put_events(Entries=[{"Source": source, "DetailType": "Happened", "Detail": "{}"}])


def refusals(bench: Workbench, resource: str) -> list[Json]:
    recorded = permissions.decisions(bench.instance)
    return [one for one in recorded if one["resource"] == resource and not one["allowed"]]


def test_a_function_is_invoked_when_its_policy_names_the_rule(bench: Workbench, source: str) -> None:
    function = bench.function("def handler(event, context): pass", name="invoked-by-rule")
    bench.let_in(function, rule(bench, source, Arn=function))
    send(bench, source)
    eventually(
        lambda: [one for one in executions.lines(bench.instance.calls) if one.get("resource") == "invoked-by-rule"]
    )


def test_a_function_that_lets_in_another_rule_is_not_invoked(bench: Workbench, source: str) -> None:
    function = bench.function("def handler(event, context): pass", name="not-invoked-by-rule")
    rule_arn = rule(bench, source, Arn=function)
    bench.let_in(function, f"{rule_arn}-other")
    send(bench, source)
    (refusal,) = eventually(lambda: refusals(bench, function))
    assert refusal["missing"] == {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": function,
        "Condition": {"ArnLike": {"AWS:SourceArn": rule_arn}},
    }
    invoked = [one for one in executions.lines(bench.instance.calls) if one.get("resource") == "not-invoked-by-rule"]
    assert invoked == []


def test_a_queue_must_let_in_the_rule(bench: Workbench, source: str) -> None:
    queue = bench.queue()
    arn = bench.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    rule(bench, source, Arn=arn)
    send(bench, source)
    eventually(lambda: refusals(bench, arn))
    let_in_rules(bench.instance, queue)
    send(bench, source)
    assert bench.received(queue)["source"] == source
    assert len(refusals(bench, arn)) == 1


def test_a_topic_must_let_in_the_rule(bench: Workbench, source: str) -> None:
    topic = bench.client("sns").create_topic(Name=source.replace(".", "-"))["TopicArn"]
    rule(bench, source, Arn=topic)
    send(bench, source)
    (refusal,) = eventually(lambda: refusals(bench, topic))
    assert refusal["action"] == "sns:Publish"


def test_without_the_shim_any_function_is_invoked(stock: Workbench, source: str) -> None:
    queue = stock.queue()
    code = f"""
        import boto3

        def handler(event, context):
            boto3.client("sqs").send_message(QueueUrl="{queue}", MessageBody='"invoked"')
    """
    rule(stock, source, Arn=stock.function(code))
    send(stock, source)
    assert stock.received(queue) == "invoked"


def test_a_state_machine_is_started_as_the_role_of_the_target(bench: Workbench, source: str) -> None:
    machine = bench.machine(NOTHING)
    starting = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": machine}
    role = bench.role(f"starter-{source}", starting, service=["events.amazonaws.com"])
    rule(bench, source, Arn=machine, RoleArn=role)
    send(bench, source)
    states = bench.client("stepfunctions")
    eventually(lambda: states.list_executions(stateMachineArn=machine)["executions"])
    caller = f"starter-{source}/{source.replace('.', '-')}"
    starts = [one for one in executions.lines(bench.instance.calls) if one["caller"] == caller]
    assert [start["operation"] for start in starts] == ["StartExecution"]


@pytest.mark.parametrize("lacks", ["a role", "trust", "the permission"])
def test_a_state_machine_that_may_not_be_started_is_not(bench: Workbench, source: str, lacks: str) -> None:
    machine = bench.machine(NOTHING)
    roles = {
        "a role": "arn:aws:iam::000000000000:role/nobody",
        "trust": bench.role(f"untrusting-{source}", service=["lambda.amazonaws.com"]),
        "the permission": bench.role(f"unable-{source}", service=["events.amazonaws.com"]),
    }
    rule(bench, source, Arn=machine, RoleArn=roles[lacks])
    send(bench, source)
    eventually(lambda: refusals(bench, machine if lacks == "the permission" else roles[lacks]))
    assert bench.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"] == []


def test_an_administrators_role_will_do(bench: Workbench, source: str) -> None:
    machine = bench.machine(NOTHING)
    rule(bench, source, Arn=machine, RoleArn=ROLE)
    send(bench, source)
    eventually(lambda: bench.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"])

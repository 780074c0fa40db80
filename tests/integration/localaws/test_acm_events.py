"""ACM tells EventBridge, and a test can make what it tells late, double or lost."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import UTC

import pytest

from localaws.instance import Instance
from tests.integration.localaws import edge

numbers = itertools.count()


@pytest.fixture
def delivery(instance: Instance) -> Iterator[None]:
    yield
    edge.control(instance, "PUT", "acm/events", deliver="normal")


def queue_of_events(instance: Instance, name: str) -> str:
    """A queue that receives ACM's events about certificates with this common name; returns its URL."""
    rule = f"acm-events-{next(numbers)}"
    sqs, events = instance.client("sqs"), instance.client("events")
    url = str(sqs.create_queue(QueueName=rule)["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": ["aws.acm"], "detail": {"CommonName": [name]}}))
    events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def received(instance: Instance, url: str, seconds: int = 5) -> list[edge.Json]:
    """What arrives within the time, all at once; an empty list when nothing does."""
    answer = instance.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=seconds, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_issuance_is_told_as_aws_documents_it(instance: Instance) -> None:
    name = edge.new_name()
    queue = queue_of_events(instance, name)
    arn = edge.issued(instance, name, f"www.{name}")
    (event,) = received(instance, queue)
    description = edge.describe(instance, arn)
    assert event["detail-type"] == "ACM Certificate Available"
    assert event["resources"] == [arn]
    assert event["detail"] == {
        "Action": "ISSUANCE",
        "CertificateType": "AMAZON_ISSUED",
        "CommonName": name,
        "DomainValidationMethod": "DNS",
        "CertificateCreatedDate": f"{description['CreatedAt'].astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "CertificateExpirationDate": f"{description['NotAfter'].astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "DaysToExpiry": 198,
        "InUse": False,
        "Exported": False,
    }


def test_a_state_machine_can_be_the_target(instance: Instance) -> None:
    name = edge.new_name()
    states, events = instance.client("stepfunctions"), instance.client("events")
    role = "arn:aws:iam::000000000000:role/contract-test"
    definition = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
    machine = states.create_state_machine(
        name=f"acm-target-{next(numbers)}", definition=json.dumps(definition), roleArn=role
    )["stateMachineArn"]
    events.put_rule(Name="acm-to-machine", EventPattern=json.dumps({"source": ["aws.acm"]}))
    events.put_targets(Rule="acm-to-machine", Targets=[{"Id": "machine", "Arn": machine, "RoleArn": role}])
    edge.issued(instance, name)
    edge.eventually(lambda: states.list_executions(stateMachineArn=machine)["executions"])
    events.remove_targets(Rule="acm-to-machine", Ids=["machine"])
    events.delete_rule(Name="acm-to-machine")


@pytest.mark.usefixtures("delivery")
def test_an_event_can_be_lost(instance: Instance) -> None:
    name = edge.new_name()
    queue = queue_of_events(instance, name)
    edge.control(instance, "PUT", "acm/events", deliver="lost")
    arn = edge.issued(instance, name)
    edge.control(instance, "POST", "acm/events", certificateArn=arn)
    assert len(received(instance, queue)) == 1


@pytest.mark.usefixtures("delivery")
def test_an_event_can_come_twice(instance: Instance) -> None:
    name = edge.new_name()
    queue = queue_of_events(instance, name)
    edge.control(instance, "PUT", "acm/events", deliver="duplicated")
    edge.issued(instance, name)
    assert len(received(instance, queue)) == 2


@pytest.mark.usefixtures("delivery")
def test_an_event_can_be_late(instance: Instance) -> None:
    name = edge.new_name()
    queue = queue_of_events(instance, name)
    edge.control(instance, "PUT", "acm/events", deliver="late", delaySeconds=0.5)
    edge.issued(instance, name)
    assert received(instance, queue, seconds=0) == []
    assert len(received(instance, queue)) == 1


@pytest.mark.parametrize(("status", "detail_type"), [("REVOKED", "Revoked"), ("EXPIRED", "Expired")])
def test_the_end_of_an_issued_certificate_is_told(instance: Instance, status: str, detail_type: str) -> None:
    name = edge.new_name()
    arn = edge.issued(instance, name)
    queue = queue_of_events(instance, name)
    edge.control(instance, "PUT", "acm/outcome", domain=name, status=status)
    (event,) = received(instance, queue)
    assert (event["detail-type"], event["resources"]) == (f"ACM Certificate {detail_type}", [arn])

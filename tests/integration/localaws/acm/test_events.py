"""ACM tells EventBridge. What makes its events late, double or lost: faults/test_events.py."""

from __future__ import annotations

import itertools
import json
from datetime import UTC

import pytest

from localaws.faults import Fault, faults
from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import ROLE, Workbench

numbers = itertools.count()


def queue_of_events(instance: Instance, name: str) -> str:
    """A queue that receives ACM's events about certificates with this common name; returns its URL."""
    rule = f"acm-events-{next(numbers)}"
    sqs, events = instance.client("sqs"), instance.client("events")
    url = str(sqs.create_queue(QueueName=rule)["QueueUrl"])
    arn = edge.let_in_rules(instance, url)
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": ["aws.acm"], "detail": {"CommonName": [name]}}))
    events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def received(instance: Instance, url: str) -> list[edge.Json]:
    """What arrives, all at once; an empty list when nothing does."""
    answer = instance.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=10)
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


def test_a_state_machine_can_be_the_target(bench: Workbench) -> None:
    states, events = bench.client("stepfunctions"), bench.client("events")
    machine = bench.machine({"End": {"Type": "Succeed"}})
    events.put_rule(Name="acm-to-machine", EventPattern=json.dumps({"source": ["aws.acm"]}))
    events.put_targets(Rule="acm-to-machine", Targets=[{"Id": "machine", "Arn": machine, "RoleArn": ROLE}])
    edge.issued(bench.instance, edge.new_name())
    edge.eventually(lambda: states.list_executions(stateMachineArn=machine)["executions"])
    events.remove_targets(Rule="acm-to-machine", Ids=["machine"])
    events.delete_rule(Name="acm-to-machine")


def test_one_can_be_sent_again_even_while_events_are_lost(instance: Instance) -> None:
    name = edge.new_name()
    queue = queue_of_events(instance, name)
    with faults(instance, Fault("event-lost", source="aws.acm", containing=name)) as injected:
        arn = edge.issued(instance, name)
        edge.eventually(lambda: injected.struck() == [1])
        edge.control(instance, "POST", "acm/events", certificateArn=arn)
        assert len(received(instance, queue)) == 1


@pytest.mark.parametrize(("status", "detail_type"), [("REVOKED", "Revoked"), ("EXPIRED", "Expired")])
def test_the_end_of_an_issued_certificate_is_told(instance: Instance, status: str, detail_type: str) -> None:
    name = edge.new_name()
    arn = edge.issued(instance, name)
    queue = queue_of_events(instance, name)
    edge.control(instance, "PUT", "acm/outcome", domain=name, status=status)
    (event,) = received(instance, queue)
    assert (event["detail-type"], event["resources"]) == (f"ACM Certificate {detail_type}", [arn])

"""Calls that come faster than AWS documents are throttled as the service throttles."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError

from localaws import executions
from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import INVOKE, Workbench

LISTS_CERTIFICATES = """
    import boto3

    def handler(event, context):
        boto3.client("acm").list_certificates()
"""


@pytest.fixture(scope="module")
def slow() -> Iterator[Workbench]:
    """Waits are short, rates are those of this machine's clock, so slow that nothing comes back while a test runs."""
    with Instance(f"rates-{os.getpid()}", time_scale=0.001, rate_time_scale=1_000_000) as running:
        yield Workbench(running)
    running.remove()


def admitted(call: Callable[[], object], code: str) -> int:
    """How many calls are answered before one is refused with the code."""
    answered = 0
    while True:
        try:
            call()
        except ClientError as error:
            if error.response["Error"]["Code"] == code:
                return answered
            raise
        answered += 1


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "burst", "code"),
    [
        ("acm", "list_certificates", {}, 8, "ThrottlingException"),
        ("stepfunctions", "list_state_machines", {}, 100, "ThrottlingException"),
        ("route53", "list_hosted_zones", {}, 5, "Throttling"),
        ("service-quotas", "list_service_quotas", {"ServiceCode": "acm"}, 20, "TooManyRequestsException"),
        ("resourcegroupstaggingapi", "get_resources", {}, 15, "ThrottledException"),
    ],
)
def test_as_many_calls_are_answered_at_once_as_documented(
    slow: Workbench, service: str, operation: str, parameters: dict[str, str], burst: int, code: str
) -> None:
    client = slow.client(service)
    assert admitted(lambda: getattr(client, operation)(**parameters), code) == burst


def test_a_certificate_is_requested_five_times_a_second(slow: Workbench) -> None:
    acm = slow.client("acm")
    request = lambda: acm.request_certificate(DomainName=edge.new_name(), ValidationMethod="DNS")  # noqa: E731
    assert admitted(request, "ThrottlingException") == 5


def test_each_operation_account_and_region_has_its_own_rate(slow: Workbench) -> None:
    acm = edge.client(slow.instance, "acm", account="111122223333")
    assert admitted(acm.list_certificates, "ThrottlingException") == 8
    for other in (
        edge.client(slow.instance, "acm", account="444455556666"),
        edge.client(slow.instance, "acm", account="111122223333", region="eu-west-1"),
    ):
        other.list_certificates()
    acm.request_certificate(DomainName=edge.new_name(), ValidationMethod="DNS")


def test_a_global_service_has_one_rate_for_all_its_operations(slow: Workbench) -> None:
    route53 = edge.client(slow.instance, "route53", account="222233334444")
    operations = [route53.list_hosted_zones, route53.list_hosted_zones_by_name]
    for number in range(5):
        operations[number % 2]()
    with edge.refused("Throttling"):
        operations[1]()


def test_a_throttled_call_is_recorded_with_the_quota_that_refused_it(slow: Workbench) -> None:
    states, quota = edge.client(slow.instance, "stepfunctions", account="333344445555"), "ListExecutions"
    name = f"{quota} throttle token refill rate per second"
    with edge.quota(slow.instance, "states", 0, quotaName=name), edge.refused("ThrottlingException"):
        states.list_executions(stateMachineArn="arn:aws:states:us-east-1:333344445555:stateMachine:none")
    (call,) = (line for line in executions.lines(slow.instance.calls) if line["caller"] == "333344445555")
    assert (call["status"], call["errorCode"], call["throttled"]) == (400, "ThrottlingException", name)


def test_a_function_and_a_state_machine_share_the_rate_of_their_account(slow: Workbench) -> None:
    lists = slow.function(LISTS_CERTIFICATES)
    states = {
        "Call": {
            "Type": "Task",
            "Resource": INVOKE,
            "Parameters": {"FunctionName": lists, "Payload": {}},
            "Next": "Ask",
        },
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:acm:listCertificates",
            "Parameters": {"MaxItems": 10},
            "End": True,
        },
    }
    with edge.quota(slow.instance, "acm", 1, quotaName="ListCertificates requests per second"):
        ended = slow.run(states)
    assert ended["error"].endswith(".ThrottlingException"), ended["cause"]


def test_a_changed_rate_is_in_force_at_once_and_what_has_no_rate_can_be_given_one(slow: Workbench) -> None:
    cloudfront = slow.client("cloudfront")
    for _ in range(20):
        cloudfront.list_distributions()
    with edge.quota(slow.instance, "cloudfront", 3, quotaName="API requests per second"):
        assert admitted(cloudfront.list_distributions, "Throttling") == 3
    cloudfront.list_distributions()


def test_what_a_stack_makes_is_not_throttled(slow: Workbench) -> None:
    zone = {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "stack.example.com"}}
    with edge.quota(slow.instance, "route53", 0, quotaName="API requests per second"):
        slow.stack(json.dumps({"Resources": {"Zone": zone}}))
        with edge.refused("Throttling"):
            slow.client("route53").list_hosted_zones()


def test_a_reset_fills_every_bucket(slow: Workbench) -> None:
    acm = edge.client(slow.instance, "acm", account="555566667777")
    assert admitted(acm.list_certificates, "ThrottlingException") == 8
    edge.reset(slow.instance)
    acm.list_certificates()


def test_tokens_come_back_at_the_speed_of_the_rates(instance: Instance) -> None:
    """This instance is a thousand times faster than AWS: a token a simulated second is one in a millisecond."""
    acm = edge.client(instance, "acm", account="666677778888")

    def listed() -> bool:
        try:
            return bool(acm.list_certificates())
        except ClientError:
            return False

    with edge.quota(instance, "acm", 1, quotaName="ListCertificates requests per second"):
        for _ in range(20):
            edge.eventually(listed)


def test_a_scale_of_nothing_throttles_nobody() -> None:
    with Instance(
        f"no-rates-{os.getpid()}", rate_time_scale=0, quotas={"acm/ListCertificates requests per second": 0}
    ) as free:
        free.client("acm").list_certificates()
    free.remove()

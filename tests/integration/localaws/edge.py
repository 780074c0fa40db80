"""What the contract tests of DNS, ACM and CloudFront do again and again."""

from __future__ import annotations

import itertools
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from localaws.instance import REGION, Instance

Json = dict[str, Any]
Answer = TypeVar("Answer")

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""AWS's managed cache policy of this name."""
_numbers = itertools.count()


def new_name(label: str = "shop") -> str:
    """A domain name that no other test has."""
    return f"{label}-{next(_numbers)}.example.com"


def new_token() -> str:
    return f"token{next(_numbers)}"


def control(instance: Instance, method: str, path: str, **body: object) -> Any:
    """Call a control of the instance, such as `PUT dns`. Raises AssertionError with its message when it refuses."""
    request = urllib.request.Request(  # noqa: S310
        f"{instance.endpoint_url}/_localaws/{path}", method=method, data=json.dumps(body).encode()
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{error.code} {json.load(error)['message']}") from error


def reset(instance: Instance) -> None:
    """Bring the instance back to how it started: nothing is left in any service."""
    urllib.request.urlopen(f"{instance.endpoint_url}/_ministack/reset", data=b"").close()  # noqa: S310


def client(instance: Instance, service: str, *, region: str = REGION, account: str = "test") -> Any:
    """A client in another Region, or of another account: its twelve digits are the access key."""
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=instance.endpoint_url,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The call inside is answered with this error code."""
    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] == code, caught.value


def eventually(question: Callable[[], Answer], seconds: float = 5) -> Answer:
    """Ask until the answer is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        time.sleep(0.01)
    return answer


def let_in_rules(instance: Instance, queue_url: str) -> str:
    """Let EventBridge send to a queue, whatever the rule; returns its ARN."""
    sqs = instance.client("sqs")
    arn = str(sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])
    sending = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**sending, "Resource": arn}]})
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": policy})
    return arn


def request(instance: Instance, *names: str, **more: Any) -> str:
    """Request a certificate with DNS validation; returns its ARN."""
    parameters = {"ValidationMethod": "DNS", **more}
    if names[1:]:
        parameters["SubjectAlternativeNames"] = list(names[1:])
    return str(instance.client("acm").request_certificate(DomainName=names[0], **parameters)["CertificateArn"])


def describe(instance: Instance, arn: str) -> Json:
    detail: Json = instance.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    return detail


def records(instance: Instance, arn: str) -> list[Json]:
    """The validation records, one for each name, as soon as ACM shows them."""

    def shown() -> list[Json]:
        options = describe(instance, arn)["DomainValidationOptions"]
        return [option["ResourceRecord"] for option in options if "ResourceRecord" in option]

    return eventually(shown)


def publish(instance: Instance, record: Json) -> None:
    control(instance, "PUT", "dns", name=record["Name"], type=record["Type"], value=record["Value"])


def becomes(instance: Instance, arn: str, status: str) -> Json:
    """The certificate's description once it has this status."""

    def description() -> Json | None:
        found = describe(instance, arn)
        return found if found["Status"] == status else None

    found = eventually(description)
    assert found is not None
    return found


def issued(instance: Instance, *names: str, **more: Any) -> str:
    """Request a certificate, publish its records, and wait for it; returns its ARN."""
    arn = request(instance, *names, **more)
    for record in records(instance, arn):
        publish(instance, record)
    becomes(instance, arn, "ISSUED")
    return arn


def distribution_config(*aliases: str, certificate: str = "", **more: Any) -> Json:
    """The smallest configuration, with a new caller reference."""
    config: Json = {
        "CallerReference": f"reference-{next(_numbers)}",
        "Comment": "",
        "Enabled": True,
        "Origins": block(
            {
                "Id": "origin",
                "DomainName": "origin.example.net",
                "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
            }
        ),
        "DefaultCacheBehavior": behavior(),
    }
    if aliases:
        config["Aliases"] = block(*aliases)
    if certificate:
        config["ViewerCertificate"] = {
            "ACMCertificateArn": certificate,
            "SSLSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        }
    return config | more


def behavior(**more: Any) -> Json:
    base = {"TargetOriginId": "origin", "ViewerProtocolPolicy": "redirect-to-https", "CachePolicyId": CACHING_OPTIMIZED}
    return base | more


def block(*items: Any) -> Json:
    """CloudFront's way to write a list."""
    return {"Quantity": len(items), "Items": list(items)}


def distribution(instance: Instance, *aliases: str, **more: Any) -> Json:
    """Create a distribution; returns it as CloudFront answers it."""
    config = distribution_config(*aliases, **more)
    created: Json = instance.client("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]
    return created


def deployed(instance: Instance, distribution_id: str) -> Json:
    """GetDistribution's answer once the distribution is Deployed."""
    client = instance.client("cloudfront")

    def answer() -> Json | None:
        found: Json = client.get_distribution(Id=distribution_id)
        return found if found["Distribution"]["Status"] == "Deployed" else None

    found = eventually(answer)
    assert found is not None
    return found


@contextmanager
def quota(instance: Instance, service_code: str, value: float, **which: str) -> Iterator[None]:
    """The quota, named by `quotaCode` or `quotaName`, has this value inside."""
    changed = control(instance, "PUT", "quotas", serviceCode=service_code, value=value, **which)
    try:
        yield
    finally:
        control(instance, "PUT", "quotas", serviceCode=service_code, value=changed["default"], **which)

"""`python -m localaws` as a person uses it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from localaws.instance import PROJECT, Instance

NAME = f"command-line-{os.getpid()}"


def localaws(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "localaws", "--name", NAME, *arguments], cwd=PROJECT, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def up() -> Iterator[str]:
    """What `up` printed."""
    yield localaws("up", "--time-scale", "0.001").stdout
    Instance(NAME).stop()
    Instance(NAME).remove()


def test_up_tells_how_to_reach_the_instance(up: str) -> None:
    endpoint = Instance(NAME).endpoint_url
    assert f"export AWS_ENDPOINT_URL={endpoint}\n" in up
    assert f"aws --endpoint-url {endpoint} " in up


def test_up_when_it_is_up_says_so(up: str) -> None:
    assert localaws("up").stdout.startswith("Already up")


def test_calls_are_counted(up: str) -> None:
    Instance(NAME).client("dynamodb").list_tables()
    Instance(NAME).client("dynamodb").list_tables()
    rows = localaws("calls", "--service", "dynamodb").stdout.splitlines()
    assert [row.split() for row in rows[1:]] == [["2", "dynamodb", "ListTables", "test"]]


def test_calls_are_filtered_by_patterns_and_grouped_as_asked(up: str) -> None:
    Instance(NAME).client("sns").list_topics()
    Instance(NAME).client("sns").list_subscriptions()
    answer = localaws("calls", "--service", "sns", "--operation", "List*", "--caller", "te*", "--by", "service,caller")
    assert [row.split() for row in answer.stdout.splitlines()] == [["calls", "service", "caller"], ["2", "sns", "test"]]
    assert answer.stderr.startswith("2 calls, 0 of them failed, ")


def test_single_calls_are_shown_in_the_order_of_time(up: str) -> None:
    Instance(NAME).client("sqs").create_queue(QueueName="shown")
    Instance(NAME).client("sqs").list_queues()
    rows = [row.split() for row in localaws("calls", "--service", "sqs", "--lines").stdout.splitlines()]
    assert [(row[1], row[2], row[3], row[5]) for row in rows] == [
        ("test", "sqs:CreateQueue", "200", "ms"),
        ("test", "sqs:ListQueues", "200", "ms"),
    ]
    assert rows[0][0] <= rows[1][0]
    last = localaws("calls", "--service", "sqs", "--lines", "--last", "1").stdout.splitlines()
    assert [row.split()[2] for row in last] == ["sqs:ListQueues"]


def test_calls_that_failed_are_shown_alone(up: str) -> None:
    logs = Instance(NAME).client("logs")
    logs.describe_log_groups()
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.describe_log_streams(logGroupName="none")
    for wanted in (["--errors-only"], ["--error", "Resource*"]):
        (row,) = localaws("calls", "--service", "logs", "--lines", *wanted).stdout.splitlines()
        assert row.split()[2:4] == ["logs:DescribeLogStreams", "ResourceNotFoundException"]


def test_calls_are_given_as_they_are_recorded(up: str) -> None:
    Instance(NAME).client("kms").list_keys()
    (line,) = localaws("calls", "--service", "kms", "--json").stdout.splitlines()
    assert {"operation": "ListKeys", "caller": "test", "status": 200}.items() <= json.loads(line).items()


def test_calls_can_be_asked_for_since_a_time(up: str) -> None:
    Instance(NAME).client("ssm").describe_parameters()
    rows = ["calls", "--service", "ssm", "--lines"]
    assert len(localaws(*rows, "--since", "10m").stdout.splitlines()) == 1
    assert localaws(*rows, "--since", "2999-01-01T00:00:00Z").stdout == ""
    assert "neither a time nor a duration" in localaws(*rows, "--since", "yesterday").stderr


def test_a_marked_text_is_listed_where_it_went(up: str, tmp_path: Path) -> None:
    secret = tmp_path / "key.pem"
    secret.write_text("a-private-key\n")
    assert localaws("marks", "--file", str(secret), "--as", "key").returncode == 0
    assert localaws("marks").stdout.split() == ["count", "mark", "sink", "who", "what", "direction"]
    Instance(NAME).client("sns").create_topic(Name="some-a-private-key")
    assert ["1", "key", "call", "test", "sns:CreateTopic", "request"] in [
        row.split() for row in localaws("marks").stdout.splitlines()
    ]
    marked = [row.split()[2] for row in localaws("calls", "--with", "marked", "--lines").stdout.splitlines()]
    assert marked == ["sns:CreateTopic"]
    localaws("marks", "--forget")
    assert len(localaws("marks").stdout.splitlines()) == 1


def test_a_published_dns_record_is_listed_until_it_is_removed(up: str) -> None:
    record = ("_x.example.com", "CNAME", "_y.acm-validations.aws")
    assert localaws("dns", "publish", *record).returncode == 0
    assert "_x.example.com" in localaws("dns", "list").stdout
    assert localaws("dns", "remove", *record).returncode == 0
    assert "_x.example.com" not in localaws("dns", "list").stdout


def test_a_quota_is_listed_with_its_source_and_can_be_changed(up: str) -> None:
    acm = "https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html"
    listed = localaws("quotas", "--service", "acm").stdout.splitlines()
    assert f"acm/ImportCertificate requests per second: 1 requests a second  {acm}" in listed
    assert all(line.startswith("acm/") for line in listed)
    changed = localaws("quota", "acm/ACM certificates", "5000").stdout
    assert changed == f"acm/ACM certificates: 5,000 certificates (AWS: 2,500)  {acm}\n"
    assert (
        localaws("quota", "acm/ACM certificates", "default").stdout
        == f"acm/ACM certificates: 2,500 certificates  {acm}\n"
    )
    assert "no such quota" in localaws("quota", "acm/Nothing", "1").stderr


def test_a_fault_strikes_until_it_is_cleared(up: str) -> None:
    assert (
        localaws("fault", "--kind", "throttle", "--service", "route53", "--nth", "1", "--seed", "7").stdout
        == "seed 7\n"
    )
    with pytest.raises(ClientError):
        Instance(NAME).client("route53").list_hosted_zones()
    rows = [line.split() for line in localaws("faults").stdout.splitlines()]
    assert rows == [["struck", "matched", "seed", "rule"], ["1", "1", "7", "throttle", "service=route53", "nth=[1]"]]
    localaws("faults", "--clear")
    assert len(localaws("faults").stdout.splitlines()) == 1


def test_a_fault_that_can_not_be_is_refused_with_the_reason(up: str) -> None:
    answer = localaws("fault", "--kind", "error", "--service", "acm")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "missing ['code']" in answer.stderr


def test_an_instance_that_is_not_up_is_an_error_with_advice() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "localaws", "--name", "never-started", "environment"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "start it with `python -m localaws up`" in answer.stderr

"""Real-time log configurations, and the lines that CloudFront sends to the stream that one names."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import pytest

from localaws import executions, permissions
from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_in_use import is_kept_while_used
from tests.integration.localaws.firehose.delivering import CLOUDFRONT, EVERYTHING, stream
from tests.integration.localaws.workbench import ROLE, Workbench

accounts = map(str, itertools.count(530_000_000_001))
STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/lines"
TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Rate: { Type: String, Default: "100" }
  Name: { Type: String }
Resources:
  Config:
    Type: AWS::CloudFront::RealtimeLogConfig
    Properties:
      Name: !Ref Name
      SamplingRate: !Ref Rate
      Fields: [timestamp, sc-status]
      EndPoints:
        - StreamType: Kinesis
          KinesisStreamConfig:
            RoleArn: arn:aws:iam::000000000000:role/contract-test
            StreamArn: arn:aws:kinesis:us-east-1:000000000000:stream/lines
Outputs:
  Ref: { Value: !Ref Config }
  Arn: { Value: !GetAtt Config.Arn }
"""


def end_point(stream_arn: str = STREAM, role: str = ROLE) -> edge.Json:
    return {"StreamType": "Kinesis", "KinesisStreamConfig": {"RoleARN": role, "StreamARN": stream_arn}}


def config(**more: Any) -> edge.Json:
    base = {
        "Name": edge.new_token(),
        "SamplingRate": 100,
        "Fields": ["timestamp", "sc-status", "cs-uri-stem"],
        "EndPoints": [end_point()],
    }
    return base | more


def made(client: Any, **more: Any) -> edge.Json:
    created: edge.Json = client.create_realtime_log_config(**config(**more))["RealtimeLogConfig"]
    return created


@pytest.fixture
def cloudfront(instance: Instance) -> Any:
    """Of an account of its own."""
    return edge.client(instance, "cloudfront", account=next(accounts))


def test_a_configuration_is_read_as_it_was_made_by_name_and_by_arn(cloudfront: Any) -> None:
    asked = config()
    created = cloudfront.create_realtime_log_config(**asked)["RealtimeLogConfig"]
    assert created == asked | {"ARN": created["ARN"]}
    assert created["ARN"].endswith(f":realtime-log-config/{asked['Name']}")
    for key in ("Name", "ARN"):
        assert cloudfront.get_realtime_log_config(**{key: created[key]})["RealtimeLogConfig"] == created


def test_fields_come_in_the_order_in_which_records_have_them(cloudfront: Any) -> None:
    assert made(cloudfront, Fields=["asn", "sc-status", "timestamp"])["Fields"] == ["timestamp", "sc-status", "asn"]


def test_a_name_is_used_once(cloudfront: Any) -> None:
    first = made(cloudfront)
    with edge.refused("RealtimeLogConfigAlreadyExists"):
        made(cloudfront, Name=first["Name"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"SamplingRate": 0},
        {"SamplingRate": 101},
        {"Fields": []},
        {"Fields": ["timestamp", "timestamp"]},
        {"Fields": ["timestamp", "cs(Host)"]},
        {"EndPoints": []},
        {"EndPoints": [end_point() | {"StreamType": "Firehose"}]},
        {"EndPoints": [end_point("arn:aws:firehose:us-east-1:000000000000:deliverystream/lines")]},
        {"EndPoints": [end_point(role="contract-test")]},
    ],
    ids=str,
)
def test_what_can_not_be_is_refused(cloudfront: Any, wrong: dict[str, Any]) -> None:
    with edge.refused("InvalidArgument"):
        made(cloudfront, **wrong)


def test_a_change_leaves_alone_what_it_does_not_name(cloudfront: Any) -> None:
    before = made(cloudfront)
    after = cloudfront.update_realtime_log_config(ARN=before["ARN"], SamplingRate=5)["RealtimeLogConfig"]
    assert after == before | {"SamplingRate": 5}
    with edge.refused("InvalidArgument"):
        cloudfront.update_realtime_log_config(ARN=before["ARN"], SamplingRate=500)
    assert cloudfront.get_realtime_log_config(ARN=before["ARN"])["RealtimeLogConfig"] == after


def test_one_that_does_not_exist_is_refused(cloudfront: Any) -> None:
    for operation in ("get", "update", "delete"):
        call = getattr(cloudfront, f"{operation}_realtime_log_config")
        with edge.refused("NoSuchRealtimeLogConfig"):
            call(Name="missing")


def test_configurations_are_listed_in_pages(cloudfront: Any) -> None:
    names = sorted(made(cloudfront)["Name"] for _ in "abc")
    first = cloudfront.list_realtime_log_configs(MaxItems="2")["RealtimeLogConfigs"]
    second = cloudfront.list_realtime_log_configs(Marker=first["NextMarker"])["RealtimeLogConfigs"]
    assert [each["Name"] for page in (first, second) for each in page["Items"]] == names
    assert (first["IsTruncated"], first["MaxItems"], second["IsTruncated"]) == (True, 2, False)


def test_a_configuration_in_use_says_by_whom_and_is_kept(instance: Instance) -> None:
    client = instance.client("cloudfront")
    arn = made(client)["ARN"]
    distribution = edge.distribution(instance, DefaultCacheBehavior=edge.behavior(RealtimeLogConfigArn=arn))
    listed = client.list_distributions_by_realtime_log_config(RealtimeLogConfigArn=arn)["DistributionList"]
    assert [each["Id"] for each in listed["Items"]] == [distribution["Id"]]
    with edge.refused("RealtimeLogConfigInUse"):
        client.delete_realtime_log_config(ARN=arn)

    another = made(client)["ARN"]
    is_kept_while_used(
        instance,
        lambda: client.delete_realtime_log_config(ARN=another),
        "RealtimeLogConfigInUse",
        DefaultCacheBehavior=edge.behavior(RealtimeLogConfigArn=another),
    )
    with edge.refused("NoSuchRealtimeLogConfig"):
        client.get_realtime_log_config(ARN=another)


def test_a_distribution_names_one_that_exists(instance: Instance) -> None:
    arn = made(instance.client("cloudfront"))["ARN"]
    edge.distribution(instance, DefaultCacheBehavior=edge.behavior(RealtimeLogConfigArn=arn))
    with edge.refused("NoSuchRealtimeLogConfig"):
        edge.distribution(instance, DefaultCacheBehavior=edge.behavior(RealtimeLogConfigArn=f"{arn}-missing"))


def test_a_stack_makes_changes_and_deletes_one(bench: Workbench) -> None:
    client, name = bench.client("cloudfront"), edge.new_token()
    stack = bench.stack(TEMPLATE, Name=name)
    outputs = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    (arn,) = {output["OutputValue"] for output in outputs}
    bench.update_stack(stack, TEMPLATE, Name=name, Rate="7")
    assert client.get_realtime_log_config(ARN=arn)["RealtimeLogConfig"]["SamplingRate"] == 7
    renamed = edge.new_token()
    bench.update_stack(stack, TEMPLATE, Name=renamed)
    assert client.get_realtime_log_config(Name=renamed)
    with edge.refused("NoSuchRealtimeLogConfig"):
        client.get_realtime_log_config(ARN=arn)
    bench.client("cloudformation").delete_stack(StackName=stack)
    edge.eventually(lambda: not _is_there(client, renamed))


def _is_there(client: Any, name: str) -> bool:
    return name in {each["Name"] for each in client.list_realtime_log_configs()["RealtimeLogConfigs"].get("Items", [])}


def logged(bench: Workbench, role: str | None = None, **more: Any) -> tuple[str, str]:
    """A distribution that logs in real time, by id, and the name of the stream to which it does."""
    name, arn = stream(bench)
    role = role or bench.role("", EVERYTHING, service=[CLOUDFRONT])
    created = made(bench.client("cloudfront"), EndPoints=[end_point(arn, role)], **more)
    behavior = edge.behavior(RealtimeLogConfigArn=created["ARN"])
    return str(edge.distribution(bench.instance, DefaultCacheBehavior=behavior)["Id"]), name


def sent(bench: Workbench, name: str) -> list[bytes]:
    """The records of a stream, sorted."""
    kinesis, found = bench.client("kinesis"), []
    for shard in kinesis.list_shards(StreamName=name)["Shards"]:
        iterator = kinesis.get_shard_iterator(
            StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found += [record["Data"] for record in kinesis.get_records(ShardIterator=iterator)["Records"]]
    return sorted(found)


def send(bench: Workbench, **body: Any) -> int:
    return int(edge.control(bench.instance, "POST", "realtime-logs", **body)["delivered"])


def test_requests_become_lines_of_the_configured_fields_in_the_stream(bench: Workbench) -> None:
    distribution, name = logged(bench)
    requests = [{"timestamp": "1.5", "cs-uri-stem": "/a?b"}, {"timestamp": "2.5", "sc-status": 200, "asn": 64500}]
    assert send(bench, distribution=distribution, requests=requests) == 2
    assert sent(bench, name) == [b"1.5\t-\t/a?b\n", b"2.5\t200\t-\n"]


def test_lines_that_are_made_already_are_sent_as_they_are(bench: Workbench) -> None:
    distribution, name = logged(bench)
    lines = [b"\xff\t%d\n" % number for number in range(1000, 1600)]
    encoded = [base64.b64encode(line).decode() for line in lines]
    assert send(bench, distribution=distribution, lines=encoded) == 600
    assert sent(bench, name) == lines


def test_a_part_of_all_requests_is_logged(bench: Workbench) -> None:
    distribution, name = logged(bench, SamplingRate=3, Fields=["timestamp"])
    assert send(bench, distribution=distribution, requests=[{"timestamp": number} for number in range(200)]) == 6
    assert len(sent(bench, name)) == 6


def test_a_behavior_without_a_configuration_logs_nothing(bench: Workbench) -> None:
    made_without = edge.distribution(bench.instance)
    assert send(bench, distribution=made_without["DomainName"], requests=[{}]) == 0
    with pytest.raises(AssertionError, match="no behavior /api"):
        send(bench, distribution=made_without["Id"], requests=[{}], pathPattern="/api/*")
    with pytest.raises(AssertionError, match="no distribution"):
        send(bench, distribution="E1MISSING", requests=[{}])


def test_nothing_is_sent_that_the_role_may_not(bench: Workbench) -> None:
    writing = {"Effect": "Allow", "Action": ["kinesis:Describe*", "kinesis:PutRecord"], "Resource": "*"}
    role = bench.role("", writing, service=[CLOUDFRONT])
    distribution, name = logged(bench, role=role)
    assert send(bench, distribution=distribution, requests=[{}]) == 0
    assert sent(bench, name) == []
    denied = permissions.denials(permissions.decisions(bench.instance))
    assert [one["action"] for one in denied if str(one["principal"]).startswith(role.rpartition("/")[2])] == [
        "kinesis:PutRecords"
    ]


def test_ministack_alone_has_no_realtime_log_configurations(stock: Workbench) -> None:
    with edge.refused("NoSuchResource"):
        made(stock.client("cloudfront"))


def test_requests_and_answers_are_as_the_model_says(instance: Instance) -> None:
    account = next(accounts)
    client = edge.client(instance, "cloudfront", account=account)
    test_configurations_are_listed_in_pages(client)
    test_a_configuration_is_read_as_it_was_made_by_name_and_by_arn(client)
    test_a_change_leaves_alone_what_it_does_not_name(client)
    test_one_that_does_not_exist_is_refused(client)
    client.list_distributions_by_realtime_log_config(RealtimeLogConfigName="missing")
    client.delete_realtime_log_config(Name=made(client)["Name"])
    calls = [call for call in executions.lines(instance.calls) if call["caller"] == account]
    assert {"UpdateRealtimeLogConfig", "DeleteRealtimeLogConfig"} < {call["operation"] for call in calls}
    assert [call["wire"] for call in calls if "wire" in call] == []

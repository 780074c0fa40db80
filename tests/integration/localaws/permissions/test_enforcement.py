"""Calls of roles are held against their policies, and what was decided is on record."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from localaws import executions
from localaws.__main__ import main
from localaws.instance import REGION
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Json, Workbench, wait_for_token

ACCOUNT = "000000000000"


def session(bench: Workbench, *statements: Json) -> Callable[[str], Any]:
    """Makes clients that call with a role that has these statements for a policy."""
    return assumed(bench, bench.role("", *statements))


def assumed(bench: Workbench, role: str) -> Callable[[str], Any]:
    """Makes clients that call with a session of this role."""
    credentials = bench.client("sts").assume_role(RoleArn=role, RoleSessionName="test")
    given = boto3.session.Session(
        aws_access_key_id=credentials["Credentials"]["AccessKeyId"],
        aws_secret_access_key=credentials["Credentials"]["SecretAccessKey"],
        aws_session_token=credentials["Credentials"]["SessionToken"],
        region_name=REGION,
    )
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, inject_host_prefix=False)
    return lambda service: given.client(service, endpoint_url=bench.instance.endpoint_url, config=config)  # type: ignore[call-overload]


def allow(*actions: str, on: str | list[str] = "*") -> Json:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on}


def denied(call: Callable[[], object]) -> Json:
    with pytest.raises(ClientError) as raised:
        call()
    answer: Json = raised.value.response
    return answer


def test_a_function_may_do_what_its_role_allows_and_nothing_else(bench: Workbench) -> None:
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
    code = """
        import boto3

        def handler(event, context):
            client = boto3.client("dynamodb")
            try:
                getattr(client, event["call"])(**event["parameters"])
            except client.exceptions.ClientError as error:
                return error.response["Error"]["Code"]
    """
    function = bench.function(code, role=bench.role("reader", allow("dynamodb:GetItem", on=table)))

    def ended_with(call: str, **parameters: object) -> object:
        event = json.dumps({"call": call, "parameters": parameters})
        return json.load(bench.client("lambda").invoke(FunctionName=function, Payload=event)["Payload"])

    key = {"id": {"S": "1"}}
    assert ended_with("get_item", TableName="orders", Key=key) == "ResourceNotFoundException"
    assert ended_with("get_item", TableName="others", Key=key) == "AccessDeniedException"
    assert ended_with("put_item", TableName="orders", Item=key) == "AccessDeniedException"


def test_without_the_shim_a_role_may_do_everything(stock: Workbench) -> None:
    assert (
        session(stock)("dynamodb").list_tables()["TableNames"] == stock.client("dynamodb").list_tables()["TableNames"]
    )


TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:news"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:x"
DENIED_CALLS = {
    "acm": (lambda client: client.list_certificates(), "AccessDeniedException", 400),
    "cloudfront": (lambda client: client.list_distributions(), "AccessDenied", 403),
    "dynamodb": (lambda client: client.describe_limits(), "AccessDeniedException", 400),
    "lambda": (lambda client: client.invoke(FunctionName="x"), "AccessDeniedException", 403),
    "resourcegroupstaggingapi": (lambda client: client.get_resources(), "AccessDeniedException", 400),
    "route53": (lambda client: client.list_hosted_zones(), "AccessDenied", 403),
    "s3": (lambda client: client.list_objects_v2(Bucket="x"), "AccessDenied", 403),
    "service-quotas": (lambda client: client.list_service_quotas(ServiceCode="acm"), "AccessDeniedException", 400),
    "sns": (lambda client: client.publish(TopicArn=TOPIC, Message="x"), "AuthorizationError", 403),
    "stepfunctions": (lambda client: client.start_execution(stateMachineArn=MACHINE), "AccessDeniedException", 400),
}


@pytest.mark.parametrize("service", DENIED_CALLS)
def test_a_denied_call_looks_as_on_aws(bench: Workbench, service: str) -> None:
    call, code, status = DENIED_CALLS[service]
    answer = denied(lambda: call(session(bench)(service)))
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert "is not authorized to perform: " in answer["Error"]["Message"]


def test_a_denial_says_which_statement_is_missing(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    client = session(bench)("dynamodb")
    message = denied(lambda: client.delete_table(TableName="missed"))["Error"]["Message"]

    missing = allow("dynamodb:DeleteTable", on=f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/missed")
    missing["Action"] = missing["Action"][0]
    (call,) = [one for one in executions.lines(bench.instance.calls) if one["operation"] == "DeleteTable"]
    assert call["denied"]["missing"] == missing
    assert call["denied"]["because"] == message
    # AND it is printed, and in the server's log
    main(["--name", bench.instance.name, "permissions", "--denied"])
    assert f"{message}; missing: {json.dumps(missing)}" in capsys.readouterr().out
    assert message in bench.instance.log.read_text()


def test_what_is_allowed_and_never_done_is_reported(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    given = bench.role("modest", allow("dynamodb:ListTables"), allow("sns:ListTopics", "sns:CreateTopic"))
    code = "import boto3\ndef handler(event, context):\n    boto3.client('sns').list_topics()"
    bench.client("lambda").invoke(FunctionName=bench.function(code, role=given))
    main(["--name", bench.instance.name, "permissions"])
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("modest ")] == [
        "modest never did dynamodb:ListTables on *",
        "modest never did sns:CreateTopic on *",
    ]


def test_an_explicit_deny_wins(bench: Workbench) -> None:
    client = session(bench, allow("*"), {"Effect": "Deny", "Action": "sns:ListTopics", "Resource": "*"})("sns")
    assert "with an explicit deny in an identity-based policy" in denied(client.list_topics)["Error"]["Message"]


def test_a_call_of_which_nobody_knows_what_it_needs_is_refused_loudly(bench: Workbench) -> None:
    client = session(bench, allow("*"))("xray")
    message = denied(lambda: client.put_trace_segments(TraceSegmentDocuments=["{}"]))["Error"]["Message"]
    assert message.startswith("The embedded AWS does not know which permission xray:PutTraceSegments needs")


def test_everybody_may_ask_who_they_are(bench: Workbench) -> None:
    assert session(bench)("sts").get_caller_identity()["Account"] == ACCOUNT


def test_a_missing_object_is_told_only_to_those_who_may_list_the_bucket(bench: Workbench) -> None:
    bucket = bench.bucket()
    reading = allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/*")
    listing = allow("s3:ListBucket", on=f"arn:aws:s3:::{bucket}")
    for statements, code in (([reading], "AccessDenied"), ([reading, listing], "NoSuchKey")):
        client = session(bench, *statements)("s3")
        answer = denied(lambda client=client: client.get_object(Bucket=bucket, Key="missing"))  # type: ignore[misc]
        assert answer["Error"]["Code"] == code


def test_a_bucket_for_tls_only_refuses_plain_http(bench: Workbench) -> None:
    bucket = bench.bucket(greeting="hello")
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    bench.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [statement]}))
    client = session(bench, allow("s3:*"))("s3")
    # HTTP stands for HTTPS
    client.get_object(Bucket=bucket, Key="greeting")
    # AND is what it is when a request says so
    client.meta.events.register(
        "before-sign.s3", lambda request, **_: request.headers.add_header("x-forwarded-proto", "http")
    )
    message = denied(lambda: client.get_object(Bucket=bucket, Key="greeting"))["Error"]["Message"]
    assert "with an explicit deny in a resource-based policy" in message


def test_a_request_with_tags_needs_the_right_to_tag(bench: Workbench) -> None:
    request = {"DomainName": edge.new_name(), "ValidationMethod": "DNS"}
    tags = [{"Key": "job", "Value": "1"}]
    client = session(bench, allow("acm:RequestCertificate"))("acm")
    client.request_certificate(**request)
    message = denied(lambda: client.request_certificate(**request, Tags=tags))["Error"]["Message"]
    assert f"acm:AddTagsToCertificate on resource: arn:aws:acm:{REGION}:{ACCOUNT}:certificate/*" in message


def test_creating_a_tagged_distribution_needs_two_permissions(bench: Workbench) -> None:
    statements = [
        allow("cloudfront:CreateDistribution"),
        allow("cloudfront:TagResource", on=f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"),
    ]
    request = {"DistributionConfig": edge.distribution_config(), "Tags": {"Items": [{"Key": "job", "Value": "1"}]}}
    for missing, given in (("TagResource", statements[:1]), ("CreateDistribution", statements[1:])):
        client = session(bench, *given)("cloudfront")
        answer = denied(lambda client=client: client.create_distribution_with_tags(DistributionConfigWithTags=request))  # type: ignore[misc]
        assert f"to perform: cloudfront:{missing} on" in answer["Error"]["Message"]
    session(bench, *statements)("cloudfront").create_distribution_with_tags(DistributionConfigWithTags=request)


def test_conflicting_aliases_are_looked_for_in_the_name_of_a_distribution(bench: Workbench) -> None:
    client = session(bench, allow("cloudfront:List*", on=f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"))(
        "cloudfront"
    )
    request = {"Alias": "shop.example.com", "DistributionId": "E2"}
    message = denied(lambda: client.list_conflicting_aliases(**request))["Error"]["Message"]
    assert f"on resource: arn:aws:cloudfront::{ACCOUNT}:distribution/E2" in message


def test_a_token_is_sent_back_to_the_state_machine_that_waits(bench: Workbench) -> None:
    queue = bench.queue()
    machine = bench.machine({"Wait": wait_for_token(queue)})
    execution = bench.client("stepfunctions").start_execution(stateMachineArn=machine)["executionArn"]
    answer = {"taskToken": bench.received(queue)["token"], "output": "1"}
    stranger = session(bench, allow("states:SendTaskSuccess", on=f"{machine}-other"))("stepfunctions")
    assert f"on resource: {machine} because" in denied(lambda: stranger.send_task_success(**answer))["Error"]["Message"]
    session(bench, allow("states:SendTaskSuccess", on=machine))("stepfunctions").send_task_success(**answer)
    assert bench.wait(execution)["output"] == 1

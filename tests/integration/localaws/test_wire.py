"""What is noted about requests and answers that are not as botocore's model wants them."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from localaws import executions
from localaws.instance import CREDENTIALS, REGION
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Json, Workbench


def noted(bench: Workbench, operation: str) -> list[str]:
    """What the record says of the newest call of this operation."""
    calls = [call for call in executions.lines(bench.instance.calls) if call["operation"] == operation]
    return list(calls[-1].get("wire", []))


def unchecked(bench: Workbench, service: str) -> Any:
    """A client that sends what its model forbids."""
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=bench.instance.endpoint_url,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )


def test_nothing_is_noted_about_what_is_right(bench: Workbench) -> None:
    function = bench.function("def handler(event, context): return event")
    key = [{"AttributeName": "id", "KeyType": "HASH"}]
    bench.client("dynamodb").create_table(
        TableName="right",
        KeySchema=key,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    before = len(executions.lines(bench.instance.calls))
    bench.client("dynamodb").put_item(
        TableName="right", Item={"id": {"S": "1"}, "list": {"L": [{"N": "1"}, {"BOOL": True}]}}
    )
    bucket = bench.bucket(some_key={"any": "thing"})
    bench.stored(bucket, "some_key")
    bench.client("s3").list_objects_v2(Bucket=bucket, Prefix="some")
    bench.client("s3").put_object(Bucket=bucket, Key="latin", Body="\xe9t\xe9".encode("latin-1"))
    assert bench.client("s3").get_object(Bucket=bucket, Key="latin")["Body"].read() == b"\xe9t\xe9"
    with pytest.raises(ClientError):
        bench.client("s3").get_object(Bucket=bucket, Key="none")
    topic = bench.client("sns").create_topic(Name="right", Tags=[{"Key": "a", "Value": "b"}])["TopicArn"]
    attributes = {"kind": {"DataType": "String", "StringValue": "x"}}
    bench.client("sns").publish(TopicArn=topic, Message="text", MessageAttributes=attributes)
    bench.client("cloudfront").get_distribution(Id=edge.distribution(bench.instance)["Id"])
    bench.client("cloudfront").list_response_headers_policies()
    with pytest.raises(ClientError):
        bench.client("cloudfront").get_distribution_config(Id="E00000000000")
    bench.client("route53").list_hosted_zones()
    edge.describe(bench.instance, edge.request(bench.instance, "right.example.com"))
    bench.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    calls = executions.lines(bench.instance.calls)[before:]
    assert {call["operation"]: call["wire"] for call in calls if "wire" in call} == {}


WRONG_REQUESTS: list[tuple[str, str, Json, str]] = [
    (
        "dynamodb",
        "Query",
        {"TableName": "t", "Limit": "x"},
        "request: Value at 'limit' failed to satisfy constraint: Member must be of type integer",
    ),
    (
        "dynamodb",
        "GetItem",
        {"TableName": "t"},
        "request: Value null at 'key' failed to satisfy constraint: Member must not be null",
    ),
    (
        "sns",
        "Publish",
        {"TopicArn": "arn"},
        "request: Value null at 'message' failed to satisfy constraint: Member must not be null",
    ),
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "f", "Code": {}},
        "request: Value null at 'role' failed to satisfy constraint: Member must not be null",
    ),
    (
        "lambda",
        "ListFunctions",
        {"MaxItems": 0},
        "request: Value at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ),
    (
        "cloudfront",
        "CreateInvalidation",
        {"DistributionId": "E1", "InvalidationBatch": {"Paths": {"Quantity": 0}}},
        "request: Value null at 'invalidationBatch.callerReference' failed to satisfy constraint: Member must not be null",
    ),
    (
        "route53",
        "ChangeTagsForResource",
        {"ResourceType": "planet", "ResourceId": "Z1"},
        "request: Value at 'resourceType' failed to satisfy constraint: Member must satisfy enum value set:",
    ),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "sentence"), WRONG_REQUESTS)
def test_a_request_that_its_model_forbids_is_noted(
    bench: Workbench, service: str, operation: str, parameters: Json, sentence: str
) -> None:
    client = unchecked(bench, service)
    with suppress(ClientError):  # whether such a request is refused is the service's affair
        client._make_api_call(operation, parameters)
    assert any(noted.startswith(sentence) for noted in noted(bench, operation)), noted(bench, operation)


def test_an_answer_without_a_header_that_its_model_requires_is_noted(bench: Workbench) -> None:
    bench.client("route53").create_hosted_zone(Name="wire.example", CallerReference="wire")
    assert noted(bench, "CreateHostedZone") == [
        "answer: Value null at 'location' failed to satisfy constraint: Member must not be null"
    ]


def test_an_answer_in_json_with_a_value_that_its_model_does_not_list_is_noted(bench: Workbench) -> None:
    function = bench.function("def handler(event, context): pass")
    bench.client("lambda").update_function_configuration(FunctionName=function, Description="changed")
    assert any("'stateReasonCode'" in sentence for sentence in noted(bench, "UpdateFunctionConfiguration"))


def test_an_answer_in_xml_with_a_member_that_its_model_does_not_know_is_noted(bench: Workbench) -> None:
    template = json.dumps({"Parameters": {"Text": {"Type": "String"}}, "Resources": {}})
    bench.client("cloudformation").validate_template(TemplateBody=template)
    assert "answer: Unknown member 'parameters.1.member.parameterType'" in noted(bench, "ValidateTemplate")


def test_an_error_that_no_model_knows_is_noted(bench: Workbench) -> None:
    execution = bench.start({"Pass": {"Type": "Pass", "End": True}})
    with pytest.raises(ClientError):
        bench.client("stepfunctions").redrive_execution(executionArn=execution)
    assert noted(bench, "RedriveExecution") == [
        "answer: the error code 'InvalidAction' is neither modelled for RedriveExecution nor common"
    ]


def test_no_value_of_a_body_stands_in_the_record(bench: Workbench) -> None:
    item = {"do-not-record-me": {"S": ["do-not-record-me"]}}
    with suppress(ClientError):
        unchecked(bench, "dynamodb").put_item(TableName="t", Item=item)
    assert noted(bench, "PutItem")
    assert "do-not-record-me" not in bench.instance.calls.read_text()


def test_ministack_alone_leaves_lists_out_that_the_model_requires(stock: Workbench) -> None:
    policies = stock.client("cloudfront").list_response_headers_policies(Type="managed")["ResponseHeadersPolicyList"]
    configs = [item["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"] for item in policies["Items"]]
    allowed = [config["CorsConfig"]["AccessControlAllowHeaders"] for config in configs if "CorsConfig" in config]
    assert {"Quantity": 0} in allowed

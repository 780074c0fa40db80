"""A stage writes access logs with the account's role and throttles its methods."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.api_gateway.rest import ECHO, JSON_BODY, STAGE, Api, document, invoking, let_in
from tests.integration.localaws.workbench import Json, Workbench

PUSH = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
FORMAT = json.dumps(
    {
        "id": "$context.requestId",
        "route": "$context.httpMethod $context.resourcePath",
        "status": "$context.status",
        "length": "$context.responseLength",
        "function": "$context.integrationLatency",
        "error": "$context.error.responseType",
        "user": "$context.authorizer.claims.sub",
        "group": "$context.authorizer.claims.cognito:groups",
        "from": "$context.identity.sourceIp",
        "stage": "$context.stage",
    }
)


@pytest.fixture(scope="module")
def slow_rates() -> Iterator[Instance]:
    """An instance in which rates pass in real seconds."""
    with Instance(f"stages-{os.getpid()}", time_scale=0.001, rate_time_scale=1) as running:
        yield running
    running.remove()


@pytest.fixture
def bench(slow_rates: Instance) -> Workbench:
    """An account without anything: it has one role for logs."""
    edge.reset(slow_rates)
    return Workbench(slow_rates)


def stack(bench: Workbench, body: Json, *, role: Any = True, name: str = "access", **stage: Any) -> Api:
    """A stack of an API with its stage, its log group, and, if wanted, the account's role for logs."""
    api = {"RestApiId": {"Ref": "Api"}}
    trusting = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    resources: Json = {
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}},
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": name, "Body": body}},
        "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": api},
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {**api, "DeploymentId": {"Ref": "Deployment"}, "StageName": STAGE, **stage},
        },
    }
    if role:
        resources["Role"] = {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trusting]},
                "ManagedPolicyArns": [PUSH] if role is True else [],
            },
        }
        resources["Account"] = {
            "Type": "AWS::ApiGateway::Account",
            "Properties": {"CloudWatchRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
        }
        resources["Stage"]["DependsOn"] = "Account"
    text = json.dumps({"Resources": resources, "Outputs": {"Api": {"Value": {"Ref": "Api"}}}})
    made = bench.stack(text)
    (described,) = bench.client("cloudformation").describe_stacks(StackName=made)["Stacks"]
    return Api(bench, described["Outputs"][0]["OutputValue"])


def access_logs(form: str = FORMAT) -> Json:
    return {"AccessLogSetting": {"DestinationArn": {"Fn::GetAtt": ["Logs", "Arn"]}, "Format": form}}


def logged(bench: Workbench, group: str = "access") -> list[Json]:
    events = bench.client("logs").filter_log_events(logGroupName=group)["events"]
    return [json.loads(one["message"]) for one in events]


def why(bench: Workbench) -> str:
    client = bench.client("cloudformation")
    (latest, *_) = client.describe_stacks()["Stacks"]
    events = client.describe_stack_events(StackName=latest["StackName"])["StackEvents"]
    return "\n".join(one.get("ResourceStatusReason", "") for one in events)


def job(function: str) -> Json:
    required = {"name": "mode", "in": "query", "required": True, "schema": {"type": "string"}}
    return document(
        {"/jobs/{jobId}": {"post": {**invoking(function), "parameters": [required]}}},
        **{
            "x-amazon-apigateway-request-validators": {"all": {"validateRequestParameters": True}},
            "x-amazon-apigateway-request-validator": "all",
        },
    )


def test_each_request_is_one_line_whatever_came_of_it(bench: Workbench) -> None:
    function = bench.function(ECHO)
    api = stack(bench, job(function), **access_logs())
    let_in(bench, api, function)
    secret = json.dumps({"key": "very secret"}).encode()
    answers = [api.call("POST", path, secret, JSON_BODY) for path in ("/jobs/7?mode=a", "/jobs/7", "/nowhere")]
    lines = logged(bench)
    assert [one["id"] for one in lines] == [answer.headers["x-amzn-requestid"] for answer in answers]
    done, wrong, lost = lines
    assert (done["route"], done["status"], done["length"]) == ("POST /jobs/{jobId}", "200", str(len(answers[0].body)))
    assert int(done["function"]) > 0
    assert (done["error"], done["user"], done["group"], done["from"], done["stage"]) == (
        "-",
        "-",
        "-",
        "127.0.0.1",
        "v1",
    )
    assert (wrong["status"], wrong["error"], wrong["function"]) == ("400", "BAD_REQUEST_PARAMETERS", "-")
    assert (lost["route"], lost["status"], lost["error"]) == ("POST -", "403", "MISSING_AUTHENTICATION_TOKEN")
    assert "very secret" not in json.dumps(lines)


def test_a_stage_with_access_logs_needs_the_role_of_the_account(bench: Workbench) -> None:
    with pytest.raises(WaiterError):
        stack(bench, document({}), role=None, **access_logs())
    assert "CloudWatch Logs role ARN must be set in account settings to enable logging" in why(bench)


def test_a_role_that_may_not_write_writes_nothing(bench: Workbench) -> None:
    api = stack(bench, document({}), role="without a policy", **access_logs())
    assert api.get("/nowhere").status == 403
    assert logged(bench) == []


def test_the_role_of_the_account_must_trust_api_gateway(bench: Workbench) -> None:
    stranger = bench.role("", service=["lambda.amazonaws.com"])
    change = {"op": "replace", "path": "/cloudwatchRoleArn", "value": stranger}
    with pytest.raises(ClientError, match="does not have required permissions"):
        bench.client("apigateway").update_account(patchOperations=[change])


@pytest.mark.parametrize(
    ("form", "complaint"),
    [("$context.status", "must contain $context.requestId"), ("$context.requestId\n$context.status", "single line")],
)
def test_a_format_is_one_line_with_the_id_of_the_request(bench: Workbench, form: str, complaint: str) -> None:
    with pytest.raises(WaiterError):
        stack(bench, document({}), **access_logs(form))
    assert complaint in why(bench)


def throttling(path: str, method: str, burst: int) -> Json:
    setting = {"ResourcePath": path, "HttpMethod": method, "ThrottlingRateLimit": 0.001, "ThrottlingBurstLimit": burst}
    return {"MethodSettings": [setting]}


def mock() -> Json:
    responses = {"200": {"description": "ok"}}
    template = {"application/json": '{"statusCode": 200}'}
    integration = {"type": "mock", "requestTemplates": template, "responses": {"default": {"statusCode": "200"}}}
    return {"responses": responses, "x-amazon-apigateway-integration": integration}


def test_requests_beyond_the_burst_of_a_method_are_too_many(bench: Workbench) -> None:
    paths = {"/jobs/{jobId}": {"get": mock()}, "/open": {"get": mock()}}
    api = stack(bench, document(paths), **throttling("/~1jobs~1{jobId}", "GET", 2))
    assert [api.get(f"/jobs/{number}").status for number in range(4)] == [200, 200, 429, 429]
    answer = api.get("/jobs/1")
    assert answer.json == {"message": "Too Many Requests"}
    assert answer.headers["x-amzn-errortype"] == "TooManyRequestsException"
    assert api.get("/open").status == 200


def test_the_settings_of_all_methods_are_those_of_each(bench: Workbench) -> None:
    api = stack(bench, document({"/a": {"get": mock()}}), **throttling("/*", "*", 1))
    assert [api.get("/a").status for _ in range(2)] == [200, 429]


def test_a_path_of_settings_is_escaped(bench: Workbench) -> None:
    with pytest.raises(WaiterError):
        stack(bench, document({"/jobs": {"get": mock()}}), **throttling("/jobs", "GET", 1))
    assert "Invalid method setting path" in why(bench)


def test_a_reset_forgets_who_was_throttled(bench: Workbench) -> None:
    for _ in range(2):
        api = stack(bench, document({"/a": {"get": mock()}}), **throttling("/*", "*", 1))
        assert [api.get("/a").status for _ in range(2)] == [200, 429]
        edge.reset(bench.instance)


def test_ministack_alone_writes_no_access_logs(stock: Workbench) -> None:
    body = {"openapi": "3.0.1", "info": {"title": "stock"}, "paths": {}}
    api = stack(stock, body, name="stock-access", **access_logs())
    api.get("/nowhere")
    assert logged(stock, "stock-access") == []

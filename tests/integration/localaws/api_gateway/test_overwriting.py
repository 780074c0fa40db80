"""A changed document changes the API in its place: by CloudFormation, inline or from S3, and by PutRestApi."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from tests.integration.localaws.api_gateway.rest import Api, document, imported, invoking, let_in, serving
from tests.integration.localaws.workbench import Json, Workbench


def template(properties: Json, *, kind: str = "AWS::ApiGateway::RestApi") -> str:
    """A stack with an API and, where it is not a serverless one, with its stage."""
    resources: Json = {"Api": {"Type": kind, "Properties": properties}}
    if kind == "AWS::ApiGateway::RestApi":
        api = {"RestApiId": {"Ref": "Api"}}
        resources["Deployment"] = {"Type": "AWS::ApiGateway::Deployment", "Properties": {**api, "StageName": "v1"}}
    transform = {"Transform": "AWS::Serverless-2016-10-31"} if "Serverless" in kind else {}
    return json.dumps({**transform, "Resources": resources, "Outputs": {"Api": {"Value": {"Ref": "Api"}}}})


def api_of(bench: Workbench, stack: str) -> Api:
    (described,) = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return Api(bench, described["Outputs"][0]["OutputValue"])


def why_it_failed(bench: Workbench, stack: str) -> str:
    events = bench.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    reasons = [one.get("ResourceStatusReason", "") for one in events if one["LogicalResourceId"] == "Api"]
    return "\n".join(reasons)


def test_an_update_of_the_body_keeps_the_id_and_changes_the_routes(bench: Workbench, echo: str) -> None:
    paths = {"/old": {"get": invoking(echo)}, "/kept": {"get": invoking(echo)}}
    stack = bench.stack(template({"Body": document(paths)}))
    api = api_of(bench, stack)
    let_in(bench, api, echo)
    assert (api.get("/old").status, api.get("/kept").status) == (200, 200)
    changed = {"/kept": {"get": invoking(echo)}, "/new": {"get": invoking(echo)}}
    bench.update_stack(stack, template({"Body": document(changed)}))
    assert api_of(bench, stack).id == api.id
    assert [api.get(path).status for path in ("/old", "/kept", "/new")] == [403, 200, 200]


def test_a_changed_document_is_in_force_without_a_deployment(bench: Workbench, echo: str) -> None:
    """On AWS a stage serves the API as it was deployed; SAM deploys whenever the document changes."""
    api = serving(bench, echo, {"/old": {"get": invoking(echo)}})
    body = json.dumps(document({"/new": {"get": invoking(echo)}})).encode()
    bench.client("apigateway").put_rest_api(restApiId=api.id, mode="overwrite", body=body)
    assert (api.get("/old").status, api.get("/new").status) == (403, 200)


def test_an_update_that_can_not_be_imported_leaves_the_api_as_it_was(bench: Workbench, echo: str) -> None:
    stack = bench.stack(template({"Body": document({"/jobs": {"get": invoking(echo)}})}))
    api = api_of(bench, stack)
    let_in(bench, api, echo)
    broken = document({"/other": {"get": invoking(echo)}, "/jobs": {"get": invoking(echo, timeoutInMillis=1)}})
    with pytest.raises(WaiterError):
        bench.update_stack(stack, template({"Body": broken}))
    assert "between 50 ms and 29000 ms" in why_it_failed(bench, stack)
    assert (api.get("/jobs").status, api.get("/other").status) == (200, 403)


def test_a_document_that_can_not_be_imported_fails_the_stack(bench: Workbench) -> None:
    before = len(bench.client("apigateway").get_rest_apis(limit=500)["items"])
    with pytest.raises(WaiterError):
        bench.stack(template({"Body": {**document({}), "openapi": "3.1.0"}}))
    assert len(bench.client("apigateway").get_rest_apis(limit=500)["items"]) == before


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_document_comes_from_s3(bench: Workbench, echo: str, suffix: str) -> None:
    bucket = bench.bucket()
    put = bench.client("s3").put_object
    written = json.dumps(document({"/jobs": {"get": invoking(echo)}}), indent=1)
    put(Bucket=bucket, Key=f"api.{suffix}", Body=f"# an API\n{written}" if suffix == "yaml" else written)
    api = api_of(bench, bench.stack(template({"BodyS3Location": {"Bucket": bucket, "Key": f"api.{suffix}"}})))
    let_in(bench, api, echo)
    assert api.get("/jobs").status == 200


def test_a_document_that_is_not_in_s3_fails_the_stack(bench: Workbench) -> None:
    with pytest.raises(WaiterError):
        bench.stack(template({"BodyS3Location": {"Bucket": bench.bucket(), "Key": "none"}}))


def test_a_serverless_api_takes_its_document_by_reference_or_by_include(bench: Workbench, echo: str) -> None:
    place = f"s3://{bench.bucket(api=document({'/jobs': {'get': invoking(echo)}}))}/api"
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": place}}}
    for definition in ({"DefinitionUri": place}, {"DefinitionBody": include}):
        properties = {"StageName": "v1", "OpenApiVersion": "3.0.1", **definition}
        api = api_of(bench, bench.stack(template(properties, kind="AWS::Serverless::Api")))
        let_in(bench, api, echo)
        assert api.get("/jobs").status == 200
        stages = bench.client("apigateway").get_stages(restApiId=api.id)["item"]
        assert [stage["stageName"] for stage in stages] == ["v1"]


def test_a_changed_include_is_deployed(bench: Workbench, echo: str) -> None:
    bucket = bench.bucket(api=document({"/old": {"get": invoking(echo)}}))
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": f"s3://{bucket}/api"}}}
    text = template(
        {"StageName": "v1", "OpenApiVersion": "3.0.1", "DefinitionBody": include}, kind="AWS::Serverless::Api"
    )
    stack = bench.stack(text)
    api = api_of(bench, stack)
    let_in(bench, api, echo)
    changed = document({"/new": {"get": invoking(echo)}})
    bench.client("s3").put_object(Bucket=bucket, Key="api", Body=json.dumps(changed))
    bench.update_stack(stack, text)
    assert (api_of(bench, stack).id, api.get("/old").status, api.get("/new").status) == (api.id, 403, 200)


def test_properties_change_without_a_new_document(bench: Workbench, echo: str) -> None:
    body = document({"/jobs": {"get": invoking(echo)}})
    stack = bench.stack(template({"Body": body}))
    endpoint = {"Types": ["REGIONAL"]}
    bench.update_stack(
        stack, template({"Body": body, "Name": "renamed", "Description": "new", "EndpointConfiguration": endpoint})
    )
    api = api_of(bench, stack)
    described = bench.client("apigateway").get_rest_api(restApiId=api.id)
    assert (described["name"], described["description"]) == ("renamed", "new")
    assert described["endpointConfiguration"] == {"types": ["REGIONAL"]}
    let_in(bench, api, echo)
    assert api.get("/jobs").status == 200


def test_what_a_changed_document_no_longer_says_is_gone_and_properties_outweigh_it(bench: Workbench) -> None:
    body = document({}, **{"x-amazon-apigateway-binary-media-types": ["application/zip"]})
    stack = bench.stack(template({"Body": body, "Name": "kept"}))
    described = bench.client("apigateway").get_rest_api
    api = api_of(bench, stack)
    assert described(restApiId=api.id)["binaryMediaTypes"] == ["application/zip"]
    bench.update_stack(stack, template({"Body": document({}), "Name": "kept"}))
    assert (described(restApiId=api.id)["name"], described(restApiId=api.id)["binaryMediaTypes"]) == ("kept", [])


def test_put_rest_api_keeps_the_id(bench: Workbench) -> None:
    api = imported(bench, document({}))
    body = json.dumps({**document({}), "info": {"title": "renamed", "version": "2"}}).encode()
    put = bench.client("apigateway").put_rest_api(restApiId=api.id, mode="overwrite", body=body)
    assert (put["id"], put["name"], put["version"]) == (api.id, "renamed", "2")


def test_put_rest_api_does_not_merge(bench: Workbench) -> None:
    api = imported(bench, document({}))
    with pytest.raises(ClientError, match="overwrite"):
        bench.client("apigateway").put_rest_api(restApiId=api.id, mode="merge", body=json.dumps(document({})).encode())


def test_the_authorizers_of_a_new_document_take_the_place_of_the_old_ones(bench: Workbench) -> None:
    def guarded(name: str) -> Any:
        authorizer = {
            "type": "cognito_user_pools",
            "providerARNs": ["arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_none"],
        }
        scheme = {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authorizer": authorizer,
        }
        return document({}, components={"securitySchemes": {name: scheme}})

    gateway = bench.client("apigateway")
    api = imported(bench, guarded("first"))
    gateway.put_rest_api(restApiId=api.id, mode="overwrite", body=json.dumps(guarded("second")).encode())
    assert [one["name"] for one in gateway.get_authorizers(restApiId=api.id)["items"]] == ["second"]


def test_a_request_validator_of_a_template_validates(bench: Workbench, echo: str) -> None:
    api = {"RestApiId": {"Ref": "Api"}}
    method = {
        **api,
        "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
        "HttpMethod": "GET",
        "AuthorizationType": "NONE",
        "RequestValidatorId": {"Ref": "Validator"},
        "RequestParameters": {"method.request.querystring.mode": True},
        "Integration": {
            "Type": "AWS_PROXY",
            "IntegrationHttpMethod": "POST",
            "Uri": invoking(echo)["x-amazon-apigateway-integration"]["uri"],
        },
    }
    text = {
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "by resources"}},
            "Validator": {
                "Type": "AWS::ApiGateway::RequestValidator",
                "Properties": {**api, "Name": "parameters", "ValidateRequestParameters": True},
            },
            "Method": {"Type": "AWS::ApiGateway::Method", "Properties": method},
            "Deployment": {
                "Type": "AWS::ApiGateway::Deployment",
                "DependsOn": "Method",
                "Properties": {**api, "StageName": "v1"},
            },
        },
        "Outputs": {"Api": {"Value": {"Ref": "Api"}}},
    }
    made = api_of(bench, bench.stack(json.dumps(text)))
    let_in(bench, made, echo)
    assert (made.get("/").status, made.get("/?mode=a").status) == (400, 200)


def test_ministack_alone_makes_a_new_api_of_a_changed_body(stock: Workbench) -> None:
    stack = stock.stack(template({"Body": document({"/old": {"get": invoking("f")}})}))
    before = api_of(stock, stack).id
    stock.update_stack(stack, template({"Body": document({"/new": {"get": invoking("f")}})}))
    assert api_of(stock, stack).id != before

"""A function is given what API Gateway sends for a REST API, and requests find their route as there."""

from __future__ import annotations

import pytest

from tests.integration.localaws.api_gateway.rest import STAGE, Api, invoking, send, serving
from tests.integration.localaws.workbench import Workbench


@pytest.fixture(scope="module")
def api(bench: Workbench, echo: str) -> Api:
    jobs = {"get": {**invoking(echo), "operationId": "listJobs"}, "post": invoking(echo)}
    paths = {"/jobs": jobs, "/jobs/{jobId}": {"get": invoking(echo)}, "/jobs/{jobId}/items": {"get": invoking(echo)}}
    return serving(bench, echo, paths, **{"x-amazon-apigateway-binary-media-types": ["application/zip"]})


def test_an_event_says_where_it_came_from(api: Api) -> None:
    event = api.event("GET", "/jobs")
    context = event["requestContext"]
    assert "version" not in event
    assert (event["resource"], event["path"], event["httpMethod"]) == ("/jobs", "/jobs", "GET")
    assert (context["apiId"], context["stage"], context["path"]) == (api.id, STAGE, f"/{STAGE}/jobs")
    assert context["domainName"] == f"{api.id}.execute-api.us-east-1.amazonaws.com"
    assert context["operationName"] == "listJobs"
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert context["identity"]["userArn"] is None
    assert "authorizer" not in context


def test_an_event_has_the_id_of_its_answer(api: Api) -> None:
    answer = api.get("/jobs")
    assert answer.json["requestContext"]["requestId"] == answer.headers["x-amzn-requestid"]


def test_of_repeated_parameters_the_last_one_counts(api: Api) -> None:
    event = api.event("GET", "/jobs?status=a&status=b&limit=1")
    assert event["queryStringParameters"] == {"status": "b", "limit": "1"}
    assert event["multiValueQueryStringParameters"] == {"status": ["a", "b"], "limit": ["1"]}


def test_what_is_not_there_is_null(api: Api) -> None:
    event = api.event("GET", "/jobs")
    nothing = ("body", "pathParameters", "queryStringParameters", "multiValueQueryStringParameters", "stageVariables")
    assert [event[name] for name in nothing] == [None] * len(nothing)


def test_a_request_was_made_by_https(api: Api) -> None:
    headers = api.event("GET", "/jobs", X_Forwarded_Proto="gopher")["headers"]
    assert (headers["X-Forwarded-Proto"], headers["X-Forwarded-Port"]) == ("https", "443")


def test_a_header_does_not_say_where_a_request_comes_from(api: Api) -> None:
    event = api.event("GET", "/jobs", X_Forwarded_For="203.0.113.9")
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"
    assert event["headers"]["X-Forwarded-For"] == "203.0.113.9, 127.0.0.1"


def test_a_binary_body_comes_in_base64(api: Api) -> None:
    assert api.event("POST", "/jobs", b"\x00\xff", content_type="application/zip")["body"] == "AP8="
    assert api.event("POST", "/jobs", b"text", content_type="text/plain")["body"] == "text"


@pytest.mark.parametrize(
    ("path", "job_id"),
    [
        ("/jobs/a%2Fb", "a/b"),
        ("/jobs/a%20b", "a b"),
        ("/jobs/%C3%A9", "é"),
        ("/jobs/..%2F..", "../.."),
        ("/jobs//a/", "a"),
    ],
)
def test_a_path_is_split_before_it_is_decoded(api: Api, path: str, job_id: str) -> None:
    event = api.event("GET", path)
    assert (event["resource"], event["pathParameters"]) == ("/jobs/{jobId}", {"jobId": job_id})


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/nowhere"), ("DELETE", "/jobs"), ("HEAD", "/jobs")]
)
def test_what_is_no_route_wants_a_token_that_nobody_has(api: Api, method: str, path: str) -> None:
    answer = api.call(method, path)
    assert answer.status == 403
    assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
    assert method == "HEAD" or answer.json == {"message": "Missing Authentication Token"}


def test_a_method_can_be_overridden(api: Api) -> None:
    assert api.event("GET", "/jobs", X_HTTP_Method_Override="POST")["httpMethod"] == "POST"
    assert api.get("/jobs", X_HTTP_Method_Override="DELETE").status == 403


def test_an_api_answers_under_its_own_host_name(bench: Workbench, api: Api) -> None:
    host = {"host": f"{api.id}.execute-api.us-east-1.amazonaws.com"}
    answer = send(bench.instance, "GET", f"/{STAGE}/jobs/a%2Fb", headers=host)
    assert answer.json["pathParameters"] == {"jobId": "a/b"}


def test_ministack_alone_decodes_before_it_splits(stock: Workbench) -> None:
    gateway = stock.client("apigateway")
    api = Api(stock, gateway.create_rest_api(name="split")["id"])
    (root,) = gateway.get_resources(restApiId=api.id)["items"]
    job = gateway.create_resource(restApiId=api.id, parentId=root["id"], pathPart="{jobId}")["id"]
    place = {"restApiId": api.id, "resourceId": job, "httpMethod": "GET"}
    gateway.put_method(**place, authorizationType="NONE")
    gateway.put_integration(**place, type="MOCK")
    api.deploy()
    assert (api.get("/a").status, api.get("/a%2Fb").status) == (200, 403)

"""APIs for contract tests: made from a document, deployed, and called as anybody may, as a role, a user or a person."""

from __future__ import annotations

import http.client
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localaws.instance import REGION, Instance
from tests.integration.localaws.workbench import Json, Workbench

ACCOUNT = "000000000000"
STAGE = "v1"
COGNITO_SCHEME, IAM_SCHEME = "people", "machines"
ECHO = """
    import json

    def handler(event, context):
        return {"statusCode": 200, "body": json.dumps(event)}
"""
JSON_BODY = {"content-type": "application/json"}

_numbers = itertools.count()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """By lower-case names."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Api:
    """An API with its stage STAGE."""

    bench: Workbench
    id: str

    def url(self, path: str) -> str:
        return f"/restapis/{self.id}/{STAGE}/_user_request_{path}"

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        return send(self.bench.instance, method, self.url(path), body, headers)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def event(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Json:
        """What the function was given, if the API's function is ECHO."""
        answer = self.call(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        assert answer.status == 200, answer
        event: Json = answer.json
        return event

    def signed(
        self, credentials: Credentials, method: str, path: str, *, service: str = "execute-api", region: str = REGION
    ) -> Answer:
        request = AWSRequest(method=method, url=self.bench.instance.endpoint_url + self.url(path))
        SigV4Auth(credentials, service, region).add_auth(request)
        return send(self.bench.instance, method, self.url(path), None, dict(request.headers.items()))

    def presigned(self, credentials: Credentials, path: str) -> Answer:
        request = AWSRequest(method="GET", url=self.bench.instance.endpoint_url + self.url(path))
        SigV4QueryAuth(credentials, "execute-api", REGION, expires=60).add_auth(request)
        return send(self.bench.instance, "GET", request.url.removeprefix(self.bench.instance.endpoint_url), None, {})

    def deploy(self) -> None:
        self.bench.client("apigateway").create_deployment(restApiId=self.id, stageName=STAGE)


def send(
    instance: Instance, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """One request as it stands, on a connection of its own."""
    connection = http.client.HTTPConnection(instance.endpoint_url.removeprefix("http://"), timeout=40)
    try:
        connection.request(method, url, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        lowered = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, lowered, answer.read())
    finally:
        connection.close()


def document(paths: Json, **more: Any) -> Json:
    return {"openapi": "3.0.1", "info": {"title": "contract", "version": "1"}, "paths": paths, **more}


def invoking(function: str, **integration: Any) -> Json:
    """An operation that a function answers."""
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    given = {"type": "aws_proxy", "httpMethod": "POST", "uri": uri, **integration}
    return {"responses": {"200": {"description": "ok"}}, "x-amazon-apigateway-integration": given}


def imported(bench: Workbench, specification: Json) -> Api:
    """An API from a document, deployed. Raises ClientError when API Gateway refuses the document."""
    gateway = bench.client("apigateway")
    api = Api(bench, gateway.import_rest_api(body=json.dumps(specification).encode())["id"])
    api.deploy()
    return api


def let_in(bench: Workbench, api: Api, function: str, source: str = "*") -> None:
    """Let an API invoke a function, for methods whose ARN below the API is like `source`."""
    bench.client("lambda").add_permission(
        FunctionName=function,
        StatementId=f"api-{next(_numbers)}",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/{source}",
    )


def serving(bench: Workbench, function: str, paths: Json, **more: Any) -> Api:
    """An API from a document, deployed, that may invoke the function."""
    api = imported(bench, document(paths, **more))
    let_in(bench, api, function)
    return api


def errors_of(caught: Any) -> str:
    message: str = caught.value.response["Error"]["Message"]
    return message

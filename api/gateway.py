"""What API Gateway takes of the contract: OpenAPI 3.0.1 twice, once for people and once for machines.

Every operation names its own authorizer: one at the root would be ignored, and the operation open. Answers are left out;
bodies are models that are laxer than the contract. What the gateway refuses by itself, it answers as a problem.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from api.lax import model
from api.routes import exposed_headers
from cloudfront_extensions import errors
from cloudfront_extensions.problems import TYPE_PREFIX, problem_of, type_of

Json = dict[str, Any]

CONSOLE = {"Fn::Sub": "'${ConsoleOrigin}'"}
GATEWAYS_WORDS = "$context.error.messageString"
ALLOWED_HEADERS = "Authorization,Content-Type,Idempotency-Key,If-Match,If-None-Match"
SECURITY_HEADERS = {
    "Cache-Control": "'no-store'",
    "Strict-Transport-Security": "'max-age=63072000; includeSubDomains'",
    "X-Content-Type-Options": "'nosniff'",
}
INTEGRATION: Json = {
    "type": "aws_proxy",
    "httpMethod": "POST",
    "uri": {
        "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${RestApi.Arn}/invocations"
    },
    "timeoutInMillis": 29000,
}


@dataclass(frozen=True, slots=True)
class Audience:
    name: str
    scheme: str
    security: Json
    console: bool
    """Whether pages of the console call it."""
    unknown_route: errors.CloudFrontExtensionsError
    """What the gateway means by MISSING_AUTHENTICATION_TOKEN."""
    challenge: str
    """How to sign in, as WWW-Authenticate says it (RFC 9110, 11.6.1; RFC 6750, 3). A gateway response may have this header;
    one of the function's own, API Gateway would rename to x-amzn-Remapped-WWW-Authenticate."""


PEOPLE = Audience(
    "people",
    "cognito",
    {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {
            "type": "cognito_user_pools",
            "providerARNs": [{"Ref": "UserPoolArn"}],
            "identityValidationExpression": {"Ref": "UserPoolClientId"},
        },
    },
    console=True,
    unknown_route=errors.NoSuchRoute("there is no such operation"),
    challenge='Bearer realm="CloudFront Extensions"',
)
MACHINES = Audience(
    "machines",
    "sigv4",
    {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"},
    console=False,
    # An unsigned request and an unknown path are one to it.
    unknown_route=errors.NotSignedIn("the request is not signed, or there is no such operation"),
    challenge="AWS4-HMAC-SHA256",
)


def gateway_document(contract: Json, audience: Audience) -> Json:
    schemas = contract["components"]["schemas"]
    models: dict[str, Json] = {}
    paths: dict[str, Json] = {}
    for path, operations in contract["paths"].items():
        paths[path] = {
            method: _operation(operation, audience, schemas, models) for method, operation in operations.items()
        }
        if audience.console:
            paths[path]["options"] = _preflight(path, sorted(method.upper() for method in operations))
    return {
        "openapi": "3.0.1",
        "info": {"title": f"CloudFront Extensions, {audience.name}", "version": contract["info"]["version"]},
        "paths": paths,
        "components": {"schemas": models, "securitySchemes": {audience.scheme: audience.security}},
        "x-amazon-apigateway-request-validators": {
            "bodyAndParameters": {"validateRequestBody": True, "validateRequestParameters": True}
        },
        "x-amazon-apigateway-gateway-responses": _gateway_responses(audience),
    }


def _operation(operation: Json, audience: Audience, schemas: Json, models: dict[str, Json]) -> Json:
    document: Json = {"operationId": operation["operationId"]}
    if parameters := operation.get("parameters"):
        document["parameters"] = [
            {"name": one["name"], "in": one["in"], "required": one["required"], "schema": {"type": "string"}}
            for one in parameters
        ]
    if body := operation.get("requestBody"):
        name = body["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        models[name] = model(schemas[name], schemas)
        reference = {"$ref": f"#/components/schemas/{name}"}
        document["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference}}}
    return {
        **document,
        "security": [{audience.scheme: []}],
        "responses": {"default": {"description": "See openapi.yaml."}},
        "x-amazon-apigateway-request-validator": "bodyAndParameters",
        "x-amazon-apigateway-integration": INTEGRATION,
    }


def _preflight(path: str, methods: list[str]) -> Json:
    headers = {
        "Access-Control-Allow-Origin": CONSOLE,
        "Access-Control-Allow-Methods": f"'{','.join(methods)}'",
        "Access-Control-Allow-Headers": f"'{ALLOWED_HEADERS}'",
        "Access-Control-Max-Age": "'600'",
        "Vary": "'Origin'",
    }
    parameters = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    document: Json = {
        "responses": {
            "204": {
                "description": "What the console may send.",
                "headers": {name: {"schema": {"type": "string"}} for name in headers},
            }
        },
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 204}'},
            "responses": {
                "default": {
                    "statusCode": "204",
                    "responseParameters": {f"method.response.header.{name}": value for name, value in headers.items()},
                }
            },
        },
    }
    if parameters:
        document["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in parameters
        ]
    return document


def _gateway_responses(audience: Audience) -> Json:
    unexpected = _problem(RuntimeError())
    refused = {
        "ACCESS_DENIED": _problem(errors.NotAllowed("what signed or signed in may not do this")),
        "AUTHORIZER_CONFIGURATION_ERROR": unexpected,
        "AUTHORIZER_FAILURE": unexpected,
        "BAD_REQUEST_BODY": _problem(errors.InvalidInput("the body is not as the contract says")),
        "BAD_REQUEST_PARAMETERS": _problem(errors.InvalidInput(GATEWAYS_WORDS)),
        "DEFAULT_4XX": _told(
            "refused-by-gateway", "Refused by gateway", None, GATEWAYS_WORDS, "Correct the request, and send it again."
        ),
        "DEFAULT_5XX": unexpected,
        "EXPIRED_TOKEN": _problem(errors.NotSignedIn("the token has expired"), status=403),
        "INTEGRATION_FAILURE": unexpected,
        "INTEGRATION_TIMEOUT": _told(
            "time-out", "Time-out", 504, "it took too long", "Read what became of it before you send it again."
        ),
        "INVALID_SIGNATURE": _problem(errors.NotSignedIn("the signature does not belong to this request"), status=403),
        "MISSING_AUTHENTICATION_TOKEN": _problem(audience.unknown_route, status=404 if audience.console else 403),
        "REQUEST_TOO_LARGE": _problem(errors.BodyTooLarge("the body is larger than API Gateway takes")),
        "RESOURCE_NOT_FOUND": _problem(errors.NoSuchRoute("there is no such operation")),
        "THROTTLED": _told(
            "too-many-requests",
            "Too many requests",
            429,
            "the API takes no more requests at the moment",
            "Send it again in a second.",
        ),
        "UNSUPPORTED_MEDIA_TYPE": _problem(errors.UnsupportedMediaType("the body is not declared as JSON")),
        "UNAUTHORIZED": _problem(
            errors.NotSignedIn("the token is missing, has expired, or is not one of this user pool")
        ),
    }
    return {kind: _gateway_response(kind, problem, audience) for kind, problem in refused.items()}


def _gateway_response(kind: str, problem: Json, audience: Audience) -> Json:
    headers: Json = {"Content-Type": "'application/problem+json'", **SECURITY_HEADERS}
    if audience.console:
        headers |= {
            "Access-Control-Allow-Origin": CONSOLE,
            "Access-Control-Expose-Headers": f"'{exposed_headers()}'",
            "Vary": "'Origin'",
        }
    if problem["type"] == type_of(errors.NotSignedIn):
        headers["WWW-Authenticate"] = f"'{audience.challenge}'"
    if kind == "THROTTLED":
        headers["Retry-After"] = "'1'"
    written = json.dumps({**problem, "instance": "$context.requestId"})
    # With its own quotation marks.
    written = written.replace(f'"{GATEWAYS_WORDS}"', GATEWAYS_WORDS)
    status = {"statusCode": str(problem["status"])} if "status" in problem else {}
    return {
        **status,
        "responseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
        "responseTemplates": {"application/json": written},
    }


def _problem(error: Exception, status: int | None = None) -> Json:
    """`status`: where the gateway's own differs."""
    problem: Json = dict(problem_of(error))
    return {**problem, "status": status} if status else problem


def _told(kind: str, title: str, status: int | None, detail: str, next_action: str) -> Json:
    """`status`: None where the gateway decides, which can't write it into its answer."""
    problem: Json = {"type": TYPE_PREFIX + kind, "title": title, "detail": detail, "nextAction": next_action}
    return {**problem, "status": status} if status else problem

"""`api/openapi.yaml`: the routes as Powertools describes them, with what they answer, examples, and who may ask."""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from typing import Any, get_type_hints

from api import routes
from api.answers import Answers
from api.raised import implementation, raised_by
from cloudfront_extensions.errors import JobNotFound
from cloudfront_extensions.operations.access import OPERATIONS, Operation
from cloudfront_extensions.problems import problem_of, status_of, type_of

Json = dict[str, Any]

EXAMPLES = routes.PROJECT / "api" / "examples"
DESCRIPTION = """\
Run many domains on Amazon CloudFront: jobs, certificates, configurations as versions, rollbacks.

People send the ID token of the user pool as the header Authorization; what they may do depends on their group. Machines
sign with the keys of an IAM role (Signature Version 4, service execute-api), at a URL of their own.

Lists are answered in pages: send nextCursor as cursor, and get the next page. What is read has an ETag: send it as
If-None-Match, and get 304 without a body as long as nothing has changed. Errors are problems (RFC 9457) with a stable type.
"""
WORKFLOW_INPUTS = {"startJob": "domain_onboarding", "startRollback": "config_rollback"}
"""Operations whose body is the input of a workflow: that one's schema says more than the model of the face."""
TEXTS = {"listValidationRecords": ("text/csv", "text/dns"), "getDiff": ("text/x-diff", "application/json-patch+json")}
"""Answers besides JSON."""
OF_THE_GATEWAY = {
    400: ("refused-by-gateway",),
    403: ("not-signed-in", "refused-by-gateway"),
    429: ("too-many-requests",),
    500: ("unexpected-error",),
    504: ("time-out",),
}
"""Problems that every operation may answer without having raised them."""
ETAG = {
    "description": "Of this very answer, for If-None-Match; that of a snapshot or a plan for If-Match too.",
    "schema": {"type": "string"},
}
STARTING = ("startJob", "startRollback", "startMetricsExport", "startPrewarm", "createSnapshot")
"""Operations whose answer leads to what they made."""
TAGGED = ("createSnapshot", "annotateSnapshot")
"""Changes that answer the ETag which the next one names."""
LOCATION = {"description": "Where to follow what was made.", "schema": {"type": "string"}}
RETRY_AFTER = {"description": "Seconds.", "schema": {"type": "integer"}}
PROBLEM: Json = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Stable: programs decide by this."},
        "title": {"type": "string"},
        "status": {
            "type": "integer",
            "minimum": 400,
            "maximum": 599,
            "description": "Left out where API Gateway decides it, as in refused-by-gateway.",
        },
        "detail": {"type": "string", "description": "What happened, to what."},
        "nextAction": {"type": "string", "description": "What to do about it."},
        "instance": {"type": "string", "description": "The request, to look for in the log."},
        "errors": {
            "type": "array",
            "description": "Where the request is not as it must be.",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                "required": ["field", "message"],
            },
        },
    },
    "required": ["type", "title", "detail", "nextAction"],
    "examples": [problem_of(JobNotFound("there is no job customers-2026-11"), "4f0c8b1e-9a55-4c2f-8a59-5f2f0d1b6a11")],
}
SECURITY = {
    "cognito": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "People: the ID token of the user pool, with or without the word Bearer.",
    },
    "sigv4": {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "description": "Machines: Signature Version 4 for the service execute-api, at the URL of the machines' API.",
    },
}


def contract() -> Json:
    described, statuses, answers = routes.described(), routes.statuses(), Answers()
    schemas = {name: _plain(schema) for name, schema in described["components"]["schemas"].items()}
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    paths: dict[str, Json] = defaultdict(dict)
    for operation in OPERATIONS.values():
        written = described["paths"][operation.path][operation.method.lower()]
        paths[operation.path][operation.method.lower()] = _operation(
            operation, written, statuses[operation.name], answers, schemas
        )
    if twice := schemas.keys() & answers.schemas.keys():
        raise ValueError(f"a body and an answer have the same name: {sorted(twice)}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "CloudFront Extensions",
            "version": "1.0.0",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/v1"}],
        "paths": dict(paths),
        "components": {"schemas": {**schemas, **answers.schemas}, "securitySchemes": SECURITY},
    }


def _operation(operation: Operation, written: Json, status: int, answers: Answers, schemas: Json) -> Json:
    function = implementation(operation)
    body = written.get("requestBody")
    document: Json = {
        "operationId": operation.name,
        "summary": written["summary"],
        "tags": [operation.path.split("/")[1]],
        "x-least-group": operation.least.value,
        "security": [{"cognito": []}, {"sigv4": []}],
    }
    if operation.method == "GET":
        written.setdefault("parameters", []).append(
            {"in": "header", "name": "If-None-Match", "required": False, "schema": {"type": "string"}}
            | {"description": "The ETag of the answer that the client has; 304 without a body if it is the same."}
        )
    if parameters := [_parameter(one) for one in written.get("parameters", [])]:
        document["parameters"] = parameters
    if body:
        (model,) = body["content"].values()
        name = model["schema"]["$ref"].rsplit("/", 1)[1]
        if workflow := WORKFLOW_INPUTS.get(operation.name):
            schemas.update(_workflow_input(name, workflow))
        content: Json = {"schema": {"$ref": f"#/components/schemas/{name}"}}
        if cases := examples(operation.name):
            content["examples"] = {case: {"value": value} for case, value in cases.items()}
        document["requestBody"] = {"required": True, "content": {"application/json": content}}
    document["responses"] = {
        str(status): _answer(operation, function, status, answers),
        **(
            {"304": {"description": "The client has it already.", "headers": {"ETag": ETAG}}}
            if status == 200 and operation.method == "GET"
            else {}
        ),
        **_refusals(operation, has_body=body is not None),
    }
    return document


def examples(operation: str) -> dict[str, Json]:
    """Bodies by case: `api/examples/startJob.inline.json`."""
    return {
        path.stem.partition(".")[2]: json.loads(path.read_text())
        for path in sorted(EXAMPLES.glob(f"{operation}.*.json"))
    }


def _parameter(written: Json) -> Json:
    names = {"idempotency-key": "Idempotency-Key", "if-match": "If-Match"}
    schema = _plain(written["schema"])
    if not written["required"] and "anyOf" in schema:
        # A parameter is left out, never null.
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        others = [one for one in schema["anyOf"] if one.get("type") != "null"]
        schema = {**(others[0] if len(others) == 1 else {"anyOf": others}), **rest}
    parameter = {**written, "name": names.get(written["name"], written["name"]), "schema": schema}
    schema.pop("description", None)
    schema.pop("default", None) if schema.get("default", "") is None else None
    return parameter


def _answer(operation: Operation, function: Any, status: int, answers: Answers) -> Json:
    headers = {"ETag": ETAG} if operation.method == "GET" or operation.name in TAGGED else {}
    if status in (201, 202) and operation.name in STARTING:
        headers["Location"] = LOCATION
    answer: Json = {"description": "As asked."}
    if headers:
        answer["headers"] = headers
    if status == 204:
        return answer
    content: Json = {"application/json": {"schema": answers.schema(get_type_hints(function)["return"])}}
    for media_type in TEXTS.get(operation.name, ()):
        content[media_type] = (
            {"schema": {"type": "string"}} if media_type.startswith("text/") else {"schema": {"type": "array"}}
        )
    return {**answer, "content": content}


def _refusals(operation: Operation, *, has_body: bool) -> Json:
    """By status: the types that may be in the problem. Subtypes of an error, such as those of faulty names, are not told."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for error in raised_by(operation, has_body=has_body):
        by_status[status_of(error)].append(type_of(error).rsplit(":", 1)[1])
    for status, kinds in OF_THE_GATEWAY.items():
        by_status[status] += kinds
    return {str(status): _refusal(status, kinds) for status, kinds in sorted(by_status.items())}


def _refusal(status: int, kinds: list[str]) -> Json:
    waits = {"headers": {"Retry-After": RETRY_AFTER}} if status in (429, 503) else {}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": ", ".join(kinds), **waits, "content": {"application/problem+json": {"schema": schema}}}


def _workflow_input(name: str, workflow: str) -> dict[str, Json]:
    """The schema of a workflow's input as components; the token may come as a header, and nobody else starts it here."""
    schema: Json = json.loads((routes.PROJECT / "schemas" / f"{workflow}.schema.json").read_text())
    definitions = schema.pop("$defs", {})
    for superfluous in ("$schema", "title"):
        schema.pop(superfluous, None)
    schema["properties"].pop("AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID", None)
    schema["required"] = [field for field in schema["required"] if field != "requestToken"]
    return {
        name: _renamed(schema, name),
        **{f"{name}{key[0].upper()}{key[1:]}": _renamed(one, name) for key, one in definitions.items()},
    }


def _renamed(schema: Any, prefix: str) -> Any:
    """With references to `$defs` led to the components."""
    if isinstance(schema, dict):
        return {
            key: _component(value, prefix) if key == "$ref" else _renamed(value, prefix)
            for key, value in schema.items()
        }
    return [_renamed(one, prefix) for one in schema] if isinstance(schema, list) else schema


def _component(reference: str, prefix: str) -> str:
    key = reference.rsplit("/", 1)[1]
    return f"#/components/schemas/{prefix}{key[0].upper()}{key[1:]}"


def _plain(schema: Any) -> Any:
    """Without pydantic's titles, which repeat the names, and with whole numbers as such."""
    if isinstance(schema, dict):
        return {
            key: _plain(value)
            for key, value in copy.deepcopy(schema).items()
            if not (key == "title" and isinstance(value, str))
        }
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    return int(schema) if isinstance(schema, float) and schema.is_integer() else schema

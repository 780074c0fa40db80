"""An operation of a document becomes a method: who may call it, what it validates, and its integration, whole.

MiniStack keeps of an operation its security, and of its integration type, method and URI.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.services import apigateway_v1

from localaws.server.api_gateway import documents, models
from localaws.server.api_gateway.documents import Json, found_on_import

INTEGRATION_FIELDS = (
    "httpMethod",
    "uri",
    "requestParameters",
    "requestTemplates",
    "timeoutInMillis",
    "contentHandling",
    "cacheKeyParameters",
    "cacheNamespace",
)
TIMEOUTS = range(50, 29_001)
"""Milliseconds."""
PLACES = {"query": "querystring", "header": "header", "path": "path"}
HEADER_OF_RESPONSE = "method.response.header."


def import_method(
    api_id: str,
    resource: Json,
    method: str,
    operation: Json,
    *,
    document: Json,
    path_item: Json,
    authorizations: Mapping[str, Json],
    validators: Mapping[str, str],
) -> None:
    """`authorizations` are those of the document's security schemes, `validators` the ids of its request validators."""
    place = f"'{method}' for resource at path '{resource['path']}'"
    data: Json = {
        **authorization(operation, authorizations, place),
        "operationName": operation.get("operationId", ""),
        "requestParameters": parameters(document, path_item, operation, place),
        "requestModels": request_models(api_id, document, operation),
    }
    validator = operation.get(
        "x-amazon-apigateway-request-validator", document.get("x-amazon-apigateway-request-validator")
    )
    if validator is not None:
        if validator not in validators:
            raise found_on_import(
                f"Unable to put method {place}: Invalid Request Validator name specified: {validator}"
            )
        data["requestValidatorId"] = validators[validator]
    apigateway_v1._put_method(api_id, resource["id"], method, data)
    headers = _response_headers(api_id, document, resource, method, operation)
    if integration := operation.get("x-amazon-apigateway-integration"):
        import_integration(api_id, resource["id"], method, integration, headers, place)


def authorization(operation: Json, authorizations: Mapping[str, Json], place: str) -> Json:
    """The method's fields that say who may call it. An operation without `security` of its own is open to everybody."""
    chosen: Json = {}
    for requirement in operation.get("security") or []:
        for scheme, scopes in requirement.items():
            if scheme not in authorizations:
                raise found_on_import(f"Unable to put method {place}: security scheme '{scheme}' authorizes nothing")
            found = authorizations[scheme]
            if found.keys() & chosen.keys() & {"authorizationType"}:
                raise found_on_import(f"Unable to put method {place}: a method has one authorization type")
            chosen = {**chosen, **found, **({"authorizationScopes": list(scopes)} if scopes else {})}
    if auth := operation.get("x-amazon-apigateway-auth"):
        chosen.setdefault("authorizationType", str(auth.get("type", "NONE")).upper())
    return {"authorizationType": "NONE", **chosen}


def parameters(document: Json, path_item: Json, operation: Json, place: str) -> dict[str, bool]:
    """Whether each parameter is required; those of the path first. Nothing else of them counts."""
    found: dict[str, bool] = {}
    for unresolved in (*path_item.get("parameters", ()), *operation.get("parameters", ())):
        parameter = documents.resolved(document, unresolved)
        where = parameter.get("in")
        if where in ("body", "formData"):
            continue
        if where not in PLACES:
            raise found_on_import(f"Unable to put method {place}: parameters in '{where}' are not supported")
        found[f"method.request.{PLACES[where]}.{parameter['name']}"] = bool(parameter.get("required", where == "path"))
    return found


def request_models(api_id: str, document: Json, operation: Json) -> dict[str, str]:
    """The models of a request's body by content type."""
    schemas: dict[str, Any] = {}
    if body := operation.get("requestBody"):
        content = documents.resolved(document, body).get("content") or {}
        schemas = {kind: media["schema"] for kind, media in content.items() if "schema" in media}
    for unresolved in operation.get("parameters", ()):
        parameter = documents.resolved(document, unresolved)
        if parameter.get("in") == "body" and "schema" in parameter:
            kinds = operation.get("consumes") or document.get("consumes") or ["application/json"]
            schemas = dict.fromkeys(kinds, parameter["schema"])
    return {kind: models.model_for(api_id, document, schema) for kind, schema in schemas.items()}


def _response_headers(
    api_id: str, document: Json, resource: Json, method: str, operation: Json
) -> dict[str, frozenset[str]]:
    """Put the method's responses; returns the headers that each status declares. API Gateway skips `default`."""
    declared = {}
    for status, unresolved in (operation.get("responses") or {}).items():
        if status == "default":
            continue
        headers = documents.resolved(document, unresolved).get("headers") or {}
        parameters_of_response = {f"{HEADER_OF_RESPONSE}{name}": False for name in headers}
        apigateway_v1._put_method_response(
            api_id, resource["id"], method, str(status), {"responseParameters": parameters_of_response}
        )
        declared[str(status)] = frozenset(parameters_of_response)
    return declared


def import_integration(
    api_id: str, resource_id: str, method: str, integration: Json, declared: Mapping[str, frozenset[str]], place: str
) -> None:
    kind = str(integration.get("type", "")).upper()
    refuse_unknown(kind, integration, place)
    data = {name: integration[name] for name in INTEGRATION_FIELDS if name in integration}
    data["passthroughBehavior"] = str(integration.get("passthroughBehavior", "WHEN_NO_MATCH")).upper()
    apigateway_v1._put_integration(api_id, resource_id, method, {"type": kind, **data})
    for pattern, response in (integration.get("responses") or {}).items():
        status = str(response.get("statusCode", "200"))
        mapped = response.get("responseParameters") or {}
        if status not in declared:
            raise found_on_import(
                f"Unable to put integration response on {place}: Invalid Response status code specified"
            )
        if missing := sorted(set(mapped) - declared[status]):
            raise found_on_import(
                f"Unable to put integration response on {place}: Invalid mapping expression specified: Validation "
                f"Result: warnings : [], errors : [Invalid mapping expression parameter specified: {', '.join(missing)}]"
            )
        fields = {
            "selectionPattern": "" if pattern == "default" else pattern,
            "responseParameters": mapped,
            "responseTemplates": response.get("responseTemplates") or {},
            "contentHandling": response.get("contentHandling"),
        }
        apigateway_v1._put_integration_response(api_id, resource_id, method, status, fields)


def refuse_unknown(kind: str, integration: Json, place: str) -> None:
    """Refuse what API Gateway does, and what it can do but nothing here does."""
    if kind not in ("AWS_PROXY", "MOCK"):
        raise found_on_import(
            f"Unable to put integration on {place}: this embedded AWS has no integration of type '{kind}'"
        )
    for field in ("credentials", "connectionId", "tlsConfig"):
        if integration.get(field):
            raise found_on_import(f"Unable to put integration on {place}: this embedded AWS knows no {field}")
    if int(integration.get("timeoutInMillis", TIMEOUTS[-1])) not in TIMEOUTS:
        raise found_on_import(f"Unable to put integration on {place}: Timeout should be between 50 ms and 29000 ms")
    if kind == "AWS_PROXY":
        function: Any = integration.get("uri")
        if not isinstance(function, str) or ":lambda:path/" not in function:
            raise found_on_import(f"Unable to put integration on {place}: Invalid ARN specified in the request")
        if integration.get("httpMethod") != "POST":
            raise found_on_import(f"Unable to put integration on {place}: Lambda functions are invoked by POST")

"""The import of a document into an API: all of it, or nothing. The API keeps its id, its stages and its deployments."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ministack.services import apigateway_v1

from localaws.server.api_gateway import documents, models
from localaws.server.api_gateway.documents import Json, found_on_import
from localaws.server.api_gateway.imported_methods import import_method

AUTHORIZERS = {"cognito_user_pools": "COGNITO_USER_POOLS", "token": "CUSTOM", "request": "CUSTOM"}
SETTINGS: dict[str, tuple[str, Any]] = {
    "x-amazon-apigateway-binary-media-types": ("binaryMediaTypes", []),
    "x-amazon-apigateway-minimum-compression-size": ("minimumCompressionSize", None),
    "x-amazon-apigateway-api-key-source": ("apiKeySource", "HEADER"),
    "x-amazon-apigateway-policy": ("policy", None),
}
"""The fields of an API that extensions of the document say, and what they are without."""


def create(document: Json, settings: Json) -> str:
    """A new API with these settings and what the document says; returns its id. Raises InvalidDocument."""
    documents.checked(document)
    _, _, body = apigateway_v1._create_rest_api(settings)
    api_id = str(json.loads(body)["id"])
    try:
        overwrite(api_id, document, settings)
    except BaseException:
        apigateway_v1._delete_rest_api(api_id)
        raise
    return api_id


def overwrite(api_id: str, document: Json, settings: Json) -> None:
    """Give an API what the document says, in the place of all that it had; `settings` outweigh the document.

    Raises InvalidDocument.
    """
    documents.checked(document)
    with all_or_nothing(api_id):
        _forget(api_id)
        _import_settings(api_id, document, settings)
        models.import_models(api_id, document)
        validators = _import_validators(api_id, document)
        authorizations = _import_security_schemes(api_id, document)
        for path, item in documents.paths(document):
            resource = _resource_at(api_id, path)
            for method, operation in documents.operations(item):
                import_method(
                    api_id,
                    resource,
                    method,
                    operation,
                    document=document,
                    path_item=item,
                    authorizations=authorizations,
                    validators=validators,
                )
        for kind, response in (document.get("x-amazon-apigateway-gateway-responses") or {}).items():
            _import_gateway_response(api_id, kind, response)


@contextmanager
def all_or_nothing(api_id: str) -> Iterator[None]:
    tables = (
        apigateway_v1._rest_apis,
        apigateway_v1._resources,
        apigateway_v1._models,
        apigateway_v1._request_validators,
        apigateway_v1._authorizers_v1,
        apigateway_v1._gateway_responses,
    )
    before = [copy.deepcopy(table.get(api_id)) for table in tables]
    try:
        yield
    except BaseException:
        for table, content in zip(tables, before, strict=True):
            if content is not None:
                table[api_id] = content
        raise


def _forget(api_id: str) -> None:
    """All but the API itself and its root resource, whose id templates may have asked for."""
    root = next(one for one in apigateway_v1._resources[api_id].values() if one["path"] == "/")
    apigateway_v1._resources[api_id] = {root["id"]: {**root, "resourceMethods": {}}}
    apigateway_v1._models[api_id] = {}
    apigateway_v1._request_validators[api_id] = {}
    apigateway_v1._authorizers_v1[api_id] = {}
    apigateway_v1._gateway_responses[api_id] = {}


def _import_settings(api_id: str, document: Json, settings: Json) -> None:
    api, info = apigateway_v1._rest_apis[api_id], document.get("info") or {}
    api["name"] = str(info.get("title") or api["name"])
    api["version"] = str(info.get("version", ""))
    for extension, (field, otherwise) in SETTINGS.items():
        api[field] = document.get(extension, otherwise)
    api.update({field: value for field, value in settings.items() if value})


def _import_validators(api_id: str, document: Json) -> dict[str, str]:
    """Ids by name."""
    ids = {}
    for name, flags in (document.get("x-amazon-apigateway-request-validators") or {}).items():
        _, _, body = apigateway_v1._create_request_validator(api_id, {"name": name, **flags})
        ids[name] = str(json.loads(body)["id"])
    return ids


def _import_security_schemes(api_id: str, document: Json) -> dict[str, Json]:
    """The fields of a method that say who may call it, by the name of the scheme that it asks for."""
    found: dict[str, Json] = {}
    for name, scheme in documents.security_schemes(document).items():
        authorizer = scheme.get("x-amazon-apigateway-authorizer")
        if authorizer is not None:
            found[name] = _import_authorizer(api_id, name, scheme, authorizer)
        elif str(scheme.get("x-amazon-apigateway-authtype", "")).lower() == "awssigv4":
            found[name] = {"authorizationType": "AWS_IAM"}
        elif scheme.get("type") == "apiKey" and str(scheme.get("name", "")).lower() == "x-api-key":
            found[name] = {"apiKeyRequired": True}
    return found


def _import_authorizer(api_id: str, name: str, scheme: Json, authorizer: Json) -> Json:
    kind = str(authorizer.get("type", "")).lower()
    if kind not in AUTHORIZERS:
        raise found_on_import(f"Unable to create authorizer '{name}': Invalid authorizer type '{kind}'")
    data = {
        **{field: value for field, value in authorizer.items() if field != "type"},
        "name": name,
        "type": kind.upper(),
        "identitySource": apigateway_v1._import_identity_source(scheme, authorizer),
        "authType": scheme.get("x-amazon-apigateway-authtype", kind),
    }
    _, _, body = apigateway_v1._create_authorizer(api_id, data)
    return {"authorizationType": AUTHORIZERS[kind], "authorizerId": json.loads(body)["id"]}


def _resource_at(api_id: str, path: str) -> Json:
    """The resource at a path, made with those above it where they are missing."""
    resources: dict[str, Json] = apigateway_v1._resources[api_id]
    resource = next(one for one in resources.values() if one["path"] == "/")
    for segment in filter(None, path.split("/")):
        siblings = [one for one in resources.values() if one["parentId"] == resource["id"]]
        found = next((one for one in siblings if one["pathPart"] == segment), None)
        variable = next((one["pathPart"] for one in siblings if _is_variable(one["pathPart"])), None)
        if found is None and variable is not None and _is_variable(segment):
            raise found_on_import(
                f"Unable to create resource at path '{path}': A sibling ({variable}) of this resource already has a "
                "variable path part -- only one unique variable path part is allowed"
            )
        if found is None:
            _, _, body = apigateway_v1._create_resource(api_id, resource["id"], {"pathPart": segment})
            found = resources[json.loads(body)["id"]]
        resource = found
    return resource


def _is_variable(segment: str) -> bool:
    return segment.startswith("{") and not segment.endswith("+}")


def _import_gateway_response(api_id: str, kind: str, response: Json) -> None:
    status, _, body = apigateway_v1._put_gateway_response(api_id, kind, response)
    if status >= 400:
        raise found_on_import(f"Unable to put gateway response '{kind}': {json.loads(body)['message']}")

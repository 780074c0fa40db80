"""A changed document changes the API in its place, from CloudFormation and by PutRestApi; its id and its URL stay.

MiniStack makes a new API of a changed `Body`, an empty one of `BodyS3Location`, and knows no PutRestApi.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import apigateway_v1, s3
from ministack.services.cloudformation import provisioners

from localaws.server.api_gateway import documents, imports
from localaws.server.api_gateway.documents import InvalidDocument, Json
from localaws.server.seams import wrap

DOCUMENT_PROPERTIES = ("Body", "BodyS3Location")
SETTINGS = {
    "ApiKeySourceType": "apiKeySource",
    "BinaryMediaTypes": "binaryMediaTypes",
    "Description": "description",
    "MinimumCompressionSize": "minimumCompressionSize",
    "Name": "name",
    "Policy": "policy",
}
"""Properties of CloudFormation that outweigh the document, by the API's names."""
Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[..., Any]


def install() -> None:
    wrap(apigateway_v1, "handle_request", with_imports)
    apigateway_v1._import_rest_api = lambda document, settings=None: imports.create(document, dict(settings or {}))
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RestApi"]
    handlers["create"] = created_from_its_document(handlers["create"])
    handlers["update"] = updated_in_place(handlers["update"])


def document_in(properties: Json) -> Json | None:
    """The document that a resource of CloudFormation gives inline or in S3; None where it gives none."""
    if isinstance(properties.get("Body"), dict):
        return dict(properties["Body"])
    place = properties.get("BodyS3Location")
    if not place:
        return None
    content = s3._get_object_data(place.get("Bucket", ""), place.get("Key", ""), place.get("Version"))
    if content is None:
        raise InvalidDocument(f"Unable to get the OpenAPI document s3://{place.get('Bucket')}/{place.get('Key')}")
    return documents.parsed(content)


def created_from_its_document(stock: Handler) -> Handler:
    def create(logical_id: str, properties: Json, stack_name: str) -> Any:
        document = document_in(properties)
        inline = {name: value for name, value in properties.items() if name not in DOCUMENT_PROPERTIES}
        return stock(logical_id, with_endpoint({**inline, **({"Body": document} if document else {})}), stack_name)

    return create


def updated_in_place(stock: Handler) -> Handler:
    def update(physical_id: str, old: Json, new: Json, stack_name: str, logical_id: str | None = None) -> Any:
        if str(new.get("Mode", "overwrite")).lower() != "overwrite":
            raise ValueError("This embedded AWS knows the mode overwrite alone")
        document = document_in(new)
        same = {name: new.get(name) for name in DOCUMENT_PROPERTIES}
        outcome = stock(
            physical_id, with_endpoint({**old, **same}), with_endpoint({**new, **same}), stack_name, logical_id
        )
        if document is not None and any(new.get(name) != old.get(name) for name in DOCUMENT_PROPERTIES):
            settings = {field: new[name] for name, field in SETTINGS.items() if name in new}
            imports.overwrite(physical_id, document, settings)
        return outcome

    return update


def with_endpoint(properties: Json) -> Json:
    """With `EndpointConfiguration` in the API's spelling: MiniStack stores CloudFormation's."""
    configuration = properties.get("EndpointConfiguration")
    if not isinstance(configuration, dict):
        return properties
    spelled = {name[:1].lower() + name[1:]: value for name, value in configuration.items()}
    return {**properties, "EndpointConfiguration": spelled}


def with_imports(stock: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    """ImportRestApi and PutRestApi, whose bodies are documents."""

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
        parts = [part for part in path.split("/") if part]
        mode = apigateway_v1._qp(query, "mode")
        try:
            if method == "POST" and parts == ["restapis"] and mode == "import":
                return _answer(imports.create(documents.parsed(body), {}), 201)
            if method == "PUT" and parts[:1] == ["restapis"] and len(parts) == 2:
                return _put(parts[1], mode or "merge", body)
        except InvalidDocument as error:
            return _refused("BadRequestException", str(error), 400)
        return await stock(method, path, headers, body, query)

    return handle_request


def _put(api_id: str, mode: str, body: bytes) -> Answer:
    if api_id not in apigateway_v1._rest_apis:
        return _refused("NotFoundException", "Invalid API identifier specified", 404)
    if mode != "overwrite":
        return _refused("BadRequestException", "This embedded AWS knows the mode overwrite alone", 400)
    imports.overwrite(api_id, documents.parsed(body), {})
    return _answer(api_id, 200)


def _answer(api_id: str, status: int) -> Answer:
    view = apigateway_v1._rest_api_view(apigateway_v1._rest_apis[api_id])
    return status, {"Content-Type": "application/json"}, json.dumps(view).encode()


def _refused(code: str, message: str, status: int) -> Answer:
    refused: Answer = apigateway_v1._v1_error(code, message, status)
    return refused

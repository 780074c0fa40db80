"""AWS::CloudFront::KeyValueStore: the same checks as the API's. Another name is another store."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import tostring

from localaws.server.cloudfront import answers, configuration, key_value_stores
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.key_value_stores import Store

NAME = "AWS::CloudFront::KeyValueStore"

Created = tuple[str, dict[str, Any]]


def handlers() -> dict[str, Any]:
    return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def create(_logical_id: str, properties: dict[str, Any], _stack: str) -> Created:
    wanted = {name: value for name, value in properties.items() if name != "Tags"}
    try:
        element = configuration.write(wanted, "CreateKeyValueStoreRequest")
        store = key_value_stores.create(configuration.read(element, "CreateKeyValueStoreRequest"))
    except RefusedError as refusal:
        raise ValueError(f"{NAME}: {refusal}") from refusal
    return _created(store, properties)


def update(name: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str | None = None) -> Created:
    from ministack.services import cloudfront

    store = key_value_stores.mine().get(name)
    if store is None or old["Name"] != new["Name"]:
        return create(logical_id or name, new, stack)
    comment = {"Name": name, "Comment": new.get("Comment", "")}
    body = tostring(configuration.write(comment, "UpdateKeyValueStoreRequest"))
    answers.check(cloudfront._update_kvs(name, {"if-match": store["ETag"]}, body))
    return _created(store, new)


def delete(name: str, _properties: dict[str, Any]) -> None:
    from ministack.services import cloudfront

    store = key_value_stores.mine().get(name)
    if store is None:
        return
    try:
        answers.check(cloudfront._delete_kvs(name, {"if-match": store["ETag"]}))
    except RefusedError as refusal:
        raise ValueError(f"{NAME}: {refusal}") from refusal


def _created(store: Store, properties: dict[str, Any]) -> Created:
    from ministack.services import cloudfront

    cloudfront._tags[store["ARN"]] = list(properties.get("Tags", []))
    return store["Name"], {"Arn": store["ARN"], "Id": store["Id"], "Status": store["Status"]}

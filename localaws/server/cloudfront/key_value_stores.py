"""Key value stores of CloudFront: who uses one, and what may be in it. MiniStack stores them, under ARNs of their names.

Which code CloudFront has for a key or a value that is too long is not documented: here it is the one for wrong input.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from localaws.server import quotas
from localaws.server.cloudfront import answers, configuration
from localaws.server.cloudfront.answers import Answer, RefusedError, query_value
from localaws.server.cloudfront.configuration import Config
from localaws.server.cloudfront.pages import page_of
from localaws.server.seams import wrap

READY = "READY"

Store = dict[str, Any]


def install() -> None:
    from ministack.services import cloudfront, cloudfront_keyvaluestore

    wrap(cloudfront, "_delete_kvs", unless_used)
    wrap(cloudfront, "_resolve_taggable_cloudfront_arn", or_store)
    wrap(cloudfront_keyvaluestore, "_put_key", with_room_for_one)
    wrap(cloudfront_keyvaluestore, "_update_keys", with_room_for_all)


def or_store(stock: Callable[[str], Any]) -> Callable[[str], Any]:
    """MiniStack looks for a store by the name that its own ARNs have."""
    return lambda arn: (arn, None) if of_arn(arn) else stock(arn)


def unless_used(stock: Callable[..., Answer]) -> Callable[..., Answer]:
    """MiniStack looks at the stage in development alone, and keeps the keys for the next store of the name."""

    def delete(name: str, headers: dict[str, str]) -> Answer:
        from ministack.services import cloudfront_keyvaluestore

        store = mine().get(name)
        if store is not None and headers.get("if-match") == store["ETag"] and (found := users(store["ARN"])):
            message = f"The key value store {name} is used by {', '.join(found)}"
            return RefusedError("CannotDeleteEntityWhileInUse", message).answer()
        answer = stock(name, headers)
        if store is not None and answer[0] == 204:
            cloudfront_keyvaluestore._stores.pop(store["ARN"], None)
        return answer

    return delete


def with_room_for_one(stock: Callable[..., Answer]) -> Callable[..., Answer]:
    def put_key(arn: str, key: str, headers: dict[str, str], body: bytes) -> Answer:
        put = {"Key": key, "Value": json.loads(body or b"{}").get("Value")}
        return _refused(arn, [put], []) or stock(arn, key, headers, body)

    return put_key


def with_room_for_all(stock: Callable[..., Answer]) -> Callable[..., Answer]:
    def update_keys(arn: str, headers: dict[str, str], body: bytes) -> Answer:
        wanted = json.loads(body or b"{}")
        refused = _refused(arn, wanted.get("Puts") or [], wanted.get("Deletes") or [])
        return refused or stock(arn, headers, body)

    return update_keys


def mine() -> dict[str, Store]:
    """The caller's stores by name."""
    from ministack.services import cloudfront

    return dict(cloudfront._kvstores.items())


def of_arn(arn: str) -> Store | None:
    return next((store for store in mine().values() if store["ARN"] == arn), None)


def arn_of(name: str) -> str:
    """The ARN of a store, which has its id; of one that does not exist, an ARN that no store has."""
    from ministack.services import cloudfront

    store = mine().get(name)
    return str(store["ARN"] if store else cloudfront._kvs_arn(name))


def create(wanted: Config) -> Store:
    """Raises RefusedError, with MiniStack's words where it refuses."""
    from ministack.services import cloudfront, cloudfront_keyvaluestore

    check_new(wanted)
    body = tostring(configuration.write(wanted, "CreateKeyValueStoreRequest"))
    answers.check(cloudfront._create_kvs({}, body))
    store: Store = cloudfront._kvstores[wanted["Name"]]
    named = store["ARN"]
    store["ARN"] = f"{named.rpartition('/')[0]}/{store['Id']}"
    cloudfront._tags[store["ARN"]] = cloudfront._tags.pop(named, [])
    cloudfront_keyvaluestore._stores[store["ARN"]] = {"etag": cloudfront.new_uuid(), "items": {}}
    return store


def users(arn: str) -> list[str]:
    """The names of the functions that are associated with a store, in either stage."""
    from ministack.services import cloudfront

    return sorted(
        name
        for name, function in cloudfront._functions.items()
        if arn in function.get("kvs_arns", []) or arn in (function.get("live_body") or {}).get("kvs_arns", [])
    )


def check_new(wanted: Config) -> None:
    """Raises RefusedError."""
    if wanted.get("ImportSource"):
        raise RefusedError("UnsupportedOperation", "The embedded AWS imports no keys from S3: put them")
    if wanted["Name"] not in mine() and len(mine()) >= quotas.limit(quotas.KEY_VALUE_STORES):
        raise RefusedError("EntityLimitExceeded", f"The account has {len(mine())} stores, as many as its quota")


def check_room_for_function(arn: str, function: str) -> None:
    """Raises RefusedError."""
    if of_arn(arn) is None:
        raise RefusedError("InvalidArgument", f"There is no key value store {arn}")
    others = [name for name in users(arn) if name != function]
    if len(others) >= quotas.limit(quotas.FUNCTIONS_PER_KEY_VALUE_STORE):
        raise RefusedError("InvalidArgument", f"{len(others)} functions use {arn} already, as many as may")


def content(arn: str) -> dict[str, str]:
    """The keys of a store with their values; none where there is no such store."""
    from ministack.services import cloudfront_keyvaluestore

    store = cloudfront_keyvaluestore._stores.get(arn)
    return dict(store["items"]) if store else {}


def listed(query: dict[str, Any]) -> Element:
    """A page of the caller's stores, by name. Raises RefusedError."""
    from ministack.services import cloudfront

    status = query_value(query, "Status") or READY
    page = page_of({name: store for name, store in mine().items() if store["Status"] == status}, query)
    root = Element("KeyValueStoreList")
    if page.next_marker:
        SubElement(root, "NextMarker").text = page.next_marker
    SubElement(root, "MaxItems").text = str(page.size)
    SubElement(root, "Quantity").text = str(len(page.items))
    stores = SubElement(root, "Items")
    for store in page.items.values():
        cloudfront._build_kvs_xml(SubElement(stores, "KeyValueStore"), store)
    return root


def _refused(arn: str, puts: list[Any], deletes: list[Any]) -> Answer | None:
    """The answer to what would be too much. What is no key or no value is left to MiniStack to refuse."""
    from ministack.services import cloudfront_keyvaluestore as data

    written = {put["Key"]: put["Value"] for put in puts if isinstance(put.get("Value"), str)}
    for key, value in written.items():
        for text, quota in ((key, quotas.KEY_BYTES), (value, quotas.VALUE_BYTES)):
            if _size(text) > quotas.limit(quota):
                wrong = f"{_size(text)} bytes are more than {quotas.limit(quota)}: {quota[1]}"
                return _error("ValidationException", wrong)
    if len(puts) + len(deletes) > quotas.limit(quotas.KEYS_PER_UPDATE):
        return _error("ValidationException", "More keys than one request may change")
    if sum(map(_size, (*written, *written.values()))) > quotas.limit(quotas.BYTES_PER_UPDATE):
        return _error("ValidationException", "More bytes than one request may write")
    after = content(arn) | written
    for delete in deletes:
        after.pop(delete.get("Key"), None)
    if data._compute_size(after) > quotas.limit(quotas.KEY_VALUE_STORE_BYTES):
        return _error("ServiceQuotaExceededException", f"{arn} has no room for so much", 402)
    return None


def _size(text: str) -> int:
    return len(text.encode())


def _error(code: str, message: str, status: int = 400) -> Answer:
    from ministack.services import cloudfront_keyvaluestore

    answer: Answer = cloudfront_keyvaluestore._error(code, message, status)
    return answer

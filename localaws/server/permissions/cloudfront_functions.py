"""What operations on CloudFront Functions and key value stores are about; MiniStack finds no resource for them."""

from __future__ import annotations

import re
from urllib.parse import unquote

from localaws.server.cloudfront import key_value_stores
from localaws.server.front_door import Call

FUNCTION = re.compile(r"/2020-05-31/function/([^/]+)")
FUNCTION_NAME = re.compile(rb"<Name>([^<]+)</Name>")
STORE = re.compile(r"/2020-05-31/key-value-store/([^/]+)")


def resource_of(call: Call, action: str, account: str) -> str | None:
    """The ARN; None where the operation is about no function and no store."""
    arn = f"arn:aws:cloudfront::{account}"
    if action == "CreateFunction":
        name = FUNCTION_NAME.search(call.body)
        return f"{arn}:function/{name[1].decode() if name else '*'}"
    if action == "CreateKeyValueStore":
        return f"{arn}:key-value-store/*"
    if function := FUNCTION.match(call.request.path):
        return f"{arn}:function/{function[1]}"
    store = STORE.match(call.request.path)
    return key_value_stores.arn_of(store[1]) if store else None


def store_of_keys(call: Call) -> str:
    """The store that an operation on its keys is about: its ARN, which has a slash, is in the path."""
    return unquote(call.request.path).removeprefix("/key-value-stores/").partition("/keys")[0]

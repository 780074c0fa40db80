"""The operations on key value stores that are ours; describing, changing and deleting them stay MiniStack's."""

from __future__ import annotations

import re

from localaws.server.cloudfront import configuration, key_value_stores
from localaws.server.cloudfront.answers import Answer, xml
from localaws.server.cloudfront.deployment_policy_service import Operation
from localaws.server.cloudfront.request import Request, parsed

ALL = re.compile(r"/2020-05-31/key-value-store/?")


def operations() -> tuple[Operation, ...]:
    return (("GET", ALL, _list), ("POST", ALL, _create))


async def _list(request: Request) -> Answer:
    return xml(key_value_stores.listed(request.query))


async def _create(request: Request) -> Answer:
    from ministack.services import cloudfront

    store = key_value_stores.create(configuration.read(parsed(request.body), "CreateKeyValueStoreRequest"))
    _, headers, body = cloudfront._describe_kvs(store["Name"])
    return 201, headers | {"Location": f"/2020-05-31/key-value-store/{store['Name']}"}, body

"""GetWebACL answers with what its model knows, and without a description where there is none.

MiniStack adds the scope, and a description that is empty, which the model forbids.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from localaws.server.seams import wrap
from localaws.server.settings import Settings

Answer = tuple[int, dict[str, str], bytes]


def install(settings: Settings) -> None:
    from ministack.services import waf

    wrap(waf, "_get_web_acl", as_modelled)


def as_modelled(stock: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
    def get_web_acl(data: dict[str, Any]) -> Answer:
        status, headers, body = stock(data)
        document = json.loads(body)
        if acl := document.get("WebACL"):
            del acl["Scope"]
            if not acl["Description"]:
                del acl["Description"]
        return status, headers, json.dumps(document).encode()

    return get_web_acl

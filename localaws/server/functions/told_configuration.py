"""GetFunctionConfiguration leaves out what there is nothing to say of: reason codes, and the ARN of the runtime's version.

MiniStack tells them as empty texts, which the model forbids.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from localaws.server.seams import wrap
from localaws.server.settings import Settings

Answer = tuple[int, dict[str, str], bytes]
NEVER_EMPTY = ("StateReason", "StateReasonCode", "LastUpdateStatusReason", "LastUpdateStatusReasonCode")


def install(settings: Settings) -> None:
    from ministack.services import lambda_svc

    wrap(lambda_svc, "_get_function_config", as_modelled)


def as_modelled(stock: Callable[..., Answer]) -> Callable[..., Answer]:
    def get_function_config(name: str, qualifier: str | None = None) -> Answer:
        status, headers, body = stock(name, qualifier)
        document = json.loads(body)
        told = {key: value for key, value in document.items() if value != "" or key not in NEVER_EMPTY}
        if told.get("RuntimeVersionConfig", {}).get("RuntimeVersionArn") == "":
            del told["RuntimeVersionConfig"]
        return status, headers, json.dumps(told).encode()

    return get_function_config

"""A path is split into its segments before they are decoded, the method is the one that `X-HTTP-Method-Override` names, and
AWS's own host names lead to an API as well.

MiniStack decodes first, so that `/jobs/a%2Fb` has three segments, passes the header over, and knows the host names of this
machine only.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any
from urllib.parse import unquote

from ministack import app
from ministack.services import apigateway_v1

from localaws.server.seams import wrap

OVERRIDE = "x-http-method-override"
HOST = re.compile(r"([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?::\d+)?")
Parsed = tuple[str, str, str] | None

_segments: ContextVar[list[str] | None] = ContextVar("segments", default=None)
"""Those of the request at work, after API and stage, decoded."""


def install() -> None:
    wrap(app, "_parse_execute_api_url", by_host_names_of_aws)
    wrap(app, "_handle_execute_api_request", split_before_it_is_decoded)
    wrap(apigateway_v1, "_match_resource_tree", by_segments)


def by_host_names_of_aws(stock: Callable[[str, str], Parsed]) -> Callable[[str, str], Parsed]:
    def parse(host: str, path: str) -> Parsed:
        if found := HOST.fullmatch(host):
            stage, _, rest = path.lstrip("/").partition("/")
            return found[1], stage, f"/{rest}"
        return stock(host, path)

    return parse


def split_before_it_is_decoded(stock: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def handle(host: str, path: str, method: str, headers: Any, *request: Any, **raw: Any) -> Any:
        _segments.set(None)
        parsed = app._parse_execute_api_url(host, raw["raw_path"] or "")
        if parsed is not None and apigateway_v1.find_api_scope(parsed[0]) is not None:
            _segments.set([unquote(segment) for segment in parsed[2].split("/") if segment])
            method = headers.get(OVERRIDE, method).upper()
        return await stock(host, path, method, headers, *request, **raw)

    return handle


def by_segments(stock: Callable[[str, list[str]], Any]) -> Callable[[str, list[str]], Any]:
    def match(api_id: str, segments: list[str]) -> Any:
        split = _segments.get()
        return stock(api_id, segments if split is None else split)

    return match

"""The Resource Groups Tagging API in pages: MiniStack finds resources by their tags, but always answers with all."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

GREATEST_PAGE = 100
"""ResourcesPerPage of the API: 100 unless told otherwise, and no more."""


def install() -> None:
    from ministack.services import tagging

    tagging._HANDLERS["GetResources"] = _paginated(tagging._HANDLERS["GetResources"])


def _paginated(stock: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def get_resources(request: dict[str, Any]) -> Any:
        from ministack.services import tagging

        size = request.get("ResourcesPerPage", GREATEST_PAGE)
        if not isinstance(size, int) or not 1 <= size <= GREATEST_PAGE:
            return tagging._invalid_parameter(f"ResourcesPerPage must be a number from 1 to {GREATEST_PAGE}")
        try:
            last_seen = base64.urlsafe_b64decode(request.get("PaginationToken") or b"").decode()
        except ValueError:
            return tagging._invalid_parameter("The PaginationToken is not one of this operation")
        status, headers, body = stock({name: value for name, value in request.items() if name != "PaginationToken"})
        if status != 200:
            return status, headers, body
        found = sorted(json.loads(body)["ResourceTagMappingList"], key=lambda mapping: str(mapping["ResourceARN"]))
        following = [mapping for mapping in found if mapping["ResourceARN"] > last_seen]
        page = following[:size]
        token = base64.urlsafe_b64encode(page[-1]["ResourceARN"].encode()).decode() if len(following) > size else ""
        return tagging._json({"ResourceTagMappingList": page, "PaginationToken": token})

    return get_resources

"""The routes of the function: its folder is put on the path as Lambda does."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
FUNCTION = PROJECT / "functions" / "rest_api"


if str(FUNCTION) not in sys.path:
    sys.path.append(str(FUNCTION))


def described() -> dict[str, Any]:
    """OpenAPI 3.1 as Powertools writes it of the routes: parameters and bodies are right, answers are not known."""
    from rest.resolver import resolver

    document: dict[str, Any] = json.loads(resolver.get_openapi_json_schema())
    return document


def statuses() -> dict[str, int]:
    """What each operation answers when it goes well."""
    described()
    from rest.routing import STATUS

    return STATUS


def exposed_headers() -> str:
    """What of an answer the console's pages may read, besides what they always may."""
    from rest.headers import EXPOSED

    return EXPOSED

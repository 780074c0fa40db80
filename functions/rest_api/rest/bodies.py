"""Whether a body is what the contract says before anybody looks into it: JSON, UTF-8, not too large, each key once."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from cloudfront_extensions.errors import BodyTooLarge, InvalidInput, UnsupportedMediaType
from rest.headers import header

MAXIMUM_BODY_BYTES = 256 * 1024
"""What Step Functions takes as the input of an execution."""


def check_body(event: Mapping[str, Any], *, is_wanted: bool) -> None:
    """Raises InvalidInput, BodyTooLarge or UnsupportedMediaType. No message quotes the body."""
    text = event.get("body") or ""
    if not is_wanted:
        if text.strip() not in ("", "{}"):
            raise InvalidInput("body: this operation takes none; leave it out")
        return
    if len(text) > MAXIMUM_BODY_BYTES or len(text.encode("utf-8", "replace")) > MAXIMUM_BODY_BYTES:
        raise BodyTooLarge(f"the body has more than {MAXIMUM_BODY_BYTES:,} bytes")
    media_type = (header(event, "Content-Type") or "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType("the body is not declared as JSON; send Content-Type: application/json")
    if event.get("isBase64Encoded"):
        text = _decoded(text)
    document = _document(text)
    if not isinstance(document, dict):
        raise InvalidInput("body: it is not a JSON object; send one")


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise InvalidInput("body: it is not UTF-8 text; send JSON as UTF-8") from None


def _document(text: str) -> Any:
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_not_json)
        json.dumps(document, ensure_ascii=False).encode()
    except RecursionError:
        raise InvalidInput("body: it is nested too deeply; send the fields of the documentation") from None
    except UnicodeEncodeError:
        raise InvalidInput("body: a text has half of a surrogate pair; send whole characters") from None
    except ValueError:
        raise InvalidInput("body: it is not JSON (RFC 8259); correct it and send it again") from None
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise InvalidInput("body: an object has a key twice, and nobody can say which value is meant; leave one out")
    return document


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)

"""Keys pasted where people write words: refused before anything of them is quoted, kept or logged."""

from __future__ import annotations

from cloudfront_extensions.errors import KeyExposed
from cloudfront_extensions.jobs.pasted_keys import WHAT_WAS_PASTED, holds_key


def refuse_keys(document: object) -> None:
    """Raises KeyExposed."""
    if holds_key(document):
        raise KeyExposed(f"{WHAT_WAS_PASTED}; nothing was started or kept")

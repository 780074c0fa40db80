"""Keys of the table of versions (`version_store` has the table of them)."""

from __future__ import annotations

from cloudfront_extensions.aws.table import Attributes

HEADS = "distributions"
"""The partition with the heads of all distributions."""
UNWRITTEN = "unwritten"
"""The partition with the contents that are not in S3 yet."""


def head_key(distribution_id: str) -> Attributes:
    return {"pk": {"S": HEADS}, "sk": {"S": distribution_id}}


def row_key(distribution_id: str, sort_key: str) -> Attributes:
    return {"pk": {"S": f"distribution#{distribution_id}"}, "sk": {"S": sort_key}}


def version_key(distribution_id: str, number: int) -> Attributes:
    return row_key(distribution_id, f"version#{number:08d}")


def unwritten_key(object_key: str) -> Attributes:
    return {"pk": {"S": UNWRITTEN}, "sk": {"S": object_key}}

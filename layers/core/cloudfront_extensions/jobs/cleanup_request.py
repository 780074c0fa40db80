"""What `job_cleanup` is asked for, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.fields import described, flag, identifier, parent_execution, refuse_unknown

ONLY_FAILED = "failed"
MAXIMUM_ITEMS = 1_000
"""Named one by one; a whole job, or all that failed of it, may have more."""


@dataclass(frozen=True, slots=True)
class CleanupRequest:
    job_id: str
    items: tuple[str, ...] | None = None
    """Ids of those to clean up; None: all."""
    only_failed: bool = False
    """Those that are not done, instead."""
    dry_run: bool = False
    started_by: str | None = None
    """ARN of the execution that asks for this as a part of its own work."""


def parse_request(document: Mapping[str, Any]) -> CleanupRequest:
    """Read the workflow's input. Raises InvalidInput, which names the field that is wrong."""
    refuse_unknown(document, {"jobId", "items", "dryRun"})
    items = document.get("items")
    return CleanupRequest(
        job_id=identifier(document, "jobId"),
        items=None if items == ONLY_FAILED else _items(items),
        only_failed=items == ONLY_FAILED,
        dry_run=flag(document, "dryRun", default=False),
        started_by=parent_execution(document),
    )


def _items(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not 1 <= len(value) <= MAXIMUM_ITEMS:
        raise InvalidInput(
            f'items: {described(value)}; give a list of 1 to {MAXIMUM_ITEMS:,} item ids, "{ONLY_FAILED}" for what is not '
            "done, or nothing for the whole job"
        )
    return tuple(dict.fromkeys(identifier({"items": one}, "items") for one in value))

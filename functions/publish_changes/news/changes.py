"""Which jobs and rollbacks a batch of a stream's records, or an execution's event, is about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What the partition key of a row begins with."""

    JOB = "job"
    ROLLBACK = "rollback"


class Changed(NamedTuple):
    kind: Kind
    id: str


def changed_in(records: Iterable[Mapping[str, Any]]) -> list[Changed]:
    """Each once, in the order in which they come first. The streams have keys alone, and their filters pass no other kind of
    row."""
    found: dict[Changed, None] = {}
    for record in records:
        kind, _, name = record["dynamodb"]["Keys"]["pk"]["S"].partition("#")
        found[Changed(Kind(kind), name)] = None
    return list(found)


def worked_on(execution: Mapping[str, Any], config_rollback: str) -> Changed:
    """What an execution works on, by the detail of its event: its input says so. One whose input is too large for an event
    has, unless it goes on with a job or is a dry run, the request token for its name."""
    kind = Kind.ROLLBACK if execution["stateMachineArn"] == config_rollback else Kind.JOB
    asked = json.loads(execution["input"]) if execution["inputDetails"]["included"] else None
    told = (asked.get("requestToken") or asked.get("jobId")) if isinstance(asked, dict) else None
    return Changed(kind, str(told or execution["name"]))

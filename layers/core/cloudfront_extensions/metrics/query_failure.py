"""Why a scan of the logs failed, and what is to be done about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cloudfront_extensions.metrics.sources import folder_of

_OBJECT = re.compile(r"s3[an]?://([a-z0-9][a-z0-9.-]+)/([^\s\"'\[\]()]+)")
_GONE = re.compile(r"NoSuchKey|does not exist|FileNotFound|Status Code: 404|specified key", re.IGNORECASE)
_DENIED = re.compile(r"permission|access ?denied|not authorized|Status Code: 403", re.IGNORECASE)
_HEAVY = re.compile(r"exhausted resources|EXCEEDED_\w*MEMORY|INSUFFICIENT_RESOURCES", re.IGNORECASE)
_MISFIT = re.compile(r"incompatible with type|Unsupported Trino column type|(?<!crc )(?<!sum )mismatch", re.IGNORECASE)
"""The table is at fault, or whoever wrote all the files: not the one file that is named."""
_BROKEN = re.compile(r"unexpected end of|incorrect (header|data) check|not a gzip|not in GZIP", re.IGNORECASE)
_PASSING = re.compile(r"SlowDown|throttl|time[d ]*out|reset|Status Code: 50\d|Service Unavailable", re.IGNORECASE)
_UNREADABLE = ("HIVE_BAD_DATA", "HIVE_CURSOR_ERROR", "HIVE_FILESYSTEM_ERROR", "HIVE_CANNOT_OPEN_SPLIT")
"""What Athena's words begin with when a file can't be read; the last two also where S3 could not be asked."""
_SYSTEM, _OTHER = 1, 3
"""Categories of AthenaError; 2 is a mistake of the query's author."""


class Failure(StrEnum):
    UNREADABLE = "unreadable"
    """A file can't be read, whoever tries: it is to be set aside. Athena may not have said which."""
    VANISHED = "vanished"
    """A file that was listed was gone when it was to be read: what is there now can be scanned."""
    PASSING = "passing"
    """Athena's own side failed; another try may get through."""
    TOO_LARGE = "too large"
    """The query would have read more bytes than its workgroup allows."""
    TOO_HEAVY = "too heavy"
    """The query needed more memory or processors than Athena gives it."""
    CANCELLED = "cancelled"
    """Somebody stopped the query."""
    NOT_DONE = "not done"
    """The query was queued, or ran, for longer than the workflow waits."""
    THROTTLED = "throttled"
    REFUSED = "refused"
    """All else: trying again gets the same answer."""


@dataclass(frozen=True, slots=True)
class Judgement:
    failure: Failure
    reason: str
    """In Athena's words."""
    key: str | None = None
    """Of the file, for VANISHED, and for UNREADABLE where Athena says which."""


def judge(error: str, cause: str, bucket: str) -> Judgement:
    """What became of a query, by the error and cause that Step Functions tells.

    Args:
        error: `States.TaskFailed` for a query that failed or was stopped, whose execution is then the cause, as JSON.
        cause: in words otherwise.
        bucket: of the log files; a file elsewhere is none of ours.
    """
    if error == "States.Timeout":
        return Judgement(Failure.NOT_DONE, "the query was not done in time")
    if "TooManyRequests" in error or "Throttl" in error:
        return Judgement(Failure.THROTTLED, cause)
    status = _status(cause)
    if status is None:
        return Judgement(Failure.REFUSED, f"{error}: {cause}")
    reason = str(status.get("StateChangeReason") or "no reason was told")
    if status.get("State") == "CANCELLED":
        is_too_large = "bytes scanned limit" in reason.lower()
        return Judgement(Failure.TOO_LARGE if is_too_large else Failure.CANCELLED, reason)
    return _of_failed(reason, status.get("AthenaError") or {}, _log_file(reason, bucket))


def _of_failed(reason: str, told: Mapping[str, Any], key: str | None) -> Judgement:
    """Athena's words come first: what the error catalog calls retryable is not the same for each of them."""
    if _DENIED.search(reason):
        return Judgement(Failure.REFUSED, reason)
    if key and _GONE.search(reason):
        return Judgement(Failure.VANISHED, reason, key)
    if _HEAVY.search(reason):
        return Judgement(Failure.TOO_HEAVY, reason)
    if reason.startswith("HIVE_") and _MISFIT.search(reason):
        return Judgement(Failure.REFUSED, f"the table does not fit the file: {reason}")
    if _PASSING.search(reason):
        return Judgement(Failure.PASSING, reason)
    is_of_athena = bool(told.get("Retryable")) or told.get("ErrorCategory") in (_SYSTEM, _OTHER)
    certain, maybe = reason.startswith(_UNREADABLE[:2]), reason.startswith(_UNREADABLE[2:])
    if key and (certain or (maybe and not is_of_athena)):
        return Judgement(Failure.UNREADABLE, reason, key)
    if not _OBJECT.search(reason) and (_BROKEN.search(reason) or (certain and not is_of_athena)):
        return Judgement(Failure.UNREADABLE, reason)
    return Judgement(Failure.PASSING if is_of_athena else Failure.REFUSED, reason)


def _status(cause: str) -> Mapping[str, Any] | None:
    """The Status of the query execution that a cause holds."""
    try:
        document = json.loads(cause)
    except ValueError:
        return None
    execution = document.get("QueryExecution", document) if isinstance(document, dict) else None
    status = execution.get("Status") if isinstance(execution, dict) else None
    return status if isinstance(status, dict) else None


def _log_file(reason: str, bucket: str) -> str | None:
    """The key of the log file that a message names."""
    for found in _OBJECT.finditer(reason):
        key = found[2].rstrip(".,:;")
        if found[1] == bucket and folder_of(key):
            return key
    return None

"""What the steps of `metrics_refresh` hand on to each other."""

from __future__ import annotations

from typing import Any, TypedDict


class Progress(TypedDict):
    """What one execution has done so far."""

    rounds: int
    """Scans whose figures are stored."""
    repeats: int
    """Scans that failed and were done again."""
    waits: int
    """How often it waited for another execution that was at it."""
    most: int
    """Folders that a scan takes at most; 0: as many as the application's settings say."""
    folders: int
    """Folders counted."""
    bytes: int
    """Bytes scanned for them."""
    rejected: int
    """Lines of them that could not be counted."""
    unreadable: int
    """Files of them that were set aside because they can't be read, now or before."""


class Refresh(TypedDict):
    """One scan and what becomes of it."""

    runId: str
    bucket: str
    prefix: str
    """Under it lie the claims, and the distributions as they were when it began."""
    folders: int
    left: bool
    """Whether folders are left that another scan is to take."""


class Query(TypedDict):
    queryId: str
    output: str
    """Where the result lies."""
    bytes: int


class Stored(TypedDict):
    offset: int
    """A byte of the result at which the rows of a distribution begin; all before it are stored."""
    position: int
    """Figures of domains from there on that are stored too, in the order of the result."""
    done: bool


class Failure(TypedDict):
    Error: str
    Cause: str


class Scanned(TypedDict):
    """The state of the workflow once the logs are scanned."""

    request: dict[str, Any]
    progress: Progress
    refresh: Refresh
    scan: Query
    stored: Stored


class FailedScan(TypedDict):
    """The state of the workflow where the scan failed."""

    request: dict[str, Any]
    progress: Progress
    refresh: Refresh
    failure: Failure


def claims_key(refresh: Refresh) -> str:
    return f"{refresh['prefix']}claims.json"


def domains_key(refresh: Refresh) -> str:
    return f"{refresh['prefix']}domains.json"

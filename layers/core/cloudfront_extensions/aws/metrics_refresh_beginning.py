"""The first step of `metrics_refresh`: whether there is anything to do, by whom, and the one statement for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, TypedDict

from cloudfront_extensions.aws.clock import epoch_seconds, now
from cloudfront_extensions.aws.executions import is_running
from cloudfront_extensions.aws.known_distributions import keep_known_domains
from cloudfront_extensions.aws.log_folders import LogFolders, RefreshRun
from cloudfront_extensions.aws.metrics_refresh_state import Progress, Refresh, Stored, claims_key, domains_key
from cloudfront_extensions.aws.objects import put_json
from cloudfront_extensions.metrics.folder_record import PendingFolder, chosen, claim_json
from cloudfront_extensions.metrics.refresh_request import RefreshRequest, parse_request
from cloudfront_extensions.metrics.statement import statement

MOST_WAITS = 15
"""Minutes that an execution waits for another one before it leaves the rest to the next."""


class NothingNew(TypedDict):
    outcome: str
    progress: Progress


class BusyRefresh(TypedDict):
    """Another execution is at it: `busy` while it is waited for, `attached` when no longer."""

    outcome: str
    request: dict[str, Any]
    progress: Progress
    executionArn: str


class Scan(TypedDict):
    statement: str
    database: str


class BegunRefresh(TypedDict):
    """The state of the workflow from here on."""

    outcome: str
    request: dict[str, Any]
    progress: Progress
    refresh: Refresh
    scan: Scan
    stored: Stored


def begin(
    document: Mapping[str, Any], progress: Progress, execution_arn: str
) -> BegunRefresh | BusyRefresh | NothingNew:
    """Claim folders that have changed, and say how they are scanned; or answer which execution is at it.

    Raises:
        InvalidInput: the request does not say what is wanted.
    """
    request, folders = parse_request(document), LogFolders()
    if not (progress["rounds"] or progress["repeats"] or progress["waits"]):
        # What is asked for by name is counted, if not by this execution then by another one.
        for folder in request.folders:
            folders.note_arrivals(folder)
    most = progress["most"] or int(os.environ["FOLDERS_PER_SCAN"])
    # What is viewed most comes first, and then nobody waits for ever.
    is_first = not progress["rounds"]
    if not _claims(request, most, folders, is_first)[0]:
        return {"outcome": "nothing", "progress": progress}
    run = _hold(execution_arn, folders)
    if run.execution_arn != execution_arn:
        return {
            "outcome": "busy" if progress["waits"] < MOST_WAITS else "attached",
            "request": dict(document),
            "progress": {**progress, "waits": progress["waits"] + 1},
            "executionArn": run.execution_arn,
        }
    # Whoever held it until now may have counted some.
    claims, left = _claims(request, most, folders, is_first)
    if not claims:
        return {"outcome": "nothing", "progress": progress}
    refresh: Refresh = {
        "runId": run.run_id,
        "bucket": os.environ["RESULTS_BUCKET"],
        "prefix": f"refresh/{run.run_id}/{progress['rounds']}-{progress['repeats']}/",
        "folders": len(claims),
        "left": left,
    }
    put_json(refresh["bucket"], claims_key(refresh), [claim_json(claim) for claim in claims])
    keep_known_domains(refresh["bucket"], domains_key(refresh))
    database = os.environ["LOGS_DATABASE"]
    text = statement([claim.folder for claim in claims], database)
    return {
        "outcome": "begun",
        "request": dict(document),
        "progress": progress,
        "refresh": refresh,
        "scan": {"statement": text, "database": database},
        "stored": {"offset": 0, "position": 0, "done": False},
    }


def _claims(
    request: RefreshRequest, most: int, folders: LogFolders, is_first: bool
) -> tuple[list[PendingFolder], bool]:
    due = (one for one in folders.pending() if one.retry_at <= epoch_seconds())
    return chosen(due, request.folders, request.sources, most, longest_waiting=not is_first)


def _hold(execution_arn: str, folders: LogFolders) -> RefreshRun:
    """The refresh under way: this execution's, or that of another one which still runs."""
    current = folders.run()
    if current and (current.execution_arn == execution_arn or _is_at_it(current.execution_arn, execution_arn)):
        return current
    started_at = now()
    run = RefreshRun(started_at.replace(":", ""), started_at, execution_arn)
    return run if folders.begin_run(run, current) else _hold(execution_arn, folders)


def _is_at_it(other: str, own: str) -> bool:
    """Whether another execution of the same state machine runs. One that has been replaced is not ours to ask about."""
    return other.rpartition(":")[0] == own.rpartition(":")[0] and is_running(other)

"""The last step of `metrics_refresh`: folders that did not change meanwhile are pending no more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypedDict

from cloudfront_extensions.aws.log_folders import LogFolders
from cloudfront_extensions.aws.metric_publication import publish_metrics, publish_trouble
from cloudfront_extensions.aws.metrics_refresh_state import Progress, Scanned, claims_key
from cloudfront_extensions.aws.objects import get_json
from cloudfront_extensions.errors import QueryFailed, RefreshSuperseded
from cloudfront_extensions.metrics.folder_record import FolderRecord, claim_from
from cloudfront_extensions.metrics.publication import Trouble

MOST_ROUNDS = 100
"""Scans of one execution: its history has some thirty events for each, and may have 25,000."""


class FinishedRefresh(TypedDict):
    """What the workflow ends with, or goes on with where `more` says so."""

    outcome: str
    request: dict[str, Any]
    progress: Progress
    changedMeanwhile: int
    """Folders in which files arrived after they had been claimed. They are pending still."""
    failing: int
    """Folders whose query has failed, so that they come last, or rest. They are pending still."""
    more: bool


def finish(state: Scanned) -> FinishedRefresh:
    """Tell CloudWatch of the domains that are published there, and then let go of the folders that were counted.

    In this order: a folder that CloudWatch could not be told of is pending still, and the next refresh tells what is left.

    Raises:
        RefreshSuperseded: another refresh has begun meanwhile.
    """
    refresh, progress, folders = state["refresh"], state["progress"], LogFolders()
    current = folders.run()
    if current is None or current.run_id != refresh["runId"]:
        raise RefreshSuperseded(f"refresh {refresh['runId']} is not the one under way")
    claims = [claim_from(one) for one in get_json(refresh["bucket"], claims_key(refresh), not_found=QueryFailed)]
    for claim in claims:
        folders.note_refreshed(claim.folder)
    publish_metrics([claim.folder for claim in claims])
    records = [folders.record(claim.folder) for claim in claims]
    _publish_trouble(records)
    for claim in claims:
        folders.let_go(claim)
    pending = list(folders.pending())
    changed = {claim.folder for claim in claims} & {one.folder for one in pending}
    rounds = progress["rounds"] + 1
    return {
        "outcome": "refreshed",
        "request": state["request"],
        "progress": {
            **progress,
            "rounds": rounds,
            "folders": progress["folders"] + len(claims),
            "bytes": progress["bytes"] + state["scan"]["bytes"],
            "rejected": progress["rejected"] + sum(record.rejected_lines for record in records),
            "unreadable": progress["unreadable"] + sum(len(record.unreadable) for record in records),
        },
        "changedMeanwhile": len(changed),
        "failing": sum(1 for one in pending if one.failures),
        "more": refresh["left"] and rounds < MOST_ROUNDS,
    }


def _publish_trouble(records: Collection[FolderRecord]) -> None:
    """By kind of logs."""
    for source in sorted({record.folder.source for record in records}):
        own = [record for record in records if record.folder.source is source]
        lines, files = sum(record.rejected_lines for record in own), sum(len(record.unreadable) for record in own)
        publish_trouble(source, Trouble(lines, files))

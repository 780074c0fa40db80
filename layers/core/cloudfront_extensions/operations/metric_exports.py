"""Exports of metrics: started under a token, which is the name of the execution, and looked at.

Nothing is kept of an export besides its execution, which Step Functions forgets after 90 days, and its files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypedDict

from cloudfront_extensions.aws.clock import epoch_seconds, now
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.executions import RUNNING, SUCCEEDED, Execution, execution, execution_arn, start
from cloudfront_extensions.aws.metrics_export import Manifest, prefix_of
from cloudfront_extensions.aws.objects import get_json
from cloudfront_extensions.aws.presigned import link_to
from cloudfront_extensions.errors import ExportNotFound, RequestTokenConflict
from cloudfront_extensions.fields import identifier
from cloudfront_extensions.jobs.failures import failure_of
from cloudfront_extensions.metrics.export_request import parse_request, refuse_expired
from cloudfront_extensions.operations.access import audit
from cloudfront_extensions.operations.callers import Caller
from cloudfront_extensions.operations.metric_ranges import five_minutes_days
from cloudfront_extensions.operations.pasted_keys import refuse_keys
from cloudfront_extensions.operations.request_tokens import with_token
from cloudfront_extensions.operations.rollback_answers import FailureAnswer

MOST_LINKS = 100
"""Files that an answer leads to; the manifest names all."""
NEXT_ACTION = "Put right what the reason says, and start the export again under another request token."
"""After any failure: the token is the name of an execution, which is given once in 90 days."""


class ExportState(StrEnum):
    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"
    DELETED = "DELETED"
    """It was complete; its files are there no more."""


class ExportFile(TypedDict):
    bucket: str
    key: str
    rows: int
    bytes: int
    url: str
    """Leads there without any other leave, for some minutes."""


class ExportAnswer(TypedDict):
    exportId: str
    """The request token."""
    status: ExportState
    startedAt: str
    endedAt: str | None
    executionArn: str
    rows: int
    """In the files that there are so far."""
    fileCount: int
    files: list[ExportFile]
    """Once it is complete: the first hundred; the manifest, JSON in the same bucket, names all."""
    manifestKey: str
    failure: FailureAnswer | None


def start_metrics_export(
    request: Mapping[str, Any], *, idempotency_key: str | None = None, caller: Caller
) -> ExportAnswer:
    """Start what the workflow `metrics_export` takes as its input, under a request token, or find it started.

    Raises:
        InvalidInput: the request does not say what is wanted, names another token than `idempotency_key`, or asks for what
            is kept no more.
        InvalidDomainName: one of the domains is none.
        RequestTokenConflict: the token belongs to another export.
    """
    refuse_keys(request)
    document = dict(with_token(request, idempotency_key))
    export_id = identifier(document, "requestToken")
    del document["requestToken"]
    asked = parse_request(document)
    if execution(_arn(export_id)) is None:
        refuse_expired(asked, epoch_seconds(), five_minutes_days())
    audit("startMetricsExport", caller, f"export {export_id}")
    arn = start(_state_machine(), export_id, document)
    found = execution(arn or _arn(export_id))
    if arn is None and (found is None or json.loads(found.input) != document):
        raise RequestTokenConflict(f"request token {export_id} belongs to another export")
    # Step Functions may not show yet what it has just started.
    return _answer(export_id, found or Execution(_arn(export_id), RUNNING, now(), None, "{}"))


def get_metrics_export(export_id: str) -> ExportAnswer:
    """An export as it stands, with links to its files once it is complete.

    Raises:
        InvalidInput, ExportNotFound
    """
    export_id = identifier({"exportId": export_id}, "exportId")
    found = execution(_arn(export_id))
    if found is None:
        raise ExportNotFound(f"there is no export {export_id}")
    return _answer(export_id, found)


def _answer(export_id: str, found: Execution) -> ExportAnswer:
    manifest = _manifest(export_id)
    status = _status(found, manifest)
    parts = manifest["parts"] if manifest else []
    linked = parts[:MOST_LINKS] if status is ExportState.COMPLETE else []
    bucket = os.environ["RESULTS_BUCKET"]
    return {
        "exportId": export_id,
        "status": status,
        "startedAt": found.started_at,
        "endedAt": found.ended_at,
        "executionArn": found.arn,
        "rows": manifest["rows"] if manifest else 0,
        "fileCount": len(parts),
        "files": [{"bucket": bucket, **part, "url": link_to(bucket, part["key"])} for part in linked],
        "manifestKey": _manifest_key(export_id),
        "failure": _failure(found) if status is ExportState.FAILED else None,
    }


def _status(found: Execution, manifest: Manifest | None) -> ExportState:
    if found.is_running:
        return ExportState.RUNNING
    if found.status != SUCCEEDED:
        return ExportState.FAILED
    return ExportState.COMPLETE if manifest else ExportState.DELETED


def _manifest(export_id: str) -> Manifest | None:
    try:
        manifest: Manifest = get_json(os.environ["RESULTS_BUCKET"], _manifest_key(export_id), not_found=AlreadyGone)
    except AlreadyGone:
        return None
    return manifest


def _manifest_key(export_id: str) -> str:
    return f"{prefix_of(export_id)}manifest.json"


def _failure(found: Execution) -> FailureAnswer:
    failure = failure_of(
        {
            "Error": found.error or f"Execution.{found.status}",
            "Cause": found.cause or f"the execution is {found.status}",
        }
    )
    return {"error": failure.error, "reason": failure.reason, "nextAction": NEXT_ACTION}


def _arn(export_id: str) -> str:
    return execution_arn(_state_machine(), export_id)


def _state_machine() -> str:
    return os.environ["METRICS_EXPORT"]

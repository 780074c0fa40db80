"""Pre-warmings of caches: started under a token, looked at while they run, and told of when they have ended.

Nothing is kept of one besides its executions, which Step Functions forgets after 90 days, and the files that they wrote.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypedDict

from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.executions import (
    RUNNING,
    SUCCEEDED,
    Execution,
    MapRunCounts,
    execution,
    execution_arn,
    execution_name,
    map_run_counts,
    start,
)
from cloudfront_extensions.aws.objects import get_json, jobs_bucket
from cloudfront_extensions.aws.presigned import link_to
from cloudfront_extensions.aws.prewarm_beginning import prefix_of, run_key
from cloudfront_extensions.aws.prewarm_ending import FAILURES, REPORT, SUMMARY, PrewarmSummary
from cloudfront_extensions.errors import InvalidInput, PrewarmIncomplete, PrewarmNotFound, RequestTokenConflict
from cloudfront_extensions.fields import identifier
from cloudfront_extensions.jobs.failures import failure_of
from cloudfront_extensions.operations.access import audit
from cloudfront_extensions.operations.callers import Caller
from cloudfront_extensions.operations.pasted_keys import refuse_keys
from cloudfront_extensions.operations.request_tokens import with_token
from cloudfront_extensions.operations.rollback_answers import FailureAnswer
from cloudfront_extensions.prewarming.fetches import Totals
from cloudfront_extensions.prewarming.pops import known_pops
from cloudfront_extensions.prewarming.request import parse_request


class PrewarmState(StrEnum):
    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    """Every URL came through every PoP."""
    INCOMPLETE = "INCOMPLETE"
    """Some did not; the report names them."""
    FAILED = "FAILED"


class PrewarmReport(TypedDict):
    """Links to the files, which last some minutes."""

    url: str
    """JSON: totals of each PoP, and every failure."""
    failuresUrl: str
    """CSV: the failures as rows."""


class PrewarmAnswer(TypedDict):
    prewarmId: str
    """The request token."""
    status: PrewarmState
    startedAt: str
    endedAt: str | None
    executionArn: str
    batches: MapRunCounts | None
    """How far it is: batches of up to 50 URLs through one PoP. None before the first one."""
    totals: Totals | None
    """Once all batches are over, as the three that follow."""
    failedPops: list[str]
    """The first hundred through which nothing came."""
    failedUrls: list[str]
    """The first hundred that came through no PoP."""
    report: PrewarmReport | None
    failure: FailureAnswer | None


def start_prewarm(request: Mapping[str, Any], *, idempotency_key: str | None = None, caller: Caller) -> PrewarmAnswer:
    """Start what the workflow `cache_prewarm` takes as its input, or find it started; one that failed goes on.

    Raises:
        InvalidInput: the request does not say what is wanted, or names another token than `idempotency_key`.
        RequestTokenConflict: the token belongs to another pre-warming.
    """
    refuse_keys(request)
    document = dict(with_token(request, idempotency_key))
    asked = parse_request(document, known_pops())
    newest = _newest(asked.token)
    if newest and not _is_same(newest, document):
        raise RequestTokenConflict(f"request token {asked.token} belongs to another pre-warming")
    if newest and (newest.is_running or newest.status == SUCCEEDED):
        return _answer(asked.token, newest)
    name = execution_name(asked.token, _name_of(newest)) if newest else asked.token
    audit("startPrewarm", caller, f"pre-warming {asked.token}")
    arn = start(_state_machine(), name, document) or _arn(name)
    # Step Functions may not show yet what it has just started.
    return _answer(asked.token, execution(arn) or Execution(arn, RUNNING, now(), None, "{}"))


def get_prewarm(prewarm_id: str) -> PrewarmAnswer:
    """A pre-warming as it stands, with links to its report once it has one.

    Raises:
        InvalidInput, PrewarmNotFound
    """
    prewarm_id = identifier({"prewarmId": prewarm_id}, "prewarmId")
    found = _newest(prewarm_id)
    if found is None:
        raise PrewarmNotFound(f"there is no pre-warming {prewarm_id}")
    return _answer(prewarm_id, found)


def _newest(token: str) -> Execution | None:
    """The last execution of a token. One that goes on after a failure has a name that its forerunner's gives."""
    try:
        name = get_json(jobs_bucket(), run_key(token), not_found=AlreadyGone)["runId"]
    except AlreadyGone:
        name = token
    found = execution(_arn(name))
    if found is None or found.is_running or found.status == SUCCEEDED:
        return found
    return execution(_arn(execution_name(token, name))) or found


def _is_same(found: Execution, document: Mapping[str, Any]) -> bool:
    """Whether an execution does what is asked, though its input may say it in other words."""
    known = known_pops()
    try:
        earlier = parse_request(json.loads(found.input), known)
    except InvalidInput:
        return False
    return earlier.as_json() == parse_request(document, known).as_json()


def _answer(token: str, found: Execution) -> PrewarmAnswer:
    summary = None if found.is_running else _summary(token, found)
    return {
        "prewarmId": token,
        "status": _status(found),
        "startedAt": found.started_at,
        "endedAt": found.ended_at,
        "executionArn": found.arn,
        "batches": map_run_counts(found.arn),
        "totals": summary["totals"] if summary else None,
        "failedPops": summary["failedPops"] if summary else [],
        "failedUrls": summary["failedUrls"] if summary else [],
        "report": _links(token) if summary else None,
        "failure": None if found.is_running or found.status == SUCCEEDED else _failure(found),
    }


def _status(found: Execution) -> PrewarmState:
    if found.is_running:
        return PrewarmState.RUNNING
    if found.status == SUCCEEDED:
        return PrewarmState.COMPLETE
    return PrewarmState.INCOMPLETE if found.error == PrewarmIncomplete.__name__ else PrewarmState.FAILED


def _summary(token: str, found: Execution) -> PrewarmSummary | None:
    """What the execution wrote at its end; None where it did not come so far, or another one has written since."""
    try:
        summary: PrewarmSummary = get_json(jobs_bucket(), f"{prefix_of(token)}{SUMMARY}", not_found=AlreadyGone)
    except AlreadyGone:
        return None
    return summary if summary["runId"] == _name_of(found) else None


def _links(token: str) -> PrewarmReport:
    bucket, prefix = jobs_bucket(), prefix_of(token)
    return {"url": link_to(bucket, f"{prefix}{REPORT}"), "failuresUrl": link_to(bucket, f"{prefix}{FAILURES}")}


def _failure(found: Execution) -> FailureAnswer:
    ended_so = {
        "Error": found.error or f"Execution.{found.status}",
        "Cause": found.cause or f"the execution is {found.status}",
    }
    failure = failure_of(ended_so)
    return {"error": failure.error, "reason": failure.reason, "nextAction": failure.next_action}


def _name_of(found: Execution) -> str:
    return found.arn.rpartition(":")[2]


def _arn(name: str) -> str:
    return execution_arn(_state_machine(), name)


def _state_machine() -> str:
    return os.environ["CACHE_PREWARM"]

"""Rollbacks: list and look, start, read the plan, answer for it, and stop.

To start one is to write its record, with the execution that is to work on it, and then to start that: of two who start the
same at once both get one execution, and what was not started after all is started by whoever asks again. The first execution
has the token's name, each later one a name that the one before makes out. A dry run keeps no record, and leaves the token
free: its execution's name tells it apart.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, TypedDict

from cloudfront_extensions.aws import alarms, approvals
from cloudfront_extensions.aws.approvals import Answered
from cloudfront_extensions.aws.clock import now, seconds_since
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.executions import (
    RUNNING,
    SUCCEEDED,
    Execution,
    execution,
    execution_arn,
    execution_name,
    start,
)
from cloudfront_extensions.aws.objects import get_hashed, get_json, jobs_bucket
from cloudfront_extensions.aws.presigned import link_to
from cloudfront_extensions.aws.rollback_planning import prefix_of
from cloudfront_extensions.aws.rollback_store import KnownRollback, RollbackStore
from cloudfront_extensions.aws.snapshots import ANY
from cloudfront_extensions.errors import (
    ChangedSinceRead,
    InvalidCursor,
    InvalidInput,
    RequestTokenConflict,
    RollbackNotFound,
    with_next_action,
)
from cloudfront_extensions.fields import identifier
from cloudfront_extensions.jobs.failures import failure_of
from cloudfront_extensions.operations.access import audit
from cloudfront_extensions.operations.callers import Caller
from cloudfront_extensions.operations.cursors import cursor_after, position_of
from cloudfront_extensions.operations.pages import DEFAULT_LIMIT, Page, checked_limit
from cloudfront_extensions.operations.pasted_keys import refuse_keys
from cloudfront_extensions.operations.request_tokens import with_token
from cloudfront_extensions.operations.rollback_answers import (
    Described,
    FailureAnswer,
    FileLink,
    RollbackAnswer,
    RollbackItem,
    RollbackState,
    described_by_report,
    described_by_summary,
    rollback_item,
    state_on_record,
    totals,
)
from cloudfront_extensions.operations.sizes import LARGEST_ANSWER, bytes_of
from cloudfront_extensions.versions.rollback_answer import parse_answer, parse_stop
from cloudfront_extensions.versions.rollback_records import Answer, Ending, Rollback
from cloudfront_extensions.versions.rollback_request import RollbackRequest, as_json, body_hash, parse_request

SEEN_WITHIN = 60
"""Seconds after which an execution that is on record and unknown to Step Functions was not started, or long ago."""

_LIST = "rollbacks"
_PLACE = re.compile(r"[0-9TZ:.-]{20,30}#[A-Za-z0-9_-]{1,48}")


class PlanAnswer(TypedDict):
    requestToken: str
    etag: str
    """SHA-256 over the plan as it is stored, bare: what `answer_rollback` takes as `if_match`."""
    isWhole: bool
    """False where the plan has more bytes than an API answers: then `plan` has the number of each target's changes instead of
    the changes, and `files` leads to the whole."""
    plan: dict[str, Any]
    """As `rollback_plan.plan_json` makes it: status, plannedAt, risk, totals, request, targets with changes and refusals."""
    files: list[FileLink]
    """The plan as JSON and as text."""


def list_rollbacks(*, limit: int = DEFAULT_LIMIT, cursor: str | None = None) -> Page[RollbackItem]:
    """All rollbacks, the newest first: one call for a page. Dry runs keep no record, and are not in it.

    Raises:
        InvalidInput, InvalidCursor
    """
    place = position_of(cursor, _LIST)
    if place is not None and not _PLACE.fullmatch(place):
        raise InvalidCursor("cursor: it does not name a rollback")
    page = RollbackStore().newest(checked_limit(limit), place)
    return {
        "items": [rollback_item(rollback) for rollback in page.rollbacks],
        "nextCursor": cursor_after(page.last, _LIST) if page.last else None,
    }


def start_rollback(request: Mapping[str, Any], *, idempotency_key: str | None = None, caller: Caller) -> RollbackAnswer:
    """Start what the workflow `config_rollback` takes as its input, or find it started; with `dryRun` the plan alone.

    One that has ended without having come to its end is started again, and goes on where it stands; not one that a person
    has denied or stopped.

    Raises:
        InvalidInput: the request does not say what is wanted, or names another token than `idempotency_key`.
        RequestTokenConflict: the token belongs to a rollback with another body.
    """
    refuse_keys(request)
    wanted = parse_request(with_token(request, idempotency_key))
    # A mistyped alarm costs no request token.
    alarms.check_known(wanted.strategy.alarm_names)
    audit("startRollback", caller, f"{'dry run of ' if wanted.dry_run else ''}rollback {wanted.token}")
    if wanted.dry_run:
        return _dry_run(wanted)
    _started(wanted, RollbackStore(), caller.name)
    return get_rollback(wanted.token)


def get_rollback(request_token: str) -> RollbackAnswer:
    """A rollback, or a dry run, as it stands.

    Raises:
        InvalidInput, RollbackNotFound
    """
    token = _checked(request_token)
    if known := RollbackStore().known(token):
        return _recorded(known)
    if found := _dry_execution(token):
        return _told_dry_run(found, token)
    raise RollbackNotFound(f"there is no rollback {token}")


def get_rollback_plan(request_token: str) -> PlanAnswer:
    """The plan of a rollback, or of a dry run.

    Raises:
        InvalidInput
        RollbackNotFound: there is no plan, or none yet.
    """
    token = _checked(request_token)
    for dry_run in (False, True):
        prefix = prefix_of(token, dry_run=dry_run)
        try:
            stored = get_hashed(jobs_bucket(), f"{prefix}/plan.json", keep=LARGEST_ANSWER, not_found=AlreadyGone)
        except AlreadyGone:
            continue
        whole = json.loads(stored.content) if stored.content else None
        if bytes_of(whole) > LARGEST_ANSWER:
            whole = None
        return {
            "requestToken": token,
            "etag": stored.sha256,
            "isWhole": whole is not None,
            "plan": whole or _read(f"{prefix}/summary.json") or {},
            "files": _links(prefix, "plan.json", "plan.txt"),
        }
    raise RollbackNotFound(
        with_next_action(
            f"there is no plan of a rollback {token}",
            "Check the request token; of a rollback that was just started, ask again when it has `plannedAt`.",
        )
    )


def answer_rollback(
    request_token: str, *, approve: bool, comment: str = "", if_match: str | None = None, caller: Caller
) -> Answered:
    """Approve of a rollback's plan, or deny it.

    Raises:
        InvalidInput, RollbackNotFound
        NoAnswerAwaited: nobody asked, the time for an answer is over, or somebody else answered otherwise.
        ChangedSinceRead: `if_match` is given, and is not the plan's ETag (nor `*`).
    """
    refuse_keys(comment)
    request = parse_answer({"requestToken": request_token, "approve": approve, "by": caller.name, "comment": comment})
    audit("answerRollback", caller, f"rollback {request.token}, {'approved' if approve else 'denied'}")
    if if_match not in (None, ANY):
        RollbackStore().existing(request.token)
        _expect_plan(request.token, if_match)
    return approvals.answer(request)


def stop_rollback(request_token: str, *, caller: Caller) -> Answered:
    """Stop a rollback: what it has changed goes back.

    Raises:
        InvalidInput, RollbackNotFound, RollbackEnded
    """
    request = parse_stop({"requestToken": request_token, "by": caller.name})
    audit("stopRollback", caller, f"rollback {request.token}")
    return approvals.stop(request)


def _started(wanted: RollbackRequest, store: RollbackStore, who: str) -> None:
    """Let an execution work on a rollback, unless one does, or nothing is left to do."""
    first = execution_arn(_state_machine(), execution_name(wanted.token))
    if store.create(Rollback(wanted.token, body_hash(wanted), first, requested_by=who)):
        _run(wanted, first, store)
        return
    known = store.existing(wanted.token)
    if known.body_hash != body_hash(wanted):
        raise RequestTokenConflict(f"request token {wanted.token} belongs to a rollback with another request")
    if not _goes_on(known):
        return
    worker = execution(known.execution_arn)
    if worker is None:
        _run(wanted, known.execution_arn, store)
    elif not worker.is_running:
        _run_next(wanted, known.execution_arn, store)


def _goes_on(known: Rollback) -> bool:
    """Whether another execution could do anything: what was left in the middle, it brings to an end."""
    if known.ending in (None, Ending.REFUSED):
        return True
    is_final = known.ending in (Ending.APPLIED, Ending.REVERTED) or known.answer is Answer.DENIED
    return not is_final and not known.stop_requested


def _run(wanted: RollbackRequest, arn: str, store: RollbackStore) -> None:
    """Start the execution that the record names."""
    if not start(_state_machine(), arn.rpartition(":")[2], as_json(wanted)):
        worker = execution(arn)
        if worker is None or not worker.is_running:
            # The name is that of an execution which somebody started past the APIs, and which has ended.
            _run_next(wanted, arn, store)


def _run_next(wanted: RollbackRequest, after: str, store: RollbackStore) -> None:
    name = execution_name(wanted.token, after)
    if store.take_over(wanted.token, after, execution_arn(_state_machine(), name), wanted.targets):
        start(_state_machine(), name, as_json(wanted))


def _dry_run(wanted: RollbackRequest) -> RollbackAnswer:
    """The plan that a dry run of this token makes, or has made."""
    arn = start(_state_machine(), _dry_run_name(wanted.token), as_json(wanted))
    found = _dry_execution(wanted.token)
    if found and _body_hash_of(found) == body_hash(wanted):
        return _told_dry_run(found, wanted.token)
    if arn is None:
        raise RequestTokenConflict(f"request token {wanted.token} belongs to a dry run of another request")
    # Step Functions does not show it yet.
    return _told_dry_run(Execution(arn, RUNNING, now(), None, "{}"), wanted.token)


def _recorded(known: KnownRollback) -> RollbackAnswer:
    """While it is at work by its records and the plan's summary, once it has ended by its report."""
    rollback, targets = known
    prefix = prefix_of(rollback.token, dry_run=False)
    worker = None if rollback.ending else execution(rollback.execution_arn)
    if not rollback.ending and (worker.is_running if worker else _is_fresh(rollback)):
        summary = _read(f"{prefix}/summary.json")
        described = described_by_summary(summary, targets, is_running=True) if summary else Described()
        state = state_on_record(rollback) if summary else RollbackState.STARTING
        return _answer(rollback_item(rollback, state), described, prefix)
    if not rollback.ending:
        # It may have ended since its record was read.
        read_again = RollbackStore().known(rollback.token)
        if read_again and read_again.rollback != rollback:
            return _recorded(read_again)
    report = _read(f"{prefix}/report.json")
    # Of a rollback that was started again, the report may be an earlier execution's.
    if report and report["executionArn"] == rollback.execution_arn:
        item = rollback_item(rollback, RollbackState(report["ending"]))
        return _answer(item, described_by_report(report, targets), prefix)
    summary = _read(f"{prefix}/summary.json")
    described = described_by_summary(summary, targets, is_running=False) if summary else Described()
    if rollback.ending:
        return _answer(rollback_item(rollback), described, prefix)
    state = RollbackState.INTERRUPTED if summary else RollbackState.NOT_STARTED
    return _answer(rollback_item(rollback, state), described._replace(failure=_failure(worker)), prefix)


def _is_fresh(rollback: Rollback) -> bool:
    """Whether its execution may just be about to be seen: Step Functions shows a new one in the end, not at once."""
    return seconds_since(rollback.updated_at) < SEEN_WITHIN


def _told_dry_run(found: Execution, token: str) -> RollbackAnswer:
    has_plan = found.status == SUCCEEDED
    prefix = prefix_of(token, dry_run=True)
    summary = _read(f"{prefix}/summary.json") if has_plan else None
    described = described_by_summary(summary, {}, is_running=False) if summary else Described()
    if not found.is_running and not has_plan:
        described = described._replace(failure=_failure(found))
    state = RollbackState.STARTING if found.is_running else RollbackState.NOT_STARTED
    item: RollbackItem = {
        "requestToken": token,
        "status": RollbackState.PLANNED if has_plan else state,
        "requestedBy": None,
        "createdAt": found.started_at,
        "updatedAt": found.ended_at or found.started_at,
        "executionArn": found.arn,
        "approval": None,
        "stop": None,
    }
    return _answer(item, described, prefix, dry_run=True)


def _answer(item: RollbackItem, described: Described, prefix: str, *, dry_run: bool = False) -> RollbackAnswer:
    is_planned = described.planned_at is not None
    is_over = is_planned and item["status"].value in tuple(Ending)
    answer: RollbackAnswer = {
        **item,
        "dryRun": dry_run,
        "risk": described.risk,
        "plannedAt": described.planned_at,
        "totals": totals(described.targets),
        "targets": list(described.targets),
        "failure": described.failure,
        "plan": [],
        "report": [],
        "etag": "",
    }
    # Before the links, each of which is another one whenever it is made.
    answer["etag"] = sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()[:32]
    answer["plan"] = _links(prefix, "plan.json", "plan.txt") if is_planned else []
    answer["report"] = _links(prefix, "report.json", "report.csv") if is_over else []
    return answer


def _links(prefix: str, *names: str) -> list[FileLink]:
    bucket = jobs_bucket()
    return [{"bucket": bucket, "key": f"{prefix}/{name}", "url": link_to(bucket, f"{prefix}/{name}")} for name in names]


def _read(key: str) -> dict[str, Any] | None:
    """A document of a rollback; None where there is none (yet, or any more)."""
    try:
        document: dict[str, Any] = get_json(jobs_bucket(), key, not_found=AlreadyGone)
    except AlreadyGone:
        return None
    return document


def _failure(found: Execution | None) -> FailureAnswer:
    """Why an execution ended without a report."""
    status = found.status if found else "forgotten"
    error, cause = (found.error, found.cause) if found else (None, None)
    failure = failure_of({"Error": error or f"Execution.{status}", "Cause": cause or f"the execution is {status}"})
    return {"error": failure.error, "reason": failure.reason, "nextAction": failure.next_action}


def _expect_plan(token: str, etag: str | None) -> None:
    try:
        stored = get_hashed(
            jobs_bucket(), f"{prefix_of(token, dry_run=False)}/plan.json", keep=0, not_found=AlreadyGone
        )
    except AlreadyGone:
        raise ChangedSinceRead(f"rollback {token} has no plan yet") from None
    if stored.sha256 != etag:
        raise ChangedSinceRead(f"the plan of rollback {token} has the ETag {stored.sha256} now")


def _dry_run_name(token: str) -> str:
    return execution_name(token, "dryRun")


def _dry_execution(token: str) -> Execution | None:
    return execution(execution_arn(_state_machine(), _dry_run_name(token)))


def _body_hash_of(found: Execution) -> str | None:
    """None for an input that is no request."""
    try:
        return body_hash(parse_request(json.loads(found.input)))
    except (AttributeError, InvalidInput, ValueError):
        return None


def _checked(request_token: str) -> str:
    return identifier({"requestToken": request_token}, "requestToken")


def _state_machine() -> str:
    return os.environ["CONFIG_ROLLBACK"]

"""The first step of `config_rollback`: one rollback for each request token, which holds its targets, and its plan."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypedDict

from cloudfront_extensions.aws import alarms
from cloudfront_extensions.aws.executions import is_running
from cloudfront_extensions.aws.objects import jobs_bucket, put_json
from cloudfront_extensions.aws.rollback_planning import PlannedRollback, plan_rollback, rollback_prefix
from cloudfront_extensions.aws.rollback_store import Lock, RollbackStore
from cloudfront_extensions.errors import RequestTokenConflict, RollbackIsRunning
from cloudfront_extensions.versions.rollback_plan import PlanStatus
from cloudfront_extensions.versions.rollback_records import Answer, Rollback
from cloudfront_extensions.versions.rollback_request import (
    Approval,
    RollbackRequest,
    as_json,
    body_hash,
    parse_request,
)
from cloudfront_extensions.versions.rollback_strategy import StrategyType

AT_ONCE = 10
"""Targets that are changed at the same time: a small part of what CloudFront takes in a second from an account."""


class Decision(StrEnum):
    """What the workflow does next."""

    ATTACHED = "attached"
    """Nothing: another execution works on this rollback."""
    DRY_RUN = "dryRun"
    """Nothing: the plan is what was asked for."""
    REPORT = "report"
    """Nothing to change, or nothing that may be changed."""
    ASK = "ask"
    ROLL_OUT = "rollOut"


class AttachedRollback(TypedDict):
    requestToken: str
    decision: str
    executionArn: str


class BegunRollback(PlannedRollback):
    """The state of the workflow from here on."""

    decision: str
    executionArn: str
    requestKey: str
    approvalSeconds: int
    concurrency: int
    """Targets that are worked on at the same time."""


def begin_rollback(
    document: Mapping[str, Any], execution_arn: str, store: RollbackStore | None = None
) -> BegunRollback | AttachedRollback:
    """Begin the rollback that a request names by its token, go on with it, or answer who works on it.

    A dry run keeps no record and holds nothing.

    Raises:
        InvalidInput: the request does not say what is wanted.
        RequestTokenConflict: the token belongs to a rollback with another body.
        RollbackIsRunning: another rollback works on one of the targets.
    """
    request = parse_request(document)
    answer: Answer | None = None
    if not request.dry_run:
        store = store or RollbackStore()
        rollback = _claimed(Rollback(request.token, body_hash(request), execution_arn), request, store)
        if rollback.execution_arn != execution_arn:
            return {
                "requestToken": request.token,
                "decision": Decision.ATTACHED.value,
                "executionArn": rollback.execution_arn,
            }
        _hold(request, Lock(request.token, execution_arn), store)
        answer = rollback.answer
    else:
        alarms.check_known(request.strategy.alarm_names)
    request_key = f"{rollback_prefix(request)}/request.json"
    put_json(jobs_bucket(), request_key, as_json(request))
    planned = plan_rollback(document)
    return {
        **planned,
        "decision": _decision(request, planned, answer).value,
        "executionArn": execution_arn,
        "requestKey": request_key,
        "approvalSeconds": request.approval_seconds,
        "concurrency": AT_ONCE if request.strategy.type is StrategyType.ALL_AT_ONCE else 1,
    }


def _claimed(wanted: Rollback, request: RollbackRequest, store: RollbackStore) -> Rollback:
    """The rollback, whose execution is ours if nobody else works on it. A mistyped alarm costs no request token."""
    if store.rollback(wanted.token) is None:
        alarms.check_known(request.strategy.alarm_names)
        if store.create(wanted):
            return wanted
    known = store.existing(wanted.token)
    if known.body_hash != wanted.body_hash:
        raise RequestTokenConflict(f"request token {wanted.token} belongs to a rollback with another request")
    if known.execution_arn == wanted.execution_arn or is_running(known.execution_arn):
        return known
    store.take_over(wanted.token, known.execution_arn, wanted.execution_arn, request.targets)
    return store.existing(wanted.token)


def _hold(request: RollbackRequest, lock: Lock, store: RollbackStore) -> None:
    """Take every target, in one order for all rollbacks: of two that meet, one gets all that both want."""
    for target in sorted(request.targets):
        while (held := store.lock(target)) != lock:
            if held and held.token != lock.token and is_running(held.execution_arn):
                raise RollbackIsRunning(
                    f"rollback {held.token} works on distribution {target} (execution {held.execution_arn})"
                )
            store.take_lock(target, lock, held)


def _decision(request: RollbackRequest, planned: PlannedRollback, answer: Answer | None) -> Decision:
    if request.dry_run:
        return Decision.DRY_RUN
    if planned["status"] != PlanStatus.PLANNED:
        return Decision.REPORT
    return (
        Decision.ASK if request.approval is Approval.REQUIRED and answer is not Answer.APPROVED else Decision.ROLL_OUT
    )

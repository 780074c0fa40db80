"""/rollbacks: plan, answer, follow, stop."""

from __future__ import annotations

from cloudfront_extensions.operations import rollbacks
from rest.answers import Answer, bare, document
from rest.callers import caller_of
from rest.parameters import Cursor, IdempotencyKey, IfMatch, Limit, RequestToken
from rest.requests import AnswerToRollback, NewRollback
from rest.routing import new_router, route

router = new_router()


@route(router, "listRollbacks")
def list_rollbacks(limit: Limit = 50, cursor: Cursor = None) -> Answer:
    """All rollbacks, the newest first."""
    return document(rollbacks.list_rollbacks(limit=limit, cursor=cursor))


@route(router, "startRollback", 202)
def start_rollback(body: NewRollback, idempotency_key: IdempotencyKey = None) -> Answer:
    """Plan a rollback and carry it out, after somebody's approval if that is wanted; with dryRun the plan alone."""
    started = rollbacks.start_rollback(
        body.given(), idempotency_key=idempotency_key, caller=caller_of(router.current_event.raw_event)
    )
    return document(started, location=f"rollbacks/{started['requestToken']}")


@route(router, "getRollback")
def get_rollback(request_token: RequestToken) -> Answer:
    """One rollback, and how far each of its targets has come."""
    rollback = rollbacks.get_rollback(request_token)
    return document(rollback, tag=rollback["etag"])


@route(router, "getRollbackPlan")
def get_rollback_plan(request_token: RequestToken) -> Answer:
    """What a rollback would change, or has changed, in each target."""
    plan = rollbacks.get_rollback_plan(request_token)
    return document(plan, tag=plan["etag"])


@route(router, "answerRollback")
def answer_rollback(request_token: RequestToken, body: AnswerToRollback, if_match: IfMatch = None) -> Answer:
    """Approve of a rollback's plan, or deny it. If-Match: the ETag of the plan that was read."""
    answered = rollbacks.answer_rollback(
        request_token,
        approve=body.approve,
        comment=body.comment,
        if_match=bare(if_match),
        caller=caller_of(router.current_event.raw_event),
    )
    return document(answered)


@route(router, "stopRollback")
def stop_rollback(request_token: RequestToken) -> Answer:
    """Stop a rollback before its next step."""
    return document(rollbacks.stop_rollback(request_token, caller=caller_of(router.current_event.raw_event)))

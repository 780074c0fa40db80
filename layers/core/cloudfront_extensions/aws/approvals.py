"""A person's approval of a rollback's plan: asked for, answered, and brought to the execution that waits for it.

The asking side writes its task token and then reads the answer; the answering side writes the answer and then reads the
token. Whichever comes first, one of the two sees the other.
"""

from __future__ import annotations

import json
import os
from typing import Any, TypedDict

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.clock import now, seconds_from_now
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.objects import get_bytes, get_json
from cloudfront_extensions.aws.rollback_store import RollbackStore
from cloudfront_extensions.errors import (
    ApprovalDenied,
    CloudFrontExtensionsError,
    NoAnswerAwaited,
    RollbackEnded,
    RollbackStopped,
)
from cloudfront_extensions.versions.rollback_answer import AnswerRequest, StopRequest, question
from cloudfront_extensions.versions.rollback_records import Answer, Rollback

LARGEST_TEXT = 5_000_000


class WaitOver(CloudFrontExtensionsError):
    """The execution no longer waits with this token; it is turned into an answer and never leaves this module."""


class Asking(TypedDict):
    requestToken: str
    bucket: str
    requestKey: str
    planKey: str
    textKey: str
    approvalSeconds: int
    taskToken: str


class Answered(TypedDict):
    requestToken: str
    executionArn: str
    delivered: bool
    """Whether this delivered it; else the execution found it as it began to wait, or finds it when started again."""


def ask(given: Asking, store: RollbackStore | None = None) -> None:
    """Let an execution wait for an answer, and tell people what is asked of them; an answer on record is given at once."""
    store = store or RollbackStore()
    store.await_answer(given["requestToken"], given["taskToken"], seconds_from_now(given["approvalSeconds"]))
    rollback = store.existing(given["requestToken"])
    if rollback.stop_requested or rollback.answer is not Answer.AWAITED:
        _deliver(rollback, given["taskToken"])
        return
    request = get_json(given["bucket"], given["requestKey"])
    text = get_bytes(given["bucket"], given["textKey"], limit=LARGEST_TEXT).decode()
    message = question(rollback, text, f"s3://{given['bucket']}/{given['textKey']}", seconds=given["approvalSeconds"])
    topic = request["notificationTopic"] or os.environ["NOTIFICATION_TOPIC"]
    with aws_call("Publish", topic):
        client("sns").publish(TopicArn=topic, Subject=message.subject, Message=message.text)


def answer(request: AnswerRequest, store: RollbackStore | None = None) -> Answered:
    """Note who answered what, and let the execution go on.

    The same answer once more is delivered once more.

    Raises:
        RollbackNotFound
        NoAnswerAwaited: nobody asked, the time for an answer is over, or somebody else answered otherwise.
    """
    store = store or RollbackStore()
    wanted = Answer.APPROVED if request.approve else Answer.DENIED
    rollback = store.existing(request.token)
    if rollback.answer is Answer.AWAITED and rollback.answer_until and rollback.answer_until < now():
        raise NoAnswerAwaited(
            f"the time to answer for rollback {rollback.token} was over at {rollback.answer_until}: nothing is done; "
            f"started again with the same request token it asks again (execution {rollback.execution_arn})"
        )
    if not store.answer(request.token, wanted, request.by, request.comment):
        rollback = store.existing(request.token)
        if (rollback.answer, rollback.answered_by) != (wanted, request.by):
            raise NoAnswerAwaited(_why_not_awaited(rollback))
    rollback = store.existing(request.token)
    return _answered(rollback)


def stop(request: StopRequest, store: RollbackStore | None = None) -> Answered:
    """Note that somebody wants a rollback to stop; one that waits for an answer ends at once.

    Raises:
        RollbackNotFound
        RollbackEnded
    """
    store = store or RollbackStore()
    store.existing(request.token)
    if not store.request_stop(request.token, request.by):
        raise RollbackEnded(f"rollback {request.token} has ended")
    rollback = store.existing(request.token)
    return _answered(rollback)


def _answered(rollback: Rollback) -> Answered:
    delivered = bool(rollback.task_token) and _deliver(rollback, str(rollback.task_token))
    return {"requestToken": rollback.token, "executionArn": rollback.execution_arn, "delivered": delivered}


def _deliver(rollback: Rollback, task_token: str) -> bool:
    """False where the execution was not waiting (any more)."""
    meanings = {"TaskTimedOut": WaitOver, "TaskDoesNotExist": WaitOver, "InvalidToken": WaitOver}
    refusal = _refusal(rollback)
    try:
        if refusal:
            parameters: dict[str, Any] = {"error": type(refusal).__name__, "cause": str(refusal)}
            with aws_call("SendTaskFailure", rollback.execution_arn, meanings):
                client("stepfunctions").send_task_failure(taskToken=task_token, **parameters)
        else:
            output = json.dumps({"answer": rollback.answer, "by": rollback.answered_by})
            with aws_call("SendTaskSuccess", rollback.execution_arn, meanings):
                client("stepfunctions").send_task_success(taskToken=task_token, output=output)
    except WaitOver:
        return False
    return True


def _refusal(rollback: Rollback) -> CloudFrontExtensionsError | None:
    if rollback.stop_requested:
        return RollbackStopped(rollback.asked_to_stop)
    if rollback.answer is Answer.DENIED:
        comment = f": {rollback.comment}" if rollback.comment else ""
        return ApprovalDenied(f"{rollback.answered_by} denied it at {rollback.answered_at}{comment}")
    return None


def _why_not_awaited(rollback: Rollback) -> str:
    where = f"execution {rollback.execution_arn}"
    if rollback.answered_by:
        return f"{rollback.answered_by} has answered for rollback {rollback.token} already: {rollback.answer} ({where})"
    return f"rollback {rollback.token} has asked nobody ({where})"

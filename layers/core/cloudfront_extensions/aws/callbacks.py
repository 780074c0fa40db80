"""Executions that wait for a certificate by task token, and what resumes them.

The waiting side writes its token and then reads whether the certificate is issued; the event's side writes that it is
issued and then reads the tokens. Whichever comes first, one of the two sees the other: a wake-up may come twice, and is
never lost.
"""

from __future__ import annotations

import json
from typing import Any

from cloudfront_extensions.aws.certificate_waits import CertificateWaits, Waiter
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.log import logger
from cloudfront_extensions.errors import CloudFrontExtensionsError
from cloudfront_extensions.jobs.records import CertificateStatus

WAITER_LIFETIME = 4 * 86_400
"""Seconds after which a token that nobody came back for is removed: longer than the whole wait, 72 hours."""


class WaitOver(CloudFrontExtensionsError):
    """The execution no longer waits with this token; it is turned into an answer and never leaves this module."""


class CertificateCallbacks:
    def __init__(
        self, waits: CertificateWaits | None = None, store: JobStore | None = None, step_functions: Any = None
    ) -> None:
        self._waits = waits or CertificateWaits()
        self._store = store or JobStore()
        self._given = step_functions

    def wait(self, arn: str, waiter: Waiter) -> None:
        """Let an execution wait for a certificate; resume it at once if the certificate is known to be issued."""
        self._waits.add_waiter(arn, waiter, epoch_seconds() + WAITER_LIFETIME)
        known = self._waits.known(arn)
        if known and known.issued:
            self._store.mark_certificate_issued(known.owner, arn)
            self._resume(arn, waiter)

    def issued(self, arn: str) -> int:
        """ACM says that a certificate is available: note it and resume all who wait for it; how many were resumed.

        Raises the first error of Step Functions, after every waiter was tried; those resumed are not tried again.
        """
        if not self._waits.mark_issued(arn):
            logger.info("not a certificate of this library", certificate_arn=arn)
            return 0
        known, waiters = self._waits.known_and_waiters(arn)
        if known:
            self._store.mark_certificate_issued(known.owner, arn)
        resumed, errors = 0, []
        for waiter in waiters:
            try:
                resumed += self._resume(arn, waiter)
            except CloudFrontExtensionsError as error:
                logger.warning(
                    "an execution could not be resumed", execution_arn=waiter.execution_arn, reason=str(error)
                )
                errors.append(error)
        if errors:
            raise errors[0]
        return resumed

    def _resume(self, arn: str, waiter: Waiter) -> bool:
        """False when the execution was not waiting any more; forgotten it is either way."""
        meanings = {"TaskTimedOut": WaitOver, "TaskDoesNotExist": WaitOver, "InvalidToken": WaitOver}
        output = json.dumps({"certificateArn": arn, "status": CertificateStatus.ISSUED})
        step_functions = self._given or client("stepfunctions")
        try:
            with aws_call("SendTaskSuccess", waiter.execution_arn, meanings):
                step_functions.send_task_success(taskToken=waiter.task_token, output=output)
            was_waiting = True
        except WaitOver:
            was_waiting = False
        self._waits.remove_waiter(arn, waiter)
        return was_waiting

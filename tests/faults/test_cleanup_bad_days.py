"""Cleanups on days when AWS does not answer as it should: each gets through, or says what is left and gets through later.

Every retrier and every catcher of `job_cleanup` is taken here or in the workflow tests.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from localaws.faults import Fault
from tests.faults.bad_days import always
from tests.faults.cleanups import CleanedUp, CleanedUpAnotherDay, CleanedUpByItsJob
from tests.faults.playing import Played
from tests.faults.test_retries import THROTTLED, UNAVAILABLE, invocation, recording_fails_twice
from tests.workflows.application import Application

FUNCTIONS = ("PlanCleanup", "CleanUpItem", "CompleteCleanup")
OUTSIDE_EFFECTS = ("ChangeResourceRecordSets", "UpdateDistribution", "DeleteDistribution", "DeleteCertificate")
MACHINE = "*/JobCleanup"


def each_throttled_once(application: Application) -> Sequence[Fault]:
    return [invocation(application, function, times=1, **THROTTLED) for function in FUNCTIONS]


def each_unavailable_once(application: Application) -> Sequence[Fault]:
    return [invocation(application, function, times=1, **UNAVAILABLE) for function in FUNCTIONS]


def an_item_is_refused(application: Application) -> Sequence[Fault]:
    return [
        Fault("error", code="AccessDenied", operation="UpdateDistribution", times=1),
        *recording_fails_twice(application, "JobCleanup"),
    ]


def the_end_can_not_be_written(application: Application) -> Sequence[Fault]:
    return [
        Fault("error", code="AccessDenied", operation="PutObject", caller="*/CompleteCleanup"),
        *recording_fails_twice(application, "JobCleanup"),
    ]


def nothing_can_be_written(application: Application) -> Sequence[Fault]:
    return [
        Fault("error", code="AccessDenied", operation="PutObject", caller="*/CompleteCleanup"),
        invocation(application, "RecordFailure", kind="function-error", error_type="NameError"),
    ]


SURVIVED = [
    CleanedUp("cleanup-each-function-throttled-once", each_throttled_once),
    CleanedUp("cleanup-each-function-unavailable-once", each_unavailable_once),
    CleanedUp("cleanup-the-end-is-throttled", always(Fault("throttle", operation="Publish", caller=MACHINE, times=1))),
    CleanedUp(
        "cleanup-nobody-can-be-told",
        always(Fault("error", code="AuthorizationError", operation="Publish", caller=MACHINE)),
    ),
    CleanedUp(
        "cleanup-the-manifest-is-read-late",
        always(Fault("unavailable", operation="GetObject", caller=MACHINE, times=1)),
    ),
    CleanedUp(
        "cleanup-distributions-are-seen-late",
        always(Fault("stale", operation="GetDistribution", caller="*/CleanUpItem", nth=[2, 4])),
    ),
    *(
        CleanedUp(f"{operation}-{kind}", always(Fault(kind, operation=operation, caller="*/CleanUpItem", nth=1)))
        for operation in OUTSIDE_EFFECTS
        for kind in ("lost-after", "unavailable-after")
    ),
]
ANOTHER_DAY = [
    CleanedUpAnotherDay("cleanup-an-item-is-refused", an_item_is_refused, ("CleanupIncomplete",)),
    CleanedUpAnotherDay("cleanup-the-end-can-not-be-written", the_end_can_not_be_written, ("AwsRefused",)),
    CleanedUpAnotherDay("cleanup-nothing-can-be-written", nothing_can_be_written, ("AwsRefused",)),
    CleanedUpAnotherDay(
        "cleanup-the-manifest-can-not-be-read",
        always(Fault("error", code="AccessDenied", operation="GetObject", caller=MACHINE)),
        ("States.ItemReaderFailed",),
    ),
    *(
        CleanedUpAnotherDay(
            f"cleanup-{service}-throttled", always(Fault("throttle", service=service, caller="*/*", probability=0.5))
        )
        for service in ("acm", "cloudfront", "route53")
    ),
]


BY_ITS_JOB = [
    CleanedUpByItsJob(
        "the-cleanup-of-a-job-is-started-late",
        always(
            Fault("error", code="InvalidOrigin", operation="CreateDistributionWithTags", times=1),
            Fault("throttle", operation="StartExecution", containing="after-", caller="*/DomainOnboarding", times=1),
        ),
    )
]


@pytest.mark.parametrize("scenario", BY_ITS_JOB, ids=str)
def test_a_failed_job_takes_back_what_it_made(scenario: CleanedUpByItsJob, played: Played) -> None:
    played(scenario)


@pytest.mark.parametrize("scenario", SURVIVED, ids=str)
def test_a_cleanup_gets_through(scenario: CleanedUp, played: Played) -> None:
    played(scenario)


@pytest.mark.parametrize("scenario", ANOTHER_DAY, ids=str)
def test_a_cleanup_gets_through_on_another_day(scenario: CleanedUpAnotherDay, played: Played) -> None:
    played(scenario)

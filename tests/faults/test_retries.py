"""Every retrier and every catcher is there for something: each is taken by a job here or in the workflow tests.

Which were taken is counted at the end of the run, by the report on the state machines.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from localaws.faults import Fault
from tests.faults.bad_days import StoppedShort, Survived, always
from tests.faults.playing import Played
from tests.workflows.application import Application

FUNCTIONS_ON_THE_WAY = (
    "OpenJob",
    "PreflightBatch",
    "RequestCertificate",
    "ReadValidationRecords",
    "PublishValidationRecords",
    "AnnounceValidationRecords",
    "AwaitCertificate",
    "PrepareDistribution",
    "CreateDistribution",
    "LookAtDistribution",
    "WriteAliasRecords",
    "CompleteJob",
)
THROTTLED = {"kind": "throttle"}
UNAVAILABLE = {"kind": "error", "code": "ServiceException"}


def invocation(application: Application, function: str, **fault: object) -> Fault:
    """A fault of the invocations of one function."""
    return Fault(service="lambda", operation="Invoke", containing=application.function(function), **fault)  # type: ignore[arg-type]


def each_throttled_once(application: Application) -> Sequence[Fault]:
    return [invocation(application, function, times=1, **THROTTLED) for function in FUNCTIONS_ON_THE_WAY]


def each_unavailable_once(application: Application) -> Sequence[Fault]:
    return [invocation(application, function, times=1, **UNAVAILABLE) for function in FUNCTIONS_ON_THE_WAY]


def looking_fails_twice(application: Application) -> Sequence[Fault]:
    return [
        Fault("event-lost", source="aws.acm"),
        invocation(application, "LookAtCertificate", nth=1, **THROTTLED),
        invocation(application, "LookAtCertificate", nth=2, **UNAVAILABLE),
    ]


def recording_fails_twice(application: Application, caller: str) -> list[Fault]:
    """The failure is recorded at the third try, by the state machine named."""
    return [
        invocation(application, "RecordFailure", caller=f"*/{caller}", nth=1, **THROTTLED),
        invocation(application, "RecordFailure", caller=f"*/{caller}", nth=2, **UNAVAILABLE),
    ]


def a_request_is_refused(application: Application) -> Sequence[Fault]:
    return [
        Fault("error", code="InvalidDomainValidationOptionsException", operation="RequestCertificate", times=1),
        *recording_fails_twice(application, "CertificateCreation"),
        *recording_fails_twice(application, "DomainOnboarding"),
    ]


def a_wait_is_refused(application: Application) -> Sequence[Fault]:
    return [
        Fault("error", code="AccessDeniedException", operation="PutItem", caller="*/AwaitCertificate", times=1),
        *recording_fails_twice(application, "DomainOnboarding"),
    ]


def a_distribution_is_refused(application: Application) -> Sequence[Fault]:
    return [
        Fault("error", code="InvalidOrigin", operation="CreateDistributionWithTags", times=1),
        *recording_fails_twice(application, "DistributionCreation"),
        *recording_fails_twice(application, "DomainOnboarding"),
    ]


def the_end_can_not_be_written(application: Application) -> Sequence[Fault]:
    return [
        Fault("error", code="AccessDenied", operation="PutObject", caller="*/CompleteJob"),
        *recording_fails_twice(application, "DomainOnboarding"),
    ]


def nothing_can_be_written(application: Application) -> Sequence[Fault]:
    return [
        Fault("error", code="AccessDenied", operation="PutObject", caller="*/CompleteJob"),
        invocation(application, "RecordFailure", kind="function-error", error_type="NameError"),
    ]


STATE_MACHINES = {"service": "states", "operation": "StartExecution", "caller": "*/DomainOnboarding"}

SURVIVED = [
    Survived("each-function-throttled-once", each_throttled_once),
    Survived("each-function-unavailable-once", each_unavailable_once),
    Survived("looking-fails-twice", looking_fails_twice, looks_often=True),
    Survived(
        "each-start-throttled-once",
        always(
            *(
                Fault("throttle", containing=f"-{step}-", times=1, **STATE_MACHINES)
                for step in ("request", "await", "distribution")
            )
        ),  # type: ignore[arg-type]
    ),
    Survived(
        "the-end-is-throttled", always(Fault("throttle", operation="Publish", caller="*/DomainOnboarding", times=1))
    ),
    Survived(
        "manifests-are-read-and-written-late",
        always(
            Fault("unavailable", operation="GetObject", caller="*/DomainOnboarding", nth=[1, 3]),
            Fault("unavailable", operation="PutObject", caller="*/DomainOnboarding", times=1),
        ),
    ),
    Survived("records-are-named-late", always(Fault("stale", operation="DescribeCertificate", times=1))),
    Survived(
        "a-certificate-is-not-known-everywhere",
        always(Fault("error", code="InvalidViewerCertificate", operation="CreateDistributionWithTags", times=1)),
    ),
]
STOPPED_SHORT = [
    StoppedShort("a-request-is-refused", a_request_is_refused),
    StoppedShort("a-wait-is-refused", a_wait_is_refused),
    StoppedShort("a-distribution-is-refused", a_distribution_is_refused),
    StoppedShort("the-end-can-not-be-written", the_end_can_not_be_written),
    StoppedShort("nothing-can-be-written", nothing_can_be_written),
    StoppedShort(
        "the-first-manifest-can-not-be-read",
        always(
            Fault("error", code="AccessDenied", operation="GetObject", caller="*/DomainOnboarding", nth=[1, 2, 3, 4])
        ),
    ),
    StoppedShort(
        "the-second-manifest-can-not-be-read",
        always(
            Fault("error", code="AccessDenied", operation="GetObject", caller="*/DomainOnboarding", nth=[2, 3, 4, 5])
        ),
    ),
    StoppedShort(
        "a-distribution-can-not-be-looked-at",
        always(
            Fault("error", code="AccessDenied", operation="GetDistribution", caller="*/LookAtDistribution", times=1)
        ),
    ),
]


@pytest.mark.parametrize("scenario", SURVIVED, ids=str)
def test_what_passes_is_tried_again(scenario: Survived, played: Played) -> None:
    played(scenario)


@pytest.mark.parametrize("scenario", STOPPED_SHORT, ids=str)
def test_what_does_not_pass_is_said_and_goes_on_another_day(scenario: StoppedShort, played: Played) -> None:
    played(scenario)

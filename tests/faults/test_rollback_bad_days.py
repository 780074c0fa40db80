"""Rollbacks on days when AWS does not answer as it should: each gets through, or ends by saying where every target is.

Every retrier and every catcher of `config_rollback` is taken here or in the workflow tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from localaws.faults import Fault, faults
from tests.faults.bad_days import Faults, always
from tests.faults.playing import Played
from tests.faults.rollbacks import BY_CANARY, DIRECT, TAKEN_BACK, WITH_APPROVAL, Course
from tests.faults.test_retries import THROTTLED, UNAVAILABLE, invocation
from tests.workflows.application import Application
from tests.workflows.cases import Case
from tests.workflows.rollbacks import outcomes

FUNCTIONS = ("BeginRollback", "AskApproval", "RollTargetOut", "RevertTargets", "CompleteRollback")
MACHINE = "*/ConfigRollback"
BROKEN = {"kind": "function-error", "error_type": "NameError"}


@dataclass(frozen=True, slots=True)
class Survived:
    """It ends as on a good day."""

    name: str
    faults: Faults
    course: Course = DIRECT

    def __str__(self) -> str:
        return self.name

    def play(self, application: Application, case: Case) -> None:
        with (
            self.course.scene(application, case) as scene,
            faults(application.instance, *self.faults(application)) as injected,
        ):
            scene.assert_over(scene.run())
        assert all(injected.struck()), dict(zip(self.faults(application), injected.struck(), strict=True))


@dataclass(frozen=True, slots=True)
class Failed:
    """It ends with an error; what became of the first target is known, unless not even that could be written."""

    name: str
    faults: Faults
    error: str
    first: str | None
    course: Course = DIRECT

    def __str__(self) -> str:
        return self.name

    def play(self, application: Application, case: Case) -> None:
        with self.course.scene(application, case) as scene:
            with faults(application.instance, *self.faults(application)) as injected:
                ended = scene.run()
            assert all(injected.struck()), dict(zip(self.faults(application), injected.struck(), strict=True))
            assert ended["error"] == self.error, ended
            if self.first:
                assert outcomes(application, case)[scene.shops[0].id] == self.first


def each_throttled_once(application: Application) -> Sequence[Fault]:
    return [invocation(application, function, times=1, **THROTTLED) for function in FUNCTIONS]


def each_unavailable_once(application: Application) -> Sequence[Fault]:
    return [invocation(application, function, times=1, **UNAVAILABLE) for function in FUNCTIONS]


def noted_late(application: Application) -> Sequence[Fault]:
    """A step fails; that is noted at the third try."""
    return [
        invocation(application, "RollTargetOut", nth=1, **BROKEN),
        invocation(application, "RollTargetOut", nth=2, **THROTTLED),
        invocation(application, "RollTargetOut", nth=3, **UNAVAILABLE),
    ]


def never_noted(application: Application) -> Sequence[Fault]:
    return [invocation(application, "RollTargetOut", **BROKEN)]


def not_taken_back(application: Application) -> Sequence[Fault]:
    return [invocation(application, "RevertTargets", **BROKEN)]


def not_reported(application: Application) -> Sequence[Fault]:
    """Why there is no report is said at the third try."""
    return [
        invocation(application, "CompleteRollback", nth=1, **BROKEN),
        invocation(application, "CompleteRollback", nth=2, **THROTTLED),
        invocation(application, "CompleteRollback", nth=3, **UNAVAILABLE),
    ]


def nothing_said(application: Application) -> Sequence[Fault]:
    return [invocation(application, "CompleteRollback", **BROKEN)]


SURVIVED = [
    Survived("rollback-each-function-throttled-once", each_throttled_once, WITH_APPROVAL),
    Survived("rollback-each-function-unavailable-once", each_unavailable_once, WITH_APPROVAL),
    Survived("rollback-the-end-is-throttled", always(Fault("throttle", operation="Publish", caller=MACHINE, times=1))),
    Survived(
        "rollback-nobody-can-be-told",
        always(Fault("error", code="AuthorizationError", operation="Publish", caller=MACHINE)),
    ),
    Survived(
        "rollback-the-manifest-is-read-late",
        always(Fault("unavailable", operation="GetObject", caller=MACHINE, times=1)),
    ),
    *(
        Survived(
            f"rollback-{course}-distributions-are-seen-late",
            always(Fault("stale", operation="GetDistribution", caller="*/RollTargetOut", probability=0.5)),
            course,
        )
        for course in (DIRECT, BY_CANARY)
    ),
    *(
        Survived(
            f"rollback-{operation}-{kind}",
            always(Fault(kind, operation=operation, caller="*/RollTargetOut", nth=1)),
            BY_CANARY,
        )
        for operation in (
            "CopyDistribution",
            "CreateContinuousDeploymentPolicy",
            "UpdateDistribution",
            "UpdateDistributionWithStagingConfig",
            "DeleteContinuousDeploymentPolicy",
            "DeleteDistribution",
        )
        for kind in ("lost-after", "unavailable-after")
    ),
    *(
        Survived(
            f"rollback-taken-back-{kind}",
            always(Fault(kind, operation="UpdateDistribution", caller="*/RevertTargets", nth=1)),
            TAKEN_BACK,
        )
        for kind in ("lost-after", "unavailable-after", "throttle")
    ),
]
FAILED = [
    Failed(
        "rollback-the-manifest-can-not-be-read",
        always(Fault("error", code="AccessDenied", operation="GetObject", caller=MACHINE)),
        "States.ItemReaderFailed",
        "NOT_STARTED",
    ),
    Failed("rollback-a-failure-is-noted-late", noted_late, "TargetsNotRolledBack", "FAILED"),
    Failed("rollback-a-failure-is-never-noted", never_noted, "TargetsNotRolledBack", "NOT_STARTED"),
    Failed("rollback-nothing-is-taken-back", not_taken_back, "NameError", "APPLIED", TAKEN_BACK),
    Failed("rollback-is-not-reported", not_reported, "NameError", None),
    Failed("rollback-says-nothing", nothing_said, "NameError", None),
]


@pytest.mark.parametrize("scenario", SURVIVED, ids=str)
def test_a_rollback_ends_as_on_a_good_day(scenario: Survived, played: Played) -> None:
    played(scenario)


@pytest.mark.parametrize("scenario", FAILED, ids=str)
def test_a_rollback_says_where_every_target_is(scenario: Failed, played: Played) -> None:
    played(scenario)

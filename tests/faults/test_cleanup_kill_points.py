"""After the cleanup of a job that was killed at any point, the account is as it was before; so it is after a cleanup that
was killed itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from localaws.executions import lines
from localaws.faults import faults
from tests.faults.cleanups import Cleanup
from tests.faults.kill_points import BESIDE, CHANGES, OUTSIDE, Effect, KillPoint
from tests.faults.playing import Played
from tests.faults.test_kill_points import death
from tests.workflows.application import Application, eventually
from tests.workflows.cases import Case

JOB_POINTS = (
    KillPoint(Effect("OpenJob", "PutItem", 1), 1),
    KillPoint(Effect("PreflightBatch", "BatchWriteItem", 1), 1),
    KillPoint(Effect("RequestCertificate", "RequestCertificate", 1), 1),
    KillPoint(Effect("RequestCertificate", "PutItem", 1), 1),
    KillPoint(Effect("RequestCertificate", "UpdateItem", 2), 2),
    KillPoint(Effect("ReadValidationRecords", "UpdateItem", 1), 1),
    KillPoint(Effect("PublishValidationRecords", "UpdateItem", 2), 1),
    KillPoint(Effect("PublishValidationRecords", "ChangeResourceRecordSets", 1), 1),
    KillPoint(Effect("PublishValidationRecords", "UpdateItem", 2), 2),
    KillPoint(Effect("PrepareDistribution", "UpdateItem", 1), 1),
    KillPoint(Effect("CreateDistribution", "CreateDistributionWithTags", 1), 1),
    KillPoint(Effect("CreateDistribution", "UpdateItem", 1), 1),
    KillPoint(Effect("WriteAliasRecords", "UpdateItem", 2), 1),
    KillPoint(Effect("WriteAliasRecords", "ChangeResourceRecordSets", 1), 1),
    KillPoint(Effect("WriteAliasRecords", "UpdateItem", 2), 2),
    KillPoint(Effect("CompleteJob", "PutObject", 2), 1),
)
"""Where the job dies: around each of its effects outside its own records, and some more."""

EFFECTS = (
    Effect("PlanCleanup", "UpdateItem", 1),
    Effect("PlanCleanup", "PutObject", 1),
    Effect("CleanUpItem", "UpdateItem", 12),
    Effect("CleanUpItem", "ChangeResourceRecordSets", 2),
    Effect("CleanUpItem", "UpdateDistribution", 1),
    Effect("CleanUpItem", "DeleteDistribution", 1),
    Effect("CleanUpItem", "DeleteCertificate", 1),
    Effect("CompleteCleanup", "PutObject", 2),
    Effect("CompleteCleanup", "UpdateItem", 1),
)
"""What an undisturbed cleanup changes."""
CLEANUP_CHANGES = {
    **CHANGES,
    "acm": {"DeleteCertificate"},
    "cloudfront": {"UpdateDistribution", "DeleteDistribution"},
}
CLEANUP_OUTSIDE = OUTSIDE | CLEANUP_CHANGES["acm"] | CLEANUP_CHANGES["cloudfront"]
CLEANUP_POINTS = [KillPoint(effect, nth) for effect in EFFECTS for nth in range(1, effect.times + 1)]


@dataclass(frozen=True, slots=True)
class KilledJob:
    """A function of the job dies, the job is stopped then and there, and cleaned up."""

    point: KillPoint

    def __str__(self) -> str:
        return f"job-{self.point}"

    def play(self, application: Application, case: Case) -> None:
        scene = Cleanup.of(application, case)
        scene.make_until(death(self.point))
        scene.assert_as_before(scene.run())


@dataclass(frozen=True, slots=True)
class Retried:
    """A function of the cleanup dies once; the state machine's own retry goes on."""

    point: KillPoint

    def __str__(self) -> str:
        return f"{self.point}-retried"

    def play(self, application: Application, case: Case) -> None:
        scene = Cleanup.of(application, case)
        scene.make()
        with faults(application.instance, death(self.point)) as injected:
            ended = scene.run()
        assert injected.struck() == [1]
        scene.assert_as_before(ended)


@dataclass(frozen=True, slots=True)
class StartedAgain:
    """A function of the cleanup dies, the cleanup is stopped then and there, and started again."""

    point: KillPoint

    def __str__(self) -> str:
        return f"{self.point}-started-again"

    def play(self, application: Application, case: Case) -> None:
        scene = Cleanup.of(application, case)
        scene.make()
        with faults(application.instance, death(self.point)) as injected:
            execution = scene.start()
            eventually(lambda: injected.struck() == [1])
            scene.stop(execution)
        scene.assert_as_before(scene.run())


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Nothing goes wrong: what the functions do is what the kill points are made of."""

    def __str__(self) -> str:
        return "undisturbed"

    def play(self, application: Application, case: Case) -> None:
        scene = Cleanup.of(application, case)
        scene.make()
        before = len(lines(application.instance.calls))
        scene.assert_as_before(scene.run())
        functions = {physical: one for one, physical in application.functions.items() if one not in BESIDE}
        made = Counter(
            (functions[caller], call["operation"])
            for call in lines(application.instance.calls)[before:]
            if (caller := call["caller"].rpartition("/")[2]) in functions
            and call["operation"] in CLEANUP_CHANGES.get(call["service"], ())
        )
        assert {Effect(*key, times) for key, times in made.items()} == set(EFFECTS)


SCENARIOS = [
    Undisturbed(),
    *map(KilledJob, JOB_POINTS),
    *map(Retried, CLEANUP_POINTS),
    *(StartedAgain(point) for point in CLEANUP_POINTS if point.effect.operation in CLEANUP_OUTSIDE),
    StartedAgain(KillPoint(EFFECTS[0], 1)),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_the_account_is_as_before(scenario: object, played: Played) -> None:
    played(scenario)

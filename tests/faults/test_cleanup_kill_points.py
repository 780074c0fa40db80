"""After the cleanup of a job that was killed at any point, the account is as it was before; so it is after a cleanup that
was killed itself."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.faults.cleanups import Cleanup
from tests.faults.kill_points import KillPoint, Retried, StartedAgain, Undisturbed, kill_points
from tests.faults.playing import Played, Scenario
from tests.workflows.application import Application
from tests.workflows.cases import Case

JOB_POINTS = (
    KillPoint("OpenJob", "PutItem"),
    KillPoint("PreflightBatch", "BatchWriteItem"),
    KillPoint("RequestCertificate", "RequestCertificate"),
    KillPoint("RequestCertificate", "PutItem"),
    KillPoint("RequestCertificate", "UpdateItem", 2),
    KillPoint("ReadValidationRecords", "UpdateItem"),
    KillPoint("PublishValidationRecords", "UpdateItem"),
    KillPoint("PublishValidationRecords", "ChangeResourceRecordSets"),
    KillPoint("PublishValidationRecords", "UpdateItem", 2),
    KillPoint("PrepareDistribution", "UpdateItem"),
    KillPoint("CreateDistribution", "CreateDistributionWithTags"),
    KillPoint("CreateDistribution", "UpdateItem"),
    KillPoint("WriteAliasRecords", "UpdateItem"),
    KillPoint("WriteAliasRecords", "ChangeResourceRecordSets"),
    KillPoint("WriteAliasRecords", "UpdateItem", 2),
    KillPoint("CompleteJob", "PutObject"),
)
"""Where the job dies: around each of its effects outside its own records, and some more."""

EFFECTS = {
    ("PlanCleanup", "UpdateItem"): 1,
    ("PlanCleanup", "PutObject"): 1,
    ("CleanUpItem", "UpdateItem"): 12,
    ("CleanUpItem", "ChangeResourceRecordSets"): 2,
    ("CleanUpItem", "UpdateDistribution"): 1,
    ("CleanUpItem", "DeleteDistribution"): 1,
    ("CleanUpItem", "DeleteCertificate"): 1,
    ("CompleteCleanup", "PutObject"): 2,
    ("CompleteCleanup", "UpdateItem"): 1,
}
"""How often an undisturbed cleanup changes what."""
OUTSIDE = {"ChangeResourceRecordSets", "UpdateDistribution", "DeleteDistribution", "DeleteCertificate"}
CLEANUP_POINTS = kill_points(EFFECTS)


@dataclass(frozen=True, slots=True)
class KilledJob:
    """A function of the job dies, the job is stopped then and there, and cleaned up."""

    point: KillPoint

    def __str__(self) -> str:
        return f"job-{self.point}"

    def play(self, application: Application, case: Case) -> None:
        scene = Cleanup.of(application, case)
        scene.make_until(self.point.fault)
        scene.assert_over(scene.run())


SCENARIOS: list[Scenario] = [
    Undisturbed(EFFECTS, Cleanup.of_a_done_job),
    *map(KilledJob, JOB_POINTS),
    *(Retried(point, Cleanup.of_a_done_job) for point in CLEANUP_POINTS),
    *(StartedAgain(point, Cleanup.of_a_done_job) for point in CLEANUP_POINTS if point.operation in OUTSIDE),
    StartedAgain(CLEANUP_POINTS[0], Cleanup.of_a_done_job),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_the_account_is_as_before(scenario: Scenario, played: Played) -> None:
    played(scenario)

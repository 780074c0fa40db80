"""A function that dies after any effect of a job loses nothing and makes nothing twice."""

from __future__ import annotations

import pytest

from tests.faults.kill_points import KillPoint, Retried, StartedAgain, Undisturbed
from tests.faults.launch import ROWS, ROWS_IN_OUR_ZONE, ROWS_OF_CUSTOMERS, Launch
from tests.faults.playing import Played, Scenario

EFFECTS = {
    ("OpenJob", "PutItem"): 1,
    ("OpenJob", "PutObject"): 1,
    ("PreflightBatch", "PutObject"): 4,
    ("PreflightBatch", "BatchWriteItem"): 1,
    ("RequestCertificate", "RequestCertificate"): ROWS,
    ("RequestCertificate", "PutItem"): ROWS,
    ("RequestCertificate", "UpdateItem"): 2 * ROWS,
    ("ReadValidationRecords", "UpdateItem"): ROWS,
    ("PublishValidationRecords", "ChangeResourceRecordSets"): ROWS_IN_OUR_ZONE,
    ("PublishValidationRecords", "UpdateItem"): ROWS + ROWS_IN_OUR_ZONE,
    ("AnnounceValidationRecords", "PutObject"): 3,
    ("AnnounceValidationRecords", "Publish"): 1,
    ("AnnounceValidationRecords", "UpdateItem"): 1,
    ("AwaitCertificate", "PutItem"): ROWS_OF_CUSTOMERS,
    ("ResumeCertificate", "UpdateItem"): 2 * ROWS,
    ("ResumeCertificate", "SendTaskSuccess"): ROWS_OF_CUSTOMERS,
    ("ResumeCertificate", "DeleteItem"): ROWS_OF_CUSTOMERS,
    ("PrepareDistribution", "PutObject"): ROWS,
    ("PrepareDistribution", "UpdateItem"): ROWS,
    ("CreateDistribution", "CreateDistributionWithTags"): ROWS,
    ("CreateDistribution", "UpdateItem"): ROWS,
    ("LookAtDistribution", "UpdateItem"): ROWS_OF_CUSTOMERS,
    ("WriteAliasRecords", "ChangeResourceRecordSets"): ROWS_IN_OUR_ZONE,
    ("WriteAliasRecords", "UpdateItem"): 2 * ROWS_IN_OUR_ZONE,
    ("CompleteJob", "PutObject"): 2,
    ("CompleteJob", "UpdateItem"): 1,
}
"""How often a function changes something by an operation in a job of ROWS rows."""
OUTSIDE = {"RequestCertificate", "CreateDistributionWithTags", "ChangeResourceRecordSets", "SendTaskSuccess"}
"""Operations whose effect lies outside the job's own records."""
A_FEW = 3


def kill_points() -> list[KillPoint]:
    """Each effect that a job has a few times; of the others the first and the last, and outside the job one more."""
    return [
        KillPoint(function, operation, nth)
        for (function, operation), times in EFFECTS.items()
        for nth in range(1, times + 1)
        if times <= A_FEW or nth in (1, times) or (operation in OUTSIDE and nth == (times + 1) // 2)
    ]


SCENARIOS: list[Scenario] = [
    Undisturbed(EFFECTS, Launch.of),
    *(mode(point, Launch.of) for point in kill_points() for mode in (Retried, StartedAgain)),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_job_survives(scenario: Scenario, played: Played) -> None:
    played(scenario)

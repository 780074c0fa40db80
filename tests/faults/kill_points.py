"""Where a function can die: after each call by which it changes something, before it can note that it did.

What is listed is what an undisturbed job of `launch` does, function by function; `test_kill_points` holds the list
against the record of such a job, so that a call that somebody adds must be given its kill points too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.faults.launch import ROWS, ROWS_IN_OUR_ZONE, ROWS_OF_CUSTOMERS

CHANGES = {
    "acm": {"RequestCertificate"},
    "cloudfront": {"CreateDistributionWithTags"},
    "dynamodb": {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"},
    "route53": {"ChangeResourceRecordSets"},
    "s3": {"PutObject"},
    "sns": {"Publish"},
    "states": {"SendTaskSuccess"},
}
"""The operations by which functions change something."""

OUTSIDE = {"RequestCertificate", "CreateDistributionWithTags", "ChangeResourceRecordSets", "SendTaskSuccess"}
"""Those whose effect lies outside the job's own records."""
BESIDE = {
    "CaptureConfiguration",
    "CaptureDistributions",
    "FinishBaseline",
    "ListDistributions",
    "PruneVersions",
    "StartBaseline",
}
"""Functions that capture what jobs change, beside them, and after a deployment; they have kill points of their own."""
A_FEW = 3


@dataclass(frozen=True, slots=True)
class Effect:
    """One operation by which one function changes something, and how often it does so in a job of ROWS rows."""

    function: str
    """Its logical id in the template."""
    operation: str
    times: int


@dataclass(frozen=True, slots=True)
class KillPoint:
    """The nth time that a function makes a call; after it, the function is gone."""

    effect: Effect
    nth: int

    def __str__(self) -> str:
        return f"{self.effect.function}-{self.effect.operation}-{self.nth}"


EFFECTS = (
    Effect("OpenJob", "PutItem", 1),
    Effect("OpenJob", "PutObject", 1),
    Effect("PreflightBatch", "PutObject", 4),
    Effect("PreflightBatch", "BatchWriteItem", 1),
    Effect("RequestCertificate", "RequestCertificate", ROWS),
    Effect("RequestCertificate", "PutItem", ROWS),
    Effect("RequestCertificate", "UpdateItem", 2 * ROWS),
    Effect("ReadValidationRecords", "UpdateItem", ROWS),
    Effect("PublishValidationRecords", "ChangeResourceRecordSets", ROWS_IN_OUR_ZONE),
    Effect("PublishValidationRecords", "UpdateItem", ROWS + ROWS_IN_OUR_ZONE),
    Effect("AnnounceValidationRecords", "PutObject", 3),
    Effect("AnnounceValidationRecords", "Publish", 1),
    Effect("AnnounceValidationRecords", "UpdateItem", 1),
    Effect("AwaitCertificate", "PutItem", ROWS_OF_CUSTOMERS),
    Effect("ResumeCertificate", "UpdateItem", 2 * ROWS),
    Effect("ResumeCertificate", "SendTaskSuccess", ROWS_OF_CUSTOMERS),
    Effect("ResumeCertificate", "DeleteItem", ROWS_OF_CUSTOMERS),
    Effect("PrepareDistribution", "PutObject", ROWS),
    Effect("PrepareDistribution", "UpdateItem", ROWS),
    Effect("CreateDistribution", "CreateDistributionWithTags", ROWS),
    Effect("CreateDistribution", "UpdateItem", ROWS),
    Effect("LookAtDistribution", "UpdateItem", ROWS_OF_CUSTOMERS),
    Effect("WriteAliasRecords", "ChangeResourceRecordSets", ROWS_IN_OUR_ZONE),
    Effect("WriteAliasRecords", "UpdateItem", 2 * ROWS_IN_OUR_ZONE),
    Effect("CompleteJob", "PutObject", 2),
    Effect("CompleteJob", "UpdateItem", 1),
)


def kill_points() -> Iterator[KillPoint]:
    """Each effect that a job has a few times; of the others the first and the last, and outside the job one more."""
    for effect in EFFECTS:
        if effect.times <= A_FEW:
            times: Iterable[int] = range(1, effect.times + 1)
        elif effect.operation in OUTSIDE:
            times = (1, (effect.times + 1) // 2, effect.times)
        else:
            times = (1, effect.times)
        yield from (KillPoint(effect, nth) for nth in times)

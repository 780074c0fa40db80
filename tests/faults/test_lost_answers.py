"""Calls that did their work and whose answer never came: the connection broke, or the service failed afterwards."""

from __future__ import annotations

import pytest

from localaws.faults import Fault
from tests.faults.bad_days import Survived, always
from tests.faults.launch import ROWS, ROWS_OF_CUSTOMERS
from tests.faults.playing import Played

OUTSIDE_EFFECTS = {
    ("RequestCertificate", "RequestCertificate"): ROWS,
    ("PublishValidationRecords", "ChangeResourceRecordSets"): 1,
    ("CreateDistribution", "CreateDistributionWithTags"): ROWS,
    ("WriteAliasRecords", "ChangeResourceRecordSets"): 1,
    ("AnnounceValidationRecords", "Publish"): 1,
    ("ResumeCertificate", "SendTaskSuccess"): ROWS_OF_CUSTOMERS,
}
"""What functions do to the world outside the job's own records, and one of the times that they do it."""

SCENARIOS = [
    Survived(
        f"{operation}-by-{function}-{kind}", always(Fault(kind, operation=operation, caller=f"*/{function}", nth=nth))
    )
    for (function, operation), nth in OUTSIDE_EFFECTS.items()
    for kind in ("lost-after", "unavailable-after")
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_lost_answer_is_asked_for_again(scenario: Survived, played: Played) -> None:
    played(scenario)

"""Events that are lost, doubled, late or out of order, and services that do not yet tell what was done."""

from __future__ import annotations

import pytest

from localaws.faults import Fault
from tests.faults.bad_days import Survived, always
from tests.faults.playing import Played

ISSUED = {"source": "aws.acm", "detail_type": "ACM Certificate Available"}

SCENARIOS = [
    Survived("event-lost", always(Fault("event-lost", **ISSUED)), looks_often=True),
    Survived("event-duplicated", always(Fault("event-duplicated", **ISSUED))),
    Survived("event-delayed", always(Fault("event-delayed", seconds=1, **ISSUED))),
    Survived("event-reordered", always(Fault("event-reordered", **ISSUED))),
    Survived("stale-certificate", always(Fault("stale", operation="DescribeCertificate", times=6))),
    Survived("stale-distribution", always(Fault("stale", operation="GetDistribution", nth=[2, 3, 5]))),
    Survived(
        "adopted-before-its-tags-are-seen",
        always(
            Fault("kill-after", operation="CreateDistributionWithTags", nth=3),
            Fault("stale", service="tagging", times=2),
        ),
    ),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_late_news_costs_time_and_nothing_else(scenario: Survived, played: Played) -> None:
    played(scenario)

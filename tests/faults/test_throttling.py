"""Half of all calls throttled: of every API at once, and of each service for itself."""

from __future__ import annotations

import pytest

from localaws.faults import Fault
from tests.faults.bad_days import Endured, always
from tests.faults.playing import Played

SEEDS = (11, 12)
SERVICES = ("acm", "cloudfront", "dynamodb", "lambda", "route53", "s3", "states")
PRODUCT = "*/*"
"""Functions, state machines and rules: sessions of roles. What the tests themselves ask is answered."""

SCENARIOS = [
    *(Endured("every-api", always(Fault("throttle", caller=PRODUCT, probability=0.5)), seed) for seed in SEEDS),
    *(
        Endured(service, always(Fault("throttle", service=service, caller=PRODUCT, probability=0.5)), SEEDS[0])
        for service in SERVICES
    ),
    Endured("every-api-unavailable", always(Fault("unavailable", caller=PRODUCT, probability=0.2)), SEEDS[0]),
    Endured("every-answer-lost", always(Fault("lost-after", caller=PRODUCT, probability=0.2)), SEEDS[0]),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_job_endures(scenario: Endured, played: Played) -> None:
    played(scenario)

"""A function of a pre-warming that dies after any effect: every URL comes through, and nothing is invalidated twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.faults.kill_points import Retried, Scene, StartedAgain, Undisturbed, kill_points
from tests.faults.playing import Played, Scenario
from tests.workflows.application import Application, Json
from tests.workflows.cases import Case
from tests.workflows.prewarms import FUNCTIONS, POPS, Shop, report_of, shop

EFFECTS = {
    ("BeginPrewarm", "PutObject"): 4,
    ("BeginPrewarm", "CreateInvalidation"): 1,
    ("FetchUrls", "PutObject"): 2,
    ("FinishPrewarm", "PutObject"): 3,
}
"""Function and operation by which it changes something, and how often in a run."""


@dataclass(frozen=True, slots=True)
class Prewarm(Scene):
    application: Application
    shop: Shop
    token: str

    def start(self) -> str:
        request = self.shop.request(self.token, "/film.mp4", "/poster.jpg", invalidate=True)
        return self.application.start("cache_prewarm", request)

    def assert_over(self, ended: Json) -> None:
        """All is warm, and no URL was asked for more than twice: once by a child that could not note it."""
        assert ended["status"] == "SUCCEEDED", ended
        assert report_of(self.application, self.token)["totals"]["warm"] == 4
        invalidations = self.application.client("cloudfront").list_invalidations(DistributionId=self.shop.id)
        assert invalidations["InvalidationList"]["Quantity"] == 1
        for address in POPS:
            asked = self.shop.pops.paths(address)
            assert set(asked) == {"/film.mp4", "/poster.jpg"}
            assert len(asked) <= 4


@contextmanager
def prewarm(application: Application, case: Case) -> Iterator[Scene]:
    with shop(application) as made:
        yield Prewarm(application, made, case.job_id)


DEATHS = kill_points(EFFECTS)
SCENARIOS: list[Scenario] = [
    Undisturbed(EFFECTS, prewarm, FUNCTIONS),
    *(Retried(point, prewarm) for point in DEATHS),
    *(StartedAgain(point, prewarm) for point in DEATHS),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_prewarming_survives(scenario: Scenario, played: Played) -> None:
    played(scenario)

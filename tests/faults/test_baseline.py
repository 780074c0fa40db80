"""A function of the baseline that dies after any effect: every version is there once, and nothing that is needed goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from cloudfront_extensions.aws.table import Table
from tests.faults.kill_points import Retried, Scene, StartedAgain, Undisturbed, kill_points
from tests.faults.playing import Played, Scenario
from tests.workflows.application import Application, Json
from tests.workflows.baselines import FUNCTIONS, short_retention, take_baseline, unheard
from tests.workflows.cases import Case
from tests.workflows.changes import changed, content, new_distribution, objects, versions

EFFECTS = {
    ("ListDistributions", "PutObject"): (1, 2),
    ("CaptureDistributions", "TransactWriteItems"): (1,),
    ("CaptureDistributions", "PutObject"): (1, 2),
    ("CaptureDistributions", "DeleteItem"): (1,),
    ("PruneVersions", "TransactWriteItems"): (1,),
    ("PruneVersions", "DeleteObject"): (1,),
    ("PruneVersions", "BatchWriteItem"): (1,),
    ("PruneVersions", "PutObject"): (1,),
    ("FinishBaseline", "PutObject"): (1,),
}
"""Function and operation by which it changes something, and after which of these calls it dies."""


@dataclass(frozen=True, slots=True)
class Neglected(Scene):
    """A distribution with two versions, the first of which has outlived its days, and a third one of which nobody heard."""

    application: Application
    distribution_id: str

    @classmethod
    @contextmanager
    def of(cls, application: Application, case: Case) -> Iterator[Neglected]:
        with short_retention(application):
            yield cls._made(application)

    @classmethod
    def _made(cls, application: Application) -> Neglected:
        with unheard(application):
            distribution_id = str(new_distribution(application, Comment="first")["Distribution"]["Id"])
            neglected = cls(application, distribution_id)
            neglected.take_baseline()
            changed(application, distribution_id, Comment="second")
            neglected.take_baseline()
            changed(application, distribution_id, Comment="third")
        return neglected

    def take_baseline(self) -> None:
        take_baseline(self.application, distributionIds=[self.distribution_id])

    def start(self) -> str:
        return self.application.start("config_baseline", {"distributionIds": [self.distribution_id]})

    def assert_over(self, ended: Json) -> None:
        """A further run finds nothing to capture, lets the second version go, and nothing is left that nobody needs."""
        assert ended["status"] == "SUCCEEDED", ended
        before = versions(self.application, self.distribution_id)
        assert {one.number for one in before} <= {1, 2, 3}
        assert before[-1].number == 3
        self.take_baseline()
        (left,) = versions(self.application, self.distribution_id)
        assert left.number == 3
        assert content(self.application, left)["Comment"] == "third"
        assert set(objects(self.application, self.distribution_id)) == {left.object_key}
        table = Table(self.application.outputs["VersionsTable"], self.application.client("dynamodb"))
        assert [row for row in table.query("unwritten") if self.distribution_id in row["sk"]["S"]] == []
        kinds = {row["sk"]["S"].partition("#")[0] for row in table.query(f"distribution#{self.distribution_id}")}
        assert kinds == {"content", "etag", "version"}


POINTS = kill_points(EFFECTS)
SCENARIOS: list[Scenario] = [
    Undisturbed(EFFECTS, Neglected.of, FUNCTIONS),
    *(Retried(point, Neglected.of) for point in POINTS),
    *(StartedAgain(point, Neglected.of) for point in POINTS),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_baseline_survives(scenario: Scenario, played: Played) -> None:
    played(scenario)

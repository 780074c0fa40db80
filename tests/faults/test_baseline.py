"""A function of the baseline that dies after any effect: every version is there once, and nothing that is needed goes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cloudfront_extensions.aws.table import Table
from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.faults.playing import Played
from tests.workflows.application import Application, eventually
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
CHANGES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "PutObject", "DeleteObject"}


@dataclass(frozen=True, slots=True)
class Neglected:
    """A distribution with two versions, the first of which has outlived its days, and a third one of which nobody heard."""

    application: Application
    distribution_id: str

    @classmethod
    def of(cls, application: Application) -> Neglected:
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

    def assert_over(self) -> None:
        """A further run finds nothing to capture, lets the second version go, and nothing is left that nobody needs."""
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


@dataclass(frozen=True, slots=True)
class Death:
    function: str
    operation: str
    nth: int

    def __str__(self) -> str:
        return f"{self.function}-{self.operation}-{self.nth}"

    @property
    def fault(self) -> Fault:
        return Fault("kill-after", operation=self.operation, caller=f"*/{self.function}", nth=self.nth)


@dataclass(frozen=True, slots=True)
class Retried:
    """The function dies once; the state machine's own retry goes on."""

    death: Death

    def __str__(self) -> str:
        return f"{self.death}-retried"

    def play(self, application: Application, case: Case) -> None:
        with short_retention(application):
            neglected = Neglected.of(application)
            with faults(application.instance, self.death.fault) as injected:
                neglected.take_baseline()
            assert injected.struck() == [1]
            neglected.assert_over()


@dataclass(frozen=True, slots=True)
class StartedAgain:
    """The function dies, the execution is stopped then and there, and another one is started."""

    death: Death

    def __str__(self) -> str:
        return f"{self.death}-started-again"

    def play(self, application: Application, case: Case) -> None:
        with short_retention(application):
            neglected = Neglected.of(application)
            with faults(application.instance, self.death.fault) as injected:
                chosen = {"distributionIds": [neglected.distribution_id]}
                execution = application.start("config_baseline", chosen)
                eventually(lambda: injected.struck() == [1])
                application.stop(execution)
                application.wait(execution)
            neglected.take_baseline()
            neglected.assert_over()


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Nothing goes wrong: what the functions do is what they can die of."""

    def __str__(self) -> str:
        return "undisturbed"

    def play(self, application: Application, case: Case) -> None:
        with short_retention(application):
            neglected = Neglected.of(application)
            before = len(lines(application.instance.calls))
            neglected.take_baseline()
            names = {application.function(function): function for function in FUNCTIONS}
            made = {
                (names[caller], call["operation"])
                for call in lines(application.instance.calls)[before:]
                if (caller := call["caller"].rpartition("/")[2]) in names and call["operation"] in CHANGES
            }
            assert made == set(EFFECTS)
            neglected.assert_over()


DEATHS = [Death(*effect, nth) for effect, times in EFFECTS.items() for nth in times]
SCENARIOS = [Undisturbed(), *map(Retried, DEATHS), *map(StartedAgain, DEATHS)]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_baseline_survives(scenario: object, played: Played) -> None:
    played(scenario)

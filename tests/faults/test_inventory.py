"""A function of the inventory that dies after any effect: nothing is lost, and no reminder either."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.faults.kill_points import KillPoint, Retried, Scene, SceneOf, StartedAgain, Undisturbed, kill_points
from tests.faults.playing import Played, Scenario
from tests.workflows.application import Application, Json
from tests.workflows.cases import Case
from tests.workflows.inbox import Inbox, subscribed
from tests.workflows.lifecycle import arns, import_in_use, inventory, take_inventory, told

EFFECTS = {
    ("ListCertificates", "UpdateItem"): (1,),
    ("ListCertificates", "PutObject"): (1,),
    ("LookAtCertificates", "BatchWriteItem"): (1, 2),
    ("LookAtCertificates", "PutObject"): (1,),
    ("FinishInventory", "PutObject"): (1, 6),
    ("FinishInventory", "UpdateItem"): (1,),
    ("SendReminders", "BatchWriteItem"): (1, 2),
    ("SendReminders", "Publish"): (1,),
}
"""Function and operation by which it changes something, and after which of these calls it dies."""
FUNCTIONS = {function for function, _ in EFFECTS}


@dataclass(frozen=True, slots=True)
class Reminding(Scene):
    """An account that has been looked through before, and an import in use that ends in 20 days."""

    application: Application
    host: str
    arn: str
    inbox: Inbox
    messages: tuple[int, ...]
    """So many have come in the end, or so many."""

    @classmethod
    def of(cls, application: Application, case: Case, *messages: int) -> Reminding:
        take_inventory(application)
        host = case.host("shop")
        inbox = subscribed(application, f"renewals-{case.job_id}", application.topic)
        return cls(application, host, import_in_use(application, host, days=20), inbox, messages)

    def start(self) -> str:
        return self.application.start("certificate_inventory", {})

    def assert_over(self, ended: Json) -> None:
        """A further run sees the certificate and reminds nobody again."""
        assert ended["status"] == "SUCCEEDED", ended
        output = take_inventory(self.application)
        assert output["counts"]["notRead"] == 0
        assert output["reminders"]["sent"] == 0
        assert told(self.application, output, self.arn)
        assert arns(inventory(self.application).covering(self.host)) == [self.arn]
        assert len(self.inbox.naming(self.arn)) in self.messages


def reminding(*messages: int) -> SceneOf:
    return lambda application, case: Reminding.of(application, case, *messages)


def retried(point: KillPoint) -> Retried:
    return Retried(point, reminding(2 if point.operation == "Publish" else 1))


def started_again(point: KillPoint) -> StartedAgain:
    """The retry of the function may be at work already: then both may send."""
    return StartedAgain(point, reminding(*((1, 2) if point.function == "SendReminders" else (1,))))


POINTS = kill_points(EFFECTS)
SCENARIOS: list[Scenario] = [
    Undisturbed(EFFECTS, reminding(1), FUNCTIONS),
    *map(retried, POINTS),
    *map(started_again, POINTS),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_an_inventory_survives(scenario: Scenario, played: Played) -> None:
    played(scenario)

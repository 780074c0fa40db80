"""A function of the inventory that dies after any effect: nothing is lost, and no reminder either."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.faults.kill_points import CHANGES
from tests.faults.playing import Played
from tests.workflows.application import Application, eventually
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
class Reminding:
    """An account that has been looked through before, and an import in use that ends in 20 days."""

    application: Application
    host: str
    arn: str
    inbox: Inbox

    @classmethod
    def of(cls, application: Application, case: Case) -> Reminding:
        take_inventory(application)
        host = case.host("shop")
        inbox = subscribed(application, f"renewals-{case.job_id}", application.topic)
        return cls(application, host, import_in_use(application, host, days=20), inbox)

    def assert_over(self, *messages: int) -> None:
        """A further run sees the certificate and reminds nobody again; so many messages have come, or so many."""
        output = take_inventory(self.application)
        assert output["counts"]["notRead"] == 0
        assert output["reminders"]["sent"] == 0
        assert told(self.application, output, self.arn)
        assert arns(inventory(self.application).covering(self.host)) == [self.arn]
        assert len(self.inbox.naming(self.arn)) in messages


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
        reminding = Reminding.of(application, case)
        with faults(application.instance, self.death.fault) as injected:
            take_inventory(application)
        assert injected.struck() == [1]
        reminding.assert_over(2 if self.death.operation == "Publish" else 1)


@dataclass(frozen=True, slots=True)
class StartedAgain:
    """The function dies, the execution is stopped then and there, and another one is started.

    The retry of the function may be at work already: then both may send.
    """

    death: Death

    def __str__(self) -> str:
        return f"{self.death}-started-again"

    def play(self, application: Application, case: Case) -> None:
        reminding = Reminding.of(application, case)
        with faults(application.instance, self.death.fault) as injected:
            execution = application.start("certificate_inventory", {})
            eventually(lambda: injected.struck() == [1])
            application.stop(execution)
            application.wait(execution)
        take_inventory(application)
        reminding.assert_over(*((1, 2) if self.death.function == "SendReminders" else (1,)))


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Nothing goes wrong: what the functions do is what they can die of."""

    def __str__(self) -> str:
        return "undisturbed"

    def play(self, application: Application, case: Case) -> None:
        reminding = Reminding.of(application, case)
        before = len(lines(application.instance.calls))
        take_inventory(application)
        functions = {physical: logical for logical, physical in application.functions.items() if logical in FUNCTIONS}
        made = {
            (functions[caller], call["operation"])
            for call in lines(application.instance.calls)[before:]
            if (caller := call["caller"].rpartition("/")[2]) in functions
            and call["operation"] in CHANGES.get(call["service"], ())
        }
        assert made == set(EFFECTS)
        reminding.assert_over(1)


DEATHS = [Death(*effect, nth) for effect, times in EFFECTS.items() for nth in times]
SCENARIOS = [Undisturbed(), *map(Retried, DEATHS), *map(StartedAgain, DEATHS)]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_an_inventory_survives(scenario: object, played: Played) -> None:
    played(scenario)

"""A function of log delivery that dies after any effect, or is throttled: each distribution delivers once, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.faults.playing import Played
from tests.workflows.account import distribution
from tests.workflows.application import Application, eventually
from tests.workflows.cases import Case
from tests.workflows.changes import new_distribution
from tests.workflows.log_deliveries import FUNCTIONS, change, deliveries, destinations, request, sources

CHANGES = {
    "PutObject",
    "PutDeliveryDestination",
    "PutDeliverySource",
    "CreateDelivery",
    "UpdateDeliveryConfiguration",
    "DeleteDelivery",
    "DeleteDeliverySource",
    "DeleteDeliveryDestination",
    "UpdateDistribution",
}
EFFECTS = {
    ("standard", "attach"): {
        ("ListLogDeliveries", "PutObject"): (1, 2),
        ("ListLogDeliveries", "PutDeliveryDestination"): (1,),
        ("ChangeLogDelivery", "PutDeliverySource"): (1, 2),
        ("ChangeLogDelivery", "CreateDelivery"): (1, 2),
        ("ChangeLogDelivery", "PutObject"): (1,),
        ("FinishLogDelivery", "PutObject"): (1,),
    },
    ("standard", "detach"): {
        ("ListLogDeliveries", "PutObject"): (2,),
        ("ChangeLogDelivery", "DeleteDelivery"): (1, 2),
        ("ChangeLogDelivery", "DeleteDeliverySource"): (1, 2),
        ("ChangeLogDelivery", "PutObject"): (1,),
        ("FinishLogDelivery", "PutObject"): (1,),
    },
    ("legacy", "attach"): {
        ("ListLogDeliveries", "PutObject"): (1,),
        ("ChangeLogDelivery", "UpdateDistribution"): (1, 2),
        ("ChangeLogDelivery", "PutObject"): (1,),
        ("FinishLogDelivery", "PutObject"): (1,),
    },
}
"""Of each kind and mode: function and operation by which it changes something, and after which of these calls it dies."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two distributions, of which the logs are to come here, or no longer."""

    application: Application
    kind: str
    mode: str
    ids: tuple[str, str]

    @classmethod
    def of(cls, application: Application, kind: str, mode: str) -> Pair:
        first, second = (str(new_distribution(application)["Distribution"]["Id"]) for _ in range(2))
        pair = cls(application, kind, mode, (first, second))
        if mode == "detach":
            change(application, "attach", *pair.ids, kind=kind)
        return pair

    def change(self) -> None:
        change(self.application, self.mode, *self.ids, kind=self.kind)

    def assert_over(self) -> None:
        """Each delivers once, or not at all, and a further run finds nothing to do."""
        if self.kind == "legacy":
            assert all(
                distribution(self.application, one)["DistributionConfig"]["Logging"]["Enabled"] for one in self.ids
            )
        elif self.mode == "attach":
            assert [len(deliveries(self.application, one)) for one in self.ids] == [1, 1]
            assert len(destinations(self.application)) == 1
        else:
            assert not set(self.ids) & set(sources(self.application))
        again = change(self.application, self.mode, *self.ids, kind=self.kind)
        assert again["counts"]["unchanged"] == 2


@dataclass(frozen=True, slots=True)
class Death:
    kind: str
    mode: str
    function: str
    operation: str
    nth: int

    def __str__(self) -> str:
        return f"{self.kind}-{self.mode}-{self.function}-{self.operation}-{self.nth}"

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
        pair = Pair.of(application, self.death.kind, self.death.mode)
        with faults(application.instance, self.death.fault) as injected:
            pair.change()
        assert injected.struck() == [1]
        pair.assert_over()


@dataclass(frozen=True, slots=True)
class StartedAgain:
    """The function dies, the execution is stopped then and there, and another one is started."""

    death: Death

    def __str__(self) -> str:
        return f"{self.death}-started-again"

    def play(self, application: Application, case: Case) -> None:
        pair = Pair.of(application, self.death.kind, self.death.mode)
        with faults(application.instance, self.death.fault) as injected:
            execution = application.start("log_delivery", request(pair.mode, *pair.ids, kind=pair.kind))
            eventually(lambda: injected.struck() == [1])
            application.stop(execution)
            application.wait(execution)
        pair.change()
        pair.assert_over()


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Nothing goes wrong: what the functions do is what they can die of."""

    kind: str
    mode: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.mode}-undisturbed"

    def play(self, application: Application, case: Case) -> None:
        pair = Pair.of(application, self.kind, self.mode)
        before = len(lines(application.instance.calls))
        pair.change()
        names = {application.function(function): function for function in FUNCTIONS}
        made = {
            (names[caller], call["operation"])
            for call in lines(application.instance.calls)[before:]
            if (caller := call["caller"].rpartition("/")[2]) in names and call["operation"] in CHANGES
        }
        assert made == set(EFFECTS[self.kind, self.mode])
        pair.assert_over()


@dataclass(frozen=True, slots=True)
class Throttled:
    """The delivery API and CloudFront throttle every other call of the functions, for as long as the run takes."""

    kind: str
    mode: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.mode}-throttled"

    def play(self, application: Application, case: Case) -> None:
        pair = Pair.of(application, self.kind, self.mode)
        every_other = list(range(1, 100, 2))
        with faults(
            application.instance,
            *(
                Fault("throttle", service=service, caller="*/*LogDeliver*", nth=every_other)
                for service in ("logs", "cloudfront")
            ),
        ) as injected:
            pair.change()
        assert sum(injected.struck()) > 1
        pair.assert_over()


DEATHS = [
    Death(kind, mode, *effect, nth)
    for (kind, mode), effects in EFFECTS.items()
    for effect, times in effects.items()
    for nth in times
]
SCENARIOS = [
    *(Undisturbed(*way) for way in EFFECTS),
    *(Throttled(*way) for way in EFFECTS),
    *map(Retried, DEATHS),
    *map(StartedAgain, DEATHS),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_change_of_log_delivery_survives(scenario: object, played: Played) -> None:
    played(scenario)

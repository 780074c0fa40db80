"""A function of log delivery that dies after any effect, or is throttled: each distribution delivers once, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from localaws.faults import Fault, faults
from tests.faults.kill_points import Retried, Scene, SceneOf, StartedAgain, Undisturbed, kill_points
from tests.faults.playing import Played, Scenario
from tests.workflows.account import distribution
from tests.workflows.application import Application, Json
from tests.workflows.cases import Case
from tests.workflows.changes import new_distribution
from tests.workflows.log_deliveries import FUNCTIONS, change, deliveries, destinations, outcomes, request, sources

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
        ("ChangeLogDelivery", "PutObject"): (1, 2, 3),
        ("FinishLogDelivery", "PutObject"): (1,),
    },
}
"""Of each kind and mode: function and operation by which it changes something, and after which of these calls it dies."""


@dataclass(frozen=True, slots=True)
class Pair(Scene):
    """Two distributions, of which the logs are to come here, or no longer."""

    application: Application
    kind: str
    mode: str
    ids: tuple[str, str]
    at_once: bool
    """Whether one run does it, however often it tries: its report tells so, though a later try finds it done."""

    @classmethod
    def of(cls, application: Application, kind: str, mode: str, *, at_once: bool = True) -> Pair:
        first, second = (str(new_distribution(application)["Distribution"]["Id"]) for _ in range(2))
        if mode == "detach":
            change(application, "attach", first, second, kind=kind)
        return cls(application, kind, mode, (first, second), at_once)

    def start(self) -> str:
        return self.application.start("log_delivery", request(self.mode, *self.ids, kind=self.kind))

    def assert_over(self, ended: Json) -> None:
        """Each delivers once, or not at all, and a further run finds nothing to do."""
        assert ended["status"] == "SUCCEEDED", ended
        if self.at_once:
            assert outcomes(self.application, ended["output"]) == dict.fromkeys(self.ids, f"{self.mode}ed")
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


def pair(kind: str, mode: str, *, at_once: bool = True) -> SceneOf:
    return lambda application, case: Pair.of(application, kind, mode, at_once=at_once)


@dataclass(frozen=True, slots=True)
class Throttled:
    """The delivery API and CloudFront throttle every other call of the functions, for as long as the run takes."""

    kind: str
    mode: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.mode}-throttled"

    def play(self, application: Application, case: Case) -> None:
        scene = Pair.of(application, self.kind, self.mode)
        every_other = list(range(1, 100, 2))
        with faults(
            application.instance,
            *(
                Fault("throttle", service=service, caller="*/*LogDeliver*", nth=every_other)
                for service in ("logs", "cloudfront")
            ),
        ) as injected:
            ended = scene.run()
        assert sum(injected.struck()) > 1
        scene.assert_over(ended)


DEATHS = [(point, way) for way, effects in EFFECTS.items() for point in kill_points(effects, "-".join(way))]
SCENARIOS: list[Scenario] = [
    *(Undisturbed(effects, pair(*way), FUNCTIONS, "-".join(way)) for way, effects in EFFECTS.items()),
    *(Throttled(*way) for way in EFFECTS),
    *(Retried(point, pair(*way)) for point, way in DEATHS),
    *(StartedAgain(point, pair(*way, at_once=False)) for point, way in DEATHS),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_change_of_log_delivery_survives(scenario: Scenario, played: Played) -> None:
    played(scenario)

"""A function that dies after any effect of a job loses nothing and makes nothing twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.faults.kill_points import BESIDE, CHANGES, EFFECTS, Effect, KillPoint, kill_points
from tests.faults.launch import Launch
from tests.faults.playing import Played
from tests.workflows.application import Application, eventually
from tests.workflows.cases import Case


@dataclass(frozen=True, slots=True)
class Retried:
    """The function dies once; the state machine's own retry goes on."""

    point: KillPoint

    def __str__(self) -> str:
        return f"{self.point}-retried"

    def play(self, application: Application, case: Case) -> None:
        launch = Launch.of(application, case)
        with faults(application.instance, death(self.point)) as injected:
            ended = launch.finish(launch.start())
        assert injected.struck() == [1]
        launch.assert_done(ended)


@dataclass(frozen=True, slots=True)
class StartedAgain:
    """The function dies, the execution is stopped then and there, and the job is started again with its token."""

    point: KillPoint

    def __str__(self) -> str:
        return f"{self.point}-started-again"

    def play(self, application: Application, case: Case) -> None:
        launch = Launch.of(application, case)
        with faults(application.instance, death(self.point)) as injected:
            execution = launch.start()
            with launch.customers():
                eventually(lambda: injected.struck() == [1])
            launch.stop(execution)
        launch.assert_done(launch.finish(launch.start()))


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Nothing goes wrong: what the functions do is what the kill points are made of."""

    def __str__(self) -> str:
        return "undisturbed"

    def play(self, application: Application, case: Case) -> None:
        before = len(lines(application.instance.calls))
        launch = Launch.of(application, case)
        launch.assert_done(launch.finish(launch.start()))
        functions = {physical: one for one, physical in application.functions.items() if one not in BESIDE}
        made = Counter(
            (functions[caller], call["operation"])
            for call in lines(application.instance.calls)[before:]
            if (caller := call["caller"].rpartition("/")[2]) in functions
            and call["operation"] in CHANGES.get(call["service"], ())
        )
        assert {Effect(*key, times) for key, times in made.items()} == set(EFFECTS)


POINTS = list(kill_points())
SCENARIOS = [Undisturbed(), *(mode(point) for point in POINTS for mode in (Retried, StartedAgain))]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_job_survives(scenario: object, played: Played) -> None:
    played(scenario)


def death(point: KillPoint) -> Fault:
    effect = point.effect
    return Fault("kill-after", operation=effect.operation, caller=f"*/{effect.function}", nth=point.nth)

"""A function of a rollback that dies after any effect: the rollback goes on, and ends as on a good day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.faults.kill_points import CHANGES
from tests.faults.playing import Played
from tests.faults.rollbacks import BY_CANARY, TAKEN_BACK, WITH_APPROVAL, Course
from tests.workflows.application import Application, eventually
from tests.workflows.cases import Case

ROLLBACK_CHANGES = {
    **CHANGES,
    "cloudfront": {
        "CopyDistribution",
        "CreateContinuousDeploymentPolicy",
        "DeleteContinuousDeploymentPolicy",
        "DeleteDistribution",
        "UpdateDistribution",
        "UpdateDistributionWithStagingConfig",
    },
}
FUNCTIONS = {"BeginRollback", "AskApproval", "RollTargetOut", "RevertTargets", "CompleteRollback"}
EFFECTS: dict[Course, dict[tuple[str, str], int]] = {
    WITH_APPROVAL: {
        ("AskApproval", "Publish"): 1,
        ("AskApproval", "UpdateItem"): 1,
        ("BeginRollback", "PutItem"): 3,
        ("BeginRollback", "PutObject"): 10,
        ("CompleteRollback", "PutObject"): 2,
        ("CompleteRollback", "UpdateItem"): 1,
        ("RevertTargets", "UpdateItem"): 1,
        ("RollTargetOut", "DeleteItem"): 2,
        ("RollTargetOut", "PutItem"): 4,
        ("RollTargetOut", "UpdateDistribution"): 2,
        ("RollTargetOut", "UpdateItem"): 8,
    },
    BY_CANARY: {
        ("BeginRollback", "PutItem"): 2,
        ("BeginRollback", "PutObject"): 8,
        ("CompleteRollback", "PutObject"): 2,
        ("CompleteRollback", "UpdateItem"): 1,
        ("RevertTargets", "UpdateItem"): 1,
        ("RollTargetOut", "CopyDistribution"): 1,
        ("RollTargetOut", "CreateContinuousDeploymentPolicy"): 1,
        ("RollTargetOut", "DeleteContinuousDeploymentPolicy"): 1,
        ("RollTargetOut", "DeleteDistribution"): 1,
        ("RollTargetOut", "DeleteItem"): 3,
        ("RollTargetOut", "PutItem"): 4,
        ("RollTargetOut", "UpdateDistribution"): 4,
        ("RollTargetOut", "UpdateDistributionWithStagingConfig"): 1,
        ("RollTargetOut", "UpdateItem"): 15,
    },
    TAKEN_BACK: {
        ("BeginRollback", "PutItem"): 3,
        ("BeginRollback", "PutObject"): 10,
        ("CompleteRollback", "PutObject"): 2,
        ("CompleteRollback", "UpdateItem"): 1,
        ("RevertTargets", "DeleteItem"): 2,
        ("RevertTargets", "PutItem"): 2,
        ("RevertTargets", "UpdateDistribution"): 1,
        ("RevertTargets", "UpdateItem"): 7,
        ("RollTargetOut", "DeleteItem"): 1,
        ("RollTargetOut", "PutItem"): 3,
        ("RollTargetOut", "UpdateDistribution"): 2,
        ("RollTargetOut", "UpdateItem"): 7,
    },
}
"""How often a function changes something by an operation on a good day."""


@dataclass(frozen=True, slots=True)
class Death:
    course: Course
    function: str
    operation: str
    nth: int

    def __str__(self) -> str:
        return f"{self.course}-{self.function}-{self.operation}-{self.nth}"

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
        with self.death.course.scene(application, case) as scene:
            with faults(application.instance, self.death.fault) as injected:
                ended = scene.run()
            assert injected.struck() == [1]
            self.death.course.check(scene, ended)


@dataclass(frozen=True, slots=True)
class StartedAgain:
    """The function dies, the execution is stopped then and there, and another one is started with the same token."""

    death: Death

    def __str__(self) -> str:
        return f"{self.death}-started-again"

    def play(self, application: Application, case: Case) -> None:
        with self.death.course.scene(application, case) as scene:
            with faults(application.instance, self.death.fault) as injected:
                execution = scene.start()
                scene.approve(execution, until=lambda: injected.struck() == [1])
                eventually(lambda: injected.struck() == [1])
                scene.stop(execution)
            self.death.course.check(scene, scene.run())


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Nothing goes wrong: what the functions do is what they can die of."""

    course: Course

    def __str__(self) -> str:
        return f"{self.course}-undisturbed"

    def play(self, application: Application, case: Case) -> None:
        with self.course.scene(application, case) as scene:
            before = len(lines(application.instance.calls))
            self.course.check(scene, scene.run())
            functions = {physical: logical for logical, physical in application.functions.items()}
            made = Counter(
                (functions[caller], call["operation"])
                for call in lines(application.instance.calls)[before:]
                if functions.get(caller := call["caller"].rpartition("/")[2]) in FUNCTIONS
                and call["operation"] in ROLLBACK_CHANGES.get(call["service"], ())
            )
        assert dict(made) == EFFECTS[self.course]


DIES = {WITH_APPROVAL: FUNCTIONS, BY_CANARY: {"RollTargetOut"}, TAKEN_BACK: {"RevertTargets"}}
"""Which functions die in which course; in the others they do what they do in these."""
DEATHS = [
    Death(course, *effect, nth)
    for course, effects in EFFECTS.items()
    for effect, times in effects.items()
    if effect[0] in DIES[course]
    for nth in range(1, times + 1)
]
SCENARIOS = [
    *map(Undisturbed, EFFECTS),
    *map(Retried, DEATHS),
    *(StartedAgain(death) for death in DEATHS if death.operation in ROLLBACK_CHANGES["cloudfront"] or death.nth == 1),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_rollback_survives(scenario: object, played: Played) -> None:
    played(scenario)

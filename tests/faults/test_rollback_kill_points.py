"""A function of a rollback that dies after any effect: the rollback goes on, and ends as on a good day."""

from __future__ import annotations

import pytest

from tests.faults.kill_points import Effects, Retried, StartedAgain, Undisturbed, kill_points
from tests.faults.playing import Played, Scenario
from tests.faults.rollbacks import BY_CANARY, TAKEN_BACK, WITH_APPROVAL, Course

FUNCTIONS = {"BeginRollback", "AskApproval", "RollTargetOut", "RevertTargets", "CompleteRollback"}
EFFECTS: dict[Course, Effects] = {
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
DIES = {WITH_APPROVAL: FUNCTIONS, BY_CANARY: {"RollTargetOut"}, TAKEN_BACK: {"RevertTargets"}}
"""Which functions die in which course; in the others they do what they do in these."""
DEATHS = [
    (point, course.scene)
    for course, effects in EFFECTS.items()
    for point in kill_points(effects, course.name)
    if point.function in DIES[course]
]
SCENARIOS: list[Scenario] = [
    *(Undisturbed(effects, course.scene, FUNCTIONS, course.name) for course, effects in EFFECTS.items()),
    *(Retried(*death) for death in DEATHS),
    *(
        StartedAgain(point, scene)
        for point, scene in DEATHS
        if point.nth == 1 or "Distribution" in point.operation or "Deployment" in point.operation
    ),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_rollback_survives(scenario: Scenario, played: Played) -> None:
    played(scenario)

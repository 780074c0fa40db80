"""`config_rollback` by canary: some viewers first, then all of them or none; and nothing of it is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case
from tests.workflows.rollbacks import (
    BAKE,
    Shop,
    alarm,
    changed_before,
    counted_writes,
    failures,
    leftovers,
    outcomes,
    policies,
    request,
    roll_back,
    stop,
)


def canary(**more: Any) -> Json:
    return {"strategy": {"type": "canary", "bakeSeconds": 60, **more}}


@contextmanager
def nothing_left(application: Application) -> Iterator[None]:
    before = leftovers(application)
    yield
    assert leftovers(application) == before


def trying_out(application: Application, case: Case, shop: Shop, **strategy: Any) -> str:
    """The ARN of a rollback whose canary has viewers."""
    execution = application.start("config_rollback", request(case, [shop], **canary(bakeSeconds=BAKE, **strategy)))
    eventually(lambda: shop.config["ContinuousDeploymentPolicyId"] and shop.status == "Deployed")
    return execution


@pytest.mark.parametrize("viewers", [{}, {"weight": 0.1}, {"headers": {"aws-cf-cd-try": "yes"}}], ids=str)
def test_what_some_viewers_have_tried_becomes_everybodys(application: Application, case: Case, viewers: Json) -> None:
    shop = Shop.of(application)
    with nothing_left(application), counted_writes(application) as writes:
        ended = roll_back(application, case, [shop], **canary(**viewers))

        assert ended["status"] == "SUCCEEDED", ended
        assert outcomes(application, case) == {shop.id: "APPLIED"}
        assert (shop.comment, shop.config["ContinuousDeploymentPolicyId"]) == ("good", "")
    assert writes == [
        "CopyDistribution",
        "UpdateDistribution",
        "CreateContinuousDeploymentPolicy",
        "UpdateDistribution",
        "UpdateDistributionWithStagingConfig",
        "UpdateDistribution",
        "DeleteContinuousDeploymentPolicy",
        "UpdateDistribution",
        "DeleteDistribution",
    ]


def test_only_some_viewers_are_sent_to_the_change(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    before = policies(application)
    execution = trying_out(application, case, shop, weight=0.1)
    (policy,) = (one for one in policies(application) if one not in before)
    weight = policy["TrafficConfig"]["SingleWeightConfig"]["Weight"]
    assert (policy["Enabled"], round(weight, 2), shop.comment) == (True, 0.1, "bad")
    stop(application, case)
    application.wait(execution)


def test_an_alarm_sends_the_viewers_back(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    with nothing_left(application), alarm(application, case.job_id) as own:
        execution = trying_out(application, case, shop, alarmNames=[own.name])
        own.set("ALARM")
        ended = application.wait(execution)

        assert ended["error"] == "TargetsNotRolledBack"
        assert failures(application, case) == {shop.id: "AlarmFired"}
        assert outcomes(application, case) == {shop.id: "REVERTED"}
        assert (shop.comment, shop.config["ContinuousDeploymentPolicyId"]) == ("bad", "")


def test_a_canary_that_is_stopped_sends_the_viewers_back(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    with nothing_left(application):
        execution = trying_out(application, case, shop)
        stop(application, case)
        ended = application.wait(execution)
        assert ended["error"] == "TargetsNotRolledBack"
        assert outcomes(application, case) == {shop.id: "REVERTED"}
        assert shop.comment == "bad"


def test_a_canary_is_stopped_after_it_was_promoted(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    with nothing_left(application):
        execution = application.start("config_rollback", request(case, [shop], **canary()))
        eventually(lambda: shop.comment == "good")
        stop(application, case)
        ended = application.wait(execution)
        assert ended["error"] == "TargetsNotRolledBack"
        assert outcomes(application, case) == {shop.id: "REVERTED"}
        assert shop.comment == "bad"


def test_a_change_of_the_target_ends_the_canary_and_stays(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    with nothing_left(application):
        execution = trying_out(application, case, shop)
        shop.change(Comment="somebody else's")
        ended = application.wait(execution)
        assert failures(application, case) == {shop.id: "ConfigChangedSincePlan"}
        assert (ended["error"], shop.comment) == ("TargetsNotRolledBack", "somebody else's")


@pytest.mark.parametrize(
    ("operation", "nth", "error"),
    [
        ("CopyDistribution", 1, "ConfigChangedSincePlan"),
        ("UpdateDistribution", 2, "ConfigChangedSincePlan"),
        ("UpdateDistributionWithStagingConfig", 1, "ConfigChangedSincePlan"),
        ("UpdateDistribution", 3, "VerifyFailed"),
    ],
    ids=["copied", "attached", "promoted", "detached"],
)
def test_a_change_of_the_target_between_read_and_write_ends_the_canary_and_stays(
    application: Application, case: Case, operation: str, nth: int, error: str
) -> None:
    shop = Shop.of(application)
    with nothing_left(application):
        ended = changed_before(application, case, shop, operation, nth=nth, **canary())
        assert ended["error"] == "TargetsNotRolledBack"
        assert failures(application, case) == {shop.id: error}
        assert (shop.comment, shop.config["ContinuousDeploymentPolicyId"]) == ("somebody else's", "")


def test_a_canary_that_was_killed_goes_on_where_it_stands(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    with nothing_left(application):
        execution = application.start("config_rollback", request(case, [shop], **canary(bakeSeconds=600)))
        eventually(lambda: shop.config["ContinuousDeploymentPolicyId"])
        application.stop(execution)
        application.wait(execution)
        ended = roll_back(application, case, [shop], **canary(bakeSeconds=600))
        assert ended["status"] == "SUCCEEDED", ended
        assert shop.comment == "good"


def test_what_a_canary_can_not_change_is_refused_in_the_plan(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    shop.change(HttpVersion="http2and3")
    ended = roll_back(application, case, [shop], **canary())
    assert ended["error"] == "PlanRefused"
    assert failures(application, case) == {shop.id: "CanaryNotPossible"}

"""`config_rollback` when things turn at a bad moment: nothing of a canary stays, nobody's change is written over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from localaws.faults import Fault, faults
from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case
from tests.workflows.rollbacks import (
    BAKE,
    LATE,
    Shop,
    alarm,
    answer,
    changed_before,
    counted_writes,
    failures,
    leftovers,
    outcomes,
    request,
    roll_back,
    stop,
    waiting_for_approval,
    watching,
)

CANARY = {"type": "canary", "bakeSeconds": 60}
A_WEEK = 7 * 24 * 3600


@contextmanager
def somebody_elses_canary(application: Application, shop: Shop) -> Iterator[str]:
    """The id of the policy by which some viewers of the shop are sent elsewhere, for the block."""
    cloudfront = application.client("cloudfront")
    copied = cloudfront.copy_distribution(
        PrimaryDistributionId=shop.id, Staging=True, IfMatch=shop.etag, CallerReference=f"other-{shop.id}", Enabled=True
    )
    staging = Shop(application, copied["Distribution"]["Id"])
    made = cloudfront.create_continuous_deployment_policy(
        ContinuousDeploymentPolicyConfig={
            "StagingDistributionDnsNames": {"Quantity": 1, "Items": [copied["Distribution"]["DomainName"]]},
            "Enabled": True,
            "TrafficConfig": {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": 0.05}},
        }
    )
    policy: str = made["ContinuousDeploymentPolicy"]["Id"]
    shop.change(ContinuousDeploymentPolicyId=policy)
    yield policy
    shop.change(ContinuousDeploymentPolicyId="")
    eventually(lambda: shop.status == "Deployed")
    cloudfront.delete_continuous_deployment_policy(Id=policy, IfMatch=made["ETag"])
    staging.change(Enabled=False)
    eventually(lambda: staging.status == "Deployed")
    cloudfront.delete_distribution(Id=staging.id, IfMatch=staging.etag)


def step_fails(shop: Shop, error: str, nth: list[int]) -> Fault:
    """Steps of one target end with an error: the first invocation that names it is the plan's, the second its first step."""
    return Fault(
        "function-error",
        error_type=error,
        service="lambda",
        caller="*/ConfigRollback",
        operation="Invoke",
        containing=shop.id,
        nth=nth,
    )


def killed_while_watching(application: Application, case: Case, shop: Shop, **strategy: object) -> Json:
    """What the next step of a target is given, whose rollback was killed while it was watched."""
    execution = application.start("config_rollback", request(case, [shop], strategy=strategy))
    if strategy["type"] == "canary":
        eventually(lambda: shop.config["ContinuousDeploymentPolicyId"])
    else:
        eventually(lambda: shop.comment == "good")
    eventually(lambda: shop.status == "Deployed")
    application.stop(execution)
    application.wait(execution)
    (entry,) = application.document(f"rollbacks/{case.job_id}/targets.json")
    return {
        "requestToken": case.job_id,
        "bucket": application.bucket,
        "requestKey": f"rollbacks/{case.job_id}/request.json",
        "entry": entry,
    }


def test_a_child_that_dies_while_it_ends_the_canary_of_a_changed_target(application: Application, case: Case) -> None:
    shop, before = Shop.of(application), leftovers(application)
    strategy = {**CANARY, "bakeSeconds": BAKE}
    execution = application.start("config_rollback", request(case, [shop], strategy=strategy))
    eventually(lambda: shop.config["ContinuousDeploymentPolicyId"] and shop.status == "Deployed")
    with faults(application.instance, Fault("kill-before", operation="UpdateDistribution", caller="*/RollTargetOut")):
        shop.change(Comment="somebody else's")
        ended = application.wait(execution)

    assert ended["error"] == "TargetsNotRolledBack"
    assert (shop.comment, shop.config["ContinuousDeploymentPolicyId"]) == ("somebody else's", "")
    assert leftovers(application) == before


def test_a_copy_that_is_not_shown_yet_is_removed(application: Application, case: Case) -> None:
    shop, before = Shop.of(application), leftovers(application)
    died = Fault("kill-after", operation="CopyDistribution", caller="*/RollTargetOut", nth=1)
    unseen = Fault("stale", operation="ListDistributions", caller="*/RollTargetOut", nth=1)
    with faults(application.instance, died, unseen) as injected:
        execution = application.start("config_rollback", request(case, [shop], strategy=CANARY))
        eventually(lambda: injected.struck()[0] == 1)
        application.stop(execution)
        application.wait(execution)
        stop(application, case)
        roll_back(application, case, [shop], strategy=CANARY)
        assert injected.struck() == [1, 1]

    assert outcomes(application, case) == {shop.id: "REVERTED"}
    assert leftovers(application) == before


def test_a_target_goes_back_to_the_policy_of_somebody_else_that_it_had(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    with somebody_elses_canary(application, shop) as policy, alarm(application, case.job_id) as own:
        execution = watching(application, case, [shop], alarmNames=[own.name])
        own.set("ALARM")
        application.wait(execution)

        assert outcomes(application, case) == {shop.id: "REVERTED"}
        assert (shop.comment, shop.config["ContinuousDeploymentPolicyId"]) == ("bad", policy)


@pytest.mark.parametrize(
    ("on_failure", "outcome", "comment"),
    [("revert", "REVERTED", "bad"), ("stop", "FAILED", "good"), ("continue", "FAILED", "good")],
)
def test_what_becomes_of_what_was_promoted_when_it_fails(
    application: Application, case: Case, on_failure: str, outcome: str, comment: str
) -> None:
    shop, before = Shop.of(application), leftovers(application)
    late = Fault("slow", operation="UpdateDistributionWithStagingConfig", caller="*/RollTargetOut", seconds=LATE)
    with alarm(application, case.job_id) as own, faults(application.instance, late) as injected:
        asked = request(case, [shop], strategy={**CANARY, "alarmNames": [own.name]}, onFailure=on_failure)
        execution = application.start("config_rollback", asked)
        eventually(lambda: injected.struck() == [1])
        own.set("ALARM")
        application.wait(execution)

    assert failures(application, case) == {shop.id: "AlarmFired"}
    assert (outcomes(application, case), shop.comment) == ({shop.id: outcome}, comment)
    assert leftovers(application) == before


def test_what_was_never_written_did_not_fail_to_go_back(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    changed_before(application, case, shop, "UpdateDistribution")
    assert outcomes(application, case) == {shop.id: "FAILED"}
    assert failures(application, case) == {shop.id: "ConfigChangedSincePlan"}


def test_who_watches_for_a_week_looks_at_most_a_thousand_times(application: Application, case: Case) -> None:
    given = killed_while_watching(application, case, Shop.of(application), type="oneByOne", bakeSeconds=A_WEEK)
    answered = application.invoke("RollTargetOut", given)
    assert answered["watching"]
    assert A_WEEK / 1000 <= answered["wait"]["seconds"] <= A_WEEK / 1000 + 1


def test_what_was_watched_on_staging_is_not_watched_again(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    given = killed_while_watching(application, case, shop, type="canary", bakeSeconds=BAKE)
    watched = {"wait": {"seconds": 60, "waitedSeconds": BAKE}, "watching": True}
    assert not application.invoke("RollTargetOut", {**given, **watched})["watching"]
    assert shop.comment == "good"
    answers = []

    def is_done() -> bool:
        deployed = {"wait": {"seconds": 60, "waitedSeconds": 0}, "watching": False}
        answers.append(application.invoke("RollTargetOut", {**given, **deployed}))
        return bool(answers[-1]["done"])

    eventually(is_done)
    assert not any(answer["watching"] for answer in answers)


def test_an_alarm_counts_while_cloudfront_deploys(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    late = Fault("slow", operation="UpdateDistribution", caller="*/RollTargetOut", seconds=LATE)
    unseen = Fault("stale", operation="GetDistribution", caller="*/RollTargetOut", nth=list(range(2, 100)))
    with alarm(application, case.job_id) as own, faults(application.instance, late, unseen) as injected:
        strategy = {"type": "oneByOne", "bakeSeconds": 60, "alarmNames": [own.name]}
        execution = application.start("config_rollback", request(case, [shop], strategy=strategy))
        eventually(lambda: injected.struck()[0] == 1)
        own.set("ALARM")
        application.wait(execution)

    assert failures(application, case) == {shop.id: "AlarmFired"}
    assert (outcomes(application, case), shop.comment) == ({shop.id: "REVERTED"}, "bad")


def test_no_viewer_is_sent_to_a_canary_while_an_alarm_is_on(application: Application, case: Case) -> None:
    shop, before = Shop.of(application), leftovers(application)
    late = Fault("slow", operation="CopyDistribution", caller="*/RollTargetOut", seconds=LATE)
    with (
        alarm(application, case.job_id) as own,
        faults(application.instance, late) as injected,
        counted_writes(application) as writes,
    ):
        strategy = {**CANARY, "alarmNames": [own.name]}
        execution = application.start("config_rollback", request(case, [shop], strategy=strategy))
        eventually(lambda: injected.struck() == [1])
        own.set("ALARM")
        application.wait(execution)

    assert failures(application, case) == {shop.id: "AlarmFired"}
    assert "CreateContinuousDeploymentPolicy" not in writes
    assert leftovers(application) == before


def test_what_could_not_be_asked_is_gone_on_with_by_the_next_start(application: Application, case: Case) -> None:
    shops = [Shop.of(application), Shop.of(application)]
    not_answered = step_fails(shops[0], "AwsUnavailable", list(range(2, 9)))
    with faults(application.instance, not_answered) as injected:
        roll_back(application, case, shops)
        assert injected.struck() == [7]
    assert list(outcomes(application, case).values()) == ["UNKNOWN", "NOT_STARTED"]

    assert roll_back(application, case, shops)["status"] == "SUCCEEDED"
    assert [shop.comment for shop in shops] == ["good", "good"]


def test_who_is_not_begun_for_a_failure_stays_so_when_it_is_started_again(application: Application, case: Case) -> None:
    shops = [Shop.of(application), Shop.of(application)]
    execution = waiting_for_approval(application, case, shops, onFailure="stop")
    shops[0].change(Comment="somebody else's")
    answer(application, case, approve=True)
    application.wait(execution)
    with counted_writes(application) as writes:
        roll_back(application, case, shops, approval="required", onFailure="stop")

    assert (list(outcomes(application, case).values()), writes) == (["FAILED", "NOT_STARTED"], [])


def test_a_target_of_which_nothing_is_known_takes_the_others_back(application: Application, case: Case) -> None:
    shops = [Shop.of(application), Shop.of(application)]
    broken = step_fails(shops[1], "NameError", [2, 3])
    with faults(application.instance, broken) as injected:
        roll_back(application, case, shops)
        assert injected.struck() == [2]

    assert list(outcomes(application, case).values()) == ["REVERTED", "NOT_STARTED"]
    assert shops[0].comment == "bad"


def test_an_answer_that_comes_too_late_is_not_taken(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    ended = roll_back(application, case, [shop], approval="required", approvalSeconds=60)
    assert ended["error"] == "ApprovalExpired"
    # WHEN the time is over by the clock of the record too, which no instance speeds up
    application.rollbacks.await_answer(case.job_id, "a token that is over", until="2001-01-01T00:00:00.000Z")

    refused = answer(application, case, approve=True)
    assert refused["errorType"] == "NoAnswerAwaited"
    # THEN the next start asks again
    again = roll_back(application, case, [shop], approval="required", approvalSeconds=60)
    assert (again["error"], shop.comment) == ("ApprovalExpired", "bad")


def test_who_answers_and_is_cut_off_answers_once_more(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = waiting_for_approval(application, case, [shop])
    with faults(application.instance, Fault("kill-after", operation="UpdateItem", caller="*/AnswerRollback")):
        assert "errorType" in answer(application, case, approve=True)
    assert application.is_running(execution)

    assert answer(application, case, approve=True)["delivered"]
    assert application.wait(execution)["status"] == "SUCCEEDED"
    assert shop.comment == "good"


def test_who_stops_and_is_cut_off_has_stopped_it(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = watching(application, case, [shop])
    with faults(application.instance, Fault("kill-after", operation="UpdateItem", caller="*/StopRollback")):
        assert "errorType" in stop(application, case)
    assert application.wait(execution)["error"] == "TargetsNotRolledBack"
    assert (shop.comment, outcomes(application, case)) == ("bad", {shop.id: "REVERTED"})


def test_a_mistyped_alarm_costs_no_request_token(application: Application, case: Case) -> None:
    shop, strategy = Shop.of(application), {"type": "oneByOne", "bakeSeconds": 60}
    mistyped = roll_back(application, case, [shop], strategy={**strategy, "alarmNames": ["no such alarm"]})
    assert mistyped["error"] == "InvalidInput"
    with alarm(application, case.job_id) as own:
        ended = roll_back(application, case, [shop], strategy={**strategy, "alarmNames": [own.name]})
    assert ended["status"] == "SUCCEEDED", ended


def test_an_alarm_that_is_deleted_later_is_no_mistake_of_the_request(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    with alarm(application, case.job_id) as own:
        strategy = {"type": "oneByOne", "bakeSeconds": BAKE, "alarmNames": [own.name]}
        execution = application.start("config_rollback", request(case, [shop], strategy=strategy))
        eventually(lambda: shop.comment == "good")
        application.stop(execution)
        application.wait(execution)
    roll_back(application, case, [shop], strategy=strategy)
    assert failures(application, case) == {shop.id: "AlarmFired"}
    assert shop.comment == "bad"

"""`config_rollback`: targets get a version back, or stay as they are, and the report says which."""

from __future__ import annotations

import pytest

from cloudfront_extensions.aws.clock import now
from localaws.faults import Fault, faults
from tests.workflows.account import issued_certificate, plain_config
from tests.workflows.application import Application, eventually
from tests.workflows.cases import Case
from tests.workflows.inbox import subscribed
from tests.workflows.rollbacks import (
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


@pytest.mark.parametrize("strategy", ["allAtOnce", "oneByOne"])
def test_distributions_go_back_to_an_earlier_version(application: Application, case: Case, strategy: str) -> None:
    shops = [Shop.of(application), Shop.of(application)]
    with counted_writes(application) as writes:
        ended = roll_back(application, case, shops, strategy={"type": strategy})

    assert ended["status"] == "SUCCEEDED", ended
    assert [(shop.comment, shop.status) for shop in shops] == [("good", "Deployed")] * 2
    assert outcomes(application, case) == {shop.id: "APPLIED" for shop in shops}
    assert writes == ["UpdateDistribution", "UpdateDistribution"]


@pytest.mark.parametrize(("strategy", "at_once"), [("allAtOnce", 10), ("oneByOne", 1)])
def test_so_many_targets_are_worked_on_at_the_same_time(
    application: Application, case: Case, strategy: str, at_once: int
) -> None:
    planned = request(case, [Shop.of(application)], strategy={"type": strategy}, dryRun=True)
    begun = application.invoke("BeginRollback", {"request": planned, "executionArn": "arn:aws:states:none"})
    assert begun["concurrency"] == at_once


def test_a_target_is_applied_only_when_it_is_seen_deployed(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    stale = Fault("stale", operation="GetDistribution", caller="*/RollTargetOut", containing=shop.id)
    with faults(application.instance, stale):
        roll_back(application, case, [shop])

    assert failures(application, case) == {shop.id: "DistributionNotDeployed"}
    assert outcomes(application, case) == {shop.id: "REVERTED"}


def test_a_target_is_reverted_only_when_it_is_seen_deployed(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = watching(application, case, [shop])
    stale = Fault("stale", operation="GetDistribution", caller="*/RevertTargets", containing=shop.id)
    with faults(application.instance, stale):
        stop(application, case)
        application.wait(execution)

    assert failures(application, case) == {shop.id: "DistributionNotDeployed"}
    assert (shop.comment, outcomes(application, case)) == ("bad", {shop.id: "REVERT_FAILED"})


def test_the_report_leads_to_the_execution_and_to_the_plan(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = application.start("config_rollback", request(case, [shop]))
    application.wait(execution)

    report = application.document(f"rollbacks/{case.job_id}/report.json")
    assert report["executionArn"] == execution
    assert report["plan"]["bucket"] == application.bucket
    assert application.document(report["plan"]["jsonKey"])["plannedAt"] == report["plannedAt"]
    assert shop.id in application.text(report["plan"]["textKey"])


def test_what_a_rollback_writes_is_a_version_that_says_so(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    roll_back(application, case, [shop])

    assert shop.live_version.rollback == case.job_id
    assert [one.rollback for one in application.versions.versions(shop.id)] == [None, None, case.job_id]


def test_what_is_as_it_should_be_is_not_touched(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    shop.change(Comment="good")
    with counted_writes(application) as writes:
        ended = roll_back(application, case, [shop])

    assert (ended["status"], writes) == ("SUCCEEDED", [])
    assert outcomes(application, case) == {shop.id: "IDENTICAL"}


def test_a_dry_run_ends_with_the_plan(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    with counted_writes(application) as writes:
        ended = roll_back(application, case, [shop], dryRun=True)

    assert (ended["status"], ended["output"]["status"], writes) == ("SUCCEEDED", "PLANNED", [])
    assert "Comment" in application.text(ended["output"]["plan"]["textKey"])
    assert application.rollbacks.rollback(case.job_id) is None


def test_a_plan_that_can_not_be_carried_out_is_refused(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    ended = roll_back(application, case, [shop], source={"distributionId": shop.id, "version": 99})

    assert ended["error"] == "PlanRefused"
    assert outcomes(application, case) == {shop.id: "REFUSED"}


def test_a_request_that_says_nothing_useful_is_refused_in_words(application: Application, case: Case) -> None:
    ended = application.run("config_rollback", {"requestToken": case.job_id, "targets": []})
    assert ended["error"] == "InvalidInput"
    assert ended["cause"].startswith("targets")


def test_an_alarm_that_there_is_not_is_refused(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    ended = roll_back(application, case, [shop], strategy={"type": "oneByOne", "alarmNames": ["no such alarm"]})
    assert ended["error"] == "InvalidInput"
    assert "no such alarm" in ended["cause"]


def test_nothing_is_written_over_a_change_made_after_the_plan(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = waiting_for_approval(application, case, [shop])
    shop.change(Comment="somebody else's")
    answer(application, case, approve=True)
    with counted_writes(application) as writes:
        ended = application.wait(execution)

    assert ended["error"] == "TargetsNotRolledBack"
    assert failures(application, case) == {shop.id: "ConfigChangedSincePlan"}
    assert (shop.comment, writes) == ("somebody else's", [])


def test_nothing_is_written_over_a_change_made_between_read_and_write(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    ended = changed_before(application, case, shop, "UpdateDistribution")

    assert ended["error"] == "TargetsNotRolledBack"
    assert failures(application, case) == {shop.id: "ConfigChangedSincePlan"}
    assert (shop.comment, outcomes(application, case)) == ("somebody else's", {shop.id: "FAILED"})


def test_nothing_is_taken_back_over_a_change_made_between_read_and_write(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = watching(application, case, [shop])
    late = Fault("slow", operation="UpdateDistribution", caller="*/RevertTargets", nth=1, seconds=LATE)
    with faults(application.instance, late) as injected:
        stop(application, case)
        eventually(lambda: injected.struck() == [1])
        shop.change(Comment="somebody else's")
        application.wait(execution)

    assert failures(application, case) == {shop.id: "ConfigChangedSincePlan"}
    assert (shop.comment, outcomes(application, case)) == ("somebody else's", {shop.id: "REVERT_FAILED"})


def test_a_change_that_was_taken_back_meanwhile_does_not_count(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = waiting_for_approval(application, case, [shop])
    shop.change(Comment="somebody else's")
    shop.change(Comment="bad")
    answer(application, case, approve=True)

    assert application.wait(execution)["status"] == "SUCCEEDED"
    assert shop.comment == "good"


def test_who_finds_the_work_done_writes_nothing(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = waiting_for_approval(application, case, [shop])
    shop.change(Comment="good")
    with counted_writes(application) as writes:
        answer(application, case, approve=True)
        ended = application.wait(execution)
    assert (ended["status"], writes) == ("SUCCEEDED", [])


@pytest.mark.parametrize(
    ("on_failure", "first", "comment"),
    [("revert", "REVERTED", "bad"), ("stop", "APPLIED", "good"), ("continue", "APPLIED", "good")],
)
def test_what_becomes_of_the_targets_before_one_that_fails(
    application: Application, case: Case, on_failure: str, first: str, comment: str
) -> None:
    shops = [Shop.of(application) for _ in range(3)]
    execution = waiting_for_approval(application, case, shops, strategy={"type": "oneByOne"}, onFailure=on_failure)
    shops[1].change(Comment="somebody else's")
    with counted_writes(application) as writes:
        answer(application, case, approve=True)
        ended = application.wait(execution)

    assert ended["error"] == "TargetsNotRolledBack"
    last = "APPLIED" if on_failure == "continue" else "NOT_STARTED"
    assert list(outcomes(application, case).values()) == [first, "FAILED", last]
    assert shops[0].comment == comment
    assert len(writes) == (1 if on_failure == "stop" else 2)


def test_an_approval_goes_on_record(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = waiting_for_approval(application, case, [shop])
    before = now()
    answered = answer(application, case, approve=True)
    after = now()

    assert (answered["delivered"], answered["executionArn"]) == (True, execution)
    assert application.wait(execution)["status"] == "SUCCEEDED"
    told = application.document(f"rollbacks/{case.job_id}/report.json")["approval"]
    assert (told["answer"], told["by"], told["comment"]) == ("APPROVED", "Ada", "we talked")
    assert before <= told["at"] <= after
    # AND nobody can answer otherwise afterwards
    assert answer(application, case, approve=False, by="Mallory")["errorType"] == "NoAnswerAwaited"


def test_an_answer_that_did_not_arrive_is_given_once_more(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = waiting_for_approval(application, case, [shop])
    refused = Fault("error", code="AccessDeniedException", operation="SendTaskSuccess", caller="*/AnswerRollback")
    with faults(application.instance, refused):
        assert answer(application, case, approve=True)["errorType"] == "AwsRefused"
    assert application.is_running(execution)
    assert answer(application, case, approve=True)["delivered"] is True
    assert application.wait(execution)["status"] == "SUCCEEDED"


def test_what_is_denied_is_not_done(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = waiting_for_approval(application, case, [shop])
    answer(application, case, approve=False)
    ended = application.wait(execution)

    assert ended["error"] == "ApprovalDenied"
    assert "Ada" in ended["cause"]
    assert (shop.comment, outcomes(application, case)) == ("bad", {shop.id: "NOT_STARTED"})
    # AND stays denied when it is started again
    assert roll_back(application, case, [shop], approval="required")["error"] == "ApprovalDenied"


def test_without_an_answer_nothing_is_done(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    ended = roll_back(application, case, [shop], approval="required", approvalSeconds=60)
    assert ended["error"] == "ApprovalExpired"
    assert shop.comment == "bad"


def test_a_rollback_that_waits_for_approval_can_be_stopped(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = waiting_for_approval(application, case, [shop])
    stop(application, case)
    ended = application.wait(execution)

    assert ended["error"] == "RollbackStopped"
    assert "Grace" in ended["cause"]
    assert shop.comment == "bad"


def test_a_rollback_that_is_stopped_takes_back_what_it_has_done(application: Application, case: Case) -> None:
    shops = [Shop.of(application), Shop.of(application)]
    with counted_writes(application) as writes:
        execution = watching(application, case, shops)
        stop(application, case)
        ended = application.wait(execution)

    assert ended["error"] == "TargetsNotRolledBack"
    assert list(outcomes(application, case).values()) == ["REVERTED", "NOT_STARTED"]
    assert [shop.comment for shop in shops] == ["bad", "bad"]
    assert writes == ["UpdateDistribution", "UpdateDistribution"]
    # AND one that has ended can't be stopped
    assert stop(application, case)["errorType"] == "RollbackEnded"


def test_an_alarm_takes_the_change_back(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    with alarm(application, case.job_id) as own:
        execution = watching(application, case, [shop], alarmNames=[own.name])
        own.set("ALARM")
        ended = application.wait(execution)

    assert ended["error"] == "TargetsNotRolledBack"
    assert failures(application, case) == {shop.id: "AlarmFired"}
    assert outcomes(application, case) == {shop.id: "REVERTED"}
    assert (shop.comment, shop.status) == ("bad", "Deployed")


def test_nothing_is_changed_while_an_alarm_is_on(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    with alarm(application, case.job_id) as own, counted_writes(application) as writes:
        own.set("ALARM")
        roll_back(application, case, [shop], strategy={"type": "oneByOne", "alarmNames": [own.name]})
    assert failures(application, case) == {shop.id: "AlarmFired"}
    assert writes == []


def test_a_change_while_it_is_watched_fails_the_target_and_stays(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = watching(application, case, [shop])
    shop.change(Comment="somebody else's")
    ended = application.wait(execution)

    assert ended["error"] == "TargetsNotRolledBack"
    assert outcomes(application, case) == {shop.id: "REVERT_FAILED"}
    assert shop.comment == "somebody else's"


def test_a_target_that_is_not_as_planned_takes_the_others_back(application: Application, case: Case) -> None:
    shops = [Shop.of(application), Shop.of(application)]
    execution = watching(application, case, shops, type="allAtOnce")
    eventually(lambda: shops[1].comment == "good" and shops[1].status == "Deployed")
    shops[1].change(Comment="somebody else's")
    application.wait(execution)

    assert list(outcomes(application, case).values()) == ["REVERTED", "REVERT_FAILED"]
    assert failures(application, case)[shops[1].id] == "VerifyFailed"
    assert [shop.comment for shop in shops] == ["bad", "somebody else's"]


def test_of_two_rollbacks_that_start_at_the_same_moment_one_runs(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    tokens = [f"{name}-{case.job_id[-30:]}" for name in ("one", "other")]
    late = Fault("slow", operation="PutItem", caller="*/BeginRollback", containing=f"lock#{shop.id}", seconds=LATE)
    with faults(application.instance, late):
        executions = [
            application.start("config_rollback", {**request(case, [shop], approval="required"), "requestToken": token})
            for token in tokens
        ]
        eventually(lambda: not all(map(application.is_running, executions)))

    first = next(number for number, execution in enumerate(executions) if not application.is_running(execution))
    assert application.wait(executions[first])["error"] == "RollbackIsRunning"
    winner = Case(tokens[1 - first], case.domain)
    eventually(lambda: (found := application.rollbacks.rollback(winner.job_id)) and found.answer == "AWAITED")
    answer(application, winner, approve=True)
    assert application.wait(executions[1 - first])["status"] == "SUCCEEDED"


def test_two_rollbacks_of_one_target_do_not_run_at_once(application: Application, case: Case) -> None:
    shops = [Shop.of(application), Shop.of(application)]
    execution = waiting_for_approval(application, case, shops)
    other = {**request(case, [shops[1]]), "requestToken": f"{case.job_id[:40]}-other"}
    ended = application.run("config_rollback", other)

    assert ended["error"] == "RollbackIsRunning"
    assert case.job_id in ended["cause"]
    # AND when the first has ended the other may
    answer(application, case, approve=False)
    application.wait(execution)
    assert application.run("config_rollback", other)["status"] == "SUCCEEDED"


def test_a_request_token_is_one_rollback(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    execution = waiting_for_approval(application, case, [shop])
    attached = roll_back(application, case, [shop], approval="required")
    assert attached["output"]["executionArn"] == execution
    other = roll_back(application, case, [shop], onFailure="stop")
    assert other["error"] == "RequestTokenConflict"
    answer(application, case, approve=True)
    application.wait(execution)
    # THEN what is done is not done again, nor asked about again
    with counted_writes(application) as writes:
        again = roll_back(application, case, [shop], approval="required")
    assert (again["output"]["ending"], writes) == ("APPLIED", [])


def test_a_rollback_that_was_killed_goes_on_where_it_stands(application: Application, case: Case) -> None:
    shops = [Shop.of(application), Shop.of(application)]
    strategy = {"type": "oneByOne", "bakeSeconds": 600}
    execution = application.start("config_rollback", request(case, shops, strategy=strategy))
    eventually(lambda: shops[0].comment == "good")
    application.stop(execution)
    application.wait(execution)
    ended = roll_back(application, case, shops, strategy=strategy)

    assert ended["status"] == "SUCCEEDED", ended
    assert [shop.comment for shop in shops] == ["good", "good"]


def test_people_are_told_how_to_answer_and_how_it_ended(application: Application, case: Case) -> None:
    shop, inbox = Shop.of(application), subscribed(application, f"rollback-{case.job_id}", application.topic)
    execution = waiting_for_approval(application, case, [shop])
    (asked,) = inbox.about(case.job_id, 1)
    assert f'"requestToken": "{case.job_id}"' in asked["Message"]
    assert "Comment" in asked["Message"]
    answer(application, case, approve=True)
    application.wait(execution)
    _, told = inbox.about(case.job_id, 2)
    assert "applied" in told["Subject"]
    assert "Approved by Ada" in told["Message"]


def test_targets_go_back_in_reverse_order(application: Application, case: Case) -> None:
    shops = [Shop.of(application) for _ in range(3)]
    execution = waiting_for_approval(application, case, shops, strategy={"type": "oneByOne"})
    shops[2].change(Comment="somebody else's")
    answer(application, case, approve=True)
    application.wait(execution)

    assert list(outcomes(application, case).values()) == ["REVERTED", "REVERTED", "FAILED"]
    first, second = (str(shop.live_version.modified_at) for shop in shops[:2])
    assert second < first


def test_a_canary_that_died_is_removed_by_the_rollback(application: Application, case: Case) -> None:
    shop, before = Shop.of(application), leftovers(application)
    death = Fault("kill-after", operation="CopyDistribution", caller="*/RollTargetOut", containing=shop.id)
    with faults(application.instance, death):
        ended = roll_back(application, case, [shop], strategy={"type": "canary", "bakeSeconds": 60})

    assert ended["error"] == "TargetsNotRolledBack"
    assert outcomes(application, case) == {shop.id: "REVERTED"}
    assert (shop.comment, leftovers(application)) == ("bad", before)


def test_what_has_no_version_yet_gets_one_with_the_plan(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    with faults(application.instance, Fault("event-lost", source="aws.cloudfront")):
        for token, comment in (("new", "somebody else's"), ("known", "bad")):
            etag = shop.change(Comment=comment)
            planned = {**request(case, [shop], dryRun=True), "requestToken": f"{token}-{case.job_id[-30:]}"}
            assert application.run("config_rollback", planned)["status"] == "SUCCEEDED"
            assert application.versions.number_of(shop.id, etag)


def test_an_alias_that_another_distribution_has_is_not_taken(application: Application, case: Case) -> None:
    name = case.host("shop")
    settings = plain_config(name, certificate_arn=issued_certificate(application, name))
    owner = Shop.of(application, **{member: settings[member] for member in ("Aliases", "ViewerCertificate")})
    other = Shop.of(application)
    ended = roll_back(application, case, [other], source={"distributionId": owner.id, "version": 1})

    assert ended["error"] == "PlanRefused"
    assert failures(application, case) == {other.id: "AliasInUse"}


def test_an_answer_that_comes_while_asking_is_tried_again_is_not_lost(application: Application, case: Case) -> None:
    shop, asking = Shop.of(application), application.function("AskApproval")
    death = Fault("kill-after", operation="UpdateItem", caller="*/AskApproval", nth=1)
    late = Fault("slow", service="lambda", operation="Invoke", containing=asking, nth=2, seconds=2)
    with faults(application.instance, death, late) as injected:
        execution = application.start("config_rollback", request(case, [shop], approval="required"))
        eventually(lambda: injected.struck() == [1, 1])
        assert answer(application, case, approve=True)["delivered"] is False
        ended = application.wait(execution)
    assert ended["status"] == "SUCCEEDED", ended

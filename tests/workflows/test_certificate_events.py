"""Certificates are waited for by event: lost, early, late, double and out of order, and for executions that are gone."""

from __future__ import annotations

from cloudfront_extensions.aws.certificate_waits import Waiter
from tests.workflows.account import (
    certificate,
    certificates_for,
    events_delivered,
    known_records,
    publish_when_known,
    send_event,
)
from tests.workflows.application import Application, eventually
from tests.workflows.cases import Case
from tests.workflows.test_certificate_creation import certificate_request


def issued_without_event(application: Application, case: Case) -> str:
    """Publish the records of the case's item; the ARN, once ACM has issued."""
    publish_when_known(application, case.job_id, "shop")
    (arn,) = certificates_for(application, case.host("shop"))
    eventually(lambda: certificate(application, arn)["Status"] == "ISSUED")
    return arn


def waiters(application: Application, arn: str) -> list[Waiter]:
    return application.waits.known_and_waiters(arn)[1]


def events_taken(application: Application) -> int:
    """How many events the function behind the rule has been called with."""
    return application.instance.calls.read_text().count(f'"{application.function("ResumeCertificate")}"')


def test_an_event_before_the_wait_is_not_missed(application: Application, case: Case) -> None:
    # GIVEN a certificate whose event was noted while no execution waited for it, and before the item was told
    application.run("certificate_creation", certificate_request(case, waitForIssuance=False))
    with events_delivered(application, "lost"):
        arn = issued_without_event(application, case)
    assert application.waits.mark_issued(arn)
    # WHEN an execution comes to wait
    execution = application.start("certificate_creation", certificate_request(case))
    ended = application.wait(execution)
    # THEN it goes on at once
    assert ended["output"]["status"] == "ISSUED"
    assert application.item(case.job_id, "shop").certificate.status == "ISSUED"
    assert "Look at certificate" not in application.states_of(execution)
    assert waiters(application, arn) == []


def test_an_event_while_nobody_waits_is_noted_on_the_item(application: Application, case: Case) -> None:
    application.run("certificate_creation", certificate_request(case, waitForIssuance=False))
    publish_when_known(application, case.job_id, "shop")
    eventually(lambda: application.item(case.job_id, "shop").certificate.status == "ISSUED")

    execution = application.start("certificate_creation", certificate_request(case))
    assert application.wait(execution)["output"]["status"] == "ISSUED"
    assert "Await issuance" not in application.states_of(execution)


def test_a_lost_event_costs_one_wait(application: Application, case: Case, short_waits: None) -> None:
    execution = application.start("certificate_creation", certificate_request(case))
    with events_delivered(application, "lost"):
        issued_without_event(application, case)
        ended = application.wait(execution)

    assert ended["output"]["status"] == "ISSUED"
    assert application.item(case.job_id, "shop").certificate.status == "ISSUED"
    assert "Look at certificate" in application.states_of(execution)


def test_a_late_event_after_the_look_changes_nothing(application: Application, case: Case, short_waits: None) -> None:
    execution = application.start("certificate_creation", certificate_request(case))
    with events_delivered(application, "lost"):
        arn = issued_without_event(application, case)
        ended = application.wait(execution)
    before = application.item(case.job_id, "shop")
    taken = events_taken(application)
    send_event(application, arn)
    eventually(lambda: events_taken(application) > taken)

    assert ended["output"]["status"] == "ISSUED"
    assert eventually(lambda: waiters(application, arn) == [])
    assert application.item(case.job_id, "shop") == before


def test_a_duplicate_event_resumes_once(application: Application, case: Case) -> None:
    execution = application.start("certificate_creation", certificate_request(case))
    taken = events_taken(application)
    with events_delivered(application, "duplicated"):
        arn = issued_without_event(application, case)
        ended = application.wait(execution)
        eventually(lambda: events_taken(application) >= taken + 2)

    assert ended["output"]["status"] == "ISSUED"
    assert application.states_of(execution).count("Certificate issued") == 1
    assert waiters(application, arn) == []


def test_events_in_another_order_resume_each_its_own(application: Application, case: Case) -> None:
    # GIVEN two certificates that are issued, and whose events are under way
    executions = {
        label: application.start(
            "certificate_creation", certificate_request(case, itemId=label, domainName=case.host(label))
        )
        for label in ("a", "b")
    }
    with events_delivered(application, "lost"):
        arns = {label: issued_while_waited_for(application, case, label) for label in executions}
    # WHEN the event of the second comes first
    send_event(application, arns["b"])
    ended = application.wait(executions["b"])
    # THEN only the second goes on
    assert ended["output"]["certificateArn"] == arns["b"]
    assert application.is_running(executions["a"])
    send_event(application, arns["a"])
    assert application.wait(executions["a"])["output"]["certificateArn"] == arns["a"]


def issued_while_waited_for(application: Application, case: Case, item_id: str) -> str:
    """Publish an item's records; the ARN, once its certificate is issued and an execution waits for it."""
    publish_when_known(application, case.job_id, item_id)
    arn = str(application.item(case.job_id, item_id).certificate.arn)
    eventually(lambda: certificate(application, arn)["Status"] == "ISSUED")
    eventually(lambda: waiters(application, arn))
    return arn


def test_the_event_of_an_earlier_certificate_does_not_end_the_wait_for_the_present_one(
    application: Application, case: Case
) -> None:
    # GIVEN an item that has another certificate by now than the one whose event comes late
    application.run("certificate_creation", certificate_request(case, waitForIssuance=False))
    with events_delivered(application, "lost"):
        earlier = issued_without_event(application, case)
    present = f"{earlier[:-4]}0000"
    item = application.item(case.job_id, "shop")
    application.store.update_certificate(item.key, arn=present)
    # WHEN it comes
    taken = events_taken(application)
    send_event(application, earlier)
    eventually(lambda: events_taken(application) > taken)
    # THEN the item still waits for its own
    stage = application.item(case.job_id, "shop").certificate
    assert (stage.arn, stage.status) == (present, "PENDING_VALIDATION")


def test_the_token_of_a_dead_execution_harms_nobody_and_is_forgotten(application: Application, case: Case) -> None:
    # GIVEN two executions that wait for the same certificate, one of which is stopped
    dead, alive = (application.start("certificate_creation", certificate_request(case)) for _ in range(2))
    known_records(application, case.job_id, "shop")
    (arn,) = certificates_for(application, case.host("shop"))
    eventually(lambda: len(waiters(application, arn)) == 2)
    application.stop(dead)
    # WHEN the certificate is issued
    publish_when_known(application, case.job_id, "shop")
    ended = application.wait(alive)
    # THEN the living one goes on, and nothing is left of either
    assert ended["output"]["status"] == "ISSUED"
    assert application.wait(dead)["status"] == "ABORTED"
    assert eventually(lambda: waiters(application, arn) == [])
    assert application.item(case.job_id, "shop").certificate.status == "ISSUED"


def test_after_a_dead_execution_a_new_one_goes_on(application: Application, case: Case) -> None:
    dead = application.start("certificate_creation", certificate_request(case))
    known_records(application, case.job_id, "shop")
    (arn,) = certificates_for(application, case.host("shop"))
    eventually(lambda: waiters(application, arn))
    application.stop(dead)
    alive = application.start("certificate_creation", certificate_request(case))
    publish_when_known(application, case.job_id, "shop")

    assert application.wait(alive)["output"]["certificateArn"] == arn
    assert certificates_for(application, case.host("shop")) == [arn]

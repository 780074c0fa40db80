"""What people are told by SNS: the records to publish, once for a batch, and the end of the job."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from localaws.control import publish
from tests.workflows.account import certificate, certificates_for, hosted_zone, ordered_outcome, publish_announced
from tests.workflows.application import Application
from tests.workflows.batches import csv_text, from_file, onboarding, outcomes, row
from tests.workflows.cases import Case, new_case
from tests.workflows.inbox import Inbox, subscribed


@pytest.fixture(scope="module")
def inbox(application: Application) -> Inbox:
    """What the subscribers of the application's own topic get."""
    return subscribed(application, "operators", application.topic)


@pytest.fixture
def own_inbox(application: Application, case: Case) -> Iterator[Inbox]:
    """What the subscribers of another topic of the account get."""
    topic = application.client("sns").create_topic(Name=case.job_id)["TopicArn"]
    yield subscribed(application, case.job_id, topic)
    application.client("sns").delete_topic(TopicArn=topic)


def test_the_records_of_a_batch_are_announced_once_and_then_its_end(
    application: Application, case: Case, inbox: Inbox
) -> None:
    # GIVEN a batch with a zone of ours, and two customers who publish by themselves
    hosted_zone(application, f"ours.{case.domain}")
    rows = [row(case, "shop", "*.shop"), row(case, "blog"), row(case, "shop.ours")]
    request = from_file(application, case, csv_text(*rows))
    execution = application.start("domain_onboarding", request)
    (announcement,) = inbox.about(case.job_id, 1)
    # THEN the one message names what is to be published, and the files hold everything
    assert announcement["Subject"] == f"2 DNS records to publish for job {case.job_id}"
    by_host = {}
    for host in (case.host("shop"), case.host("blog"), case.host("shop.ours")):
        (arn,) = certificates_for(application, host)
        by_host[host] = certificate(application, arn)["DomainValidationOptions"][0]["ResourceRecord"]
    for host in (case.host("shop"), case.host("blog")):
        assert by_host[host]["Name"] in announcement["Message"]
        assert by_host[host]["Value"] in announcement["Message"]
    assert by_host[case.host("shop.ours")]["Name"] not in announcement["Message"]
    stem = f"jobs/{case.job_id}/validation-records"
    assert all(f"{stem}.{form}" in announcement["Message"] for form in ("json", "csv", "zone"))
    records = application.document(f"{stem}.json")["records"]
    states = {record["domainNames"][0]: record["state"] for record in records}
    assert states == {
        case.host("shop"): "TO_PUBLISH",
        case.host("blog"): "TO_PUBLISH",
        case.host("shop.ours"): "PUBLISHED_BY_JOB",
    }
    table = list(csv.DictReader(io.StringIO(application.text(f"{stem}.csv"), newline="")))
    assert [(line["name"], line["type"], line["value"]) for line in table] == [
        (record["name"], record["type"], record["value"]) for record in records
    ]
    zone_lines = application.text(f"{stem}.zone").splitlines()
    assert [line.split()[0] for line in zone_lines if not line.startswith(";")] == [
        by_host[case.host("shop")]["Name"],
        by_host[case.host("blog")]["Name"],
    ]
    # AND once they are published, the end is told
    for host in (case.host("shop"), case.host("blog")):
        publish(application.instance, by_host[host]["Name"], "CNAME", by_host[host]["Value"])
    assert application.wait(execution)["status"] == "SUCCEEDED"
    _, ending = inbox.about(case.job_id, 2)
    assert ending["Subject"] == f"CloudFront job {case.job_id} succeeded: 3 of 3 done"
    assert f"s3://{application.bucket}/jobs/{case.job_id}/report.json" in ending["Message"]


def test_a_job_that_goes_on_announces_nothing_a_second_time(application: Application, case: Case, inbox: Inbox) -> None:
    request = onboarding(case, row(case, "shop"))
    execution = application.start("domain_onboarding", request)
    inbox.about(case.job_id, 1)
    application.stop(execution)
    again = application.start("domain_onboarding", request)
    publish_announced(application, case.job_id)
    application.wait(again)

    subjects = [message["Subject"] for message in inbox.about(case.job_id, 2)]
    assert subjects == [
        f"1 DNS record to publish for job {case.job_id}",
        f"CloudFront job {case.job_id} succeeded: 1 of 1 done",
    ]


def test_the_end_names_every_failed_domain_with_what_to_do(application: Application, case: Case, inbox: Inbox) -> None:
    hosted_zone(application, case.domain)
    request = onboarding(case, row(case, "shop"), row(case, "shop_1"), row(case, "forbidden"), invalidRows="skip")
    with ordered_outcome(application, case.host("forbidden"), "FAILED", "CAA_ERROR"), application.looking_often():
        application.run("domain_onboarding", request)

    (ending,) = inbox.about(case.job_id, 1)
    assert ending["Subject"] == f"CloudFront job {case.job_id} failed: 1 of 3 done"
    for words in (f"shop_1.{case.domain}", "an underscore", case.host("forbidden"), "Add a CAA record for amazon.com"):
        assert words in ending["Message"]
    assert case.host("shop") not in ending["Message"].replace(f"shop_1.{case.domain}", "")


def test_a_refusal_says_that_nothing_was_started(application: Application, case: Case, inbox: Inbox) -> None:
    application.run("domain_onboarding", onboarding(case, row(case, "shop_1")))

    (ending,) = inbox.about(case.job_id, 1)
    assert ending["Subject"] == f"CloudFront job {case.job_id} refused: nothing was started"
    assert "no row of the batch is usable" in ending["Message"]


def test_a_request_may_name_another_topic(application: Application, case: Case, inbox: Inbox, own_inbox: Inbox) -> None:
    request = onboarding(case, row(case, "shop"), notificationTopic=own_inbox.topic)
    execution = application.start("domain_onboarding", request)
    publish_announced(application, case.job_id)
    application.wait(execution)

    assert len(own_inbox.about(case.job_id, 2)) == 2
    # the operators hear of the next job, and have not heard of this one
    following = new_case("next")
    application.run("domain_onboarding", onboarding(following, row(following, "shop_1")))
    assert inbox.about(following.job_id, 1)
    assert not [message for message in inbox.received if case.job_id in message["Subject"]]


def test_an_end_that_nobody_can_be_told_of_is_an_end_all_the_same(application: Application, case: Case) -> None:
    hosted_zone(application, case.domain)
    nowhere = "arn:aws:sns:us-east-1:000000000000:nowhere"
    ended = application.run("domain_onboarding", onboarding(case, row(case, "shop"), notificationTopic=nowhere))

    assert ended["status"] == "SUCCEEDED"
    assert outcomes(application, case.job_id) == {case.host("shop"): "done"}


def test_records_that_nobody_can_be_told_of_stop_the_job_until_the_topic_is_put_right(
    application: Application, case: Case
) -> None:
    nowhere = "arn:aws:sns:us-east-1:000000000000:nowhere"
    request = onboarding(case, row(case, "shop"))
    ended = application.run("domain_onboarding", {**request, "notificationTopic": nowhere})

    assert (ended["status"], ended["error"]) == ("FAILED", "AwsRefused")
    assert nowhere in ended["cause"]
    assert outcomes(application, case.job_id) == {case.host("shop"): "unfinished"}
    (arn,) = certificates_for(application, case.host("shop"))
    assert certificate(application, arn)["Status"] == "PENDING_VALIDATION"

    execution = application.start("domain_onboarding", request)
    publish_announced(application, case.job_id)
    assert application.wait(execution)["status"] == "SUCCEEDED"
    assert certificates_for(application, case.host("shop")) == [arn]

"""Reminders, end to end: each certificate that won't renew itself, at each threshold, once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from cloudfront_extensions.jobs.records import ItemKey
from localaws.faults import Fault, faults
from tests.bundles import bundle
from tests.workflows.application import Application
from tests.workflows.cases import Case
from tests.workflows.inbox import Inbox, subscribed
from tests.workflows.lifecycle import (
    import_in_use,
    imported_certificate,
    managed_in_use,
    put_back,
    serve,
    take_inventory,
    told,
    validation_records,
    withdraw,
)


@pytest.fixture(scope="module")
def application(quiet_application: Application) -> Application:
    return quiet_application


@pytest.fixture(scope="module")
def inbox(application: Application) -> Inbox:
    return subscribed(application, "people-who-renew", application.topic)


def paragraph(message: str, arn: str) -> str:
    """What a digest says of one certificate."""
    (found,) = [part for part in re.split(r"\n(?=\d+\. )", message) if f"Certificate: {arn}" in part]
    return found


def test_an_import_that_ends_soon_is_told_once_with_the_command_that_mends_it(
    application: Application, case: Case, inbox: Inbox
) -> None:
    arn = import_in_use(application, case.host("shop"), days=10)
    sent = take_inventory(application)["reminders"]
    assert sent["sent"] >= 1
    assert take_inventory(application)["reminders"] == {"due": sent["due"], "sent": 0}

    (message,) = inbox.naming(arn)
    lines = paragraph(message["Message"], arn)
    assert f"{case.host('shop')} ends in " in lines
    assert "Used by: distribution E" in lines
    assert "python -m cloudfront_extensions.stage_bundle" in lines
    assert f'"certificateArn": "{arn}"' in lines
    assert re.search(r"1 certificate|\d+ certificates", message["Subject"])


def test_one_that_was_imported_again_starts_anew(application: Application, case: Case, inbox: Inbox) -> None:
    shop = bundle(case.host("shop"), days=2.5)
    arn = imported_certificate(application, shop)
    serve(application, arn, case.host("shop"))
    take_inventory(application)
    imported_certificate(application, shop.renewed(ends=datetime.now(UTC) + timedelta(days=80)), arn)
    take_inventory(application)
    assert len(inbox.naming(arn)) == 1

    imported_certificate(application, shop.renewed(ends=datetime.now(UTC) + timedelta(days=40)), arn)
    take_inventory(application)

    first, second = inbox.naming(arn)
    assert "ends in 2 days" in paragraph(first["Message"], arn)
    assert "ends in 39 days" in paragraph(second["Message"], arn)


def test_a_validation_record_that_is_gone_is_told_whole_and_no_more_once_it_is_back(
    application: Application, case: Case, inbox: Inbox
) -> None:
    arn = managed_in_use(application, case.host("shop"), days=40)
    (record,) = validation_records(application, arn)
    withdraw(application, record)
    take_inventory(application)
    (message,) = inbox.naming(arn)
    lines = paragraph(message["Message"], arn)
    for words in (f"name   {record['Name']}", "type   CNAME", f"value  {record['Value']}"):
        assert words in lines

    put_back(application, record)
    output = take_inventory(application)
    assert told(application, output, arn)["renewal"]["itself"] == "yes"
    assert len(inbox.naming(arn)) == 1


def test_a_renewal_that_failed_is_told_with_its_meaning(application: Application, case: Case, inbox: Inbox) -> None:
    arn = managed_in_use(application, case.host("shop"), days=20, status="FAILED", reason="CAA_ERROR")
    take_inventory(application)

    (message,) = inbox.naming(arn)
    assert "a CAA record in DNS forbids Amazon" in paragraph(message["Message"], arn)


def test_nobody_is_told_of_what_renews_itself_or_what_nobody_needs(
    application: Application, case: Case, inbox: Inbox
) -> None:
    quiet = [
        managed_in_use(application, case.host("healthy"), days=5),
        managed_in_use(application, case.host("asked"), days=5, status="PENDING_AUTO_RENEWAL"),
        imported_certificate(application, bundle(case.host("unused"), days=5)),
        import_in_use(application, case.host("far"), days=60),
    ]
    unseen = managed_in_use(application, case.host("unseen"), days=5)
    withdraw(application, validation_records(application, unseen)[0])
    with application.environment("LookAtCertificates", DNS_RESOLVER="127.0.0.1:9"):
        take_inventory(application)

    assert [arn for arn in (*quiet, unseen) if inbox.naming(arn)] == []


def test_a_run_without_reminders_leaves_them_to_the_next(application: Application, case: Case, inbox: Inbox) -> None:
    arn = import_in_use(application, case.host("shop"), days=20)
    output = take_inventory(application, reminders=False)
    assert output["reminders"] is False
    assert inbox.naming(arn) == []

    take_inventory(application)
    assert len(inbox.naming(arn)) == 1


def test_what_a_run_could_not_read_is_left_to_the_next_and_the_rest_is_told(
    application: Application, case: Case, inbox: Inbox
) -> None:
    unread = import_in_use(application, case.host("unread"), days=20)
    take_inventory(application, reminders=False)
    read = import_in_use(application, case.host("read"), days=20)
    denied = Fault("error", code="AccessDeniedException", operation="DescribeCertificate", containing=unread)
    with faults(application.instance, denied):
        take_inventory(application)
    assert [len(inbox.naming(arn)) for arn in (unread, read)] == [0, 1]

    take_inventory(application)
    assert [len(inbox.naming(arn)) for arn in (unread, read)] == [1, 1]


def test_one_of_ours_is_told_though_nothing_uses_it_yet(application: Application, case: Case, inbox: Inbox) -> None:
    """Its job had a reason to make it. The journal is written here as an import by this library writes it."""
    arn = imported_certificate(application, bundle(case.host("shop"), days=20))
    application.waits.remember(arn, ItemKey(case.job_id, "row-00001"), (case.host("shop"),))
    output = take_inventory(application)

    assert told(application, output, arn)["madeBy"] == {"jobId": case.job_id, "itemId": "row-00001"}
    (message,) = inbox.naming(arn)
    assert "nothing, as far as ACM knows" in paragraph(message["Message"], arn)


@pytest.mark.parametrize(
    ("operation", "nth", "messages"),
    [("BatchWriteItem", 1, 1), ("Publish", 1, 2), ("BatchWriteItem", 2, 1)],
    ids=["before-the-message", "after-the-message", "after-the-note"],
)
def test_a_death_may_repeat_a_digest_and_never_loses_one(
    application: Application, case: Case, inbox: Inbox, operation: str, nth: int, messages: int
) -> None:
    take_inventory(application)
    arn = import_in_use(application, case.host("shop"), days=20)
    death = Fault("kill-after", operation=operation, caller="*/SendReminders", nth=nth)
    with faults(application.instance, death) as injected:
        take_inventory(application)
    assert injected.struck() == [1]
    take_inventory(application)

    assert len(inbox.naming(arn)) == messages

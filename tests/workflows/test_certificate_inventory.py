"""The inventory, end to end: every certificate of the account, who uses it, and whether it renews itself."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from cloudfront_extensions.certificates.inventory import Renews
from localaws.control import control
from localaws.faults import Fault, faults
from tests.bundles import bundle
from tests.unit.certificates.entries import entry
from tests.workflows.account import certificate, hosted_zone
from tests.workflows.application import Application, eventually
from tests.workflows.cases import Case
from tests.workflows.inbox import Inbox, subscribed
from tests.workflows.lifecycle import (
    arns,
    import_in_use,
    imported_certificate,
    inventory,
    managed_in_use,
    put_back,
    report,
    serve,
    take_inventory,
    told,
    validation_records,
    withdraw,
)

QUIET = {"reminders": False}
NO_TABLE = {"INVENTORY_TABLE": "no-such-table"}
FUNCTIONS = ("ListCertificates", "LookAtCertificates", "FinishInventory", "SendReminders")
A_BATCH = 50


@pytest.fixture(scope="module")
def application(quiet_application: Application) -> Application:
    return quiet_application


@pytest.fixture(scope="module")
def inbox(application: Application) -> Inbox:
    """What the subscribers of the application's own topic get."""
    return subscribed(application, "operators-of-certificates", application.topic)


def invocation(application: Application, function: str, kind: str, **fault: object) -> Fault:
    """A fault of the invocations of one function."""
    return Fault(kind, service="lambda", operation="Invoke", containing=application.function(function), **fault)  # type: ignore[arg-type]


def days_from_now(days: int) -> date:
    return (datetime.now(UTC) + timedelta(days=days)).date()


def test_a_certificate_is_told_with_all_that_matters_whatever_its_key(application: Application, case: Case) -> None:
    # GIVEN one from this library, one with a key that ListCertificates hides, and one that a distribution uses
    hosted_zone(application, case.domain)
    request = {"jobId": case.job_id, "itemId": "shop", "domainName": case.host("shop")}
    ours = application.run("certificate_creation", request)["output"]["certificateArn"]
    hidden = imported_certificate(application, bundle(case.host("p521"), algorithm="EC_secp521r1", days=80))
    used = imported_certificate(application, bundle(case.host("www"), case.host("docs"), days=200))
    distribution = serve(application, used, case.host("www"))
    output = take_inventory(application, **QUIET)
    # THEN each is told
    told_of = {arn: told(application, output, arn) for arn in (ours, hidden, used)}
    assert told_of[ours]["madeBy"] == {"jobId": case.job_id, "itemId": "shop"}
    assert (told_of[ours]["origin"], told_of[ours]["renewal"]["itself"]) == ("managed", "not needed")
    assert (told_of[hidden]["keyAlgorithm"], told_of[hidden]["madeBy"]) == ("EC_secp521r1", None)
    assert told_of[used]["names"] == [case.host("www"), case.host("docs")]
    assert told_of[used]["inUseBy"] == [
        {"arn": distribution, "what": f"distribution {distribution.rpartition('/')[2]}"}
    ]
    assert told_of[used]["renewal"]["itself"] == "no"
    ends = certificate(application, used)["NotAfter"].astimezone(UTC)
    assert datetime.fromisoformat(told_of[used]["notAfter"]) == ends
    # AND the run adds up
    counts = output["counts"]
    assert counts["certificates"] == counts["read"] == len(report(application, output)["certificates"])
    assert counts["managed"] + counts["imported"] == counts["read"]


def test_a_run_leaves_its_reports_in_the_bucket(application: Application, case: Case) -> None:
    imported_certificate(application, bundle(case.host("shop"), days=80))
    output = take_inventory(application, forecast={"months": 60, "importedDaysBeforeEnd": 20}, **QUIET)

    prefix = f"inventory/{output['runId']}/"
    names = {key.removeprefix(prefix) for key in application.keys(prefix)}
    assert names >= {
        "report.html",
        "report.json",
        "certificates.csv",
        "forecast.json",
        "forecast.csv",
        "forecast.svg",
    }
    assert case.host("shop") in application.text(f"{prefix}certificates.csv")
    assert case.host("shop") in application.text(f"{prefix}report.html")
    forecast = application.document(f"{prefix}forecast.json")
    assert (len(forecast["months"]), forecast["importedDaysBeforeEnd"]) == (60, 20)
    assert forecast["quotas"]["importsAYear"] == 5_000
    head = application.client("s3").head_object(Bucket=application.bucket, Key=f"{prefix}report.html")
    assert head["ContentType"] == "text/html; charset=utf-8"


def test_dns_tells_which_validation_records_are_missing(application: Application, case: Case) -> None:
    healthy = managed_in_use(application, case.host("healthy"))
    tidied = managed_in_use(application, case.host("tidied"))
    withdraw(application, validation_records(application, tidied)[0])
    changed = managed_in_use(application, case.host("changed"))
    (record,) = validation_records(application, changed)
    withdraw(application, record)
    put_back(application, {**record, "Value": "_another.acm-validations.aws."})
    output = take_inventory(application, **QUIET)

    states = {
        arn: [one["inDns"] for one in told(application, output, arn)["validation"]["records"]]
        for arn in (healthy, tidied, changed)
    }
    assert states == {healthy: ["in place"], tidied: ["gone"], changed: ["different"]}
    assert told(application, output, healthy)["renewal"]["itself"] == "yes"
    assert record["Name"] in told(application, output, changed)["renewal"]["because"]
    assert {tidied, changed} <= set(report(application, output)["needAttention"])
    assert healthy not in report(application, output)["needAttention"]


def test_dns_that_does_not_answer_makes_nobody_suspect(application: Application, case: Case) -> None:
    arn = managed_in_use(application, case.host("shop"))
    with application.environment("LookAtCertificates", DNS_RESOLVER="127.0.0.1:9"):
        output = take_inventory(application, **QUIET)

    certificate_told = told(application, output, arn)
    assert [one["inDns"] for one in certificate_told["validation"]["records"]] == ["unknown"]
    assert certificate_told["renewal"]["itself"] == "yes"
    assert "could not be asked" in certificate_told["renewal"]["because"]


def test_a_renewal_that_failed_says_why(application: Application, case: Case) -> None:
    arn = managed_in_use(application, case.host("shop"), days=40, status="FAILED", reason="CAA_ERROR")
    renewal = told(application, take_inventory(application, **QUIET), arn)["renewal"]

    assert (renewal["status"], renewal["reason"], renewal["itself"]) == ("FAILED", "CAA_ERROR", "no")
    assert renewal["meaning"] == "a CAA record in DNS forbids Amazon to issue for one of the names"


def test_what_is_deleted_or_ends_later_is_no_longer_read(application: Application, case: Case) -> None:
    shop = bundle(case.host("shop"), days=20)
    kept = imported_certificate(application, shop)
    deleted = imported_certificate(application, bundle(case.host("shop"), days=20))
    take_inventory(application, **QUIET)
    assert {kept, deleted} == set(arns(inventory(application).covering(case.host("shop"))))
    soon = days_from_now(19), days_from_now(21)
    assert {kept, deleted} <= set(arns(inventory(application).expiring(*soon)))

    application.client("acm").delete_certificate(CertificateArn=deleted)
    imported_certificate(application, shop.renewed(ends=datetime.now(UTC) + timedelta(days=85)), kept)
    take_inventory(application, **QUIET)

    assert arns(inventory(application).covering(case.host("shop"))) == [kept]
    assert not {kept, deleted} & set(arns(inventory(application).expiring(*soon)))
    assert kept in arns(inventory(application).expiring(days_from_now(84), days_from_now(86)))
    assert inventory(application).certificate(deleted) is None


def test_one_that_can_not_be_read_stops_no_other_and_stays_as_it_was(application: Application, case: Case) -> None:
    refused = import_in_use(application, case.host("refused"), days=80)
    read = import_in_use(application, case.host("read"), days=80)
    take_inventory(application, **QUIET)
    denied = Fault("error", code="AccessDeniedException", operation="DescribeCertificate", containing=refused)
    with faults(application.instance, denied):
        output = take_inventory(application, **QUIET)

    assert output["counts"]["notRead"] == 1
    (missing,) = report(application, output)["notRead"]
    assert missing["arn"] == refused
    assert "AccessDeniedException" in missing["reason"]
    assert told(application, output, read)
    before, after = (inventory(application).certificate(arn) for arn in (refused, read))
    assert before
    assert after
    assert before.read_at < after.read_at


def test_a_batch_that_fails_stops_no_other(application: Application, case: Case) -> None:
    for number in range(A_BATCH):
        application.client("acm").request_certificate(DomainName=case.host(f"shop-{number}"), ValidationMethod="DNS")
    dies = invocation(application, "LookAtCertificates", "function-error", error_type="NameError", times=1)
    with faults(application.instance, dies):
        output = take_inventory(application, **QUIET)

    assert output["counts"]["notRead"] == A_BATCH
    assert output["counts"]["read"] > 0
    assert {missing["reason"] for missing in report(application, output)["notRead"]} == {
        "its batch failed; the child of the Map Run has the cause"
    }


def test_one_run_at_a_time(application: Application, case: Case) -> None:
    imported_certificate(application, bundle(case.host("shop"), days=80))
    slow = Fault("slow", operation="DescribeCertificate", seconds=3, times=1)
    with faults(application.instance, slow) as injected:
        first = application.start("certificate_inventory", QUIET)
        eventually(lambda: injected.struck() == [1])
        attached = application.run("certificate_inventory", QUIET)
        assert attached["status"] == "SUCCEEDED"
        assert attached["output"] == {"outcome": "attached", "executionArn": first}
        assert application.wait(first)["output"]["counts"]["read"] > 0


def test_a_run_that_was_stopped_is_followed_by_another(application: Application, case: Case) -> None:
    arn = imported_certificate(application, bundle(case.host("shop"), days=80))
    slow = Fault("slow", operation="DescribeCertificate", seconds=3, times=1)
    with faults(application.instance, slow) as injected:
        first = application.start("certificate_inventory", QUIET)
        eventually(lambda: injected.struck() == [1])
        application.stop(first)

    assert told(application, take_inventory(application, **QUIET), arn)


def test_a_run_under_other_faults_gets_through(application: Application, case: Case) -> None:
    arn = import_in_use(application, case.host("shop"), days=12)
    with faults(
        application.instance,
        *(invocation(application, function, "throttle", nth=1) for function in FUNCTIONS),
        *(invocation(application, function, "error", code="ServiceException", nth=2) for function in FUNCTIONS),
        Fault("unavailable", operation="GetObject", caller="*/CertificateInventory", nth=1),
        Fault("throttle", service="acm", caller="*/*", probability=0.3),
    ) as injected:
        output = take_inventory(application)

    assert all(injected.struck()), injected.struck()
    assert told(application, output, arn)
    assert output["counts"]["notRead"] == 0


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_run_that_fails_says_so_to_people(application: Application, case: Case, inbox: Inbox, function: str) -> None:
    imported_certificate(application, bundle(case.host("shop"), days=80))
    tries_twice = Fault("throttle", operation="Publish", caller="*/CertificateInventory", times=1)
    with application.environment(function, **NO_TABLE), faults(application.instance, tries_twice):
        ended = application.run("certificate_inventory", {})

    if function == "LookAtCertificates":
        assert ended["output"]["counts"]["read"] == 0
        return
    assert (ended["status"], ended["error"]) == ("FAILED", "AwsRefused")
    (message,) = inbox.naming(ended["executionArn"])
    assert message["Subject"] == "The certificate inventory failed: nobody is reminded today"
    assert "no-such-table" in message["Message"]


def test_a_list_that_can_not_be_read_and_nobody_who_can_be_told_fail_the_run(
    application: Application, case: Case
) -> None:
    with faults(
        application.instance,
        Fault("error", code="AccessDenied", operation="GetObject", caller="*/CertificateInventory"),
        Fault("error", code="NotFound", operation="Publish", caller="*/CertificateInventory"),
    ):
        ended = application.run("certificate_inventory", {})

    assert (ended["status"], ended["error"]) == ("FAILED", "States.ItemReaderFailed")


def test_a_request_that_says_something_else_is_refused(application: Application) -> None:
    ended = application.run("certificate_inventory", {"reminder": False})

    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")


def test_it_runs_by_its_schedule(application: Application) -> None:
    events, states = application.client("events"), application.client("stepfunctions")
    machine = application.state_machine("certificate_inventory")
    (rule,) = events.list_rule_names_by_target(TargetArn=machine)["RuleNames"]
    assert events.describe_rule(Name=rule)["ScheduleExpression"] == "cron(0 5 * * ? *)"
    before = {one["executionArn"] for one in states.list_executions(stateMachineArn=machine)["executions"]}
    events.enable_rule(Name=rule)
    try:
        control(application.instance, "POST", "schedules", {"rule": rule})

        def started() -> set[str]:
            return {
                one["executionArn"] for one in states.list_executions(stateMachineArn=machine)["executions"]
            } - before

        (execution,) = eventually(started)
    finally:
        events.disable_rule(Name=rule)
    ended = application.wait(execution)
    assert (ended["status"], json.loads(ended["input"])) == ("SUCCEEDED", {})


def test_readers_find_what_takes_several_pages(application: Application, case: Case) -> None:
    # GIVEN more certificates of one name and one month than a page of 1 MB holds
    take_inventory(application, **QUIET)
    reader = inventory(application)
    run = reader.run()
    assert run
    day = datetime(2031, 5, 1, tzinfo=UTC)
    many = [
        entry(
            number,
            case.host("shop"),
            read_at=day.isoformat(),
            not_after=(day + timedelta(minutes=number)).isoformat().replace("+00:00", "Z"),
            because="x" * 2_000,
        )
        for number in range(600)
    ]
    reader.write(many, run.run_id)

    assert arns(reader.covering(case.host("shop"))) == [one.arn for one in many]
    assert arns(reader.expiring(date(2031, 4, 20), date(2031, 5, 2))) == [one.arn for one in many]
    found = reader.certificate(many[7].arn)
    assert found
    assert found.renews is Renews.YES

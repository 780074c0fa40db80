"""`certificate_creation`: one certificate, from the request to issuance or to an honest end."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.workflows.account import (
    certificate,
    certificate_tags,
    certificates_for,
    events_delivered,
    hosted_zone,
    known_records,
    ordered_outcome,
    publish_records,
    publish_when_known,
    records_in,
)
from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case, new_case

MANUAL = {"mode": "manual"}


def certificate_request(case: Case, **more: object) -> Json:
    return {"jobId": case.job_id, "itemId": "shop", "domainName": case.host("shop"), "validation": MANUAL, **more}


def test_certificate_is_issued_once_a_person_has_published_its_records(application: Application, case: Case) -> None:
    others = [case.domain, f"*.{case.domain}"]
    request = certificate_request(
        case, subjectAlternativeNames=others, keyAlgorithm="EC_prime256v1", tags={"team": "web"}
    )
    execution = application.start("certificate_creation", request)
    publish_when_known(application, case.job_id, "shop")
    ended = application.wait(execution)

    (arn,) = certificates_for(application, case.host("shop"))
    assert ended["output"] == {"jobId": case.job_id, "itemId": "shop", "certificateArn": arn, "status": "ISSUED"}
    assert certificate(application, arn)["Status"] == "ISSUED"
    assert set(certificate(application, arn)["SubjectAlternativeNames"]) == {case.host("shop"), *others}
    assert certificate(application, arn)["KeyAlgorithm"] == "EC_prime256v1"
    assert certificate_tags(application, arn) == {
        "team": "web",
        "cloudfront-extensions:job": case.job_id,
        "cloudfront-extensions:item": "shop",
        "cloudfront-extensions:deployment": application.outputs["JobsTable"],
    }
    stage = application.item(case.job_id, "shop").certificate
    assert (stage.status, stage.arn, stage.records_published) == ("ISSUED", arn, False)
    assert "Look at certificate" not in application.states_of(execution)


@pytest.mark.parametrize("chosen", ["named", "found"])
def test_certificate_in_our_own_zone_needs_nobody(application: Application, case: Case, chosen: str) -> None:
    zone = hosted_zone(application, case.domain)
    validation = {"hostedZoneId": zone} if chosen == "named" else {"mode": "auto"}
    request = certificate_request(case, validation=validation, subjectAlternativeNames=[f"*.{case.domain}"])
    ended = application.run("certificate_creation", request)

    assert ended["output"]["status"] == "ISSUED"
    stage = application.item(case.job_id, "shop").certificate
    assert stage.records_published
    assert records_in(application, zone, "CNAME") == {
        record.name.removesuffix("."): record.value for record in stage.validation_records
    }


def test_request_only_ends_with_its_records_known(application: Application, case: Case) -> None:
    ended = application.run("certificate_creation", certificate_request(case, waitForIssuance=False))

    assert (ended["status"], ended["output"]["status"]) == ("SUCCEEDED", "PENDING_VALIDATION")
    stage = application.item(case.job_id, "shop").certificate
    assert stage.status == "PENDING_VALIDATION"
    assert [record.domain_name for record in stage.validation_records] == [case.host("shop")]
    assert certificate(application, ended["output"]["certificateArn"])["Status"] == "PENDING_VALIDATION"


def test_further_starts_for_an_item_find_its_one_certificate(application: Application, case: Case) -> None:
    # GIVEN one execution that waits, and another for the same item
    first = application.start("certificate_creation", certificate_request(case))
    known_records(application, case.job_id, "shop")
    second = application.start("certificate_creation", certificate_request(case))
    # WHEN the certificate is issued, and a third comes afterwards
    publish_when_known(application, case.job_id, "shop")
    ended = [application.wait(first), application.wait(second)]
    ended.append(application.run("certificate_creation", certificate_request(case)))
    # THEN all have the same
    (arn,) = certificates_for(application, case.host("shop"))
    assert [one["output"]["certificateArn"] for one in ended] == [arn, arn, arn]


def test_an_item_keeps_its_certificate_when_asked_for_other_names(application: Application, case: Case) -> None:
    application.run("certificate_creation", certificate_request(case, waitForIssuance=False))
    before = application.item(case.job_id, "shop")
    refused = application.run("certificate_creation", certificate_request(case, domainName=case.host("other")))

    assert refused["error"] == "RequestTokenConflict"
    assert application.item(case.job_id, "shop") == before
    assert certificates_for(application, case.host("other")) == []


def test_a_zone_that_can_not_hold_the_records_is_named(application: Application, case: Case) -> None:
    zone = hosted_zone(application, f"elsewhere-{case.domain}")
    failed = application.run("certificate_creation", certificate_request(case, validation={"hostedZoneId": zone}))

    assert failed["error"] == "HostedZoneNotFound"
    stage = application.item(case.job_id, "shop").certificate
    assert (stage.status, stage.error) == ("FAILED", "HostedZoneNotFound")
    assert zone in str(stage.reason)
    assert "name its id, or choose manual validation" in str(stage.next_action)


def test_validation_that_never_comes_ends_with_what_to_do(
    application: Application, case: Case, little_patience: None
) -> None:
    execution = application.start("certificate_creation", certificate_request(case))
    failed = application.wait(execution)

    assert (failed["status"], failed["error"]) == ("FAILED", "CertificateValidationTimedOut")
    stage = application.item(case.job_id, "shop").certificate
    assert (stage.status, stage.error) == ("FAILED", "CertificateValidationTimedOut")
    assert "still waiting for its validation records in DNS" in str(stage.reason)
    assert "Publish the validation records named in the report" in str(stage.next_action)
    assert application.states_of(execution).count("Await issuance") > 1
    # AND a further start says so again, without asking ACM for another certificate
    again = application.run("certificate_creation", certificate_request(case))
    assert again["error"] == "CertificateValidationTimedOut"
    assert len(certificates_for(application, case.host("shop"))) == 1


@dataclass(frozen=True, slots=True)
class Ending:
    error: str
    next_action: str
    issued_before: bool = False


ENDINGS = {
    "FAILED": Ending("CertificateFailed", "Add a CAA record for amazon.com"),
    "VALIDATION_TIMED_OUT": Ending("CertificateValidationTimedOut", "Publish the validation records"),
    "REVOKED": Ending("CertificateRevoked", "Find out why it was revoked", issued_before=True),
    "EXPIRED": Ending("CertificateExpired", "Start a new job", issued_before=True),
    "INACTIVE": Ending("CertificateInactive", "Ask AWS Support", issued_before=True),
}


@pytest.fixture(scope="module")
def ended(application: Application) -> dict[str, tuple[Case, Json]]:
    """For each way to end, a certificate that ended so while its event was lost, and the execution that waited."""
    cases = {status: new_case(f"ends {status}") for status in ENDINGS}
    with ExitStack() as world:
        world.enter_context(events_delivered(application, "lost"))
        world.enter_context(application.looking_often())
        for case in cases.values():
            application.start("certificate_creation", certificate_request(case, waitForIssuance=False))
        for status, case in cases.items():
            records = known_records(application, case.job_id, "shop")
            if ENDINGS[status].issued_before:
                publish_records(application, records)
                becomes(application, case, "ISSUED")
            world.enter_context(
                ordered_outcome(application, case.host("shop"), status, "CAA_ERROR" if status == "FAILED" else None)
            )
            becomes(application, case, status)
        waiting = {
            status: application.start("certificate_creation", certificate_request(case))
            for status, case in cases.items()
        }
        return {status: (cases[status], application.wait(execution)) for status, execution in waiting.items()}


def becomes(application: Application, case: Case, status: str) -> None:
    arn = str(application.item(case.job_id, "shop").certificate.arn)
    eventually(lambda: certificate(application, arn)["Status"] == status)


@pytest.mark.parametrize("status", ENDINGS)
def test_each_bad_end_of_a_certificate_is_named(
    application: Application, ended: dict[str, tuple[Case, Json]], status: str
) -> None:
    case, failed = ended[status]
    assert (failed["status"], failed["error"]) == ("FAILED", ENDINGS[status].error)
    stage = application.item(case.job_id, "shop").certificate
    assert (stage.status, stage.error) == ("FAILED", ENDINGS[status].error)
    assert str(stage.arn) in str(stage.reason)
    assert ENDINGS[status].next_action in str(stage.next_action)


INVALID: dict[str, Json] = {
    "jobId": {"jobId": "two words"},
    "itemId": {"itemId": None},
    "domainName": {"domainName": "https://shop.example.com/"},
    "subjectAlternativeNames[1]": {"subjectAlternativeNames": ["www.example.com", "shop_2.example.com"]},
    "keyAlgorithm": {"keyAlgorithm": "RSA_1024"},
    "validation": {"validation": {"mode": "mail"}},
    "tags": {"tags": {"aws:owner": "me"}},
    "waitForIssuance": {"waitForIssuance": "no"},
    "colour": {"colour": "blue"},
}


@pytest.fixture(scope="module")
def refused(application: Application) -> dict[str, Json]:
    """The ends of executions that were given each of INVALID."""
    case = new_case("invalid input")
    started = {
        field: application.start("certificate_creation", certificate_request(case, **wrong))
        for field, wrong in INVALID.items()
    }
    return {field: application.wait(execution) for field, execution in started.items()}


@pytest.mark.parametrize("field", INVALID)
def test_invalid_input_is_refused_by_the_name_of_its_field(refused: dict[str, Json], field: str) -> None:
    assert refused[field]["status"] == "FAILED"
    assert refused[field]["error"] in ("InvalidInput", "InvalidDomainName")
    assert refused[field]["cause"].startswith(f"{field}")


def test_a_failure_that_can_not_be_recorded_still_ends_the_execution_by_its_name(
    application: Application, case: Case
) -> None:
    zone = hosted_zone(application, f"elsewhere-{case.domain}")
    with application.environment("RecordFailure", JOBS_TABLE="no-such-table"):
        failed = application.run("certificate_creation", certificate_request(case, validation={"hostedZoneId": zone}))

    assert (failed["status"], failed["error"]) == ("FAILED", "HostedZoneNotFound")
    assert application.item(case.job_id, "shop").certificate.status == "REQUESTED"

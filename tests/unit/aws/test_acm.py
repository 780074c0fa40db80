from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.aws.acm import AcmCertificates
from cloudfront_extensions.certificates.request import CertificateRequest, KeyAlgorithm, parse_request
from cloudfront_extensions.errors import (
    AwsRefused,
    AwsThrottled,
    AwsUnavailable,
    CertificateNotFound,
    CloudFrontExtensionsError,
    ValidationRecordsNotReady,
)
from tests.unit.aws.fakes import FakeAcm, client_error
from tests.unit.conftest import Account


def request(*names: str, item: str = "row-00002", **fields: Any) -> CertificateRequest:
    first, *others = names or ("shop.example.com",)
    return parse_request(
        {"jobId": "job-1", "itemId": item, "domainName": first, "subjectAlternativeNames": others, **fields}
    )


def test_the_certificate_is_requested_whole_by_one_call(account: Account) -> None:
    asked = request("shop.example.com", "www.shop.example.com", tags={"team": "web"})

    arn = AcmCertificates().request(asked, attempt=1)

    made = account.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    assert made["DomainName"] == "shop.example.com"
    assert set(made["SubjectAlternativeNames"]) == {"shop.example.com", "www.shop.example.com"}
    assert {option["ValidationMethod"] for option in made["DomainValidationOptions"]} == {"DNS"}
    tags = account.client("acm").list_tags_for_certificate(CertificateArn=arn)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {
        "cloudfront-extensions:item": "row-00002",
        "cloudfront-extensions:job": "job-1",
        "cloudfront-extensions:deployment": "jobs",
        "team": "web",
    }


def test_the_certificate_has_the_key_that_was_asked_for() -> None:
    fake = FakeAcm()
    acm = AcmCertificates(fake, fake)

    arns = [acm.request(request(item=f"row-{key}", keyAlgorithm=key), attempt=1) for key in KeyAlgorithm]

    assert [fake.certificates[arn]["KeyAlgorithm"] for arn in arns] == ["RSA_2048", "EC_prime256v1"]


def test_the_same_attempt_has_one_certificate_and_the_next_another(account: Account) -> None:
    acm = AcmCertificates()

    arns = [acm.request(request(), attempt) for attempt in (1, 1, 2)]

    assert arns[0] == arns[1] != arns[2]


def test_a_description_has_a_record_for_every_name(account: Account) -> None:
    acm = AcmCertificates()
    arn = acm.request(request("shop.example.com", "www.shop.example.com"), attempt=1)

    certificate = acm.describe(arn)

    assert certificate.status == "PENDING_VALIDATION"
    assert {record.domain_name for record in certificate.validation_records} == set(certificate.names)
    assert {record.type for record in certificate.validation_records} == {"CNAME"}


def test_an_unknown_certificate_is_not_found(account: Account) -> None:
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"

    with pytest.raises(CertificateNotFound):
        AcmCertificates().describe(arn)
    with pytest.raises(ValidationRecordsNotReady):
        AcmCertificates().describe(arn, not_found=ValidationRecordsNotReady)


def test_a_certificate_is_found_by_the_tags_of_its_item(account: Account) -> None:
    acm = AcmCertificates()
    acm.request(request(item="row-00003"), attempt=1)
    arn = acm.request(request(), attempt=1)

    found = acm.find(request())

    assert found is not None
    assert found.arn == arn
    assert acm.find(request(item="row-00004")) is None


def test_a_certificate_that_failed_or_has_other_names_is_not_found_again() -> None:
    fake = FakeAcm()
    acm = AcmCertificates(fake, fake)
    failed = acm.request(request(), attempt=1)
    fake.set_status(failed, "FAILED", FailureReason="CAA_ERROR")
    acm.request(request("other.example.com"), attempt=1)
    assert acm.find(request()) is None

    arn = acm.request(request(), attempt=2)

    found = acm.find(request())
    assert found is not None
    assert found.arn == arn


def test_a_certificate_that_was_deleted_while_its_tags_are_still_known_is_passed_over() -> None:
    fake = FakeAcm()
    acm = AcmCertificates(fake, fake)
    deleted = acm.request(request(), attempt=1)
    arn = acm.request(request(), attempt=2)
    fake.deleted.add(deleted)

    found = acm.find(request())

    assert found is not None
    assert found.arn == arn


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ThrottlingException", 400, AwsThrottled),
        ("InternalFailure", 500, AwsUnavailable),
        ("AccessDeniedException", 400, AwsRefused),
    ],
)
def test_errors_that_are_not_acms_own_have_the_librarys_names(
    code: str, status: int, error: type[CloudFrontExtensionsError]
) -> None:
    fake = FakeAcm()
    fake.failures.append(client_error(code, status=status))

    with pytest.raises(error, match=rf"RequestCertificate for shop\.example\.com: {code}"):
        AcmCertificates(fake, fake).request(request(), attempt=1)

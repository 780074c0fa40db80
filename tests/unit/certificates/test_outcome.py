from __future__ import annotations

import pytest
from botocore.session import get_session

from cloudfront_extensions.certificates.outcome import FAILURE_REASONS, Certificate, ending, wait_is_over
from cloudfront_extensions.errors import (
    CertificateExpired,
    CertificateFailed,
    CertificateInactive,
    CertificateRevoked,
    CertificateValidationTimedOut,
    CloudFrontExtensionsError,
    split_next_action,
)

ARN = "arn:aws:acm:us-east-1:111122223333:certificate/1"
ACM = get_session().get_service_model("acm")


def certificate(status: str, failure_reason: str | None = None) -> Certificate:
    return Certificate(ARN, ("shop.example.com",), status, failure_reason)


@pytest.mark.parametrize("status", ["PENDING_VALIDATION", "ISSUED", "A_STATUS_OF_NEXT_YEAR"])
def test_a_certificate_that_has_not_ended_badly_has_no_error(status: str) -> None:
    assert ending(certificate(status)) is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("FAILED", CertificateFailed),
        ("VALIDATION_TIMED_OUT", CertificateValidationTimedOut),
        ("REVOKED", CertificateRevoked),
        ("EXPIRED", CertificateExpired),
        ("INACTIVE", CertificateInactive),
    ],
)
def test_every_bad_end_has_its_error_that_names_the_certificate(
    status: str, error: type[CloudFrontExtensionsError]
) -> None:
    found = ending(certificate(status))

    assert type(found) is error
    assert ARN in str(found)
    assert "shop.example.com" in str(found)


def test_every_status_of_acm_is_known() -> None:
    statuses = set(ACM.shape_for("CertificateStatus").enum)

    ended = {status for status in statuses if ending(certificate(status))}

    assert statuses - ended == {"PENDING_VALIDATION", "ISSUED"}


def test_every_failure_reason_of_acm_has_a_meaning_and_no_other_has() -> None:
    assert set(FAILURE_REASONS) == set(ACM.shape_for("FailureReason").enum)


@pytest.mark.parametrize("reason", FAILURE_REASONS)
def test_a_failure_says_acms_reason_and_what_to_do_about_it(reason: str) -> None:
    text, next_action = split_next_action(str(ending(certificate("FAILED", reason))))

    assert f"({reason}): {FAILURE_REASONS[reason].what}" in text
    assert next_action == FAILURE_REASONS[reason].next_action
    assert next_action.endswith(".")


def test_a_caa_record_is_answered_with_the_record_to_add() -> None:
    assert "CAA record for amazon.com" in FAILURE_REASONS["CAA_ERROR"].next_action


@pytest.mark.parametrize("reason", [None, "A_REASON_OF_NEXT_YEAR"])
def test_a_failure_without_a_known_reason_is_still_typed(reason: str | None) -> None:
    found = ending(certificate("FAILED", reason))

    assert isinstance(found, CertificateFailed)
    assert reason is None or reason in str(found)


@pytest.mark.parametrize(("seconds", "text"), [(259_200, "72 hours"), (90, "90 seconds")])
def test_a_wait_that_is_over_says_how_long_it_was(seconds: int, text: str) -> None:
    assert text in str(wait_is_over(ARN, seconds))

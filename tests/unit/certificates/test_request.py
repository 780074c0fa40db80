from __future__ import annotations

import re
from typing import Any

import pytest

from cloudfront_extensions.certificates.request import (
    CertificateRequest,
    KeyAlgorithm,
    first_state,
    idempotency_token,
    parse_request,
)
from cloudfront_extensions.certificates.validation import Validation, ValidationMode
from cloudfront_extensions.certificates.waiting import WaitJson
from cloudfront_extensions.errors import InvalidDomainName, InvalidInput

SMALLEST = {"jobId": "job-1", "itemId": "row-00002", "domainName": "shop.example.com"}


def parsed(**changes: Any) -> CertificateRequest:
    return parse_request({**SMALLEST, **changes})


def test_the_smallest_request_has_defaults_for_the_rest() -> None:
    assert parse_request(SMALLEST) == CertificateRequest(
        job_id="job-1",
        item_id="row-00002",
        names=("shop.example.com",),
        validation=Validation(ValidationMode.AUTO),
        key_algorithm=KeyAlgorithm.RSA_2048,
        tags={},
        wait_for_issuance=True,
    )


def test_names_are_normalised_and_kept_once_with_the_domain_name_first() -> None:
    request = parsed(
        domainName="Shop.Example.COM", subjectAlternativeNames=["b.example.com", "shop.example.com", "B.example.com"]
    )

    assert request.names == ("shop.example.com", "b.example.com")


def test_an_international_name_becomes_its_a_label() -> None:
    assert parsed(domainName="Bücher.example").names == ("xn--bcher-kva.example",)


def test_the_link_to_the_starting_execution_is_ignored() -> None:
    linked = parsed(AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID="arn:aws:states:us-east-1:1:execution:m:e")

    assert linked == parse_request(SMALLEST)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"jobId": None}, "jobId"),
        ({"jobId": "-starts-with-a-hyphen"}, "jobId"),
        ({"jobId": "x" * 49}, "jobId"),
        ({"itemId": "row 2"}, "itemId"),
        ({"itemId": 2}, "itemId"),
        ({"domainName": None}, "domainName"),
        ({"domainName": ["shop.example.com"]}, "domainName"),
        ({"domainName": f"{'a' * 60}.example.com"}, "domainName"),
        ({"subjectAlternativeNames": "a.example.com"}, "subjectAlternativeNames"),
        ({"subjectAlternativeNames": ["a.example.com", 7]}, "subjectAlternativeNames[1]"),
        ({"subjectAlternativeNames": [f"n{n}.example.com" for n in range(100)]}, "subjectAlternativeNames"),
        ({"keyAlgorithm": "RSA_4096"}, "keyAlgorithm"),
        ({"keyAlgorithm": "EC_secp384r1"}, "keyAlgorithm"),
        ({"keyAlgorithm": 2048}, "keyAlgorithm"),
        ({"tags": ["team"]}, "tags"),
        ({"tags": {"cloudfront-extensions:job": "another"}}, "tags"),
        ({"validation": "auto"}, "validation"),
        ({"validation": {"mode": "email"}}, "validation"),
        ({"validation": {"mode": "auto", "hostedZoneId": "Z1"}}, "validation"),
        ({"validation": {"hostedZoneId": "example.com"}}, "validation"),
        ({"waitForIssuance": "no"}, "waitForIssuance"),
        ({"subjectAlternativeName": []}, "subjectAlternativeName"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parsed(**changes)

    assert str(refused.value).startswith(field)


def test_a_text_that_is_no_host_name_is_refused_with_its_field() -> None:
    with pytest.raises(InvalidDomainName, match=r"^subjectAlternativeNames\[0\]: .*wildcard"):
        parsed(subjectAlternativeNames=["*.*.example.com"])


def test_a_long_name_may_stand_behind_a_short_one() -> None:
    long_name = f"{'a' * 60}.example.com"

    assert parsed(subjectAlternativeNames=[long_name]).names == ("shop.example.com", long_name)


def test_the_certificate_has_the_librarys_tags_and_the_users() -> None:
    assert parsed(tags={"team": "web"}).all_tags == {
        "team": "web",
        "cloudfront-extensions:job": "job-1",
        "cloudfront-extensions:item": "row-00002",
    }


def test_the_token_fits_acm_and_does_not_depend_on_the_order_of_names() -> None:
    one = parsed(subjectAlternativeNames=["a.example.com", "b.example.com"])
    other = parsed(subjectAlternativeNames=["b.example.com", "a.example.com"])

    assert re.fullmatch(r"\w{32}", idempotency_token(one, 1, "jobs"))
    assert idempotency_token(one, 1, "jobs") == idempotency_token(other, 1, "jobs")


@pytest.mark.parametrize(
    "changes", [{"jobId": "job-2"}, {"itemId": "row-00003"}, {"subjectAlternativeNames": ["a.example.com"]}]
)
def test_another_job_item_or_set_of_names_has_another_token(changes: dict[str, Any]) -> None:
    assert idempotency_token(parsed(**changes), 1, "jobs") != idempotency_token(parsed(), 1, "jobs")


def test_another_attempt_has_another_token() -> None:
    assert idempotency_token(parsed(), 2, "jobs") != idempotency_token(parsed(), 1, "jobs")


def test_the_state_carries_ids_and_no_names() -> None:
    request = parsed(validation={"hostedZoneId": "Z1"}, waitForIssuance=False)

    assert first_state(request, "arn:certificate", "REQUESTED", WaitJson(seconds=300, waitedSeconds=0)) == {
        "jobId": "job-1",
        "itemId": "row-00002",
        "certificateArn": "arn:certificate",
        "status": "REQUESTED",
        "validation": {"hostedZoneId": "Z1"},
        "waitForIssuance": False,
        "wait": {"seconds": 300, "waitedSeconds": 0},
    }

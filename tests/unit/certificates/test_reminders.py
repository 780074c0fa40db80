"""Which reminder is due when, and how it reads."""

from __future__ import annotations

import json
import shlex
from datetime import timedelta

import pytest

from cloudfront_extensions.certificates.import_request import parse_import
from cloudfront_extensions.certificates.inventory import Entry, InDns
from cloudfront_extensions.certificates.reminders import ENDED, digest, due, threshold_at
from tests.unit.certificates.entries import NOW, arn, entry, imported, record

TABLE = "s3://jobs-bucket/inventory/2026-11-22T050003.214Z/certificates.csv"
LARGEST_MESSAGE = 256 * 1024


def text_of(*entries: Entry) -> str:
    return digest(due(entries, NOW), NOW, TABLE).text


@pytest.mark.parametrize(
    ("days", "threshold"),
    [
        (45.1, None),
        (45, 45),
        (30.1, 45),
        (30, 30),
        (15.1, 30),
        (15, 15),
        (10, 15),
        (7, 7),
        (3.1, 7),
        (3, 3),
        (1, 1),
        (0.01, 1),
        (0, ENDED),
        (-300, ENDED),
    ],
)
def test_the_reminder_is_that_of_the_present_span(days: float, threshold: int | None) -> None:
    assert threshold_at(NOW + timedelta(days=days), NOW) == threshold


def test_only_what_will_not_renew_itself_is_reminded_of_the_most_urgent_first() -> None:
    certificates = [
        imported(1, days=20),
        imported(2, days=-1),
        imported(3, days=100),
        imported(4, days=5, in_use_by=()),
        entry(5, days=5),
        entry(6, days=2, validation_records=(record(InDns.GONE),)),
    ]

    assert [(one.entry.arn, one.threshold) for one in due(certificates, NOW)] == [
        (arn(2), ENDED),
        (arn(6), 3),
        (arn(1), 30),
    ]


def test_an_import_is_mended_by_a_command_and_an_input_that_certificate_import_takes() -> None:
    text = text_of(imported(7, "shop.example.com", "*.shop.example.com", days=10))

    (command,) = [line.strip() for line in text.splitlines() if "stage_bundle" in line]
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "cloudfront_extensions.stage_bundle"]
    assert words[words.index("--alias") + 1 :] == ["shop.example.com", "*.shop.example.com"]
    (given,) = [
        line.partition("certificate_import: ")[2] for line in text.splitlines() if "certificate_import: " in line
    ]
    request = json.loads(given)
    assert (request["certificateArn"], request["jobId"]) == (arn(7), "renewal-2026-12-02")
    parse_import({**request, "keyBundle": {"secretId": "cloudfront-extensions/key-bundles/Domains/shop"}})


def test_a_name_that_is_none_does_no_harm_in_a_shell() -> None:
    text = text_of(imported(7, "shop.example.com'; rm -rf ~ #", days=10))

    (command,) = [line.strip() for line in text.splitlines() if "stage_bundle" in line]
    assert shlex.split(command)[-1] == "shop.example.com'; rm -rf ~ #"


def test_a_missing_record_is_told_whole() -> None:
    text = text_of(entry(days=10, validation_records=(record(InDns.GONE), record(InDns.IN_PLACE, "_other."))))

    for words in ("name   _a1.shop.example.com.", "type   CNAME", "value  _b2.acm-validations.aws.", "is gone"):
        assert words in text
    assert "_other." not in text


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        (entry(days=10, validation_method="EMAIL"), "aws acm resend-validation-email"),
        (entry(days=10, renewal_status="FAILED", renewal_reason="CAA_ERROR"), "aws acm describe-certificate"),
        (entry(days=-2, status="EXPIRED"), "request another certificate"),
    ],
)
def test_whatever_is_wrong_there_is_something_to_do(certificate: Entry, words: str) -> None:
    assert words in text_of(certificate)


def test_it_reads_well_at_three_in_the_morning() -> None:
    subject, text = digest(
        due(
            [imported(1, "shop.example.com", "www.example.com", days=2.5), imported(2, "old.example.com", days=-1.5)],
            NOW,
        ),
        NOW,
        TABLE,
    )

    assert subject == "1 certificate ended; 1 certificate to renew, the first ends in 2 days"
    assert text.splitlines()[0] == "2 certificates will not renew themselves."
    assert "1. old.example.com ended 36 hours ago (2026-11-20 17:00 UTC)" in text
    assert "2. shop.example.com and 1 more ends in 2 days (2026-11-24 17:00 UTC)" in text
    assert "Used by: distribution E2QWRUHAPOMQZL" in text
    assert text.splitlines()[-1] == f"All certificates of the account: {TABLE}"


def test_a_certificate_that_names_no_host_is_told_by_its_id() -> None:
    assert "1. 11111111-2222-4333-8444-000000000007 ends in 10 days" in text_of(imported(7, days=10, names=()))


def test_a_digest_fits_into_a_message_and_says_what_it_leaves_out() -> None:
    certificates = [
        imported(number, *(f"{n}.shop-{number}.example.com" for n in range(20)), days=20) for number in range(999)
    ]
    subject, text = digest(due(certificates, NOW), NOW, TABLE)

    assert len(text.encode()) < LARGEST_MESSAGE
    assert subject.isascii()
    assert len(subject) < 100
    told = text.count("\n   Certificate: ")
    assert 100 < told < 999
    assert f"... and {999 - told:,} more" in text

"""What people and Step Functions are told when a job ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudfront_extensions.jobs.batch_text import MAXIMUM_ROWS
from cloudfront_extensions.jobs.notification import ending_failure, ending_message
from cloudfront_extensions.jobs.records import Item
from cloudfront_extensions.jobs.report import job_report
from tests.unit.jobs.batches import finished, item_of, request_of, with_certificate

LOCATION = "s3://jobs-bucket/jobs/spring/report.json"
DONE = finished(item_of(2, "a.example.com"))
FAILED = with_certificate(
    item_of(3, "b.example.com"),
    "FAILED",
    error="CertificateFailed",
    reason="a CAA record forbids it\nsays ACM",
    next_action="Change the CAA record.",
)


def test_a_success_is_short() -> None:
    report = job_report("spring", [DONE], request_of())
    message = ending_message(report, LOCATION)
    assert message.subject == "CloudFront job spring succeeded: 1 of 1 done"
    assert message.text == (f"Job spring: SUCCEEDED\n1 domains: 1 done\n\nEverything, domain by domain: {LOCATION}\n")
    assert ending_failure(report, LOCATION) is None


def test_every_failed_domain_with_its_next_action() -> None:
    report = job_report("spring", [DONE, FAILED], request_of())
    message = ending_message(report, LOCATION)
    assert message.subject == "CloudFront job spring failed: 1 of 2 done"
    assert (
        "b.example.com (line 3): failed, CertificateFailed\n"
        "  a CAA record forbids it says ACM\n"
        "  Next: Change the CAA record.\n"
    ) in message.text
    assert "a.example.com" not in message.text
    assert ending_failure(report, LOCATION) == {
        "Error": "ItemsFailed",
        "Cause": f"1 failed of 2 domains. Report: {LOCATION}",
    }


def test_at_most_fifty_domains_and_within_what_sns_takes() -> None:
    reason = "\N{PILE OF POO}" * 5000
    items = [
        with_certificate(item_of(line, f"n{line}.example.com"), "FAILED", reason=reason, next_action=reason)
        for line in range(2, 102)
    ]
    text = ending_message(job_report("spring", items, request_of()), LOCATION).text
    assert len(text.encode()) <= 256 * 1024
    assert text.count("): failed") == 50
    assert "and 50 more, all in the report" in text
    assert text.endswith(f"{LOCATION}\n")


@pytest.mark.parametrize(
    ("item", "refusals", "status"), [(DONE, (), "succeeded"), (FAILED, (), "failed"), (DONE, ("too many",), "refused")]
)
def test_the_subject_is_one_that_sns_takes_for_the_longest_job_id_and_the_largest_batch(
    item: Item, refusals: tuple[str, ...], status: str
) -> None:
    items = [replace(item, item_id=f"row-{line:05d}", certificate_item_id=None) for line in range(MAXIMUM_ROWS)]
    subject = ending_message(job_report("x" * 48, items, request_of(), refusals=refusals), LOCATION).subject
    assert f" {status}: " in subject
    assert len(subject) < 100
    assert subject.isascii()


def test_a_refusal_says_that_nothing_was_started() -> None:
    refusals = ["1 row is faulty", "quota 'ACM certificates' would be exceeded"]
    report = job_report("spring", [], request_of(), refusals=refusals)
    message = ending_message(report, LOCATION)
    assert message.subject == "CloudFront job spring refused: nothing was started"
    assert "  1 row is faulty\n" in message.text
    failure = ending_failure(report, LOCATION)
    assert failure is not None
    assert failure["Error"] == "BatchRefused"
    assert "quota 'ACM certificates' would be exceeded" in failure["Cause"]


def test_an_interruption_is_what_the_execution_ends_with() -> None:
    interruption = {"Error": "SourceConfigNotFound", "Cause": '{"errorMessage": "there is no distribution E1"}'}
    report = job_report("spring", [], request_of(), interruption=interruption)
    assert ending_failure(report, LOCATION) == {
        "Error": "SourceConfigNotFound",
        "Cause": f"there is no distribution E1 Report: {LOCATION}",
    }
    assert "stopped by SourceConfigNotFound: there is no distribution E1" in ending_message(report, LOCATION).text

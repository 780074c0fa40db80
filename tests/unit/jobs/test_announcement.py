from __future__ import annotations

import csv
import io

from cloudfront_extensions.certificates.validation import ValidationRecord
from cloudfront_extensions.jobs.announcement import (
    AnnouncedRecord,
    RecordState,
    announced_records,
    as_csv,
    as_document,
    as_zone_file,
    message,
    to_publish,
)
from cloudfront_extensions.jobs.batch_text import MAXIMUM_ROWS
from cloudfront_extensions.jobs.records import CertificateStage, CertificateStatus, Item

FILES = ("s3://jobs/validation-records.json", "s3://jobs/validation-records.csv")


def item(
    number: int,
    domain: str,
    status: CertificateStatus = CertificateStatus.PENDING_VALIDATION,
    *,
    published: bool = False,
    zone: str | None = None,
) -> Item:
    record = ValidationRecord(domain, f"_a.{zone or domain}.", "CNAME", "_b.acm-validations.aws.", published)
    stage = CertificateStage(status, validation_records=(record,))
    return Item("job-1", f"row-{number:05}", domain, (domain,), certificate=stage)


def records(count: int) -> tuple[AnnouncedRecord, ...]:
    return announced_records(item(n, f"n{n}.example.com") for n in range(count))


def test_a_record_is_to_be_published_unless_the_job_did_or_it_worked_before() -> None:
    states = [
        record.state
        for record in announced_records(
            [
                item(2, "a.example.com"),
                item(3, "b.example.com", published=True),
                item(4, "c.example.com", CertificateStatus.ISSUED),
                item(5, "d.example.com", CertificateStatus.UNKNOWN),
            ]
        )
    ]

    assert states == [
        RecordState.TO_PUBLISH,
        RecordState.PUBLISHED_BY_JOB,
        RecordState.IN_PLACE,
        RecordState.TO_PUBLISH,
    ]


def test_records_of_failed_certificates_are_left_out() -> None:
    assert announced_records([item(2, "a.example.com", CertificateStatus.FAILED)]) == ()


def test_a_record_that_serves_two_certificates_is_listed_once() -> None:
    (record,) = announced_records([item(2, "example.com"), item(3, "*.example.com", zone="example.com")])

    assert record.domain_names == ("example.com", "*.example.com")
    assert record.item_ids == ("row-00002", "row-00003")


def test_a_shared_record_that_is_published_for_one_is_published_for_both() -> None:
    (record,) = announced_records(
        [item(2, "example.com"), item(3, "*.example.com", zone="example.com", published=True)]
    )

    assert record.state is RecordState.PUBLISHED_BY_JOB


def test_the_document_holds_every_record_with_its_state() -> None:
    document = as_document("job-1", announced_records([item(2, "a.example.com")]))

    assert document == {
        "jobId": "job-1",
        "records": [
            {
                "state": "TO_PUBLISH",
                "name": "_a.a.example.com.",
                "type": "CNAME",
                "value": "_b.acm-validations.aws.",
                "ttl": 300,
                "domainNames": ["a.example.com"],
                "itemIds": ["row-00002"],
            }
        ],
    }


def test_the_csv_reads_back() -> None:
    text = as_csv(announced_records([item(2, "example.com"), item(3, "*.example.com", zone="example.com")]))

    (row,) = csv.DictReader(io.StringIO(text))
    assert row == {
        "state": "TO_PUBLISH",
        "name": "_a.example.com.",
        "type": "CNAME",
        "value": "_b.acm-validations.aws.",
        "ttl": "300",
        "domainNames": "example.com *.example.com",
        "itemIds": "row-00002 row-00003",
    }


def test_the_zone_file_has_absolute_names_and_comments_out_what_is_published() -> None:
    lines = as_zone_file(
        "job-1", announced_records([item(2, "a.example.com"), item(3, "b.example.com", published=True)])
    ).splitlines()

    assert lines[1:] == [
        "_a.a.example.com. 300 IN CNAME _b.acm-validations.aws.",
        "; PUBLISHED_BY_JOB: _a.b.example.com. 300 IN CNAME _b.acm-validations.aws.",
    ]
    assert lines[0].startswith(";")


def test_the_message_says_what_to_publish_and_where_the_files_are() -> None:
    subject, text = message("job-1", records(2), FILES)

    assert subject == "2 DNS records to publish for job job-1"
    assert "For n1.example.com (row-00001):\n  name   _a.n1.example.com.\n  type   CNAME\n" in text
    assert "value  _b.acm-validations.aws." in text
    assert all(file in text for file in FILES)


def test_a_long_message_points_to_the_files() -> None:
    text = message("job-1", records(1_234), FILES).text

    assert text.count("acm-validations.aws.") == 200
    assert "... and 1,034 more, in the files." in text


def test_no_message_is_longer_than_sns_takes_and_no_subject() -> None:
    name = ".".join(["x" * 60] * 4)
    long_records = [
        AnnouncedRecord(f"_{n}.{name}.", "CNAME", f"_{n}.{name}.", RecordState.TO_PUBLISH, (name,) * 100, ("row-1",))
        for n in range(10 * MAXIMUM_ROWS)
    ]

    subject, text = message("j" * 48, long_records, FILES)

    assert len(text.encode()) < 262_144
    assert len(subject) < 100


def test_only_what_a_person_must_do_is_to_be_published() -> None:
    announced = announced_records([item(2, "a.example.com"), item(3, "b.example.com", published=True)])

    assert [record.name for record in to_publish(announced)] == ["_a.a.example.com."]

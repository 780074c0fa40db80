"""How a job ended: what became of each item, and what to do next."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from cloudfront_extensions.certificates.validation import ValidationRecord
from cloudfront_extensions.jobs.records import Item
from cloudfront_extensions.jobs.report import Outcome, ending_of, job_report, report_csv
from tests.unit.jobs.batches import finished, item_of, request_of, with_certificate, with_distribution

ITEM = item_of(2, "a.example.com")
ISSUED = with_certificate(ITEM, "ISSUED", arn="arn:a")
RECORD = ValidationRecord("a.example.com", "_x.a.example.com.", "CNAME", "_y.acm-validations.aws.")


def outcome(item: Item) -> str:
    return ending_of(item, item, request_of()).outcome


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (finished(ITEM), Outcome.DONE),
        (with_distribution(ISSUED, "NOT_NEEDED"), Outcome.DONE),
        (with_certificate(ITEM, "FAILED"), Outcome.FAILED),
        (with_distribution(ISSUED, "FAILED"), Outcome.FAILED),
        (with_certificate(ITEM, "UNKNOWN"), Outcome.UNKNOWN),
        (with_distribution(ISSUED, "UNKNOWN"), Outcome.UNKNOWN),
        (ITEM, Outcome.UNFINISHED),
        (with_certificate(ITEM, "REQUESTED"), Outcome.UNFINISHED),
        (with_certificate(ITEM, "PENDING_VALIDATION"), Outcome.UNFINISHED),
        (ISSUED, Outcome.UNFINISHED),
        (with_distribution(ISSUED, "CREATING"), Outcome.UNFINISHED),
        (with_distribution(ISSUED, "DEPLOYING"), Outcome.UNFINISHED),
    ],
)
def test_outcome(item: Item, expected: Outcome) -> None:
    assert outcome(item) == expected


def test_a_failure_carries_its_reason_and_next_action() -> None:
    failed = with_distribution(ISSUED, "FAILED", error="AliasInUse", reason="E9 has it", next_action="Remove it.")
    ending = ending_of(failed, failed, request_of())
    assert (ending.error, ending.reason, ending.next_action) == ("AliasInUse", "E9 has it", "Remove it.")


def test_a_served_item_tells_of_its_owners_certificate() -> None:
    owner = with_certificate(
        item_of(2, "*.example.com"), "FAILED", arn="arn:w", error="CertificateFailed", reason="CAA"
    )
    served = replace(item_of(3, "a.example.com"), certificate_item_id="row-00002")
    entry = job_report("spring", [owner, served], request_of())["items"][1]
    assert entry["outcome"] == "failed"
    assert (entry["error"], entry["reason"]) == (
        "CertificateFailed",
        "certificate of row-00002, which serves this one: CAA",
    )
    assert (entry["certificate"]["itemId"], entry["certificate"]["status"]) == ("row-00002", "FAILED")


def test_a_served_item_is_done_with_its_owners_certificate() -> None:
    owner = finished(item_of(2, "*.example.com"))
    served = with_distribution(replace(item_of(3, "a.example.com"), certificate_item_id="row-00002"), "DEPLOYED")
    assert [entry["outcome"] for entry in job_report("spring", [owner, served], request_of())["items"]] == ["done"] * 2


def test_an_unfinished_certificate_names_its_records() -> None:
    pending = with_certificate(ITEM, "PENDING_VALIDATION", arn="arn:a", validation_records=(RECORD,))
    (entry,) = job_report("spring", [pending], request_of())["items"]
    assert entry["nextAction"].startswith("Publish its validation records")
    assert entry["certificate"]["validationRecords"] == [
        {"name": "_x.a.example.com.", "type": "CNAME", "value": "_y.acm-validations.aws."}
    ]


def test_an_issued_certificate_needs_its_records_no_more() -> None:
    issued = with_certificate(ITEM, "ISSUED", validation_records=(RECORD,))
    assert job_report("spring", [issued], request_of())["items"][0]["certificate"]["validationRecords"] == []


@pytest.mark.parametrize(
    ("dns", "zone_id", "next_action"),
    [
        (None, None, "Point its names at d2.cloudfront.net in DNS."),
        (None, "Z1", "Point its names at d2.cloudfront.net in DNS."),
        ({"mode": "auto"}, "Z1", None),
        (
            {"mode": "auto"},
            None,
            "Point those of its names that no hosted zone of this account holds at d2.cloudfront.net.",
        ),
        ({"hostedZoneId": "Z7"}, None, None),
    ],
)
def test_what_is_left_to_do_for_a_live_distribution(
    dns: dict[str, str] | None, zone_id: str | None, next_action: str | None
) -> None:
    live = replace(finished(ITEM), hosted_zone_id=zone_id)
    assert ending_of(live, live, request_of(dns=dns)).next_action == next_action


def test_totals() -> None:
    items = [
        finished(item_of(2, "a.example.com")),
        with_certificate(item_of(3, "b.example.com"), "FAILED"),
        with_certificate(item_of(4, "c.example.com"), "UNKNOWN"),
        item_of(5, "d.example.com"),
    ]
    report = job_report("spring", items, request_of())
    assert report["status"] == "FAILED"
    assert report["totals"] == {
        "items": 4,
        "done": 1,
        "failed": 1,
        "unknown": 1,
        "unfinished": 1,
        "certificatesIssued": 1,
        "distributionsDeployed": 1,
    }


def test_a_job_succeeds_when_every_item_is_done() -> None:
    report = job_report("spring", [finished(ITEM)], request_of())
    assert (report["status"], report["refusedBecause"], report["interruption"]) == ("SUCCEEDED", [], None)
    assert json.loads(json.dumps(report)) == report


def test_a_refused_job_says_why() -> None:
    refusals = ["1 row is faulty"]
    report = job_report("spring", [], request_of(), refusals=refusals)
    assert (report["status"], report["refusedBecause"], report["items"]) == ("REFUSED", ["1 row is faulty"], [])


def test_an_interrupted_job_has_failed_whatever_its_items_say() -> None:
    interruption = {"Error": "SourceConfigNotFound", "Cause": json.dumps({"errorMessage": "no E1"})}
    report = job_report("spring", [], request_of(), interruption=interruption)
    assert report["status"] == "FAILED"
    assert report["interruption"]["error"] == "SourceConfigNotFound"
    assert report["interruption"]["reason"] == "no E1"


def rows_of(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_report_as_csv() -> None:
    failed = with_certificate(
        item_of(3, "b.example.com", "c.example.com"), "FAILED", error="X", reason='says "no",\nso'
    )
    rows = rows_of(report_csv(job_report("spring", [finished(ITEM), failed], request_of())))
    assert [row["outcome"] for row in rows] == ["done", "failed"]
    assert rows[0]["distributionDomainName"] == "d2.cloudfront.net"
    assert (rows[1]["names"], rows[1]["reason"]) == ("b.example.com c.example.com", 'says "no",\nso')
    assert rows[1]["distributionId"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_value_of_a_batch_becomes_a_formula(start: str) -> None:
    row = replace(with_certificate(ITEM, "FAILED"), domain_name=f"{start}HYPERLINK(1)")
    assert rows_of(report_csv(job_report("spring", [row], request_of())))[0]["domainName"].startswith("'")

"""What preflight found, as JSON and as text."""

from __future__ import annotations

import json
from typing import Any

from cloudfront_extensions.errors import InvalidDomainName
from cloudfront_extensions.jobs.account import AccountFacts
from cloudfront_extensions.jobs.batch import parse_csv
from cloudfront_extensions.jobs.grouping import certificates_manifest, groups_manifest
from cloudfront_extensions.jobs.preflight import judge
from cloudfront_extensions.jobs.preflight_report import preflight_report, preflight_text
from tests.unit.jobs.batches import SOURCE, request_of

GOOD = b"domainName\n*.example.com\na.example.com\n"
MIXED = GOOD + b"b_.example.org\n"


def report_of(data: bytes, account: AccountFacts | None = None, **fields: Any) -> dict[str, Any]:
    request, account = request_of(**fields), account or AccountFacts()
    judgement = judge(request, parse_csv(data, 10), account)
    certificates = certificates_manifest(judgement.work, request, account.hosted_zones)
    groups = groups_manifest(judgement.work, request, account.hosted_zones, SOURCE)
    report = preflight_report(request, judgement, certificates, groups)
    assert json.loads(json.dumps(report)) == report
    return report


def test_a_batch_that_starts() -> None:
    report = report_of(GOOD, aggregateWildcards=True)
    assert (report["jobId"], report["decision"], report["wouldStart"], report["reasons"]) == (
        "spring",
        "start",
        True,
        [],
    )
    assert report["counts"] == {
        "rows": 2,
        "usable": 2,
        "faulty": 0,
        "faults": 0,
        "warnings": 1,
        "certificates": 1,
        "imports": 0,
        "distributions": 2,
        "groups": 1,
    }
    assert report["certificates"] == [
        {"itemId": "row-00002", "names": ["*.example.com"], "validation": {"mode": "manual"}, "distributions": 2}
    ]
    assert report["distributions"][1] == {
        "itemId": "row-00003",
        "aliases": ["a.example.com"],
        "certificateItemId": "row-00002",
        "dns": {"mode": "manual"},
    }
    assert report["quotas"][0] == {
        "name": "ACM certificates",
        "service": "acm",
        "code": "L-F141DD1D",
        "resource": None,
        "limit": 2500,
        "used": 0,
        "needed": 1,
        "exceeded": False,
    }


def test_every_fault_with_its_place_and_what_to_do() -> None:
    report = report_of(MIXED)
    assert (report["decision"], report["wouldStart"]) == ("refuse", False)
    (fault,) = report["faults"]
    assert fault["message"].startswith("'b_.example.org' has an underscore")
    assert {name: fault[name] for name in ("line", "column", "position", "code", "nextAction")} == {
        "line": 4,
        "column": "domainName",
        "position": 2,
        "code": "InvalidDomainName",
        "nextAction": InvalidDomainName.next_action,
    }


def test_the_text_of_a_refusal() -> None:
    text = preflight_text(report_of(MIXED, AccountFacts(certificates=2500)))
    assert text.startswith("Preflight of job spring: refused, nothing was created\n")
    assert "1 row is faulty; correct what is listed, or set invalidRows to skip" in text
    assert "3 rows: 2 usable, 1 faulty (refused)" in text
    assert "  line 4, domainName: 'b_.example.org' has an underscore" in text
    assert "[InvalidDomainName]" in text
    assert "  line 2: *.example.com also covers 1 name of other rows (line 3)" in text
    assert "ACM certificates (L-F141DD1D): 2500 used + 2 needed of 2500  EXCEEDED" in text
    assert "To make: 2 certificates and 2 distributions" in text


def test_the_text_of_a_start_and_of_dry_runs() -> None:
    assert "spring: it starts\n" in preflight_text(report_of(GOOD))
    assert "spring: a dry run; it would start\n" in preflight_text(report_of(GOOD, dryRun=True))
    assert "spring: a dry run; it would be refused\n" in preflight_text(report_of(MIXED, dryRun=True))


def test_the_text_of_a_batch_that_cannot_be_read() -> None:
    text = preflight_text(report_of(b""))
    assert "the batch can't be read as a whole" in text
    assert "  the batch: the file is empty" in text


def test_the_text_lists_so_much_and_says_how_much_is_left() -> None:
    data = b"domainName\n" + b"".join(b"b_%d.example.org\n" % number for number in range(60))
    text = preflight_text(report_of(data))
    assert "Faults (60)" in text
    assert text.count("an underscore") == 50
    assert "and 10 more, all in the report" in text

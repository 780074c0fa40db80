"""The files in which a run of the inventory is told."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from html.parser import HTMLParser

from cloudfront_extensions.certificates.inventory import Entry, InDns, Origin
from cloudfront_extensions.certificates.inventory_report import (
    Run,
    attention,
    by_end,
    certificates_csv,
    counts,
    imports_by_day,
    renewables,
    report_html,
    report_json,
)
from cloudfront_extensions.certificates.renewal_forecast import Forecast, RenewalQuotas, forecast
from tests.unit.certificates.entries import DISTRIBUTION, NOW, OURS, arn, entry, imported, record

EMPTY_ELEMENTS = {"meta"}


def run_of(*entries: Entry, not_read: Mapping[str, str] | None = None) -> Run:
    return Run("2026-11-22T050003.214Z", "2026-11-22T05:00:03.214Z", NOW, by_end(entries), not_read or {})


def forecast_of(run: Run, quotas: RenewalQuotas | None = None) -> Forecast:
    return forecast(renewables(run.entries), quotas or RenewalQuotas(), NOW.date(), months=12)


class Page(HTMLParser):
    """Reads a page, and holds that every element is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.fetched: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.fetched += [str(value) for name, value in attributes if name in ("src", "href")]
        if tag not in EMPTY_ELEMENTS:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_what_needs_attention_is_what_ends_soon_and_what_something_keeps_from_being_renewed() -> None:
    blocked = entry(3, days=150, validation_records=(record(InDns.GONE),))
    run = run_of(imported(1, days=30), imported(2, days=60), blocked, entry(4, days=10))

    assert [one.arn for one in attention(run)] == [arn(1), arn(3)]


def test_certificates_are_counted_by_what_they_are() -> None:
    run = run_of(
        entry(1, days=20),
        entry(2, in_use_by=(), eligible=False),
        imported(3, days=20),
        entry(4, origin=Origin.PRIVATE),
        not_read={arn(5): "AccessDenied"},
    )

    assert counts(run) == {
        "certificates": 5,
        "read": 4,
        "notRead": 1,
        "inUse": 3,
        "managed": 2,
        "imported": 1,
        "private": 1,
        "renewThemselves": 2,
        "endWithin45Days": 2,
        "needAttention": 1,
    }


def test_the_json_says_of_each_certificate_who_uses_it_and_what_becomes_of_it() -> None:
    told = entry(1, days=20, renewal_status="FAILED", renewal_reason="CAA_ERROR", **OURS)
    run = run_of(told, not_read={arn(9): "AccessDenied"})
    document = json.loads(json.dumps(report_json(run, forecast_of(run))))

    (certificate,) = document["certificates"]
    assert certificate["inUseBy"] == [{"arn": DISTRIBUTION, "what": "distribution E2QWRUHAPOMQZL"}]
    assert certificate["madeBy"] == {"jobId": "customers-2026-11", "itemId": "row-00001"}
    assert certificate["renewal"]["itself"] == "no"
    assert certificate["renewal"]["meaning"].startswith("a CAA record in DNS forbids")
    assert document["needAttention"] == [arn(1)]
    assert document["notRead"] == [{"arn": arn(9), "reason": "AccessDenied"}]


def test_the_table_is_ordered_by_end_and_safe_to_open_in_a_spreadsheet() -> None:
    run = run_of(
        entry(1, days=None, status="FAILED"), imported(2, "=HYPERLINK(1).example.com", days=30), entry(3, days=3)
    )
    rows = list(csv.DictReader(io.StringIO(certificates_csv(run), newline="")))

    assert [row["arn"] for row in rows] == [arn(3), arn(2), arn(1)]
    assert rows[1]["domainName"] == "'=HYPERLINK(1).example.com"
    assert (rows[0]["usedBy"], rows[0]["madeBy"]) == ("distribution E2QWRUHAPOMQZL", "elsewhere")


def test_the_page_is_whole_needs_nothing_else_and_escapes_what_it_shows() -> None:
    quotas = RenewalQuotas(imports_a_year=1)
    run = run_of(
        imported(1, "<script>alert(1)</script>", days=20), imported(2, days=20), not_read={arn(9): "<b>refused</b>"}
    )
    text = report_html(run, forecast_of(run, quotas))
    page = Page(text)

    assert "<script>" not in text
    assert "<script>alert(1)</script>" in page.texts
    assert page.fetched == []
    assert any("<b>refused</b>" in words for words in page.texts)
    assert any(words.startswith("By 20") for words in page.texts), "the forecast's reason"
    assert "<svg" in text


def test_a_page_of_nothing_is_a_page() -> None:
    run = run_of()

    assert "There are none." in Page(report_html(run, forecast_of(run))).texts


def test_the_forecast_counts_what_ends_and_who_renews_it() -> None:
    found = renewables(
        [
            imported(1, days=20),
            imported(2, in_use_by=()),
            entry(3),
            entry(4, in_use_by=(), eligible=False),
            entry(5, days=None),
            entry(6, origin=Origin.PRIVATE),
        ]
    )

    assert [(one.kind, one.renews) for one in found] == [
        ("imported", True),
        ("imported", False),
        ("managed", True),
        ("managed", False),
    ]


def test_imports_of_the_past_are_counted_by_day() -> None:
    found = imports_by_day(
        [
            imported(1, imported_at="2026-11-01T00:00:00Z"),
            imported(2, imported_at="2026-11-01T23:59:59Z"),
            imported(3, imported_at="2026-11-02T00:00:00Z"),
            entry(4),
        ]
    )

    assert found == {date(2026, 11, 1): 2, date(2026, 11, 2): 1}

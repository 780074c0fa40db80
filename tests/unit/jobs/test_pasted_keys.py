"""A key that somebody pastes into a batch or a request is refused, and nothing of it comes back."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from cloudfront_extensions.errors import KeyExposed
from cloudfront_extensions.jobs.account import AccountFacts
from cloudfront_extensions.jobs.batch import parse_csv, parse_json, parse_rows
from cloudfront_extensions.jobs.grouping import certificates_manifest, groups_manifest
from cloudfront_extensions.jobs.preflight import judge
from cloudfront_extensions.jobs.preflight_report import preflight_report, preflight_text
from cloudfront_extensions.jobs.report import job_report, report_csv
from cloudfront_extensions.jobs.request import parse_request
from cloudfront_extensions.jobs.rows import Batch, Column
from tests.unit.jobs.batches import SOURCE, request_of

BODY = [f"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC{number:032d}" for number in range(26)]
PEM = "\n".join(["-----BEGIN PRIVATE KEY-----", *BODY, "-----END PRIVATE KEY-----"])
LIMIT = 10
GOOD = "blog.example.com"


def everything_told(batch: Batch) -> str:
    """All that is made of a batch: itself, the reports, the manifests, the items."""
    request = request_of(invalidRows="skip")
    judgement = judge(request, batch, AccountFacts())
    certificates = certificates_manifest(judgement.work, request, {})
    groups = groups_manifest(judgement.work, request, {}, SOURCE)
    told = preflight_report(request, judgement, certificates, groups)
    ended = job_report("spring", judgement.items, request)
    return "\n".join(
        (repr(batch), repr(judgement), json.dumps([told, ended, groups]), preflight_text(told), report_csv(ended))
    )


def assert_not_quoted(batch: Batch) -> None:
    told = everything_told(batch)
    assert "BEGIN PRIVATE" not in told
    assert [line for line in BODY if line in told] == []


def csv_of(column: Column, value: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, Column, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerow({Column.DOMAIN_NAME: "shop.example.com", column: value})
    writer.writerow({Column.DOMAIN_NAME: GOOD, Column.COMMENT: "Blog"})
    return text.getvalue().encode()


@pytest.mark.parametrize("column", Column)
@pytest.mark.parametrize("value", [PEM, PEM.replace("\n", "\r\n"), PEM.replace("\n", " "), f"x {PEM} y"])
def test_a_key_in_a_column_of_a_csv_is_a_fault_of_its_row_alone(column: Column, value: str) -> None:
    batch = parse_csv(csv_of(column, value), LIMIT)
    assert [(fault.line, fault.error, fault.column) for fault in batch.faults] == [(2, KeyExposed, column)]
    assert [(row.domain_name, row.comment) for row in batch.rows] == [(GOOD, "Blog")]
    assert [(row.line, row.domain_name) for row in batch.faulty_rows] == [(2, "")]
    assert_not_quoted(batch)


@pytest.mark.parametrize("column", Column)
@pytest.mark.parametrize("value", [PEM, PEM.split("\n"), {"secretId": PEM}, {PEM: 1}, [[PEM]]])
def test_a_key_in_json_is_a_fault_of_its_row_alone(column: Column, value: object) -> None:
    rows = [{Column.DOMAIN_NAME: "shop.example.com", column: value}, {Column.DOMAIN_NAME: GOOD}]
    for batch in (parse_json(json.dumps(rows).encode(), LIMIT), parse_rows(rows, LIMIT)):
        assert [(fault.line, fault.error, fault.column) for fault in batch.faults] == [(1, KeyExposed, column)]
        assert [row.domain_name for row in batch.rows] == [GOOD]
        assert_not_quoted(batch)


def test_a_key_as_the_name_of_a_key_in_json() -> None:
    batch = parse_rows([{"domainName": "shop.example.com", PEM: 1}], LIMIT)
    assert [(fault.error, fault.column) for fault in batch.faults] == [(KeyExposed, None)]
    assert_not_quoted(batch)


@pytest.mark.parametrize(
    "text",
    [
        f"domainName,keyBundle\nshop.example.com,{PEM}\n{GOOD},\n",
        f"domainName\n{PEM}\n{GOOD}\n",
        f'domainName,keyBundle\nshop.example.com,x"{PEM}\n{GOOD},\n',
        f'domainName,keyBundle\nshop.example.com,"x"{PEM}\n{GOOD},\n',
        f'domainName,keyBundle\nshop.example.com,"{PEM}\n{GOOD},\n',
        f'domainName,keyBundle\nshop.example.com,"{PEM[:900]}"\n{GOOD},\n',
        f"{PEM}\n",
        f'"{PEM}",domainName\nx,{GOOD}\n',
        f"keyBundle,comment\n-----BEGIN PRIVATE KEY-----,{','.join(BODY)}\n{GOOD},\n",
    ],
    ids=[
        "without quotation marks",
        "a line each",
        "a mark inside",
        "text after a mark",
        "a mark never closed",
        "cut off",
        "nothing else",
        "in the header",
        "a value each",
    ],
)
def test_a_key_over_several_rows_of_a_csv_ends_the_reading(text: str) -> None:
    """The rows below are lines of the key, which nobody can tell from names."""
    batch = parse_csv(text.encode(), LIMIT)
    assert batch.faults[-1].spoils_batch
    assert "never the bundle" in batch.faults[-1].message
    assert batch.rows == ()
    assert_not_quoted(batch)


@pytest.mark.parametrize("missing", [0, -1])
def test_a_key_without_its_first_or_last_line_is_not_read_as_rows(missing: int) -> None:
    lines = PEM.split("\n")
    del lines[missing]
    batch = parse_csv("\n".join(["domainName", GOOD, *lines, "x_y.example.com", ""]).encode(), LIMIT)
    assert [(fault.line, fault.code) for fault in batch.faults] == [(None, "InvalidBatch")]
    assert "nothing was read" in batch.faults[0].message
    assert batch.rows == ()
    assert_not_quoted(batch)


def test_rows_above_a_key_are_read() -> None:
    text = f"domainName\n{GOOD}\nx_y.example.com\n{PEM}\n"
    batch = parse_csv(text.encode(), LIMIT)
    assert [(fault.line, fault.code) for fault in batch.faults] == [(3, "InvalidDomainName"), (4, "InvalidBatch")]
    assert [row.domain_name for row in batch.rows] == [GOOD]


@pytest.mark.parametrize(
    "field",
    [
        {"domains": [{"domainName": GOOD}, {"keyBundle": PEM}]},
        {"domains": [{"keyBundle": {"secretId": PEM}}]},
        {"domains": PEM},
        {"distribution": {"source": {"config": {"Comment": PEM}}}},
        {"distribution": {"source": {"distributionId": "E2QWRUHAPOMQZL"}, "comment": PEM}},
        {"requestToken": PEM},
        {"tags": {PEM: "x"}},
        {"source": {"bucket": PEM, "key": "k", "format": "csv"}},
        {"keyBundle": PEM},
        {PEM: 1},
    ],
    ids=lambda field: next(iter(field))[:12],
)
def test_a_request_that_holds_a_key_is_refused_before_anything_is_kept(field: dict[str, Any]) -> None:
    request = {"requestToken": "spring", "domains": [{"domainName": GOOD}], "distribution": None}
    with pytest.raises(KeyExposed, match="in this execution's history now: treat it as exposed") as refused:
        parse_request({**request, **field})
    assert "BEGIN" not in str(refused.value)
    assert not any(line in str(refused.value) for line in BODY)


def test_the_refusal_names_the_field() -> None:
    with pytest.raises(KeyExposed, match=r"^domains: "):
        parse_request({"requestToken": "spring", "domains": [{"keyBundle": PEM}], "distribution": None})

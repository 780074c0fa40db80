"""What good batches say, and what is worth a warning in them."""

from __future__ import annotations

import json

from cloudfront_extensions.certificates.request import KeyAlgorithm
from cloudfront_extensions.jobs.batch import MAXIMUM_FAULTS, parse_csv, parse_json, parse_rows
from cloudfront_extensions.jobs.batch_text import MAXIMUM_ROWS
from cloudfront_extensions.jobs.csv_batch import format_csv
from cloudfront_extensions.jobs.rows import Row, WarningCode

LIMIT = 10

FULL = Row(
    line=2,
    names=("shop.example.com", "www.shop.example.com", "*.m.example.com"),
    origin_domain_name="origin.example.net",
    key_algorithm=KeyAlgorithm.EC_PRIME256V1,
    hosted_zone_id="Z0123456789ABC",
    comment="Acme, the shop",
)


def test_every_column_in_any_order() -> None:
    text = (
        "comment,hostedZoneId,domainName,keyAlgorithm,subjectAlternativeNames,originDomainName\n"
        '"Acme, the shop",/hostedzone/Z0123456789ABC,Shop.Example.com,EC_prime256v1,'
        "www.shop.example.com; *.m.example.com,Origin.example.net\n"
    )
    batch = parse_csv(text.encode(), LIMIT)
    assert batch.faults == ()
    assert batch.rows == (FULL,)


def test_empty_values_and_white_space_are_nothing() -> None:
    batch = parse_csv(b" domainName , comment \n  shop.example.com  ,   \n", LIMIT)
    assert batch.rows == (Row(2, ("shop.example.com",)),)


def test_byte_order_mark_and_windows_line_ends() -> None:
    batch = parse_csv("\ufeffdomainName\r\na.example.com\r\nb.example.com\r\n".encode(), LIMIT)
    assert [(row.line, row.domain_name) for row in batch.rows] == [(2, "a.example.com"), (3, "b.example.com")]


def test_old_line_ends_and_a_last_line_without_one() -> None:
    batch = parse_csv(b"domainName\ra.example.com\rb.example.com", LIMIT)
    assert [(row.line, row.domain_name) for row in batch.rows] == [(2, "a.example.com"), (3, "b.example.com")]


def test_lines_are_those_of_the_file() -> None:
    text = 'domainName,comment\n\na.example.com,"two\nlines ""quoted"""\n\nb.example.com,\n'
    batch = parse_csv(text.encode(), LIMIT)
    assert [(row.line, row.comment) for row in batch.rows] == [(3, 'two lines "quoted"'), (6, None)]


def test_names_may_stand_on_several_lines_of_one_value() -> None:
    text = 'domainName,subjectAlternativeNames\na.example.com,"b.example.com\nc.example.com;d.example.com"\n'
    (row,) = parse_csv(text.encode(), LIMIT).rows
    assert row.names == ("a.example.com", "b.example.com", "c.example.com", "d.example.com")


def test_a_name_repeated_in_its_own_row_is_used_once() -> None:
    batch = parse_csv(b"domainName,subjectAlternativeNames\na.example.com,A.example.com b.example.com\n", LIMIT)
    assert batch.rows[0].names == ("a.example.com", "b.example.com")
    assert [(warning.line, warning.code) for warning in batch.warnings] == [(2, WarningCode.REPEATED_NAME)]


def test_a_wildcard_over_names_of_other_rows_is_one_warning() -> None:
    rows = [f"n{number}.example.com" for number in range(7)]
    text = "\n".join(["domainName", "*.example.com", *rows, "example.com", "a.b.example.com"])
    batch = parse_csv(text.encode(), LIMIT)
    (warning,) = batch.warnings
    assert (warning.line, warning.code) == (2, WarningCode.OVERLAPPING_NAMES)
    assert "7 names of other rows (lines 3, 4, 5, 6, 7, ...)" in warning.message
    assert batch.faults == ()


def test_a_wildcard_and_its_names_in_one_row_overlap_nothing() -> None:
    batch = parse_csv(b"domainName,subjectAlternativeNames\n*.example.com,shop.example.com\n", LIMIT)
    assert batch.warnings == ()


def test_the_largest_batch() -> None:
    text = "domainName\n" + "".join(f"n{number}.example.com\n" for number in range(MAXIMUM_ROWS))
    batch = parse_csv(text.encode(), LIMIT)
    assert len(batch.rows) == MAXIMUM_ROWS
    assert batch.faults == ()


def test_the_quota_on_names_is_the_accounts() -> None:
    text = "domainName,subjectAlternativeNames\na.example.com," + " ".join(f"a{n}.example.com" for n in range(10))
    assert parse_csv(text.encode(), 10).faults
    assert not parse_csv(text.encode(), 11).faults


def test_faulty_rows_keep_a_name_to_show() -> None:
    batch = parse_csv(b"domainName,comment\nb\x00ad_.example.com,\nshort_.example.com\n", LIMIT)
    assert [(row.line, row.domain_name) for row in batch.faulty_rows] == [
        (2, "b\N{REPLACEMENT CHARACTER}ad_.example.com"),
        (3, "short_.example.com"),
    ]


def test_rows_in_json() -> None:
    row = {
        "domainName": "Shop.Example.com",
        "subjectAlternativeNames": ["www.shop.example.com", "*.m.example.com"],
        "originDomainName": "origin.example.net",
        "keyAlgorithm": "EC_prime256v1",
        "hostedZoneId": "Z0123456789ABC",
        "comment": "Acme,  the shop",
    }
    bare = {"domainName": "b.example.com", "comment": None, "keyAlgorithm": ""}
    for batch in (parse_json(json.dumps([row, bare]).encode("utf-8-sig"), LIMIT), parse_rows([row, bare], LIMIT)):
        assert batch.faults == ()
        assert batch.rows == (
            Row(1, FULL.names, FULL.origin_domain_name, FULL.key_algorithm, FULL.hosted_zone_id, FULL.comment),
            Row(2, ("b.example.com",)),
        )


def test_written_rows_read_back() -> None:
    assert parse_csv(format_csv([FULL]).encode(), LIMIT).rows == (FULL,)


def test_reading_ends_where_faults_are_past_listing() -> None:
    row = " ".join(f"x_{number}" for number in range(100))
    batch = parse_csv(("domainName,subjectAlternativeNames\n" + f"a_,{row}\n" * 1000).encode(), 100)
    assert len(batch.faults) <= MAXIMUM_FAULTS + 103
    assert batch.faults[-1].spoils_batch
    assert "more than 50,000 faults" in batch.faults[-1].message

"""Rows that bring their certificate: what they may say, and what not."""

from __future__ import annotations

import pytest

from cloudfront_extensions.errors import DuplicateName, InvalidInput, InvalidRow, KeyBundleNotStaged, TooManyNames
from cloudfront_extensions.jobs.batch import parse_csv, parse_rows
from cloudfront_extensions.jobs.rows import Batch, Row
from tests.unit.jobs.batches import BUNDLE, IMPORTED, OTHER_BUNDLE

LIMIT = 10
NAME = str(BUNDLE)


def csv_row(**cells: str) -> Batch:
    return parse_csv(f"{','.join(cells)}\n{','.join(cells.values())}\n".encode(), LIMIT)


def test_a_row_may_name_its_bundle_alone() -> None:
    assert csv_row(keyBundle=NAME).rows == (Row(2, (), key_bundle=BUNDLE),)
    assert parse_rows([{"keyBundle": {"secretId": NAME}}], LIMIT).rows == (Row(1, (), key_bundle=BUNDLE),)


def test_names_besides_are_the_aliases_wanted() -> None:
    batch = csv_row(
        domainName="Shop.Example.com", subjectAlternativeNames="www.example.com", keyBundle=str(OTHER_BUNDLE)
    )
    assert batch.rows == (Row(2, ("shop.example.com", "www.example.com"), key_bundle=OTHER_BUNDLE),)


def test_a_bundle_may_replace_the_content_of_a_certificate() -> None:
    assert csv_row(keyBundle=NAME, certificateArn=IMPORTED).rows == (
        Row(2, (), key_bundle=BUNDLE, import_into=IMPORTED),
    )


def test_the_certificates_limits_are_not_those_of_one_that_acm_issues() -> None:
    """The first name may be long, and the quota of names is for certificates that ACM provides (ACM's quota page)."""
    long_name = f"{'a' * 60}.shop.example.com"
    others = " ".join(f"n{number}.example.com" for number in range(99))
    assert csv_row(domainName=long_name, subjectAlternativeNames=others, keyBundle=NAME).faults == ()
    too_many = csv_row(
        domainName=long_name, subjectAlternativeNames=f"{others} x.example.com y.example.com", keyBundle=NAME
    )
    assert [(fault.error, fault.column) for fault in too_many.faults] == [(TooManyNames, "subjectAlternativeNames")]


@pytest.mark.parametrize(
    ("cells", "error", "column", "says"),
    [
        ({"keyBundle": "two words"}, InvalidInput, "keyBundle", "never the bundle itself"),
        ({"keyBundle": "prod/password"}, KeyBundleNotStaged, "keyBundle", "staged in secrets under"),
        ({"keyBundle": "s3://jobs-bucket/key-bundles/x"}, InvalidInput, "keyBundle", "versionId"),
        ({"keyBundle": NAME, "keyAlgorithm": "RSA_2048"}, InvalidRow, "keyAlgorithm", "a bundle has its key already"),
        ({"keyBundle": NAME, "certificateArn": "arn:1"}, InvalidRow, "certificateArn", "'arn:1' is not the ARN"),
        ({"domainName": "a.example.com", "certificateArn": IMPORTED}, InvalidRow, "certificateArn", "name the bundle"),
    ],
)
def test_what_an_import_row_can_not_say(cells: dict[str, str], error: type, column: str, says: str) -> None:
    (fault,) = csv_row(**cells).faults
    assert (fault.line, fault.error, fault.column) == (2, error, column)
    assert says in fault.message


@pytest.mark.parametrize("value", [7, ["x"], {"secretId": 7}, {"bucket": "jobs-bucket"}])
def test_a_wrong_bundle_in_json_is_one_fault(value: object) -> None:
    (fault,) = parse_rows([{"keyBundle": value, "certificateArn": IMPORTED}], LIMIT).faults
    assert (fault.error, fault.column) == (InvalidInput, "keyBundle")


def test_a_bundle_or_certificate_in_two_rows() -> None:
    rows = [
        {"keyBundle": NAME, "certificateArn": IMPORTED},
        {"keyBundle": {"secretId": NAME}},
        {"keyBundle": str(OTHER_BUNDLE), "certificateArn": IMPORTED, "comment": "x"},
    ]
    batch = parse_rows(rows, LIMIT)
    assert [(fault.line, fault.error, fault.column) for fault in batch.faults] == [
        (2, InvalidRow, "keyBundle"),
        (3, InvalidRow, "certificateArn"),
    ]
    assert "line 1 names the same keyBundle already" in batch.faults[0].message
    assert NAME not in batch.faults[0].message
    assert [row.line for row in batch.rows] == [1]


def test_a_name_of_another_row_is_no_less_a_duplicate() -> None:
    batch = parse_rows([{"domainName": "a.example.com"}, {"domainName": "a.example.com", "keyBundle": NAME}], LIMIT)
    assert [(fault.line, fault.error) for fault in batch.faults] == [(2, DuplicateName)]

"""Laws of reading batches: what is written reads back, and nothing that anybody sends makes the reader raise."""

from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from cloudfront_extensions.certificates.key_bundle_reference import ObjectReference, SecretReference
from cloudfront_extensions.certificates.request import KeyAlgorithm
from cloudfront_extensions.jobs.account import AccountFacts
from cloudfront_extensions.jobs.batch import parse_csv, parse_json, parse_rows
from cloudfront_extensions.jobs.csv_batch import format_csv
from cloudfront_extensions.jobs.pasted_keys import holds_key
from cloudfront_extensions.jobs.preflight import judge
from cloudfront_extensions.jobs.request import parse_request
from cloudfront_extensions.jobs.rows import Batch, Column, Row

LIMIT = 10
REQUEST = parse_request({"requestToken": "t", "domains": [{}], "distribution": None, "invalidRows": "skip"})

printable = st.characters(categories=("L", "N", "P", "S"), exclude_characters="\ufeff")
words = st.lists(st.text(printable, min_size=1, max_size=8), min_size=1, max_size=6).map(" ".join)
comment = words.filter(lambda text: not holds_key(text))
zone_id = st.from_regex(r"Z[A-Z0-9]{1,31}", fullmatch=True)


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Rows as reading them gives them: normalised, on lines that follow each other, no name and no bundle twice."""
    counts = draw(st.lists(st.integers(1, 4), min_size=1, max_size=8))
    written = []
    for number, count in enumerate(counts):
        names = [f"n{number}-{index}.example.com" for index in range(count)]
        if draw(st.booleans()):
            names[draw(st.integers(0, count - 1))] = f"*.n{number}.example.org"
        bundle = draw(st.none() | st.sampled_from(_bundles(number)))
        named = bundle is None or draw(st.booleans())
        into = f"arn:aws:acm:us-east-1:123456789012:certificate/{number}"
        written.append(
            Row(
                line=number + 2,
                names=tuple(names) if named else (),
                key_bundle=bundle,
                import_into=draw(st.none() | st.just(into)) if bundle else None,
                origin_domain_name=draw(st.none() | st.just(f"origin-{number}.example.net")),
                key_algorithm=draw(st.none() | st.sampled_from(KeyAlgorithm)) if bundle is None else None,
                hosted_zone_id=draw(st.none() | zone_id),
                comment=draw(st.none() | comment),
            )
        )
    return written


def _bundles(number: int) -> tuple[SecretReference, ObjectReference]:
    key = f"key-bundles/{number} ä?#%/+&=.pem"
    return (
        SecretReference(f"cloudfront-extensions/key-bundles/{number}"),
        ObjectReference("jobs-bucket", key, f"{number}+/=&"),
    )


@given(rows())
def test_rows_written_as_csv_read_back(written: list[Row]) -> None:
    batch = parse_csv(format_csv(written).encode(), LIMIT)
    assert batch.faults == ()
    assert list(batch.rows) == written


@given(rows(), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_line_ends_and_a_byte_order_mark_change_nothing(written: list[Row], line_end: str, with_mark: bool) -> None:
    text = format_csv(written).replace("\n", line_end)
    assert list(parse_csv(text.encode("utf-8-sig" if with_mark else "utf-8"), LIMIT).rows) == written


@given(rows())
def test_rows_written_as_json_read_back(written: list[Row]) -> None:
    objects = [
        {
            Column.DOMAIN_NAME: row.domain_name,
            Column.SUBJECT_ALTERNATIVE_NAMES: list(row.names[1:]),
            Column.ORIGIN_DOMAIN_NAME: row.origin_domain_name,
            Column.KEY_ALGORITHM: row.key_algorithm,
            Column.HOSTED_ZONE_ID: row.hosted_zone_id,
            Column.COMMENT: row.comment,
            Column.KEY_BUNDLE: row.key_bundle and row.key_bundle.as_json(),
            Column.CERTIFICATE_ARN: row.import_into,
        }
        for row in written
    ]
    batch = parse_json(json.dumps(objects).encode(), LIMIT)
    assert batch == parse_rows(objects, LIMIT)
    assert [(row.names, row.key_bundle) for row in batch.rows] == [(row.names, row.key_bundle) for row in written]
    assert [row.line for row in batch.rows] == list(range(1, len(written) + 1))


@given(rows(), st.data())
def test_a_wrong_row_is_found_at_its_line_and_spoils_no_other(written: list[Row], data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, len(written) - 1))
    lines = format_csv(written).split("\n")
    lines[wrong + 1] = "not_a_name.example.com" + "," * (len(Column) - 1)
    batch = parse_csv("\n".join(lines).encode(), LIMIT)
    assert {fault.line for fault in batch.faults} == {wrong + 2}
    assert [row.line for row in batch.rows] == [row.line for row in written if row.line != wrong + 2]


@given(st.binary(max_size=300))
@example(b"domainName\n\xff\n")
@example(b'domainName\n"')
@example(b"\x00")
@example(b"domainName\r\r\n\x0b\x0c\n")
def test_any_bytes_are_a_batch_or_faults(data: bytes) -> None:
    assert_sound(parse_csv(data, LIMIT))
    assert_sound(parse_csv(b"domainName,subjectAlternativeNames,comment\n" + data, LIMIT))
    assert_sound(parse_json(data, LIMIT))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(Column) | st.text(max_size=5), inner),
    max_leaves=12,
)


@given(json_values)
def test_any_json_is_a_batch_or_faults(value: object) -> None:
    assert_sound(parse_json(json.dumps(value).encode(), LIMIT))
    assert_sound(parse_rows(value if isinstance(value, list) else [value], LIMIT))


def assert_sound(batch: Batch) -> None:
    """No row both usable and faulty, every faulty row with a fault, every message fit for a file; judging is safe."""
    lines = [row.line for row in (*batch.rows, *batch.faulty_rows)]
    assert len(lines) == len(set(lines))
    assert {row.line for row in batch.faulty_rows} <= {fault.line for fault in batch.faults}
    assert batch.rows or batch.faults
    for fault in batch.faults:
        fault.message.encode()
        assert fault.message.isprintable()
    for row in batch.faulty_rows:
        row.domain_name.encode()
    judgement = judge(REQUEST, batch, AccountFacts())
    assert {item.line for item in judgement.items} == set(lines)

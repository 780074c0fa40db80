"""Each real-time log record is answered, and keeps its bytes."""

from __future__ import annotations

import base64
import json

import pytest

from cloudfront_extensions.metrics.realtime_records import LARGEST_ANSWER, Record, transformed, with_one_newline

MOST_OF_LAMBDA = 6 * 1024**2


def record(line: bytes, record_id: str = "record-1") -> Record:
    return Record(recordId=record_id, data=base64.b64encode(line).decode())


def line_of(answer: object) -> bytes:
    assert isinstance(answer, dict)
    return base64.b64decode(answer["data"])


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (b"1\t2", b"1\t2\n"),
        (b"1\t2\n", b"1\t2\n"),
        (b"1\t2\n\n\n", b"1\t2\n"),
        (b"1\t2\n3\t4", b"1\t2\n3\t4\n"),
        (b"\t 1 \t", b"\t 1 \t\n"),
        (b"1\t2\r", b"1\t2\r\n"),
        (b"caf\xe9\t\x00\xff", b"caf\xe9\t\x00\xff\n"),
        (b'"quoted\\x22', b'"quoted\\x22\n'),
    ],
    ids=["no newline", "one", "several", "two lines", "spaces and tabs", "carriage return", "no UTF-8", "quotes"],
)
def test_a_line_keeps_its_bytes_and_ends_with_one_newline(line: bytes, kept: bytes) -> None:
    (answer,) = transformed([record(line)])
    assert (answer["result"], line_of(answer)) == ("Ok", kept)


@pytest.mark.parametrize("line", [b"", b"\n", b"\n\n"])
def test_a_record_with_nothing_in_it_is_dropped(line: bytes) -> None:
    assert transformed([record(line)]) == [{"recordId": "record-1", "result": "Dropped"}]


@pytest.mark.parametrize("data", ["no base64!", "QQ", "Q\u00e9=="])
def test_a_record_that_can_not_be_decoded_is_left_to_firehose(data: str) -> None:
    answers = transformed([Record(recordId="bad", data=data), record(b"good", "good")])
    assert [(answer["recordId"], answer["result"]) for answer in answers] == [
        ("bad", "ProcessingFailed"),
        ("good", "Ok"),
    ]
    assert "data" not in answers[0]


def test_a_batch_without_records_has_an_answer_without_records() -> None:
    assert transformed([]) == []


def test_lines_beyond_the_size_of_an_answer_are_left_to_firehose_and_shorter_ones_after_them_are_not() -> None:
    records = [record(b"a" * 3_000_000, "1"), record(b"b" * 3_000_000, "2"), record(b"c", "3")]
    answers = transformed(records)
    assert [answer["result"] for answer in answers] == ["Ok", "ProcessingFailed", "Ok"]
    assert len(json.dumps({"records": answers})) <= MOST_OF_LAMBDA


def test_the_largest_answer_fits_in_what_lambda_takes() -> None:
    line = b"x" * 749
    answers = transformed([record(line, str(number)) for number in range(5_700)])
    assert {answer["result"] for answer in answers} == {"Ok", "ProcessingFailed"}
    assert len(json.dumps({"records": answers})) <= LARGEST_ANSWER + len('{"records": []}')


def test_a_newline_alone_is_no_line() -> None:
    assert with_one_newline(b"\n") == b""

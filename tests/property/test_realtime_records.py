"""The laws of real-time log records: whatever comes, each is answered, once, in order, with its bytes."""

from __future__ import annotations

import base64
import json

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.metrics.realtime_records import Record, transformed, with_one_newline

lines = st.binary(max_size=200)
data = st.one_of(lines.map(lambda line: base64.b64encode(line).decode()), st.text(max_size=20))
batches = st.lists(data, max_size=30).map(
    lambda texts: [Record(recordId=f"record-{number}", data=text) for number, text in enumerate(texts)]
)


@given(batches, st.integers(0, 6000))
def test_every_record_id_is_answered_once_and_in_order(records: list[Record], largest: int) -> None:
    answers = transformed(records, largest)
    assert [answer["recordId"] for answer in answers] == [record["recordId"] for record in records]
    assert {answer["result"] for answer in answers} <= {"Ok", "Dropped", "ProcessingFailed"}


@given(st.lists(lines, max_size=30))
def test_what_is_written_has_every_byte_of_every_line_in_order(batch: list[bytes]) -> None:
    records = [Record(recordId=str(number), data=base64.b64encode(line).decode()) for number, line in enumerate(batch)]
    written = b"".join(base64.b64decode(answer.get("data", "")) for answer in transformed(records))
    assert written == b"".join(line.rstrip(b"\n") + b"\n" for line in batch if line.strip(b"\n"))


@given(lines)
def test_what_ends_with_one_newline_stays_as_it_is(line: bytes) -> None:
    once = with_one_newline(line)
    assert with_one_newline(once) == once


@given(batches, st.integers(3000, 9000))
def test_an_answer_is_no_larger_than_it_may_be(records: list[Record], largest: int) -> None:
    assert len(json.dumps(transformed(records, largest))) <= largest + len("[]")

"""What Firehose asks about real-time log records, and what it must be told: one answer for each record id.

A record of CloudFront is one line, tab-separated, of whatever bytes viewers sent. Firehose puts records one behind the other
as they are, so each has to end with one newline; nothing else of it is changed, nor is it read. Lines that can't be counted
are counted as rejected by the scan, which a record that was refused here would never reach.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple, NotRequired, TypedDict

NEWLINE = b"\n"
LARGEST_ANSWER = 6_000_000
"""Bytes of JSON that Lambda takes as the answer of a function that is waited for, rounded down from 6 MiB."""
AROUND_DATA = len('{"recordId": "", "result": "ProcessingFailed", "data": ""}, ')
"""Bytes of JSON that a record's answer takes besides its id and its data."""


class Result(StrEnum):
    """What became of a record, in Firehose's words (Developer Guide, required parameters for data transformation)."""

    OK = "Ok"
    DROPPED = "Dropped"
    """There is nothing in it."""
    FAILED = "ProcessingFailed"
    """Firehose keeps the record as it came, under the prefix for errors."""


class Record(TypedDict):
    recordId: str
    data: str
    """In base64."""


class TransformedRecord(TypedDict):
    recordId: str
    result: str
    data: NotRequired[str]


class Outcome(NamedTuple):
    result: Result
    data: str = ""
    """In base64; what Firehose is to write."""


def transformed(records: Iterable[Record], largest: int = LARGEST_ANSWER) -> list[TransformedRecord]:
    """The answer about each record, in their order, together no larger than `largest` bytes of JSON.

    A line for which there is no room left is answered as failed, which takes none for data: Firehose keeps it.
    """
    records = list(records)
    room = largest - sum(AROUND_DATA + len(record["recordId"]) for record in records)
    answers = []
    for record in records:
        outcome = _outcome(record["data"])
        if len(outcome.data) > room:
            outcome = Outcome(Result.FAILED)
        room -= len(outcome.data)
        answers.append(_answer(record["recordId"], outcome))
    return answers


def with_one_newline(line: bytes) -> bytes:
    """The line, or lines, with one newline at the end; empty where there is nothing but newlines."""
    text = line.rstrip(NEWLINE)
    return text + NEWLINE if text else b""


def _outcome(data: str) -> Outcome:
    try:
        line = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return Outcome(Result.FAILED)
    kept = with_one_newline(line)
    return Outcome(Result.OK, base64.b64encode(kept).decode("ascii")) if kept else Outcome(Result.DROPPED)


def _answer(record_id: str, outcome: Outcome) -> TransformedRecord:
    answer = TransformedRecord(recordId=record_id, result=outcome.result.value)
    if outcome.result is Result.OK:
        answer["data"] = outcome.data
    return answer

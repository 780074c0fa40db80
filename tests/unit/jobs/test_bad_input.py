"""Every bad input of `cases/bad_input.json` gets a clear error that names line and column, and nothing comes of it."""

from __future__ import annotations

import base64
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from cloudfront_extensions.jobs.account import AccountFacts
from cloudfront_extensions.jobs.batch import parse_csv, parse_json
from cloudfront_extensions.jobs.preflight import Decision, judge
from cloudfront_extensions.jobs.request import parse_request
from cloudfront_extensions.jobs.rows import Batch

CASES = json.loads((Path(__file__).parent / "cases" / "bad_input.json").read_text())
NAMES_PER_CERTIFICATE = 10


def data_of(case: dict[str, Any]) -> bytes:
    if "base64" in case:
        return base64.b64decode(case["base64"])
    if "generate" in case:
        parts = case["generate"]
        times, repeat = parts["times"], parts["repeat"]
        repeated = "".join(repeat.format(number=n) for n in range(times)) if "{number}" in repeat else repeat * times
        return f"{parts['before']}{repeated}{parts['after']}".encode()
    return str(case["text"]).encode()


def assert_refused(batch: Batch) -> None:
    request = parse_request(
        {"requestToken": "bad", "source": {"bucket": "b", "key": "k", "format": "csv"}, "distribution": None}
    )
    judgement = judge(request, batch, AccountFacts())
    assert judgement.decision is Decision.REFUSE
    assert judgement.refusals


def test_there_are_as_many_cases_as_asked_for() -> None:
    assert len(CASES["names"]) + len(CASES["batches"]) >= 60


@pytest.mark.parametrize("case", CASES["names"], ids=lambda case: case["case"])
def test_bad_name_is_refused_with_its_place(case: dict[str, Any]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["comment", "domainName"], ["", case["domainName"]]])
    batch = parse_csv(text.getvalue().encode(), NAMES_PER_CERTIFICATE)
    (fault,) = batch.faults
    assert (fault.code, fault.line, fault.column) == ("InvalidDomainName", 2, "domainName")
    assert case["says"] in fault.message
    assert fault.position == case.get("position")
    assert not batch.rows
    assert [row.line for row in batch.faulty_rows] == [2]
    assert_refused(batch)


@pytest.mark.parametrize("case", CASES["batches"], ids=lambda case: case["case"])
def test_bad_batch_is_refused_with_every_fault_in_its_place(case: dict[str, Any]) -> None:
    parse = parse_json if case["format"] == "json" else parse_csv
    batch = parse(data_of(case), NAMES_PER_CERTIFICATE)
    found = [(fault.code, fault.line, fault.column) for fault in batch.faults]
    assert found == [(fault["code"], fault["line"], fault["column"]) for fault in case["faults"]]
    for expected, fault in zip(case["faults"], batch.faults, strict=True):
        assert expected["says"] in fault.message
        assert fault.position == expected.get("position")
        fault.message.encode()
    assert_refused(batch)

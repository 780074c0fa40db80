"""What a failed scan is judged to be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudfront_extensions.metrics.query_failure import Failure, judge

BUCKET = "my-logs-bucket"
KEY = "standard/year=2026/month=11/day=22/hour=14/E2QWRUHAPOMQZL.2026-11-22-14.5ad4eb2c.parquet"
PATH = f"s3://{BUCKET}/{KEY}"


def cause(reason: str | None, state: str = "FAILED", **athena_error: Any) -> str:
    status: dict[str, Any] = {"State": state, "AthenaError": athena_error}
    if reason is not None:
        status["StateChangeReason"] = reason
    return json.dumps({"QueryExecutionId": "f5ad2c12", "Status": status})


@pytest.mark.parametrize(
    "reason",
    [
        f"HIVE_CURSOR_ERROR: Failed to read file at {PATH}: Unexpected end of input stream",
        f"HIVE_CURSOR_ERROR: Failed to read file at {PATH}",
        f"HIVE_BAD_DATA: Not valid Parquet file: {PATH} expected magic number: PAR1 got: abcd",
        f"HIVE_BAD_DATA: Error reading from {PATH} at position 0",
        f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {PATH} (offset=0, length=12): not a gzip file",
    ],
)
def test_a_file_that_can_not_be_read_is_named(reason: str) -> None:
    found = judge("States.TaskFailed", cause(reason), BUCKET)
    assert (found.failure, found.key, found.reason) == (Failure.UNREADABLE, KEY, reason)


def test_a_file_that_is_certainly_broken_is_so_whatever_the_error_catalog_says() -> None:
    reason = f"HIVE_CURSOR_ERROR: Failed to read file at {PATH}"
    assert judge("States.TaskFailed", cause(reason, ErrorCategory=1, Retryable=True), BUCKET).key == KEY


def test_a_file_that_is_gone_is_not_unreadable() -> None:
    words = "The specified key does not exist. (Error Code: NoSuchKey)"
    reason = f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {PATH} (offset=0, length=12): {words}"
    assert judge("States.TaskFailed", cause(reason), BUCKET).failure is Failure.VANISHED


@pytest.mark.parametrize(
    "reason",
    [
        f"Permission denied on S3 path: {PATH}",
        f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {PATH}: Access Denied (Status Code: 403)",
        "SYNTAX_ERROR: line 1:8: Column 'colour' cannot be resolved",
        f"HIVE_BAD_DATA: Not valid Parquet file: s3://somebody-elses/{KEY}",
        f"HIVE_BAD_DATA: Not valid Parquet file: s3://{BUCKET}/queries/something.csv",
        None,
    ],
)
def test_what_is_nobodys_file_is_refused(reason: str | None) -> None:
    found = judge("States.TaskFailed", cause(reason), BUCKET)
    assert (found.failure, found.key) == (Failure.REFUSED, None)


@pytest.mark.parametrize(
    ("reason", "athena_error"),
    [
        ("GENERIC_INTERNAL_ERROR: something broke", {"ErrorCategory": 1}),
        ("HIVE_CURSOR_ERROR: no route to host", {"ErrorCategory": 1, "Retryable": True}),
        (f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {PATH}: Please reduce your request rate. SlowDown", {}),
        (f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {PATH}: no route", {"ErrorCategory": 1, "Retryable": True}),
        (f"HIVE_CURSOR_ERROR: {PATH}: Read timed out", {}),
    ],
)
def test_trouble_of_aws_passes(reason: str, athena_error: dict[str, Any]) -> None:
    assert judge("States.TaskFailed", cause(reason, **athena_error), BUCKET).failure is Failure.PASSING


def test_a_query_that_reads_too_much_is_told_apart_from_one_that_somebody_stopped() -> None:
    limit = cause("Query cancelled! : Bytes scanned limit was exceeded", "CANCELLED")
    assert judge("States.TaskFailed", limit, BUCKET).failure is Failure.TOO_LARGE
    assert judge("States.TaskFailed", cause("Cancelled by user", "CANCELLED"), BUCKET).failure is Failure.CANCELLED


@pytest.mark.parametrize(
    "reason",
    [
        "Query exhausted resources at this scale factor",
        "EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded per-node memory limit of 12GB",
        "EXCEEDED_MEMORY_LIMIT: Query exceeded distributed user memory limit",
        "GENERIC_INSUFFICIENT_RESOURCES: no node is left",
    ],
)
@pytest.mark.parametrize("athena_error", [{}, {"ErrorCategory": 1, "Retryable": True}])
def test_a_query_that_needs_too_much_is_too_heavy(reason: str, athena_error: dict[str, Any]) -> None:
    assert judge("States.TaskFailed", cause(reason, **athena_error), BUCKET).failure is Failure.TOO_HEAVY


@pytest.mark.parametrize(
    "reason",
    [
        f"HIVE_BAD_DATA: Field sc_bytes's type INT64 in parquet file {PATH} is incompatible with type varchar",
        f"HIVE_BAD_DATA: Unsupported Trino column type (varchar) for Parquet column ([sc_bytes] INT64) in file {PATH}",
        f"HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition schemas: {PATH}",
    ],
)
@pytest.mark.parametrize("athena_error", [{}, {"ErrorCategory": 1, "Retryable": True}])
def test_a_table_that_does_not_fit_moves_no_file_away(reason: str, athena_error: dict[str, Any]) -> None:
    found = judge("States.TaskFailed", cause(reason, **athena_error), BUCKET)
    assert (found.failure, found.key) == (Failure.REFUSED, None)
    assert found.reason == f"the table does not fit the file: {reason}"


@pytest.mark.parametrize("reason", ["SYNTAX_ERROR: line 1:8: mismatched input 'x'", "TYPE_MISMATCH: line 1:8: varchar"])
def test_a_statement_that_does_not_fit_is_no_matter_of_a_file(reason: str) -> None:
    found = judge("States.TaskFailed", cause(reason), BUCKET)
    assert (found.failure, found.reason) == (Failure.REFUSED, reason)


def test_a_file_whose_sum_does_not_fit_is_unreadable() -> None:
    reason = f"HIVE_CURSOR_ERROR: Failed to read file at {PATH}: CRC mismatch"
    assert judge("States.TaskFailed", cause(reason), BUCKET).key == KEY


@pytest.mark.parametrize(
    ("reason", "athena_error"),
    [
        ("HIVE_CURSOR_ERROR: Unexpected end of input stream", {"ErrorCategory": 1, "Retryable": True}),
        ("HIVE_CURSOR_ERROR: incorrect header check", {}),
        ("GENERIC_INTERNAL_ERROR: incorrect data check", {"ErrorCategory": 1}),
        ("HIVE_BAD_DATA: something is wrong", {}),
    ],
)
def test_a_file_that_can_not_be_read_may_have_no_name(reason: str, athena_error: dict[str, Any]) -> None:
    found = judge("States.TaskFailed", cause(reason, **athena_error), BUCKET)
    assert (found.failure, found.key, found.reason) == (Failure.UNREADABLE, None, reason)


def test_time_is_over_before_the_query_is() -> None:
    assert judge("States.Timeout", "", BUCKET).failure is Failure.NOT_DONE


@pytest.mark.parametrize("error", ["Athena.TooManyRequestsException", "Athena.ThrottlingException"])
def test_a_query_that_athena_does_not_take_is_throttled(error: str) -> None:
    assert judge(error, "Rate exceeded", BUCKET).failure is Failure.THROTTLED


@pytest.mark.parametrize("words", ["not JSON", "[]", '{"Status": "FAILED"}', '{"QueryExecution": null}'])
def test_what_says_nothing_of_a_query_is_refused_with_all_that_it_says(words: str) -> None:
    found = judge("Athena.InvalidRequestException", words, BUCKET)
    assert (found.failure, found.reason) == (Failure.REFUSED, f"Athena.InvalidRequestException: {words}")


def test_the_description_of_a_query_may_lie_one_deeper() -> None:
    deeper = json.dumps({"QueryExecution": json.loads(cause(f"HIVE_BAD_DATA: {PATH}"))})
    assert judge("States.TaskFailed", deeper, BUCKET).key == KEY

"""Queries that fail say why, and which object, and are not taken for empty."""

from __future__ import annotations

import gzip

import pytest

from localaws.faults import Fault, faults
from localaws.queries import queries
from tests.integration.localaws import edge
from tests.integration.localaws.athena.lake import LINES, Lake, made, packed, view
from tests.integration.localaws.athena.test_queries import parquet_table
from tests.integration.localaws.workbench import Workbench


@pytest.fixture
def own(bench: Workbench) -> Lake:
    return made(bench)


@pytest.mark.parametrize(
    ("statement", "begins"),
    [
        ("SELECT * FROM missing", "TABLE_NOT_FOUND: Table 'awsdatacatalog."),
        ("SELECT * FROM elsewhere.lines", "TABLE_NOT_FOUND: "),
        ("SELECT missing FROM lines", "COLUMN_NOT_FOUND: Column 'missing' cannot be resolved"),
        ("SELECT missing(word) FROM lines", "FUNCTION_NOT_FOUND: "),
        ("SELECT FROM WHERE", "SYNTAX_ERROR: "),
        ("SELECT 1; SELECT 2", "SYNTAX_ERROR: Only one sql statement is allowed"),
        ("DROP TABLE lines", "NOT_SUPPORTED: "),
        ("SELECT CAST(word AS BIGINT) AS n FROM lines", "INVALID_CAST_ARGUMENT: "),
        ("SELECT * FROM read_csv('/etc/hostname')", "SYNTAX_ERROR: "),
    ],
)
def test_a_statement_that_can_not_be_run_fails(lake: Lake, statement: str, begins: str) -> None:
    assert lake.failure(statement).startswith(begins)


def test_a_database_that_does_not_exist_fails_the_query(lake: Lake) -> None:
    reason = lake.failure("SELECT 1 AS one", QueryExecutionContext={"Database": "missing"})
    assert reason == "SCHEMA_NOT_FOUND: Schema 'missing' does not exist"


def test_a_failed_query_has_no_results(lake: Lake) -> None:
    failed = lake.asked("SELECT * FROM missing")
    assert failed["Status"]["AthenaError"] | {"ErrorMessage": ""} == {
        "ErrorCategory": 2,
        "ErrorType": 1004,
        "Retryable": False,
        "ErrorMessage": "",
    }
    with edge.refused("InvalidRequestException"):
        lake.bench.client("athena").get_query_results(QueryExecutionId=failed["QueryExecutionId"])


@pytest.mark.parametrize("content", [packed(*LINES)[:-12], b"no gzip at all", packed(*LINES)[:20] + b"\0" * 30])
def test_gzip_that_can_not_be_read_fails_the_query_and_is_named(own: Lake, content: bytes) -> None:
    own.put("lines/hour=2026-11-22-01/broken.gz", content)
    reason = own.failure("SELECT count(*) AS n FROM lines")
    where = f"s3://{own.logs}/lines/hour=2026-11-22-01/broken.gz"
    assert reason.startswith(f"HIVE_CURSOR_ERROR: Failed to read file at {where}")
    assert own.asked("SELECT count(*) AS n FROM lines WHERE hour = '2026-11-22-02'")["Status"]["State"] == "SUCCEEDED"


def test_several_members_of_gzip_are_one_file(own: Lake) -> None:
    own.put("lines/hour=2026-11-22-05/a.gz", packed("one\t1\n") + gzip.compress(b"two\t2\n"))
    ended = own.asked("SELECT word FROM lines WHERE hour = '2026-11-22-05' ORDER BY word")
    assert own.csv(ended) == '"word"\n"one"\n"two"\n'


@pytest.mark.parametrize("content", [b"PAR1", b"no parquet whatever", b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_parquet_that_can_not_be_read_fails_the_query_and_is_named(own: Lake, content: bytes) -> None:
    own.table(parquet_table(f"s3://{own.logs}/parquet/"))
    key = "parquet/year=2026/month=11/day=22/hour=01/a.parquet"
    own.put(key, content)
    reason = own.failure("SELECT count(word) AS n FROM parquet")
    assert reason.startswith("HIVE_BAD_DATA: ")
    assert f"s3://{own.logs}/{key}" in reason


def test_an_object_that_vanishes_fails_the_query_and_is_named(own: Lake) -> None:
    with faults(own.bench.instance, Fault("error", service="s3", operation="GetObject", code="NoSuchKey")):
        reason = own.failure("SELECT count(*) AS n FROM lines WHERE hour = '2026-11-22-01'")
    where = f"s3://{own.logs}/lines/hour=2026-11-22-01/a.gz"
    assert reason.startswith(f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {where} ")
    assert "NoSuchKey" in reason


def test_throttled_reads_fail_the_query_which_may_be_tried_again(own: Lake) -> None:
    with faults(own.bench.instance, Fault("throttle", service="s3", operation="GetObject")):
        failed = own.asked("SELECT count(*) AS n FROM lines")
    assert failed["Status"]["AthenaError"]["Retryable"] is True


def test_a_throttled_start_is_refused(lake: Lake) -> None:
    fault = Fault("throttle", service="athena", operation="StartQueryExecution", times=1)
    with faults(lake.bench.instance, fault), edge.refused("TooManyRequestsException"):
        lake.start("SELECT 1 AS one")


def test_a_view_that_does_not_fit_its_declaration_is_stale(own: Lake) -> None:
    own.table(view("stale", "SELECT word FROM lines", own.database, word="bigint"))
    assert own.failure("SELECT * FROM stale").startswith(
        "INVALID_VIEW: View 'stale' is stale or in invalid state: column [word]"
    )
    own.table(view("short", "SELECT word, number FROM lines", own.database, word="varchar"))
    assert own.failure("SELECT * FROM short").startswith("INVALID_VIEW: ")


def test_a_query_that_would_scan_more_than_its_work_group_allows_is_cancelled(bench: Workbench) -> None:
    lake = made(bench, BytesScannedCutoffPerQuery=10_000_000)
    big = gzip.compress(b"#\n#\n" + b"x\t1\n" * 100_000, compresslevel=0)
    for number in range(30):
        lake.put(f"lines/hour=2026-11-22-03/{number}.gz", big)
    one_hour = lake.asked("SELECT count(*) AS n FROM lines WHERE hour = '2026-11-22-01'")
    assert one_hour["Status"]["State"] == "SUCCEEDED"
    all_hours = lake.asked("SELECT count(*) AS n FROM lines")
    assert all_hours["Status"]["State"] == "CANCELLED"
    assert all_hours["Status"]["StateChangeReason"] == "Query cancelled! : Bytes scanned limit was exceeded"


def test_a_query_is_stopped_while_it_waits(lake: Lake) -> None:
    with queries(lake.bench.instance, containing="stopped in the queue", queued_seconds=10**9):
        query = lake.start("SELECT 'stopped in the queue' AS text")
        assert lake.described(query)["Status"]["State"] == "QUEUED"
        lake.bench.client("athena").stop_query_execution(QueryExecutionId=query)
        assert lake.described(query)["Status"]["State"] == "CANCELLED"
        with edge.refused("InvalidRequestException"):
            lake.bench.client("athena").get_query_results(QueryExecutionId=query)


def test_a_query_is_stopped_while_it_runs(lake: Lake) -> None:
    query = lake.start("SELECT count(*) AS n FROM range(1000000000) a(i), range(1000) b(j) WHERE (i * j) % 7 = 3")
    edge.eventually(lambda: lake.described(query)["Status"]["State"] == "RUNNING")
    lake.bench.client("athena").stop_query_execution(QueryExecutionId=query)
    assert lake.described(query)["Status"]["StateChangeReason"] == "Query was cancelled by user"
    assert lake.asked("SELECT 1 AS one")["Status"]["State"] == "SUCCEEDED"


def test_a_query_that_has_ended_can_be_stopped_in_vain(lake: Lake) -> None:
    ended = lake.asked("SELECT 1 AS one")
    lake.bench.client("athena").stop_query_execution(QueryExecutionId=ended["QueryExecutionId"])
    assert lake.described(ended["QueryExecutionId"])["Status"] == ended["Status"]


def test_queries_go_as_they_are_told(lake: Lake) -> None:
    instance = lake.bench.instance
    with queries(instance, containing="to fail", fail="GENERIC_INTERNAL_ERROR: told", times=1):
        assert lake.failure("SELECT 'to fail' AS text") == "GENERIC_INTERNAL_ERROR: told"
        assert lake.asked("SELECT 'to fail' AS text")["Status"]["State"] == "SUCCEEDED"
    with queries(instance, containing="to cancel", cancel="told so"):
        assert lake.asked("SELECT 'to cancel' AS text")["Status"]["StateChangeReason"] == "told so"
    assert lake.asked("SELECT 'to cancel' AS text")["Status"]["State"] == "SUCCEEDED"
    with queries(instance, containing="to wait", queued_seconds=100):
        waited = lake.asked("SELECT 'to wait' AS text")
    assert waited["Statistics"]["QueryQueueTimeInMillis"] >= 100


def test_what_can_not_be_started_is_refused(lake: Lake) -> None:
    client = lake.bench.client("athena")
    for asked in (
        {"WorkGroup": "missing"},
        {"WorkGroup": "primary"},
        {"QueryExecutionContext": {"Database": lake.database, "Catalog": "other"}},
    ):
        with edge.refused("InvalidRequestException"):
            lake.start("SELECT 1 AS one", **asked)
    for location in ("s3://no-such-bucket/", "no location"):
        with edge.refused("InvalidRequestException"):
            lake.start("SELECT 1", WorkGroup="primary", ResultConfiguration={"OutputLocation": location})
    with edge.refused("InvalidRequestException"):
        client.get_query_execution(QueryExecutionId="missing")
    with edge.refused("InvalidRequestException"):
        client.create_named_query(Name="n", Database="d", QueryString="SELECT 1")


def test_a_disabled_work_group_takes_no_query(bench: Workbench) -> None:
    lake = made(bench)
    bench.client("athena").update_work_group(WorkGroup=lake.group, State="DISABLED")
    with edge.refused("InvalidRequestException"):
        lake.start("SELECT 1 AS one")

"""What a query does, it does with the permissions of whoever started it."""

from __future__ import annotations

import pytest

from localaws import executions
from tests.integration.localaws import edge
from tests.integration.localaws.athena.lake import Lake, made, statements_of_reading
from tests.integration.localaws.permissions.test_enforcement import assumed
from tests.integration.localaws.workbench import Json, Workbench

STATEMENT = "SELECT count(*) AS n FROM words WHERE hour = '2026-11-22-01'"


@pytest.fixture(scope="module")
def guarded(bench: Workbench) -> Lake:
    return made(bench)


def without(action: str, statements: list[Json]) -> list[Json]:
    """The same statements, the action left out."""
    kept = [{**one, "Action": [other for other in one["Action"] if other != action]} for one in statements]
    return [one for one in kept if one["Action"]]


def test_a_role_with_all_that_a_query_needs_may_ask(guarded: Lake) -> None:
    role = guarded.bench.role("", *statements_of_reading(guarded))
    client = assumed(guarded.bench, role)("athena")
    query = guarded.start(STATEMENT, client=client)
    assert guarded.csv(guarded.ended(query)) == '"n"\n"4"\n'
    assert client.get_query_execution(QueryExecutionId=query)["QueryExecution"]["QueryExecutionId"] == query


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ("glue:GetDatabase", "Insufficient permissions to execute the query. "),
        ("glue:GetTable", "Insufficient permissions to execute the query. "),
        ("s3:ListBucket", "Permission denied on S3 path: s3://{logs}/lines/hour=2026-11-22-01/"),
        ("s3:GetObject", "Permission denied on S3 path: s3://{logs}/lines/hour=2026-11-22-01/a.gz"),
        ("s3:PutObject", "Access denied when writing output to url: s3://{results}/queries/"),
    ],
)
def test_a_permission_that_the_caller_lacks_fails_the_query(guarded: Lake, action: str, reason: str) -> None:
    role = guarded.bench.role("", *without(action, statements_of_reading(guarded)))
    query = guarded.start(STATEMENT, client=assumed(guarded.bench, role)("athena"))
    status = guarded.ended(query)["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith(reason.format(logs=guarded.logs, results=guarded.results))
    assert status["AthenaError"]["ErrorCategory"] == 2


def test_a_bucket_for_results_that_the_caller_may_not_look_at_is_refused(guarded: Lake) -> None:
    role = guarded.bench.role("", *without("s3:GetBucketLocation", statements_of_reading(guarded)))
    with edge.refused("InvalidRequestException"):
        guarded.start(STATEMENT, client=assumed(guarded.bench, role)("athena"))


def test_a_role_needs_leave_for_the_work_group_of_a_query(guarded: Lake) -> None:
    other = made(guarded.bench)
    client = assumed(guarded.bench, guarded.bench.role("", *statements_of_reading(guarded)))("athena")
    query = other.start("SELECT 1 AS one")
    with edge.refused("AccessDeniedException"):
        other.start("SELECT 1 AS one", client=client)
    with edge.refused("AccessDeniedException"):
        client.get_query_execution(QueryExecutionId=query)
    with edge.refused("AccessDeniedException"):
        client.stop_query_execution(QueryExecutionId=query)


def test_what_a_query_does_is_on_record_as_done_by_athena(guarded: Lake) -> None:
    role = guarded.bench.role("", *statements_of_reading(guarded))
    machine = guarded.bench.machine(guarded.task(STATEMENT), role=role)
    executions.run(guarded.bench.instance, machine)
    caller = f"{role.rpartition('/')[2]}/{machine.rpartition(':')[2]}"
    lines = [line for line in executions.lines(guarded.bench.instance.calls) if line["caller"] == caller]
    made_by_athena = [line["operation"] for line in lines if line.get("by") == "athena.amazonaws.com"]
    assert sorted(set(made_by_athena)) == ["GetDatabase", "GetObject", "GetTable", "ListObjectsV2", "PutObject"]
    assert [line["operation"] for line in lines if "by" not in line] == ["StartQueryExecution"]


def test_a_task_needs_leave_to_follow_its_query(guarded: Lake) -> None:
    statements = statements_of_reading(guarded)
    allowed = guarded.bench.machine(guarded.task(STATEMENT), role=guarded.bench.role("", *statements))
    assert executions.run(guarded.bench.instance, allowed)["status"] == "SUCCEEDED"
    blind = guarded.bench.role("", *without("athena:GetQueryExecution", statements))
    ended = executions.run(guarded.bench.instance, guarded.bench.machine(guarded.task(STATEMENT), role=blind))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Permissions")


def test_a_task_of_a_role_that_may_not_start_queries_is_denied(guarded: Lake) -> None:
    role = guarded.bench.role("", *without("athena:StartQueryExecution", statements_of_reading(guarded)))
    ended = executions.run(guarded.bench.instance, guarded.bench.machine(guarded.task(STATEMENT), role=role))
    assert ended["error"] == "Athena.AccessDeniedException"

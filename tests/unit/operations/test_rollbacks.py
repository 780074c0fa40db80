"""Rollbacks as both APIs start, show, approve and stop them, with the workflow's own first and last step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cloudfront_extensions.aws import approvals
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.objects import jobs_bucket, put_json, put_text
from cloudfront_extensions.aws.rollback_beginning import begin_rollback
from cloudfront_extensions.aws.rollback_completion import complete_rollback
from cloudfront_extensions.aws.rollback_store import RollbackStore
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import (
    ChangedSinceRead,
    InvalidCursor,
    InvalidInput,
    NoAnswerAwaited,
    RequestTokenConflict,
    RollbackEnded,
    RollbackNotFound,
)
from cloudfront_extensions.operations.cursors import cursor_after
from cloudfront_extensions.operations.rollbacks import (
    answer_rollback,
    get_rollback,
    get_rollback_plan,
    list_rollbacks,
    start_rollback,
    stop_rollback,
)
from cloudfront_extensions.operations.sizes import LARGEST_ANSWER
from cloudfront_extensions.versions.records import Seen
from cloudfront_extensions.versions.rollback_records import Answer, Canary, Rollback, TargetStatus
from tests.unit.aws.cloudfront_account import CloudFrontAccount
from tests.unit.conftest import Account
from tests.unit.operations.calls import audited, calls_made
from tests.unit.operations.people import ADMIN, OPERATOR
from tests.unit.operations.state_machine import Workflow

TOKEN = "back-to-friday"
RECORD = {"pk": {"S": f"rollback#{TOKEN}"}, "sk": {"S": "rollback"}}
REQUEST: dict[str, Any] = {"targets": ["E1", "E2"], "source": {"distributionId": "E1", "version": 1}}


def config(page: str, name: str) -> dict[str, Any]:
    """One that refers to nothing."""
    return {
        "CallerReference": name,
        "Comment": name,
        "DefaultRootObject": page,
        "Enabled": True,
        "Aliases": {"Quantity": 0},
        "Origins": {"Quantity": 1, "Items": [{"Id": "web", "DomainName": "web.example.net"}]},
        "DefaultCacheBehavior": {"TargetOriginId": "web", "ViewerProtocolPolicy": "https-only"},
    }


@pytest.fixture(autouse=True)
def cloudfront(account: Account) -> Iterator[CloudFrontAccount]:
    """Two shops, of the first of which an earlier version is known that was good."""
    found = CloudFrontAccount()
    VersionStore().record(Seen("E1", "E0", config=config("good.html", "one"), modified_at="2026-02-27T09:00:00.000Z"))
    for name, number in (("one", "E1"), ("two", "E2")):
        found.add(number, config("bad.html", name))
    with found.in_place_of_aws():
        yield found


@pytest.fixture(autouse=True)
def workflow(cloudfront: CloudFrontAccount, monkeypatch: pytest.MonkeyPatch) -> Workflow:
    return Workflow("ConfigRollback", "CONFIG_ROLLBACK", monkeypatch)


def start(**request: Any) -> Any:
    return start_rollback({**REQUEST, **request}, idempotency_key=TOKEN, caller=OPERATOR)


def begin(workflow: Workflow, arn: str | None = None) -> Any:
    """The first step of the execution that was started last."""
    arn = arn or workflow.arns[-1]
    return begin_rollback(workflow.input_of(arn), arn)


def ask(state: Any) -> None:
    """The workflow asks for approval, and waits."""
    approvals.ask(
        {**{name: state[name] for name in state if name in approvals.Asking.__annotations__}, "taskToken": "t"}
    )  # type: ignore[typeddict-item]


def complete(workflow: Workflow, state: Any, **failure: Any) -> None:
    """The workflow's last step, and its end."""
    complete_rollback({**state, **failure})
    workflow.end(state["executionArn"])


# Starting


def test_a_rollback_is_started_with_what_was_asked_and_answered_at_once(workflow: Workflow) -> None:
    started = start()

    assert workflow.arns == [started["executionArn"]]
    assert (started["requestToken"], started["status"], started["requestedBy"]) == (TOKEN, "STARTING", OPERATOR.name)
    assert (started["targets"], started["plan"], started["report"]) == ([], [], [])
    assert workflow.input_of(started["executionArn"])["targets"] == REQUEST["targets"]
    assert begin(workflow)["decision"] == "rollOut"


def test_the_same_token_meets_the_rollback_that_runs(workflow: Workflow) -> None:
    started = start()
    assert start() == started
    begin(workflow)
    assert start()["status"] == "RUNNING"
    assert len(workflow.arns) == 1


def test_another_person_with_the_same_token_and_request_meets_it_too(workflow: Workflow) -> None:
    start()
    again = start_rollback({**REQUEST, "requestToken": TOKEN}, caller=ADMIN)
    assert again["requestedBy"] == OPERATOR.name
    assert len(workflow.arns) == 1


def test_the_same_token_with_another_request_is_a_conflict(workflow: Workflow) -> None:
    start()
    with pytest.raises(RequestTokenConflict):
        start(targets=["E1"])
    assert len(workflow.arns) == 1


def test_a_start_that_was_cut_off_before_its_execution_is_made_up_for(workflow: Workflow) -> None:
    """The record is there, and no execution."""
    started = start()
    workflow.executions.clear()
    assert get_rollback(TOKEN)["status"] == "STARTING"
    Table("versions").update(RECORD, {"updated_at": "2026-03-02T09:14:07.000Z"})
    assert get_rollback(TOKEN)["status"] == "NOT_STARTED"
    assert start()["executionArn"] == started["executionArn"]
    assert workflow.arns == [started["executionArn"]]


def test_a_rollback_that_was_interrupted_goes_on_by_another_execution(workflow: Workflow) -> None:
    start()
    begin(workflow)
    workflow.end(workflow.arns[0], "ABORTED")
    assert get_rollback(TOKEN)["status"] == "INTERRUPTED"

    again = start()
    assert (again["status"], again["executionArn"]) == ("RUNNING", workflow.arns[1])
    assert len(workflow.arns) == 2
    assert begin(workflow)["executionArn"] == workflow.arns[1]
    start()
    assert len(workflow.arns) == 2


def test_a_refused_plan_is_made_anew_by_the_same_request(workflow: Workflow, cloudfront: CloudFrontAccount) -> None:
    removed = cloudfront.distributions.pop("E2")
    start()
    complete(workflow, begin(workflow))
    refused = get_rollback(TOKEN)
    assert refused["status"] == "REFUSED"
    assert [(each["outcome"], each["error"]) for each in refused["targets"]] == [
        ("NOT_STARTED", None),
        ("REFUSED", "DistributionNotFound"),
    ]

    cloudfront.distributions["E2"] = removed
    start()
    assert begin(workflow)["status"] == "PLANNED"
    assert get_rollback(TOKEN)["status"] == "RUNNING"


def test_one_that_has_come_to_a_good_end_is_answered_and_not_started_again(workflow: Workflow) -> None:
    start()
    applied(workflow, begin(workflow))
    assert start()["status"] == "APPLIED"
    assert len(workflow.arns) == 1


def applied(workflow: Workflow, state: Any) -> None:
    store = RollbackStore()
    for target in REQUEST["targets"]:
        store.update_target(store.ensure_target(TOKEN, target), status=TargetStatus.APPLIED, etag=f"new-{target}")
    complete(workflow, state)


def test_a_name_that_a_person_used_in_the_console_is_no_hindrance(workflow: Workflow) -> None:
    theirs = workflow.start(TOKEN, {"mistyped": True})
    workflow.end(theirs, "FAILED")
    started = start()
    assert started["executionArn"] == workflow.arns[1] != theirs
    assert started["status"] == "STARTING"


def test_a_dry_run_plans_and_keeps_the_token_free(workflow: Workflow) -> None:
    assert start(dryRun=True)["status"] == "STARTING"
    begin(workflow)
    workflow.end(workflow.arns[0])

    found = get_rollback(TOKEN)
    assert (found["status"], found["dryRun"], found["risk"]) == ("PLANNED", True, "medium")
    assert [each["changes"] for each in found["targets"]] == [1, 1]
    assert get_rollback_plan(TOKEN)["plan"]["request"]["dryRun"]
    assert list_rollbacks()["items"] == []
    assert start(dryRun=True)["etag"] == found["etag"]

    # AND the rollback itself takes nothing of that away
    assert not start()["dryRun"]
    assert len(workflow.arns) == 2
    assert start(dryRun=True)["etag"] == found["etag"]


def test_a_dry_run_of_another_request_is_a_conflict() -> None:
    start(dryRun=True)
    with pytest.raises(RequestTokenConflict, match="dry run"):
        start(dryRun=True, targets=["E1"])


def test_a_dry_run_that_failed_says_why(workflow: Workflow) -> None:
    start(dryRun=True)
    workflow.end(workflow.arns[0], "FAILED", error="AwsThrottled", cause="too often")
    found = get_rollback(TOKEN)
    assert (found["status"], found["failure"]["error"]) == ("NOT_STARTED", "AwsThrottled")  # type: ignore[index]


@pytest.mark.parametrize(
    ("request_", "key", "named"),
    [
        ({**REQUEST}, None, "requestToken"),
        ({**REQUEST, "requestToken": "a"}, "b", "Idempotency-Key"),
        ({**REQUEST}, "not a token", "Idempotency-Key"),
        ({**REQUEST, "requestedBy": "somebody"}, TOKEN, "requestedBy"),
        ({**REQUEST, "targets": []}, TOKEN, "targets"),
        ({**REQUEST, "targets": ["../x"]}, TOKEN, "targets"),
        ({**REQUEST, "unknown": 1}, TOKEN, "unknown"),
        ({**REQUEST, "strategy": {"type": "oneByOne", "alarmNames": ["mistyped"]}}, TOKEN, "mistyped"),
        ({**REQUEST, "source": {"bucket": "b", "key": "\ud800"}}, TOKEN, "source.key"),
        ([], TOKEN, "object"),
        (None, None, "object"),
        ("text", TOKEN, "object"),
    ],
)
def test_what_is_no_request_is_refused_and_leaves_nothing(
    workflow: Workflow, request_: Any, key: str | None, named: str
) -> None:
    with pytest.raises(InvalidInput, match=named):
        start_rollback(request_, idempotency_key=key, caller=OPERATOR)
    assert workflow.arns == []
    assert list_rollbacks()["items"] == []


# Looking


def test_a_rollback_at_work_tells_where_each_target_stands(workflow: Workflow) -> None:
    start(strategy={"type": "canary"})
    begin(workflow)
    store = RollbackStore()
    canary = Canary("ESTAGING", "dstaging.cloudfront.net", "policy-1", attached=True)
    store.update_target(store.ensure_target(TOKEN, "E1"), canary=canary)

    with calls_made() as calls:
        found = get_rollback(TOKEN)
    assert calls == ["Query", "DescribeExecution", "GetObject"]
    first, second = found["targets"]
    assert (first["outcome"], first["error"], second["outcome"]) == ("IN_PROGRESS", None, "WAITING")
    assert first["canary"] == {
        "stagingId": "ESTAGING",
        "stagingDomain": "dstaging.cloudfront.net",
        "policyId": "policy-1",
        "attached": True,
    }
    assert second["canary"] is None
    assert found["totals"] == [{"outcome": "WAITING", "count": 1}, {"outcome": "IN_PROGRESS", "count": 1}]
    assert [file["key"] for file in found["plan"]] == [f"rollbacks/{TOKEN}/plan.json", f"rollbacks/{TOKEN}/plan.txt"]
    assert found["report"] == []


def test_a_rollback_that_has_ended_is_told_by_its_report(workflow: Workflow) -> None:
    start()
    applied(workflow, begin(workflow))

    with calls_made() as calls:
        found = get_rollback(TOKEN)
    assert calls == ["Query", "GetObject"]
    assert (found["status"], found["failure"]) == ("APPLIED", None)
    assert [(each["outcome"], each["etag"]) for each in found["targets"]] == [
        ("APPLIED", "new-E1"),
        ("APPLIED", "new-E2"),
    ]
    assert [file["key"] for file in found["report"]] == [
        f"rollbacks/{TOKEN}/report.json",
        f"rollbacks/{TOKEN}/report.csv",
    ]


def test_a_report_tells_how_it_ended_where_the_record_does_not(workflow: Workflow) -> None:
    """The last step died between the two, or was an earlier version of itself."""
    start()
    applied(workflow, begin(workflow))
    Table("versions").update(RECORD, {"ending": None})
    assert get_rollback(TOKEN)["status"] == "APPLIED"

    assert start()["executionArn"] == workflow.arns[1]
    workflow.end(workflow.arns[1], "ABORTED")
    assert get_rollback(TOKEN)["status"] == "INTERRUPTED"


def test_what_stopped_a_rollback_as_a_whole_is_told(workflow: Workflow) -> None:
    start(approval="required")
    state = begin(workflow)
    complete(workflow, state, failure={"Error": "ApprovalExpired", "Cause": "nobody answered within 86400 seconds"})

    found = get_rollback(TOKEN)
    assert found["status"] == "NOT_STARTED"
    assert found["failure"] is not None
    assert (found["failure"]["error"], found["failure"]["reason"]) == (
        "ApprovalExpired",
        "nobody answered within 86400 seconds",
    )


def test_a_rollback_that_could_not_begin_says_why(workflow: Workflow) -> None:
    start()
    workflow.end(workflow.arns[0], "FAILED", error="RollbackIsRunning", cause="rollback x works on distribution E1")
    found = get_rollback(TOKEN)
    assert (found["status"], found["targets"]) == ("NOT_STARTED", [])
    assert found["failure"] is not None
    assert (found["failure"]["error"], found["failure"]["reason"]) == (
        "RollbackIsRunning",
        "rollback x works on distribution E1",
    )


def test_its_etag_changes_with_what_is_told_and_with_nothing_else(workflow: Workflow) -> None:
    etags = [start()["etag"]]
    state = begin(workflow)
    etags.append(get_rollback(TOKEN)["etag"])
    RollbackStore().ensure_target(TOKEN, "E1")
    etags.append(get_rollback(TOKEN)["etag"])
    applied(workflow, state)
    etags.append(get_rollback(TOKEN)["etag"])

    assert len(set(etags)) == len(etags)
    assert get_rollback(TOKEN)["etag"] == etags[-1]


def test_nothing_that_is_told_lets_anybody_answer_in_the_execution(workflow: Workflow) -> None:
    start(approval="required")
    state = begin(workflow)
    RollbackStore().await_answer(TOKEN, "task-token-of-the-execution", "2099-01-01T00:00:00.000Z")
    assert state["decision"] == "ask"
    for told in (get_rollback(TOKEN), list_rollbacks(), get_rollback_plan(TOKEN)):
        assert "task-token-of-the-execution" not in json.dumps(told)


@pytest.mark.parametrize("bad", ["", "../x", "a/b", "-a", "x" * 49, "ä", None, 1])
def test_a_token_that_is_none_is_refused_before_anything_is_read(bad: Any) -> None:
    for operation in (
        lambda: get_rollback(bad),
        lambda: get_rollback_plan(bad),
        lambda: answer_rollback(bad, approve=True, caller=ADMIN),
        lambda: stop_rollback(bad, caller=OPERATOR),
    ):
        with calls_made() as calls, pytest.raises(InvalidInput, match="requestToken"):
            operation()
        assert calls == []


def test_a_rollback_that_nobody_started_is_not_found() -> None:
    for operation in (
        lambda: get_rollback("unknown"),
        lambda: get_rollback_plan("unknown"),
        lambda: answer_rollback("unknown", approve=True, if_match="x", caller=ADMIN),
        lambda: stop_rollback("unknown", caller=OPERATOR),
    ):
        with pytest.raises(RollbackNotFound):
            operation()


# The list


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_rollbacks_are_listed_from_the_newest_down_with_one_call_for_a_page(limit: int) -> None:
    store = RollbackStore()
    for number in range(3):
        store.create(Rollback(f"r{number}", "hash", "arn:aws:states:::execution:x", requested_by=OPERATOR.name))
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        with calls_made() as calls:
            page = list_rollbacks(limit=limit, cursor=cursor)
        assert calls == ["Query"]
        found += page["items"]
        cursor, pages = page["nextCursor"], pages + 1

    assert sorted(each["requestToken"] for each in found) == ["r0", "r1", "r2"]
    times = [each["createdAt"] or "" for each in found]
    assert times == sorted(times, reverse=True)
    assert {each["status"] for each in found} == {"RUNNING"}
    assert {each["requestedBy"] for each in found} == {OPERATOR.name}


def test_the_list_tells_how_each_stands(workflow: Workflow) -> None:
    start(approval="required")
    state = begin(workflow)
    store = RollbackStore()

    def listed() -> Any:
        (found,) = list_rollbacks()["items"]
        return found

    store.await_answer(TOKEN, "t", "2099-01-01T00:00:00.000Z")
    assert (listed()["status"], listed()["approval"]["answer"]) == ("AWAITING_APPROVAL", "AWAITED")
    store.answer(TOKEN, Answer.APPROVED, ADMIN.name, "go on")
    assert (listed()["status"], listed()["approval"]["by"], listed()["approval"]["comment"]) == (
        "RUNNING",
        ADMIN.name,
        "go on",
    )
    store.request_stop(TOKEN, OPERATOR.name)
    assert (listed()["status"], listed()["stop"]["by"]) == ("STOPPING", OPERATOR.name)
    complete(workflow, state, failure={"Error": "RollbackStopped", "Cause": "stopped"})
    assert listed()["status"] == "NOT_STARTED"


@pytest.mark.parametrize("position", ["", "x", "2026-03-02T09:14:07.000Z#../x", "2026-03-02T09:14:07.000Z", "#r1"])
def test_a_cursor_with_another_position_leads_nowhere(position: str) -> None:
    with pytest.raises(InvalidCursor):
        list_rollbacks(cursor=cursor_after(position, "rollbacks"))


# The plan, and the answer to it


def test_the_plan_is_told_with_every_change_and_an_etag(workflow: Workflow) -> None:
    start(approval="required")
    begin(workflow)

    with calls_made() as calls:
        found = get_rollback_plan(TOKEN)
    assert calls == ["GetObject"]
    assert found["isWhole"]
    assert [target["changes"][0]["path"] for target in found["plan"]["targets"]] == ["DefaultRootObject"] * 2
    assert found["etag"] == get_rollback_plan(TOKEN)["etag"]
    assert [file["key"] for file in found["files"]] == [f"rollbacks/{TOKEN}/plan.json", f"rollbacks/{TOKEN}/plan.txt"]


def test_a_plan_that_is_too_large_is_told_without_its_changes_and_linked_to(workflow: Workflow) -> None:
    start()
    begin(workflow)
    key = f"rollbacks/{TOKEN}/plan.json"
    plan = get_rollback_plan(TOKEN)["plan"]
    put_json(jobs_bucket(), key, {**plan, "targets": ["x" * LARGEST_ANSWER]})

    found = get_rollback_plan(TOKEN)
    assert not found["isWhole"]
    assert [target["changeCount"] for target in found["plan"]["targets"]] == [1, 1]
    assert len(json.dumps(found)) < LARGEST_ANSWER
    assert found["files"][0]["key"] == key


def test_a_plan_is_not_there_before_it_is_made() -> None:
    start()
    with pytest.raises(RollbackNotFound, match="no plan"):
        get_rollback_plan(TOKEN)


def test_an_answer_to_another_plan_than_was_read_is_refused(workflow: Workflow) -> None:
    start(approval="required")
    ask(begin(workflow))
    read = get_rollback_plan(TOKEN)["etag"]
    put_text(jobs_bucket(), f"rollbacks/{TOKEN}/plan.json", "{}", "application/json")

    for approve in (True, False):
        with pytest.raises(ChangedSinceRead, match=get_rollback_plan(TOKEN)["etag"]):
            answer_rollback(TOKEN, approve=approve, if_match=read, caller=ADMIN)
    assert get_rollback(TOKEN)["status"] == "AWAITING_APPROVAL"


def test_an_answer_to_a_plan_that_is_not_made_yet_is_refused() -> None:
    start(approval="required")
    with pytest.raises(ChangedSinceRead, match="no plan"):
        answer_rollback(TOKEN, approve=True, if_match="x", caller=ADMIN)
    with pytest.raises(NoAnswerAwaited):
        answer_rollback(TOKEN, approve=True, caller=ADMIN)


@pytest.mark.parametrize(
    ("answer", "named"),
    [({"approve": "yes"}, "approve"), ({"approve": None}, "approve"), ({"comment": "x" * 1_001}, "comment")],
)
def test_what_is_no_answer_is_refused(answer: Any, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        answer_rollback(TOKEN, **{"approve": True, **answer}, caller=ADMIN)


# Stopping


def test_a_stop_is_noted_with_who_asked_for_it(workflow: Workflow) -> None:
    start()
    begin(workflow)
    assert stop_rollback(TOKEN, caller=OPERATOR)["requestToken"] == TOKEN
    found = get_rollback(TOKEN)
    assert found["status"] == "STOPPING"
    assert found["stop"] is not None
    assert found["stop"]["by"] == OPERATOR.name


def test_what_has_ended_can_not_be_stopped(workflow: Workflow) -> None:
    start()
    state = begin(workflow)
    store = RollbackStore()
    store.conclude(store.existing(TOKEN))
    applied(workflow, state)
    with pytest.raises(RollbackEnded):
        stop_rollback(TOKEN, caller=OPERATOR)


def test_every_change_leaves_one_line_about_who_asked_for_what(
    workflow: Workflow, caplog: pytest.LogCaptureFixture
) -> None:
    start(approval="required")
    begin(workflow)
    with pytest.raises(NoAnswerAwaited):
        answer_rollback(TOKEN, approve=False, comment="a-comment-of-mine", caller=ADMIN)
    stop_rollback(TOKEN, caller=OPERATOR)
    get_rollback(TOKEN)

    assert audited(caplog) == [
        ("startRollback", OPERATOR.name, f"rollback {TOKEN}"),
        ("answerRollback", ADMIN.name, f"rollback {TOKEN}, denied"),
        ("stopRollback", OPERATOR.name, f"rollback {TOKEN}"),
    ]
    assert not [record for record in caplog.records if "a-comment-of-mine" in str(record.__dict__)]


def test_looking_writes_nothing(workflow: Workflow) -> None:
    start()
    begin(workflow)
    before = client("dynamodb").scan(TableName="versions")["Items"]
    get_rollback(TOKEN)
    get_rollback_plan(TOKEN)
    list_rollbacks()
    assert client("dynamodb").scan(TableName="versions")["Items"] == before

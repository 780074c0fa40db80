"""Jobs as the APIs list, start, redrive, cancel and clean them up."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cloudfront_extensions.aws import clients
from cloudfront_extensions.aws.job_opening import open_job
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.objects import put_json, put_text
from cloudfront_extensions.certificates.validation import ValidationRecord
from cloudfront_extensions.errors import (
    AnswerTooLarge,
    AwsUnavailable,
    BodyTooLarge,
    CloudFrontExtensionsError,
    InvalidCursor,
    InvalidInput,
    JobIsRunning,
    JobNotFound,
    JobNotRunning,
    KeyExposed,
    ReportNotReady,
    RequestTokenConflict,
)
from cloudfront_extensions.jobs.records import Item, Job, JobStatus
from cloudfront_extensions.operations import jobs, sizes
from cloudfront_extensions.operations.cursors import cursor_after
from cloudfront_extensions.operations.jobs import (
    cancel_job,
    clean_up_job,
    get_job,
    get_job_report,
    list_job_items,
    list_jobs,
    redrive_job,
    start_job,
)
from cloudfront_extensions.operations.validation_records import (
    list_validation_records,
    list_validation_records_in,
    validation_records_text,
)
from tests.bundles import key_pem, new_key
from tests.unit.conftest import Account
from tests.unit.jobs.batches import finished, item_of, with_certificate
from tests.unit.operations.calls import audited, calls_made
from tests.unit.operations.people import ADMIN, OPERATOR
from tests.unit.operations.state_machine import Workflow

REQUEST: dict[str, Any] = {
    "requestToken": "spring",
    "domains": [{"domainName": "shop.example.com"}],
    "distribution": None,
}


@dataclass(frozen=True)
class Workflows:
    onboarding: Workflow
    cleanup: Workflow


@pytest.fixture
def workflows(account: Account, monkeypatch: pytest.MonkeyPatch) -> Workflows:
    for name in ("REQUEST_CONCURRENCY", "DOMAIN_CONCURRENCY"):
        monkeypatch.setenv(name, "10")
    return Workflows(
        Workflow("Onboarding", "DOMAIN_ONBOARDING", monkeypatch), Workflow("Cleanup", "JOB_CLEANUP", monkeypatch)
    )


def started(**fields: Any) -> jobs.JobDocument:
    return start_job({**REQUEST, **fields}, caller=OPERATOR)


def opened(workflow: Workflow) -> None:
    """What the first step of the workflow does for its newest execution."""
    arn = workflow.arns[-1]
    open_job(workflow.input_of(arn), arn)


def ended(workflow: Workflow, status: str = JobStatus.FAILED, job_id: str = "spring") -> None:
    """The newest execution comes to its end, and says so on the job."""
    JobStore().update_job(job_id, status=status)
    workflow.end(workflow.arns[-1])


def with_items(*items: Item) -> None:
    JobStore().put_items(items)


# Starting


def test_a_started_job_is_an_execution_with_its_request_and_is_on_record_with_who_asked(workflows: Workflows) -> None:
    answer = started()

    (arn,) = workflows.onboarding.arns
    assert answer["jobId"] == "spring"
    assert answer["status"] == "STARTING"
    assert answer["executionArn"] == arn
    assert workflows.onboarding.input_of(arn)["domains"] == REQUEST["domains"]
    found = get_job("spring")
    assert (found["status"], found["startedBy"], found["executionArn"]) == ("RUNNING", OPERATOR.name, arn)


def test_the_workflow_opens_the_job_that_the_api_has_put_on_record(workflows: Workflows) -> None:
    started()
    arn = workflows.onboarding.arns[0]

    assert open_job(workflows.onboarding.input_of(arn), arn)["outcome"] == "started"
    assert JobStore().job("spring").started_by == OPERATOR.name  # type: ignore[union-attr]


def test_the_same_request_again_is_the_same_job(workflows: Workflows) -> None:
    first, second = started(), started(onFailure="keep")

    assert (first["status"], second["status"]) == ("STARTING", "RUNNING")
    assert first["executionArn"] == second["executionArn"]
    opened(workflows.onboarding)
    assert started()["status"] == "RUNNING"
    ended(workflows.onboarding, JobStatus.SUCCEEDED)
    assert started() == get_job("spring")
    assert get_job("spring")["status"] == "SUCCEEDED"
    assert len(workflows.onboarding.arns) == 1


def test_the_same_request_again_writes_nothing(workflows: Workflows) -> None:
    """But for the record, which is there."""
    for again in ({}, {"dryRun": True}):
        with calls_made() as first:
            started(**again)
        with calls_made() as second:
            started(**again)
        assert first.count("PutObject") == 1
        assert {*second} <= {"PutItem", "GetItem", "DescribeExecution"}


@pytest.mark.parametrize("status", [each for each in JobStatus if each is not JobStatus.SUCCEEDED])
def test_the_same_request_again_goes_on_with_a_job_that_ended_without_success(
    workflows: Workflows, status: JobStatus
) -> None:
    """One that is on record as running was interrupted."""
    started()
    opened(workflows.onboarding)
    ended(workflows.onboarding, status)

    answer = started()

    first, second = workflows.onboarding.arns
    assert (answer["status"], answer["executionArn"]) == ("STARTING", second)
    assert workflows.onboarding.input_of(second) == workflows.onboarding.input_of(first)
    assert open_job(workflows.onboarding.input_of(second), second)["outcome"] == "started"
    assert (started()["status"], len(workflows.onboarding.arns)) == ("RUNNING", 2)


def test_a_job_whose_end_is_on_record_before_its_execution_has_ended_stays_as_it_is(workflows: Workflows) -> None:
    started()
    opened(workflows.onboarding)
    JobStore().update_job("spring", status=JobStatus.FAILED)

    assert started()["status"] == "FAILED"
    assert len(workflows.onboarding.arns) == 1


def test_a_job_that_succeeds_while_its_request_comes_again_is_not_begun_anew(
    workflows: Workflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    started()
    opened(workflows.onboarding)
    looking = jobs.execution

    def later(arn: str) -> Any:
        ended(workflows.onboarding, JobStatus.SUCCEEDED)
        return looking(arn)

    monkeypatch.setattr(jobs, "execution", later)
    assert started()["status"] == "SUCCEEDED"
    assert len(workflows.onboarding.arns) == 1


@pytest.mark.parametrize("moment", ["create_job", "take_over_job"])
def test_of_two_who_start_the_same_at_once_both_find_one_job(
    workflows: Workflows, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The other one comes when this one's record is about to be written, of a new job or of one that goes on."""
    if moment == "take_over_job":
        started()
        opened(workflows.onboarding)
        ended(workflows.onboarding)
    before, writing, others = len(workflows.onboarding.arns), getattr(JobStore, moment), []

    def later(store: JobStore, *arguments: Any) -> bool:
        monkeypatch.setattr(JobStore, moment, writing)
        others.append(started())
        done: bool = writing(store, *arguments)
        return done

    monkeypatch.setattr(JobStore, moment, later)
    mine = started()

    (other,) = others
    assert (other["status"], mine["status"]) == ("STARTING", "RUNNING")
    assert other["executionArn"] == mine["executionArn"]
    assert len(workflows.onboarding.arns) == before + 1


def test_who_starts_between_the_record_and_the_execution_of_another_finds_that_job(
    workflows: Workflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    starting, others = jobs.start, []

    def later(*arguments: Any) -> str | None:
        monkeypatch.setattr(jobs, "start", starting)
        others.append(started())
        return starting(*arguments)

    monkeypatch.setattr(jobs, "start", later)
    assert started()["executionArn"] == others[0]["executionArn"]
    assert len(workflows.onboarding.arns) == 1


def test_another_request_under_the_same_token_is_a_conflict(workflows: Workflows) -> None:
    started()
    with pytest.raises(RequestTokenConflict):
        started(onFailure="cleanup")
    assert len(workflows.onboarding.arns) == 1


def test_a_job_whose_start_was_cut_off_is_started_by_the_next_try(
    workflows: Workflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object) -> None:
        raise AwsUnavailable("StartExecution")

    with monkeypatch.context() as first_try:
        first_try.setattr(jobs, "start", cut_off)
        with pytest.raises(AwsUnavailable):
            started()
    assert get_job("spring")["status"] == "STARTING"

    assert started()["status"] == "STARTING"

    assert get_job("spring")["status"] == "RUNNING"
    assert len(workflows.onboarding.arns) == 1


def test_a_redrive_whose_start_was_cut_off_is_begun_under_the_name_on_record(
    workflows: Workflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    started()
    opened(workflows.onboarding)
    ended(workflows.onboarding)

    def cut_off(*_: object) -> None:
        raise AwsUnavailable("StartExecution")

    with monkeypatch.context() as first_try:
        first_try.setattr(jobs, "start", cut_off)
        with pytest.raises(AwsUnavailable):
            redrive_job("spring", caller=OPERATOR)
    named = get_job("spring")["executionArn"]

    assert started()["executionArn"] == named
    assert workflows.onboarding.arns[1:] == [named]


def test_a_cleanup_that_may_be_about_to_begin_is_left_alone_and_one_that_never_did_is_passed_over(
    workflows: Workflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    started()
    opened(workflows.onboarding)
    ended(workflows.onboarding)

    def cut_off(*_: object) -> None:
        raise AwsUnavailable("StartExecution")

    with monkeypatch.context() as first_try:
        first_try.setattr(jobs, "start", cut_off)
        with pytest.raises(AwsUnavailable):
            clean_up_job("spring", caller=ADMIN)

    assert started() == get_job("spring")
    assert len(workflows.onboarding.arns) == 1
    monkeypatch.setattr(jobs, "OPENING_SECONDS", 0)
    assert started()["executionArn"] == workflows.onboarding.arns[1]


def test_a_token_whose_execution_was_started_past_the_apis_and_kept_no_record_goes_on_under_another_name(
    workflows: Workflows,
) -> None:
    """As a dry run that somebody started in the console, and gave the token as a name."""
    workflows.onboarding.start("spring", {**REQUEST, "dryRun": True})
    workflows.onboarding.end(workflows.onboarding.arns[0])

    answer = started()

    assert (answer["status"], answer["executionArn"]) == ("STARTING", workflows.onboarding.arns[1])
    assert get_job("spring")["status"] == "RUNNING"


def test_the_idempotency_key_is_the_request_token(workflows: Workflows) -> None:
    body = {name: value for name, value in REQUEST.items() if name != "requestToken"}

    assert start_job(body, idempotency_key="autumn", caller=OPERATOR)["jobId"] == "autumn"
    assert start_job(REQUEST, idempotency_key="spring", caller=OPERATOR)["jobId"] == "spring"
    with pytest.raises(InvalidInput, match="requestToken"):
        start_job(REQUEST, idempotency_key="autumn", caller=OPERATOR)
    with pytest.raises(InvalidInput, match="Idempotency-Key"):
        start_job(body, idempotency_key="../x", caller=OPERATOR)
    with pytest.raises(InvalidInput, match="requestToken"):
        start_job(body, caller=OPERATOR)


def test_a_request_that_does_not_say_what_is_wanted_starts_nothing(workflows: Workflows) -> None:
    for bad in (
        {**REQUEST, "extra": 1},
        {**REQUEST, "domains": []},
        {},
        [],
        None,
        "text",
        {**REQUEST, "dryRun": "yes"},
    ):
        with pytest.raises(InvalidInput):
            start_job(bad, caller=OPERATOR)  # type: ignore[arg-type]
    assert workflows.onboarding.arns == []
    assert list_jobs()["items"] == []


@pytest.mark.parametrize("value", ["\ud800", float("nan"), float("inf")], ids=ascii)
def test_what_is_no_json_is_refused_before_anything_is_on_record(workflows: Workflows, value: Any) -> None:
    with pytest.raises(InvalidInput):
        started(domains=[{"domainName": value}])
    assert list_jobs()["items"] == []


def test_a_request_nested_without_end_is_refused(workflows: Workflows) -> None:
    nested: Any = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(InvalidInput):
        started(domains=[nested])


def test_a_request_larger_than_an_execution_takes_is_refused(workflows: Workflows) -> None:
    rows = [{"domainName": f"{number}.example.com", "comment": "é" * 1_400} for number in range(100)]
    with pytest.raises(BodyTooLarge):
        started(domains=rows)
    assert list_jobs()["items"] == []


def test_a_pasted_key_is_refused_kept_nowhere_and_not_quoted(
    workflows: Workflows, caplog: pytest.LogCaptureFixture
) -> None:
    key = key_pem(new_key()).decode()
    with caplog.at_level(logging.DEBUG), pytest.raises(KeyExposed) as refused:
        started(domains=[{"domainName": "shop.example.com", "keyBundle": key}])

    assert key[40:80] not in f"{refused.value}{refused.value.__cause__}{caplog.text}"
    assert workflows.onboarding.arns == []
    assert clients.client("s3").list_objects_v2(Bucket="jobs-bucket")["KeyCount"] == 0


def test_a_dry_run_keeps_no_record_and_leaves_the_token_free(workflows: Workflows) -> None:
    answer = started(dryRun=True)

    assert (answer["status"], answer["dryRun"]) == ("STARTING", True)
    assert get_job("spring")["status"] == "RUNNING"
    assert list_jobs()["items"] == []
    workflows.onboarding.end(workflows.onboarding.arns[0])
    assert (get_job("spring")["status"], get_job("spring")["dryRun"]) == ("SUCCEEDED", True)

    again = started(dryRun=True)
    assert (again["executionArn"], again["status"]) == (answer["executionArn"], "SUCCEEDED")
    other = started(dryRun=True, onFailure="cleanup")
    assert other["executionArn"] != answer["executionArn"]
    assert get_job("spring")["executionArn"] == other["executionArn"]
    assert started()["status"] == "STARTING"
    assert get_job("spring")["dryRun"] is False


def test_a_dry_run_that_failed_says_so(workflows: Workflows) -> None:
    started(dryRun=True)
    workflows.onboarding.end(workflows.onboarding.arns[0], "FAILED")
    assert get_job("spring")["status"] == "FAILED"


# Looking


@pytest.mark.parametrize("job_id", ["", "spring", "../spring", "a" * 49, "é", "spring/items", "*", "\x00"], ids=ascii)
def test_what_is_no_job_is_not_found_by_any_operation(workflows: Workflows, job_id: str) -> None:
    asking: Mapping[str, Any] = {
        "get": get_job,
        "items": list_job_items,
        "report": get_job_report,
        "records": list_validation_records,
        "text": lambda unknown: validation_records_text(unknown, "csv"),
        "redrive": lambda unknown: redrive_job(unknown, caller=OPERATOR),
        "cancel": lambda unknown: cancel_job(unknown, caller=OPERATOR),
    }
    for ask in asking.values():
        with pytest.raises(JobNotFound, match=r"^there is no job "):
            ask(job_id)
    with pytest.raises(JobNotFound):
        clean_up_job(job_id, caller=ADMIN)


def test_a_job_whose_execution_ended_without_a_word_is_interrupted(workflows: Workflows) -> None:
    started()
    opened(workflows.onboarding)
    workflows.onboarding.end(workflows.onboarding.arns[0], "ABORTED")

    assert get_job("spring")["status"] == "INTERRUPTED"
    assert [job["status"] for job in list_jobs()["items"]] == ["RUNNING"]


def test_a_job_has_another_etag_whenever_anything_else_is_told_of_it_and_else_the_same(
    workflows: Workflows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the first three, nothing is written: `updatedAt` is the same."""
    with monkeypatch.context() as not_seen_yet:
        not_seen_yet.setattr(jobs, "execution", lambda arn: None)
        not_seen_yet.setattr(jobs, "is_running", lambda arn: False)
        started()
        told = [get_job("spring")]
    told.append(get_job("spring"))
    assert get_job("spring") == told[-1]
    workflows.onboarding.end(workflows.onboarding.arns[0], "ABORTED")
    told.append(get_job("spring"))
    ended(workflows.onboarding)
    told.append(get_job("spring"))

    assert [job["status"] for job in told] == ["STARTING", "RUNNING", "INTERRUPTED", "FAILED"]
    assert len({job["updatedAt"] for job in told[:3]}) == 1
    assert len({job["etag"] for job in told}) == len(told)
    assert list_jobs()["items"] == told[-1:]


def test_a_dry_run_has_an_etag_too(workflows: Workflows) -> None:
    started(dryRun=True)
    running = get_job("spring")
    assert get_job("spring") == running
    workflows.onboarding.end(workflows.onboarding.arns[0], "SUCCEEDED")
    assert get_job("spring")["etag"] != running["etag"]


def test_looking_writes_nothing(workflows: Workflows) -> None:
    started()
    opened(workflows.onboarding)
    with_items(item_of(2, "shop.example.com"))
    workflows.onboarding.end(workflows.onboarding.arns[0], "ABORTED")

    with calls_made() as calls:
        get_job("spring")
        list_jobs()
        list_job_items("spring")
        get_job_report_or_nothing()
        list_validation_records("spring")

    assert {call.removesuffix("V2").rstrip("s") for call in calls} <= {
        "GetItem",
        "Query",
        "BatchGetItem",
        "GetObject",
        "ListObject",
        "DescribeExecution",
    }


def get_job_report_or_nothing() -> None:
    try:
        get_job_report("spring")
    except ReportNotReady:
        return


def many(count: int, statuses: tuple[str, ...] = ("SUCCEEDED",)) -> list[str]:
    """So many jobs, each a little later than the one before; their ids, the newest first."""
    store = JobStore()
    for number in range(count):
        job_id = f"job-{number:03}"
        store.create_job(Job(job_id, "hash", "arn:aws:states:us-east-1:123456789012:execution:x:y"))
        store.update_job(job_id, status=statuses[number % len(statuses)])
    return sorted((f"job-{number:03}" for number in range(count)), reverse=True)


def every_job(**asked: Any) -> list[str]:
    found, cursor = [], None
    while True:
        page = list_jobs(**asked, cursor=cursor)
        found += [job["jobId"] for job in page["items"]]
        if (cursor := page["nextCursor"]) is None:
            return found


def test_jobs_come_newest_first_and_a_page_is_one_call(account: Account) -> None:
    expected = many(120)

    with calls_made() as calls:
        first = list_jobs()
    assert calls == ["Query"]
    assert [job["jobId"] for job in first["items"]] == expected[:50]
    for limit in (7, 40, 100):
        assert every_job(limit=limit) == expected


def test_a_list_ends_with_its_last_page(account: Account) -> None:
    many(4)
    assert list_jobs(limit=4)["nextCursor"] is None
    assert list_jobs(limit=3)["nextCursor"] is not None


def test_jobs_of_one_status(account: Account) -> None:
    expected = many(30, ("SUCCEEDED", "FAILED", "FAILED"))

    assert every_job(status="SUCCEEDED", limit=4) == [one for one in expected if int(one[-3:]) % 3 == 0]
    assert every_job(status="FAILED") == [one for one in expected if int(one[-3:]) % 3]
    assert every_job(status="REFUSED") == []
    assert len(list_jobs(status="FAILED", limit=4)["items"]) == 4


def test_a_filtered_list_that_looks_through_many_jobs_goes_on_where_it_stopped(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cloudfront_extensions.aws.job_store.EVALUATED", 5)
    expected = many(40, ("FAILED", *["SUCCEEDED"] * 12))

    assert every_job(status="FAILED", limit=3) == [one for one in expected if int(one[-3:]) % 13 == 0]


@pytest.mark.parametrize(
    "asked", [{"limit": 0}, {"limit": 101}, {"status": "running"}, {"status": ""}, {"status": "x" * 900}]
)
def test_bad_filters_are_named(account: Account, asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        list_jobs(**asked)


@pytest.mark.parametrize(
    "place", ["x", "job-001", "2026-11-22T05:00:00.000Z#", "2026-11-22T05:00:00.000Z#a#b", "#job-001", "é"]
)
def test_a_forged_place_is_refused(account: Account, place: str) -> None:
    many(3)
    with pytest.raises(InvalidCursor):
        list_jobs(cursor=cursor_after(place, "jobs", None))


def test_a_cursor_of_another_status_or_list_is_refused(workflows: Workflows) -> None:
    many(3)
    cursor = list_jobs(limit=1)["nextCursor"]
    with pytest.raises(InvalidCursor):
        list_jobs(status="SUCCEEDED", cursor=cursor)
    with pytest.raises(InvalidCursor):
        list_job_items("job-001", cursor=cursor)


# Items, report and validation records


def spring(workflows: Workflows, *items: Item) -> None:
    """The job `spring`, opened, with these items."""
    started()
    opened(workflows.onboarding)
    with_items(*items)


def test_items_are_told_as_in_the_report_with_what_is_left_to_do(workflows: Workflows) -> None:
    failed = with_certificate(
        item_of(3, "b.example.com"), "FAILED", error="CertificateFailed", reason="CAA", next_action="Fix CAA."
    )
    spring(workflows, replace(finished(item_of(2, "a.example.com")), hosted_zone_id=None), failed)

    first, second = list_job_items("spring")["items"]

    assert (first["itemId"], first["outcome"], first["distribution"]["domainName"]) == (
        "row-00002",
        "done",
        "d2.cloudfront.net",
    )
    assert (second["outcome"], second["error"], second["nextAction"]) == ("failed", "CertificateFailed", "Fix CAA.")


def test_an_item_whose_certificate_another_page_owns_is_told_with_it(workflows: Workflows) -> None:
    owner = with_certificate(item_of(9, "*.example.com"), "ISSUED", arn="arn:wildcard")
    served = replace(item_of(2, "a.example.com"), certificate_item_id=owner.item_id)
    spring(workflows, served, owner)

    with calls_made() as calls:
        (first,) = list_job_items("spring", limit=1)["items"]

    assert first["certificate"] == {
        "itemId": owner.item_id,
        "status": "ISSUED",
        "arn": "arn:wildcard",
        "validationRecords": [],
    }
    assert calls == ["Query", "GetObject", "BatchGetItem"]


def test_items_are_paged_and_filtered_by_what_became_of_them(workflows: Workflows) -> None:
    items = [item_of(line, f"{line}.example.com") for line in range(2, 62)]
    spring(workflows, *(finished(item) if number % 4 == 0 else item for number, item in enumerate(items)))

    def every(**asked: Any) -> list[str]:
        found, cursor = [], None
        while True:
            page = list_job_items("spring", **asked, cursor=cursor)
            assert len(page["items"]) <= asked["limit"]
            found += [item["itemId"] for item in page["items"]]
            if (cursor := page["nextCursor"]) is None:
                return found

    ids = [item.item_id for item in items]
    for limit in (7, 60, 100):
        assert every(limit=limit) == ids
    assert every(status="done", limit=4) == ids[::4]
    assert every(status="unfinished", limit=50) == [one for one in ids if one not in ids[::4]]
    assert every(status="unknown", limit=50) == []
    with pytest.raises(InvalidInput):
        list_job_items("spring", status="DONE")


def test_a_cursor_of_another_jobs_items_is_refused(workflows: Workflows) -> None:
    spring(workflows, item_of(2, "a.example.com"), item_of(3, "b.example.com"))
    cursor = list_job_items("spring", limit=1)["nextCursor"]
    started(requestToken="autumn")
    with pytest.raises(InvalidCursor):
        list_job_items("autumn", cursor=cursor)
    for forged in ("item#row-00002", "~", "\x00", "a" * 49):
        with pytest.raises(InvalidCursor):
            list_job_items("spring", cursor=cursor_after(forged, "items", "spring", None))


def test_a_job_without_items_is_an_empty_list(workflows: Workflows) -> None:
    spring(workflows)
    assert list_job_items("spring") == {"items": [], "nextCursor": None}
    assert list_validation_records("spring") == {"jobId": "spring", "records": []}


def test_the_report_is_whatever_is_written_down_by_now_behind_links_of_a_quarter_of_an_hour(
    workflows: Workflows,
) -> None:
    started()
    with pytest.raises(ReportNotReady):
        get_job_report("spring")

    for key in ("jobs/spring/report.json", "jobs/spring/certificates.json", "jobs/spring/inner/report.json"):
        put_json("jobs-bucket", key, {})
    put_text("jobs-bucket", "dry-runs/spring/cleanup.csv", "a,b", "text/csv")
    put_json("jobs-bucket", "jobs/spring-2/report.json", {})
    answer = get_job_report("spring")

    assert [(one["name"], one["dryRun"], one["size"]) for one in answer["files"]] == [
        ("report.json", False, 2),
        ("cleanup.csv", True, 3),
    ]
    url = urlsplit(answer["files"][0]["url"])
    assert url.path.endswith("/jobs/spring/report.json")
    assert parse_qs(url.query)["X-Amz-Expires"] == ["900"]


def test_validation_records_are_those_that_were_announced(workflows: Workflows) -> None:
    record = ValidationRecord("a.example.com", "_x.a.example.com", "CNAME", "_y.acm-validations.aws")
    spring(
        workflows,
        with_certificate(item_of(2, "a.example.com"), "PENDING_VALIDATION", validation_records=(record,)),
        with_certificate(item_of(3, "b.example.com"), "FAILED", validation_records=(replace(record, name="_z"),)),
    )

    (told,) = list_validation_records("spring")["records"]
    assert (told["state"], told["name"], told["itemIds"]) == ("TO_PUBLISH", "_x.a.example.com", ["row-00002"])
    assert "TO_PUBLISH,_x.a.example.com,CNAME,_y.acm-validations.aws" in validation_records_text("spring", "csv")
    assert "_x.a.example.com. 300 IN CNAME _y.acm-validations.aws.\n" in validation_records_text("spring", "zone")
    with pytest.raises(InvalidInput, match="format"):
        validation_records_text("spring", "xml")


def test_validation_records_in_several_forms_are_read_once_and_written_once_each(workflows: Workflows) -> None:
    record = ValidationRecord("a.example.com", "_x.a.example.com", "CNAME", "_y.acm-validations.aws")
    spring(workflows, with_certificate(item_of(2, "a.example.com"), "PENDING_VALIDATION", validation_records=(record,)))

    with calls_made() as calls:
        told = list_validation_records_in("spring", ["csv", "zone"] * 1000)
    assert calls == ["Query"]
    assert told == {
        **list_validation_records("spring"),
        "csv": validation_records_text("spring", "csv"),
        "zone": validation_records_text("spring", "zone"),
    }
    with calls_made() as calls, pytest.raises(InvalidInput, match="forms"):
        list_validation_records_in("spring", ["csv", "xml"])
    assert calls == []


def test_forms_that_fit_each_by_itself_may_not_together(workflows: Workflows, monkeypatch: pytest.MonkeyPatch) -> None:
    record = ValidationRecord("a.example.com", "_x.a.example.com", "CNAME", "_y.acm-validations.aws")
    item = with_certificate(item_of(2, "a.example.com"), "PENDING_VALIDATION", validation_records=(record,))
    spring(workflows, item)
    alone = [list_validation_records("spring"), *(validation_records_text("spring", form) for form in ("csv", "zone"))]
    monkeypatch.setattr(sizes, "LARGEST_ANSWER", max(map(sizes.bytes_of, alone)))

    for form in ("csv", "zone"):
        assert validation_records_text("spring", form)
    with pytest.raises(AnswerTooLarge):
        list_validation_records_in("spring", ["csv", "zone"])


# Going on, cancelling, taking back


def test_a_redriven_job_is_a_new_execution_with_the_request_of_the_first(workflows: Workflows) -> None:
    started()
    opened(workflows.onboarding)
    ended(workflows.onboarding)

    answer = redrive_job("spring", caller=OPERATOR)

    first, second = workflows.onboarding.arns
    assert answer["executionArn"] == second
    assert workflows.onboarding.input_of(second) == workflows.onboarding.input_of(first)
    assert get_job("spring")["status"] == "RUNNING"
    assert open_job(workflows.onboarding.input_of(second), second)["outcome"] == "started"


@pytest.mark.parametrize("status", [JobStatus.SUCCEEDED, JobStatus.REMOVED])
def test_a_job_that_has_ended_well_or_was_taken_back_is_redriven_too(workflows: Workflows, status: JobStatus) -> None:
    started()
    opened(workflows.onboarding)
    ended(workflows.onboarding, status)

    assert redrive_job("spring", caller=OPERATOR)["executionArn"] == workflows.onboarding.arns[1]


def test_a_job_is_not_redriven_or_cleaned_up_while_an_execution_works_on_it(workflows: Workflows) -> None:
    started()
    with pytest.raises(JobIsRunning):
        redrive_job("spring", caller=OPERATOR)
    for dry_run in (False, True):
        with pytest.raises(JobIsRunning):
            clean_up_job("spring", dry_run=dry_run, caller=ADMIN)
    assert len(workflows.onboarding.arns) == 1
    assert workflows.cleanup.arns == []


def test_of_two_who_redrive_at_once_one_is_refused(workflows: Workflows, monkeypatch: pytest.MonkeyPatch) -> None:
    started()
    opened(workflows.onboarding)
    ended(workflows.onboarding)
    taking_over = JobStore.take_over_job

    def later(store: JobStore, *executions: str) -> bool:
        monkeypatch.setattr(JobStore, "take_over_job", taking_over)
        redrive_job("spring", caller=ADMIN)
        return store.take_over_job(*executions)

    monkeypatch.setattr(JobStore, "take_over_job", later)
    with pytest.raises(JobIsRunning):
        redrive_job("spring", caller=OPERATOR)
    assert len(workflows.onboarding.arns) == 2


def test_a_cancelled_job_is_stopped_with_who_asked_as_cause(workflows: Workflows) -> None:
    started()
    opened(workflows.onboarding)
    told: dict[str, Any] = {}
    events = clients.client("stepfunctions").meta.events
    events.register("provide-client-params.sfn.StopExecution", lambda params, **_: told.update(params))

    assert cancel_job("spring", caller=OPERATOR)["status"] == "CANCELLED"

    assert get_job("spring")["status"] == "CANCELLED"
    assert told["executionArn"] == workflows.onboarding.arns[0]
    assert (told["error"], OPERATOR.name in told["cause"]) == ("JobCancelled", True)
    with pytest.raises(JobNotRunning):
        cancel_job("spring", caller=OPERATOR)
    assert redrive_job("spring", caller=OPERATOR)["status"] == "STARTING"


def test_a_job_that_has_ended_can_not_be_cancelled(workflows: Workflows) -> None:
    started()
    opened(workflows.onboarding)
    ended(workflows.onboarding, JobStatus.SUCCEEDED)

    with pytest.raises(JobNotRunning):
        cancel_job("spring", caller=OPERATOR)
    assert get_job("spring")["status"] == "SUCCEEDED"


def test_a_cleanup_takes_the_job_over_and_can_be_cancelled(workflows: Workflows) -> None:
    started()
    opened(workflows.onboarding)
    ended(workflows.onboarding)

    answer = clean_up_job("spring", items=["row-00002"], caller=ADMIN)

    (arn,) = workflows.cleanup.arns
    assert answer["executionArn"] == arn
    assert workflows.cleanup.input_of(arn) == {"jobId": "spring", "items": ["row-00002"], "dryRun": False}
    assert get_job("spring")["executionArn"] == arn
    with pytest.raises(JobIsRunning):
        redrive_job("spring", caller=OPERATOR)
    assert cancel_job("spring", caller=ADMIN)["status"] == "CANCELLED"


def test_a_dry_run_of_a_cleanup_leaves_the_job_as_it_is_and_can_be_repeated(workflows: Workflows) -> None:
    started()
    opened(workflows.onboarding)
    ended(workflows.onboarding)
    before = get_job("spring")

    for _ in range(2):
        answer = clean_up_job("spring", items="failed", dry_run=True, caller=ADMIN)
        assert answer["dryRun"] is True

    assert len(workflows.cleanup.arns) == 2
    assert get_job("spring") == before


def test_a_cleanup_of_what_are_no_items_is_refused(workflows: Workflows) -> None:
    started()
    for items in ([], ["../x"], "all", [1], {"a": 1}):
        with pytest.raises(InvalidInput):
            clean_up_job("spring", items=items, caller=ADMIN)  # type: ignore[arg-type]


def test_whatever_changes_is_audited_with_who_and_on_what_and_never_with_the_request(
    workflows: Workflows, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        started(tags={"secret": "marked-value"})
        opened(workflows.onboarding)
        cancel_job("spring", caller=OPERATOR)
        redrive_job("spring", caller=OPERATOR)
        workflows.onboarding.end(workflows.onboarding.arns[-1])
        clean_up_job("spring", caller=ADMIN)

    assert audited(caplog) == [
        ("startJob", OPERATOR.name, "spring"),
        ("cancelJob", OPERATOR.name, "spring"),
        ("redriveJob", OPERATOR.name, "spring"),
        ("cleanUpJob", ADMIN.name, "spring"),
    ]
    assert "marked-value" not in str([record.__dict__ for record in caplog.records])


def test_what_is_refused_is_not_audited_as_done(workflows: Workflows, caplog: pytest.LogCaptureFixture) -> None:
    started()
    caplog.clear()
    with caplog.at_level(logging.INFO):
        for refused in (
            lambda: redrive_job("spring", caller=OPERATOR),
            lambda: clean_up_job("spring", caller=ADMIN),
            lambda: cancel_job("none", caller=OPERATOR),
            lambda: started(extra=1),
        ):
            with pytest.raises(CloudFrontExtensionsError):
                refused()
    assert audited(caplog) == []


def test_inputs_are_canonical_json(workflows: Workflows) -> None:
    """So that the same request, however it was written, is the same execution."""
    started()
    arn = workflows.onboarding.arns[0]
    text = clients.client("stepfunctions").describe_execution(executionArn=arn)["input"]
    assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"), sort_keys=True)

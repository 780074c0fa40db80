"""The workflow metrics_refresh: log files become figures, once, whatever comes late, twice or broken."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cloudfront_extensions.metrics.publication import NAMESPACE
from cloudfront_extensions.metrics.sources import Folder, Source, folder_at
from localaws.control import control
from localaws.faults import Fault, faults
from tests.workflows.application import Application, eventually
from tests.workflows.cases import Case
from tests.workflows.logs import (
    LEGACY_HEADER,
    Site,
    deliver,
    forget_queries,
    is_pending,
    keys_in,
    log_folders,
    measures_of,
    new_hour,
    put_file,
    put_legacy,
    queries,
    refresh,
    requests_of,
    start_refresh,
    wait_until_pending,
)

FUNCTIONS = ("BeginRefresh", "StoreResults", "FinishRefresh")
NO_TABLE = {"METRICS_TABLE": "no-such-table"}
LARGEST_STATE = 32 * 1024


@pytest.fixture(autouse=True)
def undisturbed_queries(application: Application) -> Iterator[None]:
    yield
    forget_queries(application)


def one_file(application: Application, site: Site, requests: int = 3) -> Folder:
    """A folder of legacy logs with one file, of so many requests."""
    hour = new_hour()
    put_legacy(application, site, hour, [site.line(hour + timedelta(seconds=number)) for number in range(requests)])
    folder = folder_at(Source.LEGACY, hour)
    wait_until_pending(application, folder)
    return folder


@pytest.mark.parametrize("source", Source)
def test_log_files_become_figures(application: Application, case: Case, tmp_path: Path, source: Source) -> None:
    site, hour = Site.of(application, case.host("shop"), case.host("www")), new_hour()
    (folder,) = deliver(application, tmp_path, source, [site], hour, lines=500)
    output = refresh(application, folder)

    assert (output["outcome"], output["progress"]["folders"], output["changedMeanwhile"]) == ("refreshed", 1, 0)
    assert output["progress"]["bytes"] > 0
    assert not is_pending(application, folder)
    counted = sum(requests_of(application, domain, hour) for domain in (*site.aliases, site.distribution_id))
    record = log_folders(application).record(folder)
    assert counted + record.rejected_lines == 500
    assert record.refreshed_at


def test_requests_are_counted_by_alias_and_by_distribution(application: Application, case: Case) -> None:
    site, hour = Site.of(application, case.host("shop")), new_hour()
    lines = [
        site.line(hour, case.host("shop").upper()),
        site.line(hour, f"{case.host('shop')}:443"),
        site.line(hour, "scanner.example.org"),
        site.line(hour + timedelta(minutes=59, seconds=59)),
    ]
    put_legacy(application, site, hour, lines)
    folder = folder_at(Source.LEGACY, hour)
    wait_until_pending(application, folder)
    refresh(application, folder)

    assert requests_of(application, case.host("shop"), hour) == 3
    assert requests_of(application, site.distribution_id, hour) == 1
    assert measures_of(application, "*", hour).bytes >= 4_000


def test_lines_that_can_not_be_counted_are_told(application: Application, case: Case) -> None:
    site, hour = Site.of(application, case.host("shop")), new_hour()
    lines = [site.line(hour), site.line(hour, date="yesterday"), "what is this?\n"]
    put_legacy(application, site, hour, lines)
    folder = folder_at(Source.LEGACY, hour)
    wait_until_pending(application, folder)
    refresh(application, folder)

    assert requests_of(application, case.host("shop"), hour) == 1
    assert log_folders(application).record(folder).rejected_lines == 2


def test_lines_that_can_not_be_counted_are_seen_by_whoever_looks_at_the_refresh_or_at_cloudwatch(
    application: Application, case: Case
) -> None:
    site, hour = Site.of(application, case.host("shop")), new_hour()
    put_legacy(application, site, hour, [site.line(hour), "what is this?\n"])
    folder = folder_at(Source.LEGACY, hour)
    wait_until_pending(application, folder)
    output = refresh(application, folder)

    assert (output["progress"]["rejected"], output["progress"]["unreadable"], output["failing"]) == (1, 0, 0)
    assert is_told(application, "RejectedLines", Source.LEGACY)


def is_told(application: Application, metric: str, source: Source) -> bool:
    """Wait until CloudWatch has a metric of this kind of logs."""
    own = {"Namespace": NAMESPACE, "MetricName": metric, "Dimensions": [{"Name": "Source", "Value": source.value}]}
    return bool(eventually(lambda: application.client("cloudwatch").list_metrics(**own)["Metrics"]))


def test_a_late_file_is_counted_and_nothing_twice(application: Application, case: Case) -> None:
    site = Site.of(application, case.host("shop"))
    folder = one_file(application, site, 3)
    refresh(application, folder)
    hour = folder.begins
    put_legacy(application, site, hour, [site.line(hour), site.line(hour)])
    wait_until_pending(application, folder)
    refresh(application, folder)
    refresh(application, folder)

    assert requests_of(application, case.host("shop"), hour) == 5


def test_the_same_file_once_more_changes_nothing(application: Application, case: Case) -> None:
    site = Site.of(application, case.host("shop"))
    folder = one_file(application, site, 3)
    (key,) = keys_in(application, folder.prefix)
    bucket = application.outputs["LogsBucket"]
    refresh(application, folder)
    content = application.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    application.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
    wait_until_pending(application, folder)
    refresh(application, folder)

    assert requests_of(application, case.host("shop"), folder.begins) == 3


def test_nothing_is_scanned_when_nothing_has_arrived(application: Application) -> None:
    pending = [one.folder for one in log_folders(application).pending()]
    for source in Source:
        if any(folder.source is source for folder in pending):
            refresh(application, sources=[source.value])
    ended = application.run("metrics_refresh", {})

    assert ended["output"]["outcome"] == "nothing"
    assert application.states_of(ended["executionArn"]) == [
        "Nothing done yet",
        "Begin refresh",
        "Anything new?",
        "Nothing new",
    ]


def test_what_one_scan_does_not_take_the_next_one_does(application: Application, case: Case) -> None:
    site = Site.of(application, case.host("shop"))
    folders = [one_file(application, site, 2) for _ in range(3)]
    with application.environment("BeginRefresh", FOLDERS_PER_SCAN="2"):
        output = refresh(application, *folders)

    assert (output["progress"]["rounds"], output["progress"]["folders"]) == (2, 3)
    assert [requests_of(application, case.host("shop"), folder.begins) for folder in folders] == [2, 2, 2]


def test_folders_of_all_sources_are_one_scan_and_the_state_stays_small(
    application: Application, case: Case, tmp_path: Path
) -> None:
    site, hour = Site.of(application, case.host("shop")), new_hour()
    folders = [
        folder
        for source in Source
        for folder in deliver(application, tmp_path, source, [site], hour, lines=50, hours=2)
    ]
    execution = start_refresh(application, *folders)
    assert application.wait(execution)["output"]["progress"]["folders"] == 6
    assert application.states_of(execution).count("Scan the logs") == 1
    assert application.largest_state(execution) < LARGEST_STATE


def test_storing_goes_on_when_a_function_has_no_more_time(application: Application, case: Case, tmp_path: Path) -> None:
    sites = [Site.of(application, case.host(f"shop-{number}")) for number in range(3)]
    hour = new_hour()
    (folder,) = deliver(application, tmp_path, Source.LEGACY, sites, hour, lines=300)
    with application.environment("StoreResults", STORE_MARGIN="100000"):
        execution = start_refresh(application, folder)
        ended = application.wait(execution)

    assert ended["status"] == "SUCCEEDED", ended
    assert application.states_of(execution).count("Store results") > 3
    counted = sum(
        requests_of(application, domain, hour) for site in sites for domain in (*site.aliases, site.distribution_id)
    )
    assert counted + log_folders(application).record(folder).rejected_lines == 300


def test_one_refresh_at_a_time_and_the_other_waits_for_it(application: Application, case: Case) -> None:
    site = Site.of(application, case.host("shop"))
    folder, other = one_file(application, site), one_file(application, site)
    slow = Fault("slow", operation="ListDistributions", caller="*/BeginRefresh", seconds=3, times=1)
    with faults(application.instance, slow) as injected:
        first = start_refresh(application, folder)
        eventually(lambda: injected.struck() == [1])
        waiting = application.wait(start_refresh(application, other))
        assert waiting["output"]["outcome"] == "attached"
        assert waiting["output"]["executionArn"] == first
        assert application.wait(first)["output"]["progress"]["folders"] == 1
    # WHAT it was asked for is left to the next one
    assert is_pending(application, other)
    assert refresh(application, other)["progress"]["folders"] == 1


def test_a_refresh_that_was_stopped_is_followed_by_another(application: Application, case: Case) -> None:
    folder = one_file(application, Site.of(application, case.host("shop")))
    slow = Fault("slow", operation="ListDistributions", caller="*/BeginRefresh", seconds=3, times=1)
    with faults(application.instance, slow) as injected:
        first = start_refresh(application, folder)
        eventually(lambda: injected.struck() == [1])
        application.stop(first)
    refresh(application, folder)
    assert requests_of(application, case.host("shop"), folder.begins) == 3


# Files that can't be read


@pytest.mark.parametrize(
    ("source", "name", "content"),
    [
        (Source.LEGACY, "E1.truncated.gz", gzip.compress(b"lines" * 1_000)[:-20]),
        (Source.REALTIME, "realtime-1-no-gzip.gz", b"this is no gzip file at all"),
        (Source.STANDARD, "E1.broken.parquet", b"PAR1 is where it begins, and that is all"),
    ],
    ids=["truncated-gzip", "no-gzip", "no-parquet"],
)
def test_a_file_that_can_not_be_read_is_set_aside(
    application: Application, case: Case, tmp_path: Path, source: Source, name: str, content: bytes
) -> None:
    site, hour = Site.of(application, case.host("shop")), new_hour()
    (folder,) = deliver(application, tmp_path, source, [site], hour, lines=100)
    key = put_file(application, folder, name, content)
    wait_until_pending(application, folder, files=2)
    output = refresh(application, folder)

    assert output["progress"]["repeats"] == 1
    record = log_folders(application).record(folder)
    assert record.unreadable == (key,)
    counted = sum(requests_of(application, domain, hour) for domain in (*site.aliases, site.distribution_id))
    assert counted + record.rejected_lines == 100
    assert key not in keys_in(application, folder.prefix)
    kept = application.client("s3").get_object(Bucket=application.outputs["LogsBucket"], Key=f"unreadable/{key}")
    assert kept["Body"].read() == content


@pytest.mark.parametrize(
    ("source", "name", "content"),
    [
        (Source.LEGACY, "E1.truncated.gz", gzip.compress(b"lines" * 1_000)[:-20]),
        (Source.STANDARD, "E1.broken.parquet", b"PAR1 is where it begins, and that is all"),
    ],
    ids=["gzip", "parquet"],
)
def test_a_file_that_athena_does_not_name_is_found_and_set_aside(
    application: Application, case: Case, tmp_path: Path, source: Source, name: str, content: bytes
) -> None:
    site, hour = Site.of(application, case.host("shop")), new_hour()
    (folder,) = deliver(application, tmp_path, source, [site], hour, lines=100)
    whole = keys_in(application, folder.prefix)
    key = put_file(application, folder, name, content)
    wait_until_pending(application, folder, files=2)
    queries(application, containing="GROUPING SETS", fail="HIVE_CURSOR_ERROR: Unexpected end of input stream", times=1)
    output = refresh(application, folder)

    assert output["progress"]["repeats"] == 1
    record = log_folders(application).record(folder)
    assert record.unreadable == (key,)
    assert keys_in(application, folder.prefix) == whole
    counted = sum(requests_of(application, domain, hour) for domain in (*site.aliases, site.distribution_id))
    assert counted + record.rejected_lines == 100


def test_a_table_that_does_not_fit_a_file_moves_no_file_away(application: Application, case: Case) -> None:
    folder = one_file(application, Site.of(application, case.host("shop")))
    (key,) = keys_in(application, folder.prefix)
    named = f"s3://{application.outputs['LogsBucket']}/{key}"
    reason = f"HIVE_BAD_DATA: Field sc_bytes's type INT64 in parquet file {named} is incompatible with type varchar"
    queries(application, containing="GROUPING SETS", fail=reason)
    assert_fails(application, folder, "QueryFailed")
    assert keys_in(application, folder.prefix) == [key]


def test_a_file_that_vanishes_while_it_is_scanned_stops_nothing(application: Application, case: Case) -> None:
    folder = one_file(application, Site.of(application, case.host("shop")))
    gone = Fault("error", code="NoSuchKey", service="s3", operation="GetObject", containing=folder.hour, times=1)
    with faults(application.instance, gone) as injected:
        output = refresh(application, folder)
    assert injected.struck() == [1]
    assert output["progress"]["repeats"] == 1
    assert log_folders(application).record(folder).unreadable == ()
    assert requests_of(application, case.host("shop"), folder.begins) == 3


def test_a_file_that_was_set_aside_is_brought_back_once_it_is_mended(application: Application, case: Case) -> None:
    site, s3 = Site.of(application, case.host("shop")), application.client("s3")
    folder, bucket = one_file(application, site, 3), application.outputs["LogsBucket"]
    mended = gzip.compress((LEGACY_HEADER + site.line(folder.begins)).encode())
    key = put_file(application, folder, "E1.truncated.gz", mended[:-20])
    wait_until_pending(application, folder, files=2)
    assert refresh(application, folder)["progress"]["unreadable"] == 1
    assert is_told(application, "UnreadableFiles", Source.LEGACY)
    assert requests_of(application, case.host("shop"), folder.begins) == 3

    s3.put_object(Bucket=bucket, Key=key, Body=mended)
    s3.delete_object(Bucket=bucket, Key=f"unreadable/{key}")
    refresh(application, folder)
    assert requests_of(application, case.host("shop"), folder.begins) == 4


# Queries that do not succeed


def assert_fails(application: Application, folder: Folder, error: str) -> None:
    ended = application.wait(start_refresh(application, folder))
    assert (ended["status"], ended["error"]) == ("FAILED", error), ended
    assert is_pending(application, folder)


@pytest.mark.parametrize(
    ("outcome", "error"),
    [
        ({"cancel": "Query was cancelled by user"}, "QueryCancelled"),
        ({"queuedSeconds": 3_600}, "QueryTimedOut"),
        ({"cancel": "Query cancelled! : Bytes scanned limit was exceeded"}, "QueryTooLarge"),
        ({"fail": "Query exhausted resources at this scale factor"}, "QueryFailed"),
        ({"fail": "GENERIC_INTERNAL_ERROR: it does not want to"}, "QueryFailed"),
    ],
    ids=["cancelled", "queued-too-long", "too-large", "too-heavy", "failed-for-good"],
)
def test_a_query_that_fails_leaves_the_folder_pending_and_the_next_one_counts_it(
    application: Application, case: Case, outcome: dict[str, object], error: str
) -> None:
    folder = one_file(application, Site.of(application, case.host("shop")))
    queries(application, containing="GROUPING SETS", **outcome)
    assert_fails(application, folder, error)
    forget_queries(application)
    refresh(application, folder)
    assert requests_of(application, case.host("shop"), folder.begins) == 3


def test_a_query_that_is_queued_for_exactly_twenty_minutes_is_waited_for(application: Application, case: Case) -> None:
    folder = one_file(application, Site.of(application, case.host("shop")))
    queries(application, containing="GROUPING SETS", queuedSeconds=1_200, times=1)
    assert refresh(application, folder)["progress"]["repeats"] == 0
    assert requests_of(application, case.host("shop"), folder.begins) == 3


def test_a_folder_that_fails_for_good_keeps_no_other_from_being_counted(application: Application, case: Case) -> None:
    site = Site.of(application, case.host("shop"))
    newest, *others = [one_file(application, site) for _ in range(3)]
    queries(application, containing=newest.hour, fail="GENERIC_USER_ERROR: it does not want to")
    for failures in (1, 2):
        ended = application.wait(start_refresh(application, newest, *others))
        assert (ended["status"], ended["error"]) == ("FAILED", "QueryFailed")
        assert f"{newest.prefix} alone, failure {failures} of it" in ended["cause"]
    assert [requests_of(application, case.host("shop"), folder.begins) for folder in others] == [3, 3]
    assert [folder for folder in (newest, *others) if is_pending(application, folder)] == [newest]
    assert is_told(application, "FailedFolders", Source.LEGACY)
    forget_queries(application)
    refresh(application, newest)
    assert requests_of(application, case.host("shop"), newest.begins) == 3
    assert not is_pending(application, newest)


def test_a_query_that_is_queued_for_long_is_waited_for(application: Application, case: Case) -> None:
    folder = one_file(application, Site.of(application, case.host("shop")))
    queries(application, containing="GROUPING SETS", queuedSeconds=900, times=1)
    assert refresh(application, folder)["progress"]["repeats"] == 0


@pytest.mark.parametrize(
    ("outcome", "repeats"),
    [
        ({"cancel": "Query cancelled! : Bytes scanned limit was exceeded", "times": 1}, 1),
        ({"fail": "Query exhausted resources at this scale factor", "times": 1}, 1),
        ({"queuedSeconds": 3_600, "times": 2}, 2),
    ],
    ids=["too-large", "too-heavy", "not-done-twice"],
)
def test_a_scan_that_is_too_much_is_done_in_smaller_portions(
    application: Application, case: Case, outcome: dict[str, object], repeats: int
) -> None:
    site = Site.of(application, case.host("shop"))
    folders = [one_file(application, site) for _ in range(3)]
    queries(application, containing="GROUPING SETS", **outcome)
    output = refresh(application, *folders)
    progress = output["progress"]
    assert (progress["repeats"], progress["rounds"], progress["folders"]) == (repeats, 3, 3)
    assert [requests_of(application, case.host("shop"), folder.begins) for folder in folders] == [3, 3, 3]


def test_trouble_of_athena_passes(application: Application, case: Case) -> None:
    folder = one_file(application, Site.of(application, case.host("shop")))
    queries(application, containing="GROUPING SETS", fail="GENERIC_INTERNAL_ERROR: for a moment", times=2)
    assert refresh(application, folder)["progress"]["repeats"] == 2


def test_athena_that_throttles_is_asked_again_and_given_up_at_last(application: Application, case: Case) -> None:
    folder = one_file(application, Site.of(application, case.host("shop")))
    start = {"service": "athena", "operation": "StartQueryExecution"}
    with faults(
        application.instance,
        Fault("throttle", nth=1, **start),  # type: ignore[arg-type]
        Fault("unavailable", nth=2, **start),  # type: ignore[arg-type]
    ) as injected:
        assert refresh(application, folder)["progress"]["repeats"] == 0
    assert injected.struck() == [1, 1]
    with faults(application.instance, Fault("throttle", **start)):  # type: ignore[arg-type]
        ended = application.wait(start_refresh(application, folder))
    assert (ended["status"], ended["error"]) == ("FAILED", "QueryThrottled")
    assert is_pending(application, folder)


# Faults of the steps


def invocation(application: Application, function: str, kind: str, **more: object) -> Fault:
    name = application.function(function)
    return Fault(kind, service="lambda", operation="Invoke", containing=name, **more)  # type: ignore[arg-type]


def test_every_step_is_tried_again(application: Application, case: Case) -> None:
    folder = one_file(application, Site.of(application, case.host("shop")))
    queries(application, containing="GROUPING SETS", fail="GENERIC_INTERNAL_ERROR: for a moment", times=1)
    steps = (*FUNCTIONS, "JudgeQuery")
    with faults(
        application.instance,
        *(invocation(application, function, "throttle", nth=1) for function in steps),
        *(invocation(application, function, "error", code="ServiceException", nth=2) for function in steps),
    ) as injected:
        refresh(application, folder)
    assert all(injected.struck()), injected.struck()
    assert requests_of(application, case.host("shop"), folder.begins) == 3


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_step_that_fails_for_good_fails_the_refresh_and_nothing_is_lost(
    application: Application, case: Case, function: str
) -> None:
    folder = one_file(application, Site.of(application, case.host("shop")))
    with application.environment(function, **NO_TABLE):
        assert_fails(application, folder, "AwsRefused")
    refresh(application, folder)
    assert requests_of(application, case.host("shop"), folder.begins) == 3


def test_a_request_that_says_something_else_is_refused(application: Application) -> None:
    ended = application.run("metrics_refresh", {"source": "realtime"})
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")


def test_it_runs_by_its_schedules(application: Application) -> None:
    """They are off here: no test may meet one."""
    events = application.client("events")
    machine = application.state_machine("metrics_refresh")
    rules = events.list_rule_names_by_target(TargetArn=machine)["RuleNames"]
    inputs = {rule: json.loads(events.list_targets_by_rule(Rule=rule)["Targets"][0]["Input"]) for rule in rules}
    assert sorted(inputs.values(), key=str) == sorted([{}, {"sources": ["realtime"]}], key=str)
    for rule, given in inputs.items():
        execution = started_by(application, rule, machine)
        ended = application.wait(execution)
        assert (ended["status"], json.loads(ended["input"])) == ("SUCCEEDED", given)


def started_by(application: Application, rule: str, machine: str) -> str:
    """The execution that a schedule starts when it is due."""
    events, states = application.client("events"), application.client("stepfunctions")

    def executions() -> set[str]:
        return {one["executionArn"] for one in states.list_executions(stateMachineArn=machine)["executions"]}

    before = executions()
    events.enable_rule(Name=rule)
    try:
        control(application.instance, "POST", "schedules", {"rule": rule})
        (execution,) = eventually(lambda: executions() - before)
    finally:
        events.disable_rule(Name=rule)
    return execution

"""The steps of metrics_refresh, one after the other, on what Athena would have written."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from cloudfront_extensions.aws import (
    athena_results,
    log_folders,
    metrics_refresh_beginning,
    metrics_refresh_storing,
)
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.clock import epoch_seconds
from cloudfront_extensions.aws.log_folders import LogFolders, RefreshRun
from cloudfront_extensions.aws.metrics_refresh_beginning import MOST_WAITS, begin
from cloudfront_extensions.aws.metrics_refresh_ending import finish
from cloudfront_extensions.aws.metrics_refresh_judging import MOST_REPEATS, PATIENCE, judge_query
from cloudfront_extensions.aws.metrics_refresh_state import Progress, Stored
from cloudfront_extensions.aws.metrics_refresh_storing import store
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.errors import (
    CloudFrontExtensionsError,
    QueryCancelled,
    QueryFailed,
    QueryThrottled,
    QueryTimedOut,
    QueryTooLarge,
    RefreshSuperseded,
    UnreadableFiles,
)
from cloudfront_extensions.metrics.facts import total
from cloudfront_extensions.metrics.known_domains import KnownDomains
from cloudfront_extensions.metrics.result_rows import RESULT_COLUMNS
from cloudfront_extensions.metrics.sources import Folder, Source
from cloudfront_extensions.metrics.windows import Interval
from tests.unit.conftest import Account, create_table

EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:MetricsRefresh:first"
OTHER = "arn:aws:states:us-east-1:123456789012:execution:MetricsRefresh:second"
START: Progress = {
    "rounds": 0,
    "repeats": 0,
    "waits": 0,
    "most": 0,
    "folders": 0,
    "bytes": 0,
    "rejected": 0,
    "unreadable": 0,
}
HOUR = Folder(Source.STANDARD, "2026-11-22-14")
BEGINS = int(HOUR.begins.timestamp())
EDGES = [f"d{number}.cloudfront.net" for number in range(5)]
NOTHING_STORED: Stored = {"offset": 0, "position": 0, "done": False}


@pytest.fixture
def folders(account: Account, monkeypatch: pytest.MonkeyPatch) -> LogFolders:
    create_table("metrics", "metrics", "MetricsTable")
    for name in ("log-files", "results", "legacy-logs"):
        client("s3").create_bucket(Bucket=name)
    for name, value in {
        "METRICS_TABLE": "metrics",
        "LOGS_BUCKET": "log-files",
        "LEGACY_LOGS_BUCKET": "legacy-logs",
        "RESULTS_BUCKET": "results",
        "LOGS_DATABASE": "cloudfront_logs",
        "FOLDERS_PER_SCAN": "2",
        "FIVE_MINUTES_DAYS": "35",
        "HOUR_DAYS": "400",
    }.items():
        monkeypatch.setenv(name, value)
    return LogFolders()


def begun(**progress: int) -> Any:
    return begin({}, {**START, **progress}, EXECUTION)  # type: ignore[typeddict-item]


def csv_text(rows: Iterable[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, RESULT_COLUMNS, restval=None, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for row in rows:
        text.write(",".join("" if row.get(name) is None else f'"{row[name]}"' for name in RESULT_COLUMNS) + "\n")
    return text.getvalue()


def cells_of(*cells: tuple[object, ...]) -> str:
    """An array of texts as Athena writes it."""
    return "[" + ", ".join("".join(f"\t{value}" for value in cell) + "\t" for cell in cells) + "]"


def counted(edge: str | None, requests: int, folder: Folder = HOUR) -> dict[str, Any]:
    return {
        "kind": "facts" if edge else "totals",
        "folder": f"{folder.source}/{folder.hour}",
        "edge_domain": edge,
        "host": edge and "shop.example.com",
        "starts": int(folder.begins.timestamp()),
        "requests": requests,
        "bytes": 1000 * requests,
        "cells": cells_of(("DE", "200", "Hit", "none", requests, 1000 * requests, 10 * requests, 0, 0, 0)),
    }


def rejected(lines: int) -> dict[str, Any]:
    return {"kind": "rejected", "folder": f"{HOUR.source}/{HOUR.hour}", "requests": lines, "bytes": 0}


def scanned(state: Any, rows: Iterable[dict[str, Any]]) -> Any:
    """The state once Athena has written a result."""
    client("s3").put_object(Bucket="results", Key="queries/1.csv", Body=csv_text(rows).encode())
    return {**state, "scan": {"queryId": "1", "output": "s3://results/queries/1.csv", "bytes": 10_000_000}}


def stored(state: Any, has_time: Callable[[], bool] = lambda: True, **position: Any) -> Stored:
    return store(state["refresh"], state["scan"], {**NOTHING_STORED, **position}, has_time)  # type: ignore[typeddict-item]


def requests_of(domain: str) -> int:
    series = MetricsStore().facts(domain, BEGINS, BEGINS + 3600, Interval.HOUR)
    return sum(total(facts).requests for facts in series.facts.values())


ROWS = [*(counted(edge, number + 1) for number, edge in enumerate(EDGES)), counted(None, 15), rejected(7)]


def test_nothing_is_begun_when_nothing_has_arrived(folders: LogFolders) -> None:
    assert begun() == {"outcome": "nothing", "progress": START}
    assert folders.run() is None


def test_a_refresh_takes_what_has_arrived_and_says_how_it_is_scanned(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    state = begun()
    assert (state["outcome"], state["refresh"]["folders"], state["refresh"]["left"]) == ("begun", 1, False)
    assert "GROUPING SETS" in state["scan"]["statement"]
    assert folders.run() == RefreshRun(state["refresh"]["runId"], folders.run().started_at, EXECUTION)  # type: ignore[union-attr]


def test_figures_are_stored_and_the_folder_is_pending_no_more(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    state = scanned(begun(), ROWS)
    assert stored(state) == {"offset": csv_text(ROWS).index('"totals"'), "position": 1, "done": True}
    ended = finish(state)

    assert [requests_of(edge) for edge in EDGES] == [1, 2, 3, 4, 5]
    assert requests_of("*") == 15
    assert (ended["progress"]["folders"], ended["progress"]["bytes"], ended["more"]) == (1, 10_000_000, False)
    assert ended["changedMeanwhile"] == 0
    assert list(folders.pending()) == []
    record = folders.record(HOUR)
    assert record.refreshed_at
    assert record.rejected_lines == 7
    assert list(folders.records(Source.STANDARD, "2026-11-22-00", "2026-11-22-23")) == [record]


def test_what_arrives_meanwhile_keeps_the_folder_pending(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    state = scanned(begun(), ROWS)
    stored(state)
    folders.note_arrivals(HOUR)
    assert finish(state)["changedMeanwhile"] == 1
    assert [one.folder for one in folders.pending()] == [HOUR]


def test_what_arrives_after_the_end_is_not_let_go_by_an_end_that_comes_late(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    state = scanned(begun(), ROWS)
    finish(state)
    folders.note_arrivals(HOUR)
    finish(state)
    assert [one.folder for one in folders.pending()] == [HOUR]


def test_storing_goes_on_where_the_time_was_over(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    state = scanned(begun(), ROWS)
    position, portions = stored(state, has_time=lambda: False), 1
    while not position["done"]:
        position = stored(state, has_time=lambda: False, **position)
        portions += 1
    assert portions == 6
    assert [requests_of(edge) for edge in (*EDGES, "*")] == [1, 2, 3, 4, 5, 15]


def hosts_of(edge: str, *hosts: str) -> list[dict[str, Any]]:
    return [{**counted(edge, number + 1), "host": host} for number, host in enumerate(hosts)]


def test_a_portion_does_not_read_what_is_stored(folders: LogFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    """Distributions of one domain and of several, of which a portion may take some."""
    folders.note_arrivals(HOUR)
    monkeypatch.setattr(athena_results, "PIECE", 100)
    monkeypatch.setattr(
        metrics_refresh_storing,
        "kept_known_domains",
        lambda *_: KnownDomains(
            [{"distributionId": "E1", "edgeDomain": EDGES[1], "aliases": ["a.example.com", "ü.de"]}]
        ),
    )
    rows = [counted(EDGES[0], 1), *hosts_of(EDGES[1], "a.example.com", "other\n.example.com", "ü.de"), *ROWS[2:]]
    state = scanned(begun(), rows)
    text = csv_text(rows).encode()
    begins = [0, *(text.index(f'"{edge}"'.encode()) for edge in EDGES[1:]), text.index(b'"totals"')]
    begins[1:5] = [text.rindex(b"\n", 0, place) + 1 for place in begins[1:5]]
    domains = [1, 3, 1, 1, 1, 1]
    expected = [(begin, number) for begin, count in zip(begins, domains, strict=True) for number in range(count)]
    place = stored(state, has_time=lambda: False)
    found = [place]
    while not place["done"]:
        place = stored(state, has_time=lambda: False, **place)
        found.append(place)
    assert [(one["offset"], one["position"]) for one in found[:-1]] == expected[1:]
    assert [requests_of(domain) for domain in (EDGES[0], "a.example.com", "E1", "ü.de", *EDGES[2:], "*")] == [
        *(1, 1, 2, 3, 3, 4, 5, 15)
    ]


def test_storing_twice_changes_nothing(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    state = scanned(begun(), ROWS)
    stored(state)
    stored(state, position=2)
    assert [requests_of(edge) for edge in (*EDGES, "*")] == [1, 2, 3, 4, 5, 15]


def test_a_scan_takes_so_many_folders_and_leaves_the_others_for_the_next(folders: LogFolders) -> None:
    for hour in ("2026-11-22-12", "2026-11-22-13", "2026-11-22-14"):
        folders.note_arrivals(Folder(Source.STANDARD, hour))
    state = scanned(begun(), ROWS)
    assert (state["refresh"]["folders"], state["refresh"]["left"]) == (2, True)
    ended = finish(state)
    assert ended["more"]
    last = begin(ended["request"], ended["progress"], EXECUTION)
    assert last["refresh"]["folders"] == 1  # type: ignore[typeddict-item]


def test_the_newest_hours_come_first_and_then_those_that_wait_for_longest(
    folders: LogFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = ("2026-11-22-12", "2026-11-22-13", "2026-11-22-11", "2026-11-22-14")
    for minute, hour in enumerate(hours):
        monkeypatch.setattr(log_folders, "now", lambda minute=minute: f"2026-11-22T15:{minute:02}:00.000Z")
        folders.note_arrivals(Folder(Source.STANDARD, hour))
    taken = [claimed(begun(most=3, rounds=rounds)) for rounds in (0, 1, 2)]
    assert taken == [["14", "13", "12"], ["12", "13", "11"], ["12", "13", "11"]]


def claimed(state: Any) -> list[str]:
    """The hours of the day that a scan takes."""
    key = f"{state['refresh']['prefix']}claims.json"
    claims = json.loads(client("s3").get_object(Bucket="results", Key=key)["Body"].read())
    return [claim["hour"][-2:] for claim in claims]


def test_folders_that_are_asked_for_are_scanned_though_nothing_has_arrived(folders: LogFolders) -> None:
    folders.note_arrivals(Folder(Source.LEGACY, HOUR.hour))
    request = {"folders": [{"source": "standard", "hour": HOUR.hour}]}
    state = begin(request, START, EXECUTION)
    assert state["refresh"]["folders"] == 1  # type: ignore[typeddict-item]
    (claim,) = json.loads(
        client("s3").get_object(Bucket="results", Key=f"{state['refresh']['prefix']}claims.json")["Body"].read()
    )  # type: ignore[typeddict-item]
    assert (claim["source"], claim["hour"]) == ("standard", HOUR.hour)


def test_sources_that_are_not_asked_for_are_left(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    assert begin({"sources": ["realtime"]}, START, EXECUTION)["outcome"] == "nothing"


def test_a_running_execution_is_waited_for_and_then_left_to_it(
    folders: LogFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.note_arrivals(HOUR)
    begun()
    monkeypatch.setattr("cloudfront_extensions.aws.metrics_refresh_beginning.is_running", lambda arn: arn == EXECUTION)
    waiting = begin({}, START, OTHER)
    assert (waiting["outcome"], waiting["executionArn"]) == ("busy", EXECUTION)  # type: ignore[typeddict-item]
    assert waiting["progress"]["waits"] == 1
    assert begin({}, {**START, "waits": MOST_WAITS}, OTHER)["outcome"] == "attached"


def test_a_dead_execution_is_taken_over_and_stores_no_more(
    folders: LogFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.note_arrivals(HOUR)
    state = scanned(begun(), ROWS)
    monkeypatch.setattr("cloudfront_extensions.aws.metrics_refresh_beginning.is_running", lambda _: False)
    assert begin({}, START, OTHER)["outcome"] == "begun"
    with pytest.raises(RefreshSuperseded):
        stored(state)
    with pytest.raises(RefreshSuperseded):
        finish(state)
    assert [one.folder for one in folders.pending()] == [HOUR]


def test_a_function_that_is_superseded_while_it_stores_stops(
    folders: LogFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.note_arrivals(HOUR)
    state = scanned(begun(), ROWS)
    monkeypatch.setattr(metrics_refresh_storing, "LOOK_EVERY", 2)

    def superseded() -> bool:
        run = folders.run()
        return bool(run and folders.begin_run(RefreshRun("2027", "2027", OTHER), run)) or True

    with pytest.raises(RefreshSuperseded):
        stored(state, has_time=superseded)


@pytest.mark.parametrize(
    "text", ["", "kind,colour\n", csv_text([{**counted(None, 1), "cells": cells_of(("many",))}]), '"kind"x\n']
)
def test_what_is_no_result_fails_the_refresh(folders: LogFolders, text: str) -> None:
    folders.note_arrivals(HOUR)
    state = scanned(begun(), ROWS)
    client("s3").put_object(Bucket="results", Key="queries/1.csv", Body=text.encode())
    with pytest.raises(QueryFailed):
        stored(state)


def test_a_result_that_is_gone_fails_the_refresh(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    state = scanned(begun(), ROWS)
    client("s3").delete_object(Bucket="results", Key="queries/1.csv")
    with pytest.raises(QueryFailed):
        stored(state)


def test_lines_are_read_whole_wherever_a_piece_ends(folders: LogFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '"ä","b\u2028"\n"c\r\nd"\n\n"ü"'.encode()
    client("s3").put_object(Bucket="results", Key="queries/2.csv", Body=text)
    for size in range(1, len(text) + 2):
        monkeypatch.setattr(athena_results, "PIECE", size)
        lines = list(athena_results.lines_at("s3://results/queries/2.csv"))
        assert lines == ['"ä","b\u2028"\n'.encode(), b'"c\r\n', b'd"\n', b"\n", '"ü"'.encode()]


def test_what_is_no_utf_8_and_what_is_very_long_stops_nothing(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    odd = {**counted(EDGES[0], 1), "host": "odd.example.com"}, {**counted(EDGES[1], 2), "host": "x" * 200_000}
    state = scanned(begun(), [*odd, *ROWS[2:]])
    text = csv_text([*odd, *ROWS[2:]]).encode().replace(b"odd.example", b"odd\xff.example")
    client("s3").put_object(Bucket="results", Key="queries/1.csv", Body=text)
    limit = csv.field_size_limit()
    assert stored(state)["done"]
    assert csv.field_size_limit() == limit
    assert [requests_of(edge) for edge in (*EDGES, "*")] == [1, 2, 3, 4, 5, 15]


def test_a_hundred_thousand_rows_are_all_read(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    rows = [counted(f"d{number:05}.cloudfront.net", 1) for number in range(3_000)]
    cells = [
        {**counted(None, 1), "cells": cells_of((f"{number:05}", "200", "Hit", "none", 1, 1000, 10, 0, 0, 0))}
        for number in range(97_000)
    ]
    state = scanned(begun(), [*rows, *cells])
    assert sum(1 for _ in athena_results.rows_at(state["scan"]["output"])) == 100_000


# A scan that failed


def judged(state: Any, has_time: Callable[[], bool] = lambda: True) -> Any:
    return judge_query(state, has_time)


def failed(state: Any, reason: str, **more: Any) -> Any:
    status = {"State": "FAILED", "StateChangeReason": reason, **more}
    return {**state, "failure": {"Error": "States.TaskFailed", "Cause": json.dumps({"Status": status})}}


def test_an_unreadable_file_is_set_aside_and_noted_and_lost_to_nobody(folders: LogFolders) -> None:
    key = f"{HOUR.prefix}E1.2026-11-22-14.broken.parquet"
    client("s3").put_object(Bucket="log-files", Key=key, Body=b"broken")
    folders.note_arrivals(HOUR)
    state = failed(begun(), f"HIVE_BAD_DATA: Not valid Parquet file: s3://log-files/{key} expected magic number: PAR1")
    again = judged(state)
    judged(state)

    assert again["progress"] == {**START, "repeats": 1}
    assert again["waitSeconds"] == 0
    assert [one["Key"] for one in client("s3").list_objects_v2(Bucket="log-files")["Contents"]] == [f"unreadable/{key}"]
    assert client("s3").get_object(Bucket="log-files", Key=f"unreadable/{key}")["Body"].read() == b"broken"
    assert folders.record(HOUR).unreadable == (key,)
    assert [one.folder for one in folders.pending()] == [HOUR]


def test_a_scan_that_is_too_large_is_halved_until_it_is_one_folder(folders: LogFolders) -> None:
    for hour in ("2026-11-22-12", "2026-11-22-13"):
        folders.note_arrivals(Folder(Source.STANDARD, hour))
    limit = {"State": "CANCELLED"}
    state = failed(begun(), "Query cancelled! : Bytes scanned limit was exceeded", **limit)
    again = judged(state)
    assert again["progress"]["most"] == 1
    state = begin({}, again["progress"], EXECUTION)
    assert (state["refresh"]["folders"], state["refresh"]["left"]) == (1, True)  # type: ignore[typeddict-item]
    with pytest.raises(QueryTooLarge):
        judged(failed(state, "Query cancelled! : Bytes scanned limit was exceeded", **limit))


def halved(folders: LogFolders, failure: dict[str, str], **progress: int) -> Any:
    """What comes of a scan of two folders that failed, and then of one."""
    for hour in ("2026-11-22-12", "2026-11-22-13"):
        folders.note_arrivals(Folder(Source.LEGACY, hour))
    again = judged({**begun(**progress), "failure": failure})
    assert again["progress"]["most"] == 1
    state = begin({}, again["progress"], EXECUTION)
    assert state["refresh"]["folders"] == 1  # type: ignore[typeddict-item]
    return {**state, "failure": failure}


def test_a_scan_that_is_too_heavy_is_halved_until_it_is_one_folder(folders: LogFolders) -> None:
    error = {"AthenaError": {"ErrorCategory": 1, "Retryable": True}}
    failure = failed({}, "Query exhausted resources at this scale factor", **error)["failure"]
    with pytest.raises(QueryFailed, match="exhausted resources"):
        judged(halved(folders, failure))


def test_a_scan_that_is_not_done_in_time_is_done_again_and_then_halved_until_it_is_one_folder(
    folders: LogFolders,
) -> None:
    folders.note_arrivals(HOUR)
    failure = {"Error": "States.Timeout", "Cause": ""}
    again = judged({**begun(), "failure": failure})
    assert (again["progress"]["most"], again["progress"]["repeats"], again["waitSeconds"]) == (0, 1, 0)
    with pytest.raises(QueryTimedOut):
        judged(halved(folders, failure, repeats=1))
    with pytest.raises(QueryTimedOut):
        judged({**begun(repeats=MOST_REPEATS), "failure": failure})


NAMELESS = "HIVE_CURSOR_ERROR: Unexpected end of input stream"


def put_logs(folder: Folder, **contents: bytes) -> None:
    for name, content in contents.items():
        ending = "parquet" if folder.source is Source.STANDARD else "gz"
        client("s3").put_object(Bucket="log-files", Key=f"{folder.prefix}{name}.{ending}", Body=content)


def names_in(prefix: str) -> list[str]:
    found = client("s3").list_objects_v2(Bucket="log-files", Prefix=prefix).get("Contents", ())
    return [one["Key"].removeprefix(prefix).partition(".")[0] for one in found]


def nameless(folder: Folder) -> Any:
    LogFolders().note_arrivals(folder)
    return failed(begun(), NAMELESS)


def test_a_file_that_athena_does_not_name_is_looked_for_when_one_folder_is_left(folders: LogFolders) -> None:
    newest = Folder(Source.LEGACY, "2026-11-22-13")
    put_logs(newest, broken=gzip.compress(b"lines" * 1000)[:-20], whole=gzip.compress(b"lines"))
    state = halved(folders, failed({}, NAMELESS)["failure"])
    again = judged(state)
    assert judged(state) == again
    assert (again["progress"]["most"], again["progress"]["repeats"], again["waitSeconds"]) == (1, 2, 0)
    assert names_in(newest.prefix) == ["whole"]
    assert names_in(f"unreadable/{newest.prefix}") == ["broken"]
    assert folders.record(newest).unreadable == (f"{newest.prefix}broken.gz",)


def test_a_file_that_is_not_found_fails_the_refresh_and_stays(folders: LogFolders) -> None:
    put_logs(HOUR, whole=b"PAR1" + bytes(20) + b"PAR1")
    with pytest.raises(QueryFailed, match="all were looked at: HIVE_CURSOR_ERROR"):
        judged(nameless(HOUR))
    with pytest.raises(QueryFailed, match="as far as there was time"):
        judged(nameless(HOUR), has_time=lambda: False)
    assert names_in(HOUR.prefix) == ["whole"]


def test_a_table_that_does_not_fit_fails_the_refresh_and_no_file_is_moved(folders: LogFolders) -> None:
    put_logs(HOUR, healthy=b"PAR1")
    folders.note_arrivals(HOUR)
    words = f"Field sc_bytes's type INT64 in parquet file s3://log-files/{HOUR.prefix}healthy.parquet is incompatible"
    with pytest.raises(QueryFailed, match="the table does not fit the file"):
        judged(failed(begun(), f"HIVE_BAD_DATA: {words} with type varchar"))
    assert names_in(HOUR.prefix) == ["healthy"]


def test_trouble_of_athena_is_waited_for_and_given_up_at_last(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    state = failed(begun(), "GENERIC_INTERNAL_ERROR", AthenaError={"Retryable": True})
    assert judged(state)["waitSeconds"] == 60
    with pytest.raises(QueryFailed):
        judged({**state, "progress": {**START, "repeats": MOST_REPEATS}})


def test_too_many_unreadable_files_fail_the_refresh(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    state = failed(begun(repeats=MOST_REPEATS), f"HIVE_BAD_DATA: s3://log-files/{HOUR.prefix}x.parquet")
    with pytest.raises(UnreadableFiles):
        judged(state)


@pytest.mark.parametrize(
    ("error", "cause", "expected"),
    [
        ("Athena.TooManyRequestsException", "Rate exceeded", QueryThrottled),
        ("Athena.InvalidRequestException", "WorkGroup is not found", QueryFailed),
        ("States.TaskFailed", '{"Status": {"State": "CANCELLED", "StateChangeReason": "by user"}}', QueryCancelled),
        ("States.TaskFailed", '{"Status": {"State": "FAILED"}}', QueryFailed),
    ],
)
def test_what_can_not_be_put_right_has_a_name_and_the_folders_stay(
    folders: LogFolders, error: str, cause: str, expected: type[CloudFrontExtensionsError]
) -> None:
    folders.note_arrivals(HOUR)
    with pytest.raises(expected):
        judged({**begun(), "failure": {"Error": error, "Cause": cause}})
    assert [one.folder for one in folders.pending()] == [HOUR]


# Folders that fail


def test_a_folder_that_fails_alone_rests_and_comes_after_all_others(
    folders: LogFolders, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failure = failed({}, "Query exhausted resources at this scale factor")["failure"]
    with pytest.raises(QueryFailed, match=r"legacy/hour=2026-11-22-13/ alone, failure 1 of it.*rests for 1 h"):
        judged(halved(folders, failure))
    (told,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert (told["Source"], told["FailedFolders"]) == ("legacy", 1)
    assert claimed(begun()) == ["12"]
    later = epoch_seconds() + 3600
    monkeypatch.setattr(metrics_refresh_beginning, "epoch_seconds", lambda: later)
    assert claimed(begun()) == ["12"]
    (good, bad) = folders.pending()
    assert folders.let_go(good)
    assert claimed(begun()) == ["13"]
    assert bad.failures == 1
    assert bad.retry_at == pytest.approx(later, abs=60)


def test_a_folder_that_rests_is_taken_again_when_something_arrives_in_it_and_rests_longer(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    for failures in (1, 2):
        with pytest.raises(QueryFailed, match=f"failure {failures} of it.*rests for {failures} h"):
            judged(failed(begun(), "SYNTAX_ERROR: it does not want to"))
        assert begun()["outcome"] == "nothing"
        folders.note_arrivals(HOUR)
    stored(scanned(state := begun(), ROWS))
    finish(scanned(state, ROWS))
    folders.note_arrivals(HOUR)
    assert [one.failures for one in folders.pending()] == [0]


def test_a_folder_that_is_counted_at_last_never_failed_though_files_arrived_meanwhile(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    with pytest.raises(QueryFailed):
        judged(failed(begun(), "SYNTAX_ERROR: it does not want to"))
    folders.note_arrivals(HOUR)
    state = scanned(begun(), ROWS)
    folders.note_arrivals(HOUR)
    assert (finish(state)["changedMeanwhile"], finish(state)["failing"]) == (1, 0)
    assert [(one.arrived, one.failures, one.retry_at) for one in folders.pending()] == [(3, 0, 0)]


def test_a_judgement_that_is_made_twice_counts_one_failure(folders: LogFolders) -> None:
    folders.note_arrivals(HOUR)
    state = failed(begun(), "SYNTAX_ERROR: it does not want to")
    for _ in range(2):
        with pytest.raises(QueryFailed):
            judged(state)
    assert [one.failures for one in folders.pending()] == [1]


def test_a_file_that_is_not_found_is_the_failure_of_its_folder(folders: LogFolders) -> None:
    put_logs(HOUR, whole=b"PAR1" + bytes(20) + b"PAR1")
    with pytest.raises(QueryFailed, match=r"all were looked at: HIVE_CURSOR_ERROR.*failure 1 of it"):
        judged(nameless(HOUR))
    assert [one.failures for one in folders.pending()] == [1]


@pytest.mark.parametrize(
    "failure",
    [
        failed({}, "GENERIC_USER_ERROR: nobody knows why")["failure"],
        failed({}, "GENERIC_INTERNAL_ERROR", AthenaError={"Retryable": True})["failure"],
    ],
    ids=["refused", "passing"],
)
def test_what_nobody_can_explain_is_looked_for_in_each_half(folders: LogFolders, failure: dict[str, str]) -> None:
    state = halved(folders, failure, repeats=PATIENCE)
    with pytest.raises(QueryFailed, match="failure 1 of it"):
        judged({**state, "progress": {**state["progress"], "repeats": MOST_REPEATS}})


@pytest.mark.parametrize("state", ["CANCELLED", "THROTTLED"])
def test_what_is_no_fault_of_a_folder_is_no_failure_of_it(folders: LogFolders, state: str) -> None:
    folders.note_arrivals(HOUR)
    error = "Athena.TooManyRequestsException" if state == "THROTTLED" else "States.TaskFailed"
    with pytest.raises((QueryCancelled, QueryThrottled)):
        judged({**begun(), "failure": {"Error": error, "Cause": json.dumps({"Status": {"State": state}})}})
    assert [one.failures for one in folders.pending()] == [0]


def test_a_refresh_tells_what_it_could_not_count(folders: LogFolders, capsys: pytest.CaptureFixture[str]) -> None:
    bad = Folder(Source.LEGACY, "2026-11-22-10")
    folders.note_arrivals(bad)
    with pytest.raises(QueryFailed):
        judged(failed(begun(), "SYNTAX_ERROR: it does not want to"))
    folders.note_arrivals(HOUR)
    folders.note_unreadable(HOUR, f"{HOUR.prefix}broken.parquet")
    state = scanned(begun(), [])
    folders.note_rejected(HOUR, 7)
    capsys.readouterr()
    ended = finish(state)
    assert (ended["progress"]["rejected"], ended["progress"]["unreadable"], ended["failing"]) == (7, 1, 1)
    (told,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert (told["Source"], told["RejectedLines"], told["UnreadableFiles"]) == ("standard", 7, 1)

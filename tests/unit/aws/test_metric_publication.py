"""What refreshes write to the log for CloudWatch adds up to what is stored, and nothing is told twice."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from cloudfront_extensions.aws import metric_publication
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.log_folders import LogFolders
from cloudfront_extensions.aws.metric_publication import publish_metrics
from cloudfront_extensions.aws.metrics_refresh_beginning import begin
from cloudfront_extensions.aws.metrics_refresh_ending import finish
from cloudfront_extensions.aws.metrics_refresh_state import Progress
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.aws.table import Table
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.metrics.domain_figures import DomainFigures
from cloudfront_extensions.metrics.facts import Cell, Measures, OriginUse
from cloudfront_extensions.metrics.sources import Folder, Source
from tests.unit.conftest import Account

FOLDER = Folder(Source.STANDARD, "2026-11-22-14")
NEXT_FOLDER = Folder(Source.STANDARD, "2026-11-22-15")
WINDOW = int(FOLDER.begins.timestamp())
NOW = WINDOW + 7200
CELL = Cell("DE", "200", "Hit", OriginUse.NONE)


@pytest.fixture(autouse=True)
def store(account: Account, monkeypatch: pytest.MonkeyPatch) -> MetricsStore:
    client("dynamodb").create_table(
        TableName="metrics",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    monkeypatch.setenv("METRICS_TABLE", "metrics")
    monkeypatch.setenv("PUBLISHED_DOMAINS", "shop.example.com,*")
    monkeypatch.setattr(metric_publication, "epoch_seconds", lambda: NOW)
    return MetricsStore()


def count(
    store: MetricsStore, requests: dict[int, int], *, domain: str = "shop.example.com", folder: Folder = FOLDER
) -> None:
    """What a refresh stores of a folder."""
    windows = {start: {CELL: Measures(number, 10 * number, number, 0, 0, 0)} for start, number in requests.items()}
    store.write([DomainFigures(domain, folder, windows, {}, {})])


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def requests(documents: list[dict[str, Any]], domain: str = "shop.example.com") -> dict[int, int]:
    """The sum that CloudWatch has of each window."""
    found: Counter[int] = Counter()
    for document in documents:
        if document["Domain"] == domain:
            found[document["_aws"]["Timestamp"] // 1000] += document["Requests"]
    return dict(found)


def test_each_window_of_the_published_domains_is_told(store: MetricsStore, capsys: pytest.CaptureFixture[str]) -> None:
    count(store, {WINDOW: 7, WINDOW + 300: 5})
    count(store, {WINDOW: 9}, domain="*")
    count(store, {WINDOW: 2}, domain="another.example.com")
    assert publish_metrics([FOLDER]) == 3
    documents = told(capsys)
    assert requests(documents) == {WINDOW: 7, WINDOW + 300: 5}
    assert requests(documents, "*") == {WINDOW: 9}
    assert {document["Domain"] for document in documents} == {"shop.example.com", "*"}


def test_what_was_told_is_not_told_again(store: MetricsStore, capsys: pytest.CaptureFixture[str]) -> None:
    count(store, {WINDOW: 7})
    assert publish_metrics([FOLDER]) == 1
    assert publish_metrics([FOLDER]) == 0
    assert requests(told(capsys)) == {WINDOW: 7}


def test_late_lines_are_added_to_what_was_told(store: MetricsStore, capsys: pytest.CaptureFixture[str]) -> None:
    count(store, {WINDOW: 7, WINDOW + 300: 5})
    publish_metrics([FOLDER])
    count(store, {WINDOW: 8, WINDOW + 300: 5, WINDOW + 600: 1})
    assert publish_metrics([FOLDER]) == 2
    assert requests(told(capsys)) == {WINDOW: 8, WINDOW + 300: 5, WINDOW + 600: 1}


def test_lines_in_the_folder_of_the_hour_after_count_too(
    store: MetricsStore, capsys: pytest.CaptureFixture[str]
) -> None:
    count(store, {WINDOW + 3300: 7})
    publish_metrics([FOLDER])
    count(store, {WINDOW + 3300: 2, WINDOW + 3600: 5}, folder=NEXT_FOLDER)
    assert publish_metrics([NEXT_FOLDER]) == 2
    assert requests(told(capsys)) == {WINDOW + 3300: 9, WINDOW + 3600: 5}


def test_hours_that_do_not_follow_each_other_are_told_together(
    store: MetricsStore, capsys: pytest.CaptureFixture[str]
) -> None:
    early = Folder(Source.STANDARD, "2026-11-22-02")
    begins = int(early.begins.timestamp())
    count(store, {begins: 4}, folder=early)
    count(store, {WINDOW: 7})
    publish_metrics([FOLDER, early])
    assert requests(told(capsys)) == {begins: 4, WINDOW: 7}


def test_what_was_just_written_is_read(store: MetricsStore) -> None:
    seen: list[bool] = []
    client("dynamodb").meta.events.register(
        "provide-client-params.dynamodb.Query", lambda params, **_: seen.append(params["ConsistentRead"])
    )
    count(store, {WINDOW: 7})
    publish_metrics([FOLDER])
    assert seen == [True, True]


def test_what_was_noted_by_a_call_whose_answer_was_lost_is_told(
    store: MetricsStore, capsys: pytest.CaptureFixture[str]
) -> None:
    count(store, {WINDOW: 7})
    lose_first_answers()
    assert publish_metrics([FOLDER]) == 1
    count(store, {WINDOW: 9})
    assert publish_metrics([FOLDER]) == 1
    assert publish_metrics([FOLDER]) == 0
    assert requests(told(capsys)) == {WINDOW: 9}


def lose_first_answers() -> None:
    """Every call is made twice, as botocore does where the answer to the first one is lost."""
    client("dynamodb").meta.events.register("needs-retry.dynamodb", lambda attempts, **_: 0 if attempts == 1 else None)


@pytest.mark.parametrize("answers_are_lost", [False, True])
@pytest.mark.parametrize("before", [{}, {WINDOW: 7}], ids=["the first", "a later one"])
def test_of_two_at_the_same_time_one_tells(
    store: MetricsStore,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    before: dict[int, int],
    answers_are_lost: bool,
) -> None:
    count(store, before)
    publish_metrics([FOLDER])
    count(store, {WINDOW: 9})
    if answers_are_lost:
        lose_first_answers()
    read = metric_publication._told

    def read_before_another_tells(table: Table, domain: str, hours: list[int]) -> Any:
        seen = read(table, domain, hours)
        monkeypatch.setattr(metric_publication, "_told", read)
        publish_metrics([FOLDER])
        return seen

    monkeypatch.setattr(metric_publication, "_told", read_before_another_tells)
    assert publish_metrics([FOLDER]) == 0
    assert requests(told(capsys)) == {WINDOW: 9}


def test_a_folder_that_cloudwatch_could_not_be_told_of_stays_pending(
    store: MetricsStore, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = scanned(monkeypatch)
    count(store, {WINDOW: 7})
    monkeypatch.setenv("PUBLISHED_DOMAINS", "shop.example.com,no domain")
    with pytest.raises(InvalidInput):
        finish(state)
    assert [pending.folder for pending in LogFolders().pending()] == [FOLDER]

    monkeypatch.setenv("PUBLISHED_DOMAINS", "shop.example.com")
    finish(state)
    assert list(LogFolders().pending()) == []
    assert requests(told(capsys)) == {WINDOW: 7}


def scanned(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The state of a refresh whose figures are stored."""
    client("s3").create_bucket(Bucket="results")
    settings = {"LOGS_BUCKET": "logs", "RESULTS_BUCKET": "results", "LOGS_DATABASE": "logs", "FOLDERS_PER_SCAN": "24"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    LogFolders().note_arrivals(FOLDER)
    progress: Progress = {
        "rounds": 0,
        "repeats": 0,
        "waits": 0,
        "most": 0,
        "folders": 0,
        "bytes": 0,
        "rejected": 0,
        "unreadable": 0,
    }
    begun: Any = begin({}, progress, "arn:aws:states:us-east-1:123456789012:execution:MetricsRefresh:first")
    return {**begun, "scan": {**begun["scan"], "bytes": 0}}


def test_nothing_is_read_where_nothing_is_published(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PUBLISHED_DOMAINS", "")
    monkeypatch.setenv("METRICS_TABLE", "missing")
    assert publish_metrics([FOLDER]) == 0
    assert told(capsys) == []

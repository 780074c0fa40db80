"""Files of an export hold what the table holds; a part that is made again is the same."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from cloudfront_extensions.aws import metrics_export
from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.metrics_export import ExportState, begin_export, export_part
from cloudfront_extensions.aws.metrics_store import MetricsStore
from cloudfront_extensions.aws.objects import LARGEST_DOCUMENT, get_json
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.metrics.domain_figures import DomainFigures
from cloudfront_extensions.metrics.export import COLUMNS
from cloudfront_extensions.metrics.facts import Cell, Measures, OriginUse
from cloudfront_extensions.metrics.known_domains import KnownDomains
from cloudfront_extensions.metrics.sources import Folder, Source
from localaws.instance import PROJECT
from tests.unit.conftest import Account

FOLDER = Folder(Source.STANDARD, "2026-11-20-14")
WINDOW = int(FOLDER.begins.timestamp())
NOW = WINDOW + 5 * 86_400
ASKED = {"domains": ["*", "shop.example.com", "quiet.example.com"], "from": "2026-11-20", "to": "2026-11-21"}


@pytest.fixture(autouse=True)
def deployment(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    client("dynamodb").create_table(
        TableName="metrics",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client("s3").create_bucket(Bucket="results")
    monkeypatch.setenv("METRICS_TABLE", "metrics")
    monkeypatch.setenv("RESULTS_BUCKET", "results")
    monkeypatch.setenv("FIVE_MINUTES_DAYS", "35")
    monkeypatch.setattr(metrics_export, "epoch_seconds", lambda: NOW)
    facts = {
        Cell(country, status, "Hit", OriginUse.NONE): Measures(number, 10 * number, number, 1, 0, 0)
        for number, (country, status) in enumerate([("DE", "200"), ("FR", "200"), ("DE", "404")], 1)
    }
    windows = {WINDOW: facts, WINDOW + 300: facts}
    MetricsStore().write(DomainFigures(domain, FOLDER, windows, {}, {}) for domain in ("*", "shop.example.com"))


def to_parquet() -> ModuleType:
    """The function's own module, which is not on the path of tests."""
    spec = importlib.util.spec_from_file_location("parquet", PROJECT / "functions/export_metrics/parquet.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def exported(asked: dict[str, Any], export_id: str = "one") -> ExportState:
    state = begin_export(asked, export_id)
    while not state["done"]:
        state = export_part(state, to_parquet().to_parquet, always)
    return state


def always() -> bool:
    return True


def content(key: str) -> bytes:
    body: bytes = client("s3").get_object(Bucket="results", Key=key)["Body"].read()
    return body


def lines(state: ExportState) -> list[dict[str, str]]:
    """The rows of all parts of an export as CSV."""
    parts = get_json(state["bucket"], state["manifestKey"])["parts"]
    texts = [gzip.decompress(content(part["key"])).decode() for part in parts]
    found = [list(csv.DictReader(io.StringIO(text))) for text in texts]
    assert [len(each) for each in found] == [part["rows"] for part in parts]
    return [row for each in found for row in each]


def test_an_export_has_the_facts_of_its_domains() -> None:
    found = lines(exported({**ASKED, "interval": "5m"}))
    assert {row["domain"] for row in found} == {"*", "shop.example.com"}
    assert len(found) == 2 * 2 * 2
    first = found[0]
    assert (first["window_start"], first["status"], first["country"]) == ("2026-11-20T14:00:00Z", "200", "")
    assert (first["requests"], first["bytes"], first["is_final"]) == ("3", "30", "true")


def test_windows_whose_logs_are_to_be_counted_again_are_not_final() -> None:
    client("dynamodb").put_item(TableName="metrics", Item=pending(FOLDER))
    assert {row["is_final"] for row in lines(exported({**ASKED, "interval": "5m"}))} == {"false"}


def test_a_folder_that_becomes_pending_within_a_part_is_seen_by_the_next_part(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    read = MetricsStore.facts

    def facts(store: MetricsStore, domain: str, *of: Any, **more: Any) -> Any:
        asked.append(domain)
        client("dynamodb").put_item(TableName="metrics", Item=pending(FOLDER))
        return read(store, domain, *of, **more)

    monkeypatch.setattr(MetricsStore, "facts", facts)
    monkeypatch.setenv("EXPORT_ROWS_A_PART", "1")
    found = lines(exported(ASKED))
    assert asked == ["*", "shop.example.com", "quiet.example.com"]
    assert {row["domain"]: row["is_final"] for row in found} == {"*": "true", "shop.example.com": "false"}


def pending(folder: Folder) -> dict[str, Any]:
    return {"pk": {"S": "refresh"}, "sk": {"S": f"pending#{folder.hour}#{folder.source.value}"}}


def test_hours_and_days_are_sums_of_them() -> None:
    for interval in ("1h", "1d"):
        found = lines(exported({**ASKED, "interval": interval, "countries": True}, interval))
        of_shop = {(row["country"], row["status"]): int(row["requests"]) for row in found if row["domain"] != "*"}
        assert of_shop == {("DE", "200"): 2, ("FR", "200"): 4, ("DE", "404"): 6}


def test_the_manifest_tells_what_the_parts_are() -> None:
    state = exported(ASKED)
    manifest = get_json("results", "exports/one/manifest.json")
    assert (manifest["complete"], manifest["domains"], manifest["rows"]) == (True, 3, 4)
    assert manifest["columns"] == list(COLUMNS)
    (part,) = manifest["parts"]
    assert (part["key"], part["bytes"]) == ("exports/one/part-00001.csv.gz", len(content(part["key"])))
    assert (state["rows"], state["part"]) == (4, 2)


def test_parquet_has_the_rows_of_the_csv_with_their_types(tmp_path: Path) -> None:
    asked = {**ASKED, "interval": "5m", "countries": True}
    as_text = lines(exported(asked, "text"))
    exported({**asked, "format": "parquet"}, "typed")
    file = tmp_path / "part.parquet"
    file.write_bytes(content("exports/typed/part-00001.parquet"))
    table = duckdb.read_parquet(str(file))
    assert dict(zip(table.columns, map(str, table.types), strict=True)) == dict(COLUMNS)
    typed = [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
    assert [row["requests"] for row in typed] == [int(row["requests"]) for row in as_text]
    assert [f"{row['window_start']:%Y-%m-%dT%H:%M:%SZ}" for row in typed] == [row["window_start"] for row in as_text]
    assert {row["is_final"] for row in typed} == {True}


def test_countries_that_are_not_told_apart_are_null_in_parquet(tmp_path: Path) -> None:
    exported({**ASKED, "format": "parquet"})
    file = tmp_path / "part.parquet"
    file.write_bytes(content("exports/one/part-00001.parquet"))
    assert set(duckdb.read_parquet(str(file)).project("country").fetchall()) == {(None,)}


def test_many_rows_are_several_parts_and_a_part_made_again_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lines(exported({**ASKED, "interval": "5m"}, "whole"))
    monkeypatch.setenv("EXPORT_ROWS_A_PART", "1")
    state, seen = begin_export({**ASKED, "interval": "5m"}, "one"), []
    while not state["done"]:
        after = export_part(state, to_parquet().to_parquet, always)
        key = f"exports/one/part-{state['part']:05}.csv.gz"
        first_try = content(key), get_json("results", after["manifestKey"])
        assert export_part(state, to_parquet().to_parquet, always) == after
        assert (content(key), get_json("results", after["manifestKey"])) == first_try
        seen.append(key)
        state = after
    assert len(seen) == 3
    assert lines(state) == whole


def test_a_part_is_closed_when_its_time_is_over_though_it_has_few_rows() -> None:
    asked = {**ASKED, "interval": "5m", "to": "2026-11-22"}
    whole = lines(exported(asked, "whole"))
    state, places = begin_export(asked, "one"), []
    while not state["done"]:
        state = export_part(state, to_parquet().to_parquet, lambda: False)
        places.append((state["domain"], state["start"] == WINDOW + 10 * 3600))
    assert places == [(0, True), (1, False), (1, True), (2, False), (2, True), (3, False)]
    assert lines(state) == whole


def test_a_part_goes_on_for_as_long_as_there_is_time() -> None:
    answers = iter([True, True, False])
    state = export_part(begin_export(ASKED, "one"), to_parquet().to_parquet, lambda: next(answers))
    assert (state["done"], state["part"], state["rows"]) == (True, 2, 4)


def test_rows_are_written_before_the_next_ones_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    alive: list[int] = []
    monkeypatch.setattr(metrics_export, "ROWS_AT_ONCE", 3)
    monkeypatch.setattr(metrics_export, "rows", lambda *_: (OneOf(alive) for _ in range(20)))
    assert exported({**ASKED, "domains": ["*"]})["rows"] == 20
    assert max(alive) <= 2 * 3


class OneOf(tuple[str, ...]):
    """A row that notes how many there are of its kind."""

    there = 0

    def __new__(cls, noted: list[int]) -> OneOf:
        cls.there += 1
        noted.append(cls.there)
        return super().__new__(cls, ["x"] * len(COLUMNS))

    def __del__(self) -> None:
        type(self).there -= 1


def test_a_very_long_list_of_domains_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    aliases = [f"{'shop' * 15}{number:03}.{'example' * 8}.com" for number in range(1000)]
    sites = [
        {"distributionId": f"E{number}", "edgeDomain": f"d{number}.cloudfront.net", "aliases": aliases_of}
        for number in range(60)
        for aliases_of in [[f"{number:02}{alias}" for alias in aliases]]
    ]
    monkeypatch.setattr(metrics_export, "known_domains", lambda: KnownDomains(sites))  # type: ignore[arg-type]
    state = begin_export({"from": "2026-11-20", "to": "2026-11-21"}, "one")
    assert len(content("exports/one/request.json")) > LARGEST_DOCUMENT
    assert export_part(state, to_parquet().to_parquet, lambda: False)["domain"] == 1


def test_all_domains_are_those_of_all_distributions_and_their_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = {"distributionId": "E1", "edgeDomain": "d1.cloudfront.net", "aliases": ["shop.example.com"]}
    monkeypatch.setattr(metrics_export, "known_domains", lambda: KnownDomains([shop]))  # type: ignore[list-item]
    state = exported({"from": "2026-11-20", "to": "2026-11-21"})
    assert {row["domain"] for row in lines(state)} == {"*", "shop.example.com"}
    assert get_json("results", "exports/one/request.json")["domains"] == ["*", "E1", "shop.example.com"]


def test_a_distribution_that_is_gone_is_exported_where_it_is_named_and_is_none_of_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metrics_export, "known_domains", lambda: KnownDomains([]))
    facts = {Cell("DE", "200", "Hit", OriginUse.NONE): Measures(7, 70, 7, 0, 0, 0)}
    MetricsStore().write([DomainFigures("d9.cloudfront.net", FOLDER, {WINDOW: facts}, {}, {})])
    named = lines(exported({**ASKED, "domains": ["d9.cloudfront.net"]}, "named"))
    assert [(row["domain"], row["requests"]) for row in named] == [("d9.cloudfront.net", "7")]
    assert {row["domain"] for row in lines(exported({**ASKED, "domains": "all"}, "whole"))} == {"*"}


@pytest.mark.parametrize(("days", "interval", "refused"), [(35, "5m", True), (36, "5m", False), (35, "1h", False)])
def test_windows_of_five_minutes_that_are_kept_no_more_are_not_exported(
    monkeypatch: pytest.MonkeyPatch, days: int, interval: str, refused: bool
) -> None:
    first = datetime(2026, 11, 20, tzinfo=UTC).timestamp()
    monkeypatch.setattr(metrics_export, "epoch_seconds", lambda: int(first) + 35 * 86_400 + 1)
    monkeypatch.setenv("FIVE_MINUTES_DAYS", str(days))
    with (
        pytest.raises(InvalidInput, match="from: windows of five minutes are kept for 35 days; choose the interval")
        if refused
        else nullcontext()
    ):
        begin_export({**ASKED, "interval": interval}, "one")


def test_an_export_of_nothing_is_complete_and_has_no_rows() -> None:
    state = exported({**ASKED, "domains": ["quiet.example.com"]})
    assert lines(state) == []
    assert get_json("results", state["manifestKey"])["complete"]


@pytest.mark.parametrize("name", ["", "a/b", "../../x", "x" * 81])
def test_a_name_that_is_no_part_of_a_key_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="the execution's name"):
        begin_export(ASKED, name)


def test_duckdb_is_not_imported_for_an_export_as_csv() -> None:
    loaded = {name: module for name, module in sys.modules.items() if name.startswith(("duckdb", "_duckdb"))}
    for name in loaded:
        del sys.modules[name]
    try:
        exported(ASKED)
        assert "duckdb" not in sys.modules
    finally:
        sys.modules.update(loaded)

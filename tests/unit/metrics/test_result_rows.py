"""The result of a scan, as Athena writes it, becomes rows."""

from __future__ import annotations

import pytest

from cloudfront_extensions.metrics.facts import Cell, Measures, OriginUse
from cloudfront_extensions.metrics.result_rows import RESULT_COLUMNS, read_rows
from cloudfront_extensions.metrics.rows import FactsRow, RejectedRow, SpeedRow, UrlRow
from cloudfront_extensions.metrics.sources import Folder, Source

FOLDER = Folder(Source.STANDARD, "2026-11-22-14")
NAMES = ",".join(f'"{name}"' for name in RESULT_COLUMNS) + "\n"
EDGE, HOST = "d111111abcdef8.cloudfront.net", "www.example.com"


def line(**values: str) -> str:
    """A line of a result: all values in quotes, null as nothing."""
    texts = {"folder": "standard/2026-11-22-14"} | values
    return (
        ",".join('"' + texts[name].replace('"', '""') + '"' if name in texts else "" for name in RESULT_COLUMNS) + "\n"
    )


SUMS = {"requests": "7", "bytes": "700"}
CELL = "\tDE\t200\tMiss\tfetched\t7\t700\t70\t3\t2\t1\t"


def test_facts_of_a_host() -> None:
    told = line(kind="facts", edge_domain=EDGE, host=HOST, starts="1795356300", cells=f"[{CELL}]", **SUMS)
    cell, measures = Cell("DE", "200", "Miss", OriginUse.FETCHED), Measures(7, 700, 70, 3, 2, 1)
    assert list(read_rows([NAMES, told])) == [FactsRow(FOLDER, EDGE, HOST, 1795356300, cell, measures)]


def test_all_cells_of_a_window_are_one_row_of_the_result() -> None:
    """Whatever values have in them but a tab: what Athena writes between two texts is none."""
    others = '\t, \t[1\ta, b]\tnone\t1\t0\t0\t0\t0\t0\t, \t]\t"\t\nc\trevalidated\t2\t0\t0\t0\t0\t0\t'
    told = line(kind="facts", edge_domain=EDGE, host=HOST, starts="1795356300", cells=f"[{CELL}, {others}]", **SUMS)
    found = [row for row in read_rows((NAMES + told).splitlines(keepends=True)) if isinstance(row, FactsRow)]
    assert [row[:4] for row in found] == [(FOLDER, EDGE, HOST, 1795356300)] * 3
    assert [row.cell for row in found] == [
        Cell("DE", "200", "Miss", OriginUse.FETCHED),
        Cell(", ", "[1", "a, b]", OriginUse.NONE),
        Cell("]", '"', "\nc", OriginUse.REVALIDATED),
    ]
    assert [row.measures.requests for row in found] == [7, 1, 2]


def test_facts_of_all_distributions_have_neither_edge_domain_nor_host() -> None:
    (row,) = read_rows([NAMES, line(kind="totals", starts="1795356300", cells=f"[{CELL}]", **SUMS)])
    assert isinstance(row, FactsRow)
    assert (row.edge_domain, row.host) == (None, None)


def test_urls_with_quotes_commas_and_line_breaks() -> None:
    path = '/a"b,c\r\nd\\x22'
    told = line(kind="urls", edge_domain=EDGE, host=HOST, starts="1795356000", path=path, **SUMS)
    rows = list(read_rows((NAMES + told).splitlines(keepends=True)))
    assert rows == [UrlRow(FOLDER, EDGE, HOST, 1795356000, path, 7, 700)]


@pytest.mark.parametrize(("text", "from_origin"), [("true", True), ("false", False)])
def test_speeds(text: str, from_origin: bool) -> None:
    told = line(
        kind="speeds", edge_domain=EDGE, host=HOST, starts="1795356000", country="DE",
        cells=f"[\t3320\t{text}\tOther\t7\t]", **SUMS,
    )  # fmt: skip
    row = SpeedRow(FOLDER, EDGE, HOST, 1795356000, "DE", "3320", from_origin, "Other", 7)
    assert list(read_rows([NAMES, told])) == [row]


def test_rejected_lines() -> None:
    assert list(read_rows([NAMES, line(kind="rejected", **SUMS)])) == [RejectedRow(FOLDER, 7)]


def test_a_result_without_rows() -> None:
    assert list(read_rows([NAMES])) == []


@pytest.mark.parametrize("lines", [[], ['"kind","folder"\n'], ["\n"]])
def test_another_result_is_refused(lines: list[str]) -> None:
    with pytest.raises(ValueError, match="columns"):
        list(read_rows(lines))


@pytest.mark.parametrize(
    "bad",
    [
        line(kind="figures", **SUMS),
        line(kind="rejected", **SUMS | {"requests": "many"}),
        line(kind="rejected", folder="elsewhere/2026-11-22-14", **SUMS),
        line(kind="facts", starts="1795356300", **SUMS),
        line(kind="facts", starts="1795356300", cells="[]", **SUMS),
        line(kind="facts", starts="1795356300", cells=f"[{CELL}", **SUMS),
        line(kind="facts", starts="1795356300", cells=f"[{CELL}more\t]", **SUMS),
        line(kind="facts", starts="1795356300", cells=f"[{CELL.replace('70', 'many')}]", **SUMS),
        line(kind="speeds", starts="1795356000", country="DE", cells=f"[{CELL}]", **SUMS),
        '"facts"\n',
        '"facts\n',
    ],
)
def test_a_row_of_another_shape_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        list(read_rows([NAMES, bad]))


def test_rows_are_read_one_at_a_time() -> None:
    """A result may be larger than memory: what follows a row has not been read when it is told."""

    def lines() -> object:
        yield NAMES
        yield line(kind="rejected", **SUMS)
        raise AssertionError("read too far")

    assert next(read_rows(lines())) == RejectedRow(FOLDER, 7)  # type: ignore[arg-type]


def test_a_hundred_thousand_rows() -> None:
    told = line(kind="facts", edge_domain=EDGE, host=HOST, starts="1795356300", cells=f"[{CELL}, {CELL}]", **SUMS)
    assert sum(1 for _ in read_rows([NAMES, *[told] * 50_000])) == 100_000

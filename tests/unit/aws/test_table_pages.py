"""One page of a partition: in order, between bounds, backwards, from an index, filtered."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.aws.attributes import to_attributes
from cloudfront_extensions.aws.table import Index, RowPage, Table
from tests.unit.conftest import Account

LISTING = Index("listing", "listing", "listed_at")


@pytest.fixture
def table(account: Account) -> Table:
    """Ten rows of a partition, which an index has in the other order, beside those of others."""
    found = Table("jobs")
    rows = [
        {"pk": "one", "sk": f"row#{number}", "kind": "odd" if number % 2 else "even"}
        | {"listing": "rows", "listed_at": f"{9 - number}"}
        for number in range(10)
    ]
    others = [{"pk": "one", "sk": sort} for sort in ("row", "rox", "head")] + [{"pk": "two", "sk": "row#3"}]
    found.put_many(to_attributes(row) for row in (*rows, *others))
    return found


def numbers(table: Table, limit: int, partition: str = "one", **asked: Any) -> list[int]:
    """The numbers of all rows, page by page."""
    found: list[int] = []
    page = RowPage([], None)
    while True:
        page = table.page(partition, limit, after=page.last, **asked)
        assert len(page.rows) <= limit
        found += [int(row["sk"]["S"].removeprefix("row#")) for row in page.rows]
        if page.last is None:
            return found


ROWS = ("row#", "row#~")


@pytest.mark.parametrize("limit", [1, 3, 5, 10, 100])
def test_pages_join_without_gap_or_overlap(table: Table, limit: int) -> None:
    assert numbers(table, limit, between=ROWS) == list(range(10))
    assert numbers(table, limit, between=ROWS, descending=True) == list(range(9, -1, -1))
    assert numbers(table, limit, between=("row#3", "row#6")) == [3, 4, 5, 6]
    assert numbers(table, limit, "rows", index=LISTING) == list(range(9, -1, -1))
    assert numbers(table, limit, "rows", index=LISTING, descending=True) == list(range(10))
    assert numbers(table, limit, "rows", index=LISTING, between=("2", "4")) == [7, 6, 5]


@pytest.mark.parametrize("evaluated", [1, 2, 7, 100])
def test_a_filter_finds_all_however_few_rows_a_page_looks_at(table: Table, evaluated: int) -> None:
    asked: dict[str, Any] = {"between": ROWS, "only": {"kind": "odd"}, "evaluated": evaluated}
    assert numbers(table, 2, **asked) == [1, 3, 5, 7, 9]


def test_the_last_page_says_that_it_is_the_last(table: Table) -> None:
    assert table.page("one", 10, between=ROWS).last is None
    assert table.page("one", 9, between=ROWS).last == to_attributes({"pk": "one", "sk": "row#8"})


def test_a_partition_that_is_not_there_is_an_empty_page(table: Table) -> None:
    assert table.page("three", 10) == RowPage([], None)

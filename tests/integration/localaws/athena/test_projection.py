"""Which partitions a projection has, and which of them a predicate selects."""

from __future__ import annotations

import pytest

from localaws.server.athena import planning, projection, tables
from localaws.server.athena.failures import QueryFailed
from localaws.server.athena.planning import Scan, conjuncts
from localaws.server.athena.tables import Table
from tests.integration.localaws.athena.lake import text_table


def table(**parameters: str) -> Table:
    found = tables.definition("logs", text_table("s3://bucket/lines/", **parameters))
    assert isinstance(found, Table)
    return found


HOURLY = {"projection.hour.range": "2026-01-01-00,NOW+1DAYS"}
INTEGER = {"projection.hour.type": "integer", "projection.hour.range": "2,20", "projection.hour.interval": "2"}


@pytest.mark.parametrize(
    ("parameters", "value", "is_there"),
    [
        (HOURLY, "2026-01-01-00", True),
        (HOURLY, "2025-12-31-23", False),
        (HOURLY, "2026-02-30-00", False),
        (HOURLY, "2026-1-1-0", False),
        (HOURLY, "2099-01-01-00", False),
        (INTEGER, "2", True),
        (INTEGER, "3", False),
        (INTEGER, "22", False),
        (INTEGER, "02", False),
        (INTEGER | {"projection.hour.digits": "2"}, "02", True),
        ({"projection.hour.type": "enum", "projection.hour.values": "a, b"}, "b", True),
        ({"projection.hour.type": "enum", "projection.hour.values": "a, b"}, "c", False),
        ({"projection.hour.type": "injected"}, "whatever", True),
    ],
)
def test_a_projection_has_the_values_of_its_range(parameters: dict[str, str], value: str, is_there: bool) -> None:
    found = projection.values_in(table(**parameters), f"s3://bucket/lines/hour={value}/a.gz")
    assert found == ((value,) if is_there else None)


def test_a_template_says_where_partitions_lie() -> None:
    elsewhere = table(**{"storage.location.template": "s3://other/${hour}/logs"})
    assert projection.location_of(elsewhere, ["2026-01-01-00"]) == "s3://other/2026-01-01-00/logs/"
    assert projection.values_in(elsewhere, "s3://other/2026-01-01-00/logs/a.gz") == ("2026-01-01-00",)
    assert projection.values_in(elsewhere, "s3://other/2026-01-01-00/a.gz") is None
    assert projection.prefix_of(elsewhere) == "s3://other/"


def test_a_projection_that_lacks_something_fails_the_query() -> None:
    with pytest.raises(QueryFailed, match="type is 'other'"):
        projection.values_in(table(**{"projection.hour.type": "other"}), "s3://bucket/lines/hour=1/a.gz")


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("", []),
        ("(a = 'x')", ["a = 'x'"]),
        ("((a = 'x AND y') AND (b = ')'))", ["(a = 'x AND y')", "(b = ')')"]),
        ("((a = 'it''s') AND ((b = '1') OR (c = '2')))", ["(a = 'it''s')", "((b = '1') OR (c = '2'))"]),
        ("(hour BETWEEN 'a' AND 'b')", ["(hour BETWEEN 'a' AND 'b')"]),
    ],
)
def test_a_chain_of_conditions_is_taken_apart(expression: str, parts: list[str]) -> None:
    assert conjuncts(expression) == parts


def test_conditions_on_other_columns_select_every_partition() -> None:
    partitions = [("2026-01-01-00",), ("2026-01-01-01",)]
    one = Scan(frozenset(), ("(word = 'x')", "(hour = '2026-01-01-01')", "unheard_of(hour)"))
    assert planning.chosen(table(), partitions, one) == [("2026-01-01-01",)]
    assert planning.chosen(table(), partitions, Scan(frozenset(), ("(word = 'x')",))) == partitions

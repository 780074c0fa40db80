"""The table of docs/embedded-aws.md that says of each operation that the product calls who answers it, and how truly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.reports.called_operations import Operation

PAGE = Path(__file__).resolve().parents[2] / "docs" / "embedded-aws.md"
HEADING = "## Operations that the product calls"
NOTHING_KNOWN = "nothing known"
"""In the column that says in what an operation is less true than on AWS."""
ANSWERED_BY = ("ours", "MiniStack", "MiniStack behind ours")


@dataclass(frozen=True, slots=True)
class Row:
    operation: Operation
    answered_by: str
    less_true: str
    test: str


def rows() -> Iterator[Row]:
    section = PAGE.read_text().partition(f"{HEADING}\n")[2].partition("\n## ")[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) == 4:
            service, _, name = cells[0].strip("`").partition(":")
            yield Row((service, name), *cells[1:])


def operations() -> set[Operation]:
    return {row.operation for row in rows()}

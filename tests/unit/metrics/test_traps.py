"""Each of the nineteen traps that docs/metrics.md lists is held by the tests that it names."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[3]
_ROW = re.compile(r"\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|")
_TEST = re.compile(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")


class Trap(NamedTuple):
    number: int
    tests: tuple[tuple[str, str], ...]
    """File and name of each."""


def traps() -> list[Trap]:
    _, _, chapter = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8").partition("\n## Nineteen traps\n")
    return [Trap(int(number), tuple(_TEST.findall(tests))) for number, _trap, _rule, tests in _ROW.findall(chapter)]


@cache
def functions_of(file: str) -> frozenset[str]:
    """The tests that pytest collects from a file: its functions, not what it imports or only mentions."""
    path = ROOT / file
    if not path.exists():
        return frozenset()
    return frozenset(
        each.name for each in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(each, ast.FunctionDef)
    )


def test_nineteen_traps_are_told_in_order() -> None:
    assert [trap.number for trap in traps()] == list(range(1, 20))


@pytest.mark.parametrize("trap", traps(), ids=lambda trap: f"trap-{trap.number}")
def test_a_trap_is_held_by_the_tests_that_it_names(trap: Trap) -> None:
    assert trap.tests
    assert not [f"{file}::{name}" for file, name in trap.tests if name not in functions_of(file)]

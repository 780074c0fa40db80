"""DuckDB is pinned where it is packed for Lambda and where it is tested: the two agree, for every runtime that there can be."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.templates import PROJECT

PACKED = PROJECT / "functions/export_metrics/requirements.txt"
OLD_LINUX = "3.11"
"""Lambda's Python on a Linux that is too old for DuckDB's present wheels."""
(_CHOICE,) = re.findall(r"AllowedValues: \[(python3[^\]]+)\]", (PROJECT / "template.yaml").read_text())
RUNTIMES = [runtime.removeprefix("python") for runtime in _CHOICE.split(", ")]


def packed_for(python: str) -> list[str]:
    lines = [Requirement(line) for line in PACKED.read_text().splitlines() if not line.startswith("#")]
    return [
        str(one.specifier) for one in lines if one.marker is None or one.marker.evaluate({"python_version": python})
    ]


def in_development() -> set[str]:
    groups: dict[str, list[Any]] = tomllib.loads((PROJECT / "pyproject.toml").read_text())["dependency-groups"]
    named = [Requirement(one) for group in groups.values() for one in group if isinstance(one, str)]
    return {str(one.specifier) for one in named if one.name == "duckdb"}


@pytest.mark.parametrize("python", RUNTIMES)
def test_each_runtime_gets_one_version_and_that_of_the_tests_where_its_linux_takes_it(python: str) -> None:
    (version,) = packed_for(python)
    assert ({version} == in_development()) is (python != OLD_LINUX)

"""The measurements of extensions measure what they say, on a small one."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import edge_calls, edge_imports, extension_tables
from benchmarks.edge_calls import CallTimes
from benchmarks.extensions import Extensions, ViewerFunction
from extensions.harness.engines.present import engines_for
from extensions.harness.folders import read_extension
from tests.extensions.catalogue.samples import write_greeting
from tests.templates import PROJECT

CALLS = CallTimes(cases=2, failed=0, microseconds=9.5, ratio=1.9, slowest_case="long-url", slowest_microseconds=96.2)
THROWS = "function handler(event) { throw new Error(`'${Word}'`); }\n"


def test_a_function_is_measured_on_its_own_cases(tmp_path: Path) -> None:
    extension = read_extension(write_greeting(tmp_path))

    times = edge_calls.measure(extension, extension.functions[0], engines_for("javascript")[0], runs=1)

    assert (times.cases, times.failed, times.slowest_case) == (1, 0, "hello")
    assert times.microseconds > 0
    assert times.ratio > 0


def test_calls_that_throw_are_counted(tmp_path: Path) -> None:
    extension = read_extension(write_greeting(tmp_path, code=THROWS))

    times = edge_calls.measure(extension, extension.functions[0], engines_for("javascript")[0], runs=2)

    assert times.failed == 2 * edge_calls.REPEATED["javascript"]
    assert not _extensions(calls=times).ended_well


def test_cases_share_a_process_as_far_as_their_code_is_the_same() -> None:
    extension = read_extension(PROJECT / "extensions/directory-index")

    batches = edge_calls.batches_of(extension, extension.functions[0])

    assert 1 < len(batches) < sum(map(len, batches.values()))


def test_a_cold_import_is_measured_in_processes_of_its_own() -> None:
    cold = edge_imports.measure("import json", runs=1)

    assert cold is not None
    assert cold.ratio > 0


def test_a_package_that_is_not_installed_is_no_failure() -> None:
    assert edge_imports.measure("import no_such_package", runs=1) is None


def test_code_that_cloudfront_would_not_take_does_not_end_well() -> None:
    assert _extensions(size=10_240).ended_well
    assert not _extensions(size=10_241).ended_well


@pytest.mark.parametrize(
    ("engine", "told"), [("njs", "on njs: their own"), ("node", "on node, for njs is not here: their own")]
)
def test_the_table_says_what_ran_javascript(engine: str, told: str) -> None:
    console = Console(width=200)
    with console.capture() as printed:
        console.print(*extension_tables.tables(_extensions(engine=engine)))

    assert told in printed.get()


def _extensions(engine: str = "njs", size: int = 1000, calls: CallTimes = CALLS) -> Extensions:
    return Extensions(engine, [ViewerFunction("greeting, viewer-request", size, calls)], [], [], [])

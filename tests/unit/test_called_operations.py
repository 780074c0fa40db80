"""The table of operations in docs/embedded-aws.md is whole, and so is what its readers rely on."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.reports.called_operations import called_by_python, called_by_resource, called_by_state_machines, called_in
from tests.reports.operations_table import ANSWERED_BY, Row, operations, rows

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
NAMED_TEST = re.compile(r"(?P<path>[\w/]*?(?:test_\w+|…)\.py|…)::(?P<test>test_\w+)|(?P<file>[\w/]*test_\w+\.py)")
PAGES = [ROOT / "docs" / "embedded-aws.md", ROOT / "localaws" / "README.md"]


def named_tests() -> list[tuple[str, str]]:
    """Every test that the pages name, as a file and a test in it, or none for the file itself."""
    found: list[tuple[str, str]] = []
    for page in PAGES:
        last = ""
        for named in NAMED_TEST.finditer(page.read_text()):
            last = last if named["path"] == "…" else (named["path"] or named["file"])
            found.append((last, named["test"] or ""))
    return found


def exists(name: str, test: str) -> bool:
    """Whether there is such a file, by its path from the root or the end of it, with such a test in it."""
    files = [*ROOT.glob(name.lstrip("/")), *TESTS.rglob(name.lstrip("/"))]
    return any(not test or test in functions_of(path) for path in files)


def functions_of(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_the_table_has_every_operation_that_the_source_calls() -> None:
    assert operations() == called_by_python() | called_by_state_machines()


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: ":".join(row.operation))
def test_a_row_says_who_answers_and_how_truly(row: Row) -> None:
    assert row.answered_by in ANSWERED_BY
    assert row.less_true
    assert row.test == "–" or NAMED_TEST.search(row.test)


def test_every_test_that_the_pages_name_exists() -> None:
    named = named_tests()
    assert len(named) > len(operations())
    assert [one for one in named if not exists(*one)] == []


def test_methods_of_a_client_are_found_however_it_is_held() -> None:
    source = """
        class Store:
            def read(self):
                store = self._given or client("dynamodb")
                store.get_item(TableName="t")
                client("dynamodb").get_paginator("query")
                self.put_item("of something else")
    """
    found = called_in("if True:\n" + source)
    assert {("dynamodb", "GetItem"), ("dynamodb", "Query")} <= found


@pytest.mark.parametrize(
    ("resource", "operation"),
    [
        ("arn:aws:states:::lambda:invoke.waitForTaskToken", ("lambda", "Invoke")),
        ("arn:aws:states:::states:startExecution.sync:2", ("states", "StartExecution")),
        ("arn:aws:states:::aws-sdk:sfn:describeExecution", ("states", "DescribeExecution")),
        ("arn:aws:states:::s3:putObject", ("s3", "PutObject")),
    ],
)
def test_a_task_calls_the_operation_of_its_resource(resource: str, operation: tuple[str, str]) -> None:
    assert called_by_resource(resource) == operation

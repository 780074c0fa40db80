"""The pytest plugin that holds the product's calls in a run of workflow tests against what is known about them.

A run fails when a call of the product, or its answer, is not as botocore's model of the operation wants it (the `wire` of
its record), or when the product called an operation that the table of docs/embedded-aws.md does not know. When the whole of
this folder ran, each operation of the table must have been called too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from localaws import executions
from tests.reports.called_operations import Operation
from tests.reports.operations_table import NOTHING_KNOWN, operations, rows

NOT_CALLED_YET = {
    *(("cloudformation", f"{verb}ChangeSet") for verb in ("Create", "Delete", "Describe", "Execute")),
    *(("cloudformation", name) for name in ("DeleteStack", "DescribeStackEvents", "DescribeStacks")),
    *(("cloudfront", f"{verb}Function") for verb in ("Describe", "Publish", "Test")),
}
"""By the adapters of extension stacks, which have tests of their own; no deployed function has them yet."""


class CallsOfTheProduct:
    def __init__(self, is_whole: Callable[[], bool]) -> None:
        """`is_whole` tells whether every test of this folder ran."""
        self._is_whole = is_whole
        self._called: Counter[Operation] = Counter()
        self._violations: Counter[str] = Counter()

    def note(self, calls: Path) -> None:
        """Take up what `calls.jsonl` tells of the calls of functions, state machines and rules."""
        for call in executions.lines(calls):
            if is_of_the_product(call):
                self._called[(call["service"], call["operation"])] += 1
                where = f"{call['caller']} {call['service']}:{call['operation']}"
                self._violations.update(f"{where} {sentence}" for sentence in call.get("wire", ()))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.exitstatus == pytest.ExitCode.OK and self.complaints():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._called:
            return
        terminalreporter.section("calls of the product")
        terminalreporter.write_line(f"{self._called.total()} calls of {len(self._called)} operations")
        for row in rows():
            if row.operation in self._called and row.less_true != NOTHING_KNOWN:
                terminalreporter.write_line(f"less true than AWS: {_text(row.operation)}: {row.less_true}")
        for complaint in self.complaints():
            terminalreporter.write_line(f"FAILED: {complaint}", red=True)

    def complaints(self) -> list[str]:
        known, called = operations(), set(self._called)
        found = [f"{count} times: {sentence}" for sentence, count in sorted(self._violations.items())]
        found += [f"{_text(one)} is called and not in docs/embedded-aws.md" for one in sorted(called - known)]
        if self._is_whole():
            never = known - called - NOT_CALLED_YET
            found += [f"{_text(one)} of docs/embedded-aws.md is never called" for one in sorted(never)]
        found += [f"{_text(one)} is called; take it out of NOT_CALLED_YET" for one in sorted(NOT_CALLED_YET & called)]
        return found


def is_of_the_product(call: dict[str, Any]) -> bool:
    """Whether a session of a role called a service, not one of the product's own APIs; tests and deployments call with
    the account's own key, and `by` is the service that called in the session's name."""
    is_to_its_apis = call["service"] == "execute-api" or call["operation"] == "GraphQL"
    return "/" in call["caller"] and not is_to_its_apis and "by" not in call


def _text(operation: Operation) -> str:
    return ":".join(operation)
